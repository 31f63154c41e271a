"""What figures mark on the cells of a run: its noise floor, and its flags."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from napari_dinosar.findings import Findings
from napari_dinosar.findings.cell_marks import CellMarks, crossed_cells
from napari_dinosar.findings.flags import FlagSheet
from napari_dinosar.inspection.flags_statistics import excluded_cells
from napari_dinosar.inspection.noise_files import read_noise
from napari_dinosar.inspection.noise_result import NoiseFloor
from napari_dinosar.io.flag_files import read_flags

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection


def cell_marks(
    findings: Findings, noise: NoiseFloor | None = None, sheet: FlagSheet | None = None
) -> CellMarks:
    """Return which cells of a run are marked.

    Parameters
    ----------
    findings : Findings
        The run.
    noise : NoiseFloor, optional
        Its noise floor.
    sheet : FlagSheet, optional
        What is flagged.
    """
    if findings.cells is None:
        return CellMarks()
    left_out = excluded_cells(findings, sheet) if sheet else None
    if left_out is not None and sheet is not None:
        left_out = crossed_cells(findings.cells, sheet, left_out)
    return CellMarks(None if noise is None else noise.is_noise, left_out)


def marks_of_run(run: str | PathLike[str], findings: Findings) -> CellMarks:
    """Return which cells are marked by the files in the folder of a run.

    Parameters
    ----------
    run : str or Path
        The folder, or its run.yaml.
    findings : Findings
        What was read from it.

    Raises
    ------
    DinosarError
        If flags or noise floor cannot be read: a figure without them would not tell of them.
    """
    return cell_marks(findings, read_noise(run, findings), read_flags(run, findings))


def shown_marks(inspection: Inspection, findings: Findings) -> CellMarks:
    """Return which cells are marked in a window; none of a run that nobody looks at."""
    if inspection.findings is not findings:
        return CellMarks()
    return cell_marks(findings, inspection.noise, inspection.flags.sheet)
