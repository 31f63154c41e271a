"""The pages: all in the navigation, no link that leads nowhere, snippets that compile."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*DOCS.glob("*.md"), *DOCS.glob("*.ipynb"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
)
IMAGES = sorted((DOCS / "images").iterdir())
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SNIPPET = re.compile(r"^( *)```([^\n`]*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
MAX_IMAGE_BYTES = 200_000


@pytest.fixture(scope="module")
def conf() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_conf", DOCS / "conf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(page: Path) -> str:
    """Return a page as Markdown; of a notebook what was written, not what it showed."""
    text = page.read_text(encoding="utf-8")
    if page.suffix != ".ipynb":
        return text
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    return "\n\n".join(
        source if kind == "markdown" else f"```python\n{source}\n```" for kind, source in cells
    )


def links(page: Path) -> list[str]:
    prose = SNIPPET.sub("", text_of(page))
    return [link for link in LINK.findall(prose) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """Return what headings are called in links, as web views of repositories make it."""
    prose = SNIPPET.sub("", text_of(page))
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_page_is_in_the_navigation_once(conf: ModuleType) -> None:
    parts = conf.navigation((DOCS / "index.md").read_text(encoding="utf-8"))
    listed = [link for _, entries in parts for _, link in entries]
    pages = [*DOCS.glob("*.md"), *DOCS.glob("*.ipynb")]
    wanted = [page.name for page in pages if page.name != "index.md"]
    assert sorted(listed) == sorted([*wanted, "../README.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


def test_links_stay_on_the_site_where_they_can(conf: ModuleType) -> None:
    assert conf.site_link("docs/method.md#scores", ROOT) == "method.md#scores"
    assert conf.site_link("../README.md", DOCS) == "index.md"
    assert conf.site_link("../CHANGELOG.md", DOCS) == "changelog.md"
    assert conf.site_link("LICENSE", ROOT).endswith("/blob/main/LICENSE")
    assert conf.site_link("#scores", DOCS) == "#scores"


def test_a_notebook_becomes_a_page_with_what_it_showed(conf: ModuleType) -> None:
    shown = [
        {"output_type": "stream", "text": ["a < b\n"]},
        {"output_type": "execute_result", "data": {"text/plain": ["1"], "text/html": ["<b>1</b>"]}},
        {"output_type": "display_data", "data": {"image/png": "iVBORw=="}},
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "Words."]},
        {"cell_type": "code", "source": ["x = 1"], "outputs": shown, "metadata": {"alt": 'A "b"'}},
    ]
    page = conf.notebook_page(json.dumps({"cells": cells}))
    assert page.startswith("# Title\n\nWords.\n\n```python\nx = 1\n```\n\n```{raw} html\n")
    assert '<pre class="output">a &lt; b\n</pre>' in page
    assert '<div class="output"><b>1</b></div>' in page
    assert 'alt="A &quot;b&quot;" src="data:image/png;base64,iVBORw=="' in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_snippets_compile(page: Path) -> None:
    for indent, language, text in SNIPPET.findall(text_of(page)):
        if language == "python":
            compile(re.sub(f"^{indent}", "", text, flags=re.MULTILINE), page.name, "exec")


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_images_are_shown_and_small(image: Path) -> None:
    assert any(link.endswith(f"images/{image.name}") for page in PAGES for link in links(page))
    assert image.stat().st_size < MAX_IMAGE_BYTES
