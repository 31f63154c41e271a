"""What the command line says while it works: notes and progress, and a result in a few lines."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from napari_dinosar.core.steps import ended

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison, Progress

Result = TypeVar("Result")

DIRECTIONS = {"a_to_b": "A to B", "b_to_a": "B to A", "mean": "mean"}


def say_notes(notes: Iterable[str]) -> None:
    """Say each note once, on the error stream."""
    for note in dict.fromkeys(notes):
        print(f"note: {note}", file=sys.stderr)


def worked(steps: Generator[Progress, None, Result], quiet: bool) -> Result:
    """Run a generator of progress to its end, and return what it made."""
    return ended(steps, None if quiet else _say_progress)


def _say_progress(progress: Progress) -> None:
    print(f"[{progress.done + 1}/{progress.total}] {progress.stage}", file=sys.stderr)


def say_download(done: int, total: int) -> None:
    """Say how far a download has come, on one line."""
    if total:
        end = "\n" if done >= total else ""
        print(f"\rdownloading: {done / 1e6:.0f} of {total / 1e6:.0f} MB", end=end, file=sys.stderr)


def spoken(result: Comparison) -> str:
    """Return the result in a few lines: what ran, the statistics, the warnings."""
    lines = [f"{result.a.name} (A) and {result.b.name} (B) with {result.backbone['description']}"]
    rows = [
        ("specimen", side.upper(), _specimen(result.summary["specimens"][side])) for side in "ab"
    ]
    for mode, directions in result.summary["scores"].items():
        for direction, numbers in directions.items():
            if numbers["mean"] is not None:
                rows.append((mode, DIRECTIONS[direction], _numbers(numbers)))
    homology = result.summary["homology"]
    if homology is not None:
        cells = f"{homology['n_used']} of {homology['n_cells']} cells"
        rows.append(("homology", cells, _numbers(homology["dissimilarity"])))
    lines += _columns(rows)
    lines += [f"  warning: {warning}" for warning in result.warnings]
    return "\n".join(lines)


def _specimen(numbers: dict[str, Any]) -> str:
    return (
        f"foreground {numbers['foreground']}, {numbers['mask_share']:.1%} of the photo  "
        f"{numbers['n_valid']} of {numbers['n_patches']} patches compared"
    )


def _columns(rows: list[tuple[str, str, str]]) -> list[str]:
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return [f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c}" for a, b, c in rows]


def _numbers(numbers: dict[str, Any]) -> str:
    parts = []
    for name in ("mean", "median", "p95"):
        value = numbers[name]
        parts.append(f"{name} -" if value is None else f"{name} {value:.4f}")
    return "  ".join([*parts, f"n {numbers['n']:g}"])
