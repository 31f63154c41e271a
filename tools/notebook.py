"""Run the notebooks of docs/ from top to bottom and keep what they show: nox -s pictures.

A notebook is its own source: cells are edited in Jupyter, or in any editor, and run here in one
namespace, in an empty folder and without a kernel. What a cell prints, its last expression and the
figures that it draws become its outputs, pictures as PNG of 256 colours. The site shows what is
kept, so that it is made without running anything.
"""

from __future__ import annotations

import ast
import base64
import io
import json
from contextlib import chdir, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib
from PIL import Image

NOTEBOOKS = sorted((Path(__file__).parent.parent / "docs").glob("*.ipynb"))
PICTURE_DPI = 100

Cell = dict[str, Any]


def run(notebook: Cell, folder: Path) -> None:
    """Run all code of a notebook in a folder and replace its outputs."""
    matplotlib.use("agg")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    number = 0
    with chdir(folder):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                number += 1
                cell["execution_count"] = number
                cell["outputs"] = outputs_of("".join(cell["source"]), namespace, number)


def outputs_of(source: str, namespace: dict[str, Any], number: int) -> list[Cell]:
    """Run one cell and return what it printed, what it ends with, and what it drew."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    name = f"cell {number}"
    value = None
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(ast.Module(body, []), name, "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
    found: list[Cell] = []
    if printed.getvalue():
        text = printed.getvalue().splitlines(keepends=True)
        found.append({"name": "stdout", "output_type": "stream", "text": text})
    if value is not None and not source.rstrip().endswith(";"):
        shown = {
            "data": shown_as(value),
            "execution_count": number,
            "metadata": {},
            "output_type": "execute_result",
        }
        found.append(shown)
    return found + [
        {"data": {"image/png": png}, "metadata": {}, "output_type": "display_data"}
        for png in figures_drawn()
    ]


def shown_as(value: Any) -> Cell:
    """Return a value as text and, where it has such a form, as HTML."""
    shown = {"text/plain": repr(value).splitlines(keepends=True)}
    if hasattr(value, "_repr_html_"):
        shown["text/html"] = value._repr_html_().splitlines(keepends=True)
    return shown


def figures_drawn() -> list[str]:
    """Return the open figures as PNG in base64, and close them."""
    from matplotlib import pyplot

    pictures = []
    for number in pyplot.get_fignums():
        drawn, small = io.BytesIO(), io.BytesIO()
        pyplot.figure(number).savefig(drawn, dpi=PICTURE_DPI, bbox_inches="tight")
        picture = Image.open(drawn).convert("RGB")
        picture.quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        pictures.append(base64.b64encode(small.getvalue()).decode("ascii"))
    pyplot.close("all")
    return pictures


def written(notebook: Cell) -> str:
    """Return the file of a notebook, as Jupyter writes it."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Run all notebooks and write them."""
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        with TemporaryDirectory() as folder:
            run(notebook, Path(folder))
        path.write_text(written(notebook), encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
