"""The pages: all in the navigation, no link that leads nowhere, snippets that compile."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
IMAGES = sorted((DOCS / "images").iterdir())
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SNIPPET = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
MAX_IMAGE_BYTES = 200_000


@pytest.fixture(scope="module")
def conf() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_conf", DOCS / "conf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def links(page: Path) -> list[str]:
    prose = SNIPPET.sub("", page.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(prose) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """Return what headings are called in links, as web views of repositories make it."""
    prose = SNIPPET.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_page_is_in_the_navigation_once(conf: ModuleType) -> None:
    parts = conf.navigation((DOCS / "index.md").read_text(encoding="utf-8"))
    listed = [link for _, entries in parts for _, link in entries]
    wanted = [page.name for page in DOCS.glob("*.md") if page.name != "index.md"]
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_snippets_compile(page: Path) -> None:
    for indent, language, text in SNIPPET.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            compile(re.sub(f"^{indent}", "", text, flags=re.MULTILINE), page.name, "exec")


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_images_are_shown_and_small(image: Path) -> None:
    assert any(link.endswith(f"images/{image.name}") for page in PAGES for link in links(page))
    assert image.stat().st_size < MAX_IMAGE_BYTES
