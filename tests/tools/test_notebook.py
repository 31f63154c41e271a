"""The notebooks of docs/ run from top to bottom, and are kept with what they show."""

from __future__ import annotations

import base64
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs").glob("*.ipynb"))
MAX_PICTURE_BYTES = 200_000


@pytest.fixture(scope="module")
def tool() -> Any:
    spec = importlib.util.spec_from_file_location("notebook", ROOT / "tools" / "notebook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kinds(notebook: dict[str, Any]) -> list[list[str]]:
    """Return what each cell of code shows: printed text, tables, pictures."""
    return [
        [kind for one in cell["outputs"] for kind in sorted(one.get("data", [one["output_type"]]))]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


def pictures(notebook: dict[str, Any]) -> list[tuple[bytes, str]]:
    """Return all pictures, each with the words for those who cannot see it."""
    return [
        (base64.b64decode(one["data"]["image/png"]), cell["metadata"].get("alt", ""))
        for cell in notebook["cells"]
        for one in cell.get("outputs", [])
        if "image/png" in one.get("data", {})
    ]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def kept(request: pytest.FixtureRequest) -> str:
    return request.param.read_text(encoding="utf-8")


def test_all_cells_run_and_show_what_is_kept(tool: Any, kept: str, tmp_path: Path) -> None:
    notebook = json.loads(kept)
    tool.run(notebook, tmp_path)
    assert kinds(notebook) == kinds(json.loads(kept)), "Keep it anew: python tools/notebook.py"


def test_it_is_kept_as_jupyter_writes_it(tool: Any, kept: str) -> None:
    assert kept == tool.written(json.loads(kept))


def test_its_pictures_are_small_and_told_in_words(kept: str) -> None:
    found = pictures(json.loads(kept))
    assert found
    for picture, alt in found:
        assert len(picture) < MAX_PICTURE_BYTES
        assert len(alt) > 20


def test_a_cell_shows_what_it_prints_ends_with_and_draws(tool: Any) -> None:
    source = "print('one')\nimport pandas\npandas.DataFrame({'a': [1]})"
    stream, table = tool.outputs_of(source, {}, 1)
    assert stream["text"] == ["one\n"]
    assert sorted(table["data"]) == ["text/html", "text/plain"]
    assert tool.outputs_of("1 + 1;", {}, 2) == []
    assert tool.outputs_of("x = 1", {}, 3) == []


def test_a_cell_that_fails_stops_the_run(tool: Any, tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": ["1 / 0"], "outputs": [], "execution_count": None}
    with pytest.raises(ZeroDivisionError):
        tool.run({"cells": [cell]}, tmp_path)
