"""How Sphinx makes a site of these pages, which stay plain Markdown that any web view shows.

The navigation is the list in index.md. The first page of the site is the project's README, and the
changelog is the project's CHANGELOG.md: neither is kept twice. Notebooks are shown with the outputs
that they were kept with; nothing is run. Formulas become MathML, which browsers draw themselves, so
that the site needs no network to be read.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from html import escape
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
ROOT = DOCS.parent
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_REPOSITORY = _PROJECT["urls"]["Source Code"]

sys.path.insert(0, str(ROOT / "src"))

project = _PROJECT["name"]
author = project_copyright = _PROJECT["authors"][0]["name"]
release = _PROJECT["version"]
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
source_suffix = {".md": "markdown", ".ipynb": "markdown"}
exclude_patterns = ["_build"]
suppress_warnings = ["myst.header"]  # a heading may skip a level in the changelog's form

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

default_role = "py:obj"  # names between single backticks in docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say the types in words
autodoc_class_signature = "mixed"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style"), ("Signals", "params_style")]

html_theme = "furo"
html_title = project
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_theme_options = {
    "source_repository": _REPOSITORY,
    "source_branch": "main",
    "source_directory": "docs/",
}
pygments_style = "default"

_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+)(\))")
_ENTRY = re.compile(r"- \[([^\]]+)\]\(([^)#\s]+)\)")


def navigation(index: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the headings of index.md with the (title, link) of the pages listed below each."""
    parts: list[tuple[str, list[tuple[str, str]]]] = []
    for line in index.splitlines():
        if line.startswith("## "):
            parts.append((line[3:].strip(), []))
        elif parts and (entry := _ENTRY.match(line)):
            parts[-1][1].append((entry[1], entry[2]))
    return parts


def site_link(link: str, folder: Path) -> str:
    """Return where a link of a file in some folder leads to on the site.

    Pages stay pages, README and CHANGELOG are pages of the site, and any other file outside docs/
    is shown by the repository.
    """
    if re.match(r"[a-z]+:|#", link):
        return link
    name, mark, anchor = link.partition("#")
    target = (folder / name).resolve()
    page = {ROOT / "README.md": "index.md", ROOT / "CHANGELOG.md": "changelog.md"}.get(target)
    if page is None and target.is_relative_to(DOCS) and target.is_file():
        page = target.relative_to(DOCS).as_posix()
    if page is None:
        kind = "tree" if target.is_dir() else "blob"
        return f"{_REPOSITORY}/{kind}/main/{target.relative_to(ROOT).as_posix()}{mark}{anchor}"
    return page + mark + anchor


def with_site_links(text: str, folder: Path) -> str:
    """Return a page whose links lead to where their targets are on the site."""
    return _LINK.sub(lambda link: link[1] + site_link(link[2], folder) + link[3], text)


def _tables_of_contents(index: str) -> str:
    blocks = []
    for caption, entries in navigation(index):
        pages = "\n".join(
            f"{title} <{site_link(link, DOCS)}>" for title, link in entries if "README" not in link
        )
        blocks.append(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n")
    return "\n".join(blocks)


def notebook_page(notebook: str) -> str:
    """Return a notebook as Markdown: its text, its code, and what the code showed."""
    parts = []
    for cell in json.loads(notebook)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        parts += [_output(one, cell["metadata"].get("alt", "")) for one in cell["outputs"]]
    return "\n\n".join(parts) + "\n"


def _output(output: dict[str, Any], alt: str) -> str:
    """Return what a cell of a notebook showed as Markdown: a picture, a table or plain text."""
    data = output.get("data", {})
    if "image/png" in data:
        source = f"data:image/png;base64,{data['image/png']}"
        shown = f'<img class="output" alt="{escape(alt)}" src="{source}">'
    elif "text/html" in data:
        shown = f'<div class="output">{"".join(data["text/html"])}</div>'
    else:
        text = "".join(output["text"] if "text" in output else data["text/plain"])
        shown = f'<pre class="output">{escape(text)}</pre>'
    return f"```{{raw}} html\n{shown}\n```"


def _on_page(app: Any, name: str, content: list[str]) -> None:
    """Put README and CHANGELOG where they belong, and mend the links that leave docs/."""
    if name == "index":
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        content[0] = with_site_links(readme, ROOT) + "\n" + _tables_of_contents(content[0])
    elif name == "changelog":
        changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        content[0] = with_site_links(changes, ROOT)
    else:
        is_notebook = Path(app.env.doc2path(name)).suffix == ".ipynb"
        text = notebook_page(content[0]) if is_notebook else content[0]
        content[0] = with_site_links(text, DOCS)


def _show_formula(writer: Any, node: Any) -> None:
    """Write a formula as MathML; its LaTeX must not be written after it."""
    from docutils.nodes import SkipNode
    from docutils.utils.math.latex2mathml import tex2mathml

    is_block = node.tagname == "math_block"
    formula = tex2mathml(node.astext(), as_block=is_block)
    writer.body.append(f'<div class="math-wrapper">{formula}</div>' if is_block else formula)
    raise SkipNode


def setup(app: Any) -> None:
    """Register what is made here with Sphinx."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_show_formula, None), block_renderers=(_show_formula, None)
    )
    app.connect("source-read", _on_page)
