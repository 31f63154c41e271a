"""Figures of what was found, drawn and written in a worker. No Qt."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from napari_dinosar.core.steps import Step
from napari_dinosar.docks.figure_dialog import DPI, Figures

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.findings.cell_marks import CellMarks


def write_run(
    findings: Findings,
    wanted: Figures,
    parent: Path,
    extras: Mapping[str, bytes] | None = None,
    marks: CellMarks | None = None,
) -> Generator[Step, None, Path]:
    """Write a run folder into another folder, with the figures that are wanted.

    Parameters
    ----------
    findings : Findings
        What was found.
    wanted : Figures
        Its figures.
    parent : Path
        The folder into which the new one goes.
    extras : mapping of str to bytes, optional
        Files that come along, such as those of its flags.
    marks : CellMarks, optional
        What is marked on its cells.

    Yields
    ------
    (str, int, int)
        Before each step its name, steps done and in all.
    """
    from napari_dinosar.io.run_folder import default_run_name, write_findings

    drawn = yield from _drawn(findings, wanted, marks)
    yield "Writing the run folder", 1, 1
    name = default_run_name(findings.a.name, findings.b.name, datetime.now())
    return write_findings(parent / name, findings, figures=drawn, extras=extras)


def write_figures(
    findings: Findings, wanted: Figures, folder: Path, marks: CellMarks | None = None
) -> Generator[Step, None, Path]:
    """Write figures into a folder; all are drawn before the first is written."""
    from napari_dinosar.io.figures.rendering import check_free, write_files

    names = [f"{name}.{kind}" for name in wanted.names for kind in wanted.formats]
    check_free(folder, names, overwrite=False)
    drawn = yield from _drawn(findings, wanted, marks)
    yield "Writing the figures", 1, 1
    write_files(folder, drawn, overwrite=False)
    return folder


def write_picture(findings: Findings, caption: str, path: Path) -> Generator[Step, None, Path]:
    """Write the pair with everything on it as one picture, as the end of the name says."""
    yield "Drawing the pair", 0, 0
    from napari_dinosar.io.figures import draw, save_figure

    figure = draw("pair", findings, caption or None)
    # the dialog has asked before it names a file that is there
    return save_figure(figure, path, DPI, overwrite=True)


def _drawn(
    findings: Findings, wanted: Figures, marks: CellMarks | None
) -> Generator[Step, None, dict[str, bytes]]:
    """Draw one figure after the other; between two of them the user may cancel."""
    if not wanted.names:
        return {}
    yield "Drawing the figures", 0, 0
    from napari_dinosar.io.figures import iter_figures

    total = len(wanted.names) * len(wanted.formats)
    files: dict[str, bytes] = {}
    for name, content in iter_figures(
        findings, wanted.formats, wanted.dpi, wanted.caption or None, wanted.names, marks
    ):
        files[name] = content
        yield f"Drew {name}", len(files), total
    return files
