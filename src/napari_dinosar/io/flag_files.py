"""The flags of a run, in a file of their own in its folder: plain JSON, written whole."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import Findings
from napari_dinosar.findings.flags import FlaggedCell, FlaggedRegion, FlagSheet, Remark
from napari_dinosar.io import _atomic
from napari_dinosar.io._coco_values import (
    described,
    finite_numbers,
    load_json,
    take,
    take_records,
)
from napari_dinosar.io.run_folder import json_bytes
from napari_dinosar.io.run_reading import run_file

FLAGS_FILE = "flags.json"
FLAGS_FORMAT = "napari-dinosar flags"
FLAGS_VERSION = 1

_MAX_BYTES = 2**26


def flags_path(run: str | PathLike[str]) -> Path:
    """Return where the flags of a run are kept.

    Raises
    ------
    DinosarError
        If there is no run folder of that name.
    """
    return run_file(run).parent / FLAGS_FILE


def write_flags(run: str | PathLike[str], sheet: FlagSheet, findings: Findings) -> Path:
    """Write the flags of a run beside it, in the place of earlier ones.

    The file is no part of what a comparison writes: a folder that holds one is not replaced by
    another run, so that nobody's work is lost.

    Parameters
    ----------
    run : str or Path
        The folder of the run, or its run.yaml.
    sheet, findings
        As for `write_flag_file`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DinosarError
        If there is no such run, and as `write_flag_file` does.
    """
    return write_flag_file(flags_path(run), sheet, findings)


def write_flag_file(path: Path, sheet: FlagSheet, findings: Findings) -> Path:
    """Write flags into a file, in the place of earlier ones of the same run.

    Parameters
    ----------
    path : Path
        The file.
    sheet : FlagSheet
        What is flagged.
    findings : Findings
        The run; checksums of its photos and the size of its grid are noted.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DinosarError
        If a flagged cell is not in the grid, the file that is there cannot be read or belongs to
        another run, or the disk refuses; earlier flags are then as they were.
    """
    content = flags_bytes(sheet, findings)
    read_flag_file(path, findings)  # what is not ours is refused before it is replaced
    _atomic.replace_file(path, content)
    return path


def flags_bytes(sheet: FlagSheet, findings: Findings) -> bytes:
    """Return what the file of a run's flags holds.

    Raises
    ------
    DinosarError
        If a flagged cell is not in the grid.
    """
    sheet.check(None if findings.cells is None else findings.cells.shape)
    document = {
        "format": FLAGS_FORMAT,
        "format_version": FLAGS_VERSION,
        **_identity(findings),
        "cells": [
            {"row": cell.row, "col": cell.col, **_remark_record(cell.remark)}
            for cell in sheet.cells
        ],
        "regions": [
            {
                "side": region.side,
                "polygon_xy": region.polygon_xy,
                **_remark_record(region.remark),
            }
            for region in sheet.regions
        ],
    }
    return json_bytes(document)


def read_flags(run: str | PathLike[str], findings: Findings | None = None) -> FlagSheet:
    """Read the flags of a run; none where nothing was ever flagged.

    Parameters
    ----------
    run : str or Path
        The folder of the run, or its run.yaml.
    findings : Findings, optional
        The run; flags of another one are then refused.

    Returns
    -------
    FlagSheet
        Equal to what was written.

    Raises
    ------
    DinosarError
        If there is no such run, or the file is damaged, of a newer version or of another run; the
        message names it.
    """
    return read_flag_file(flags_path(run), findings)


def read_flag_file(path: Path, findings: Findings | None = None) -> FlagSheet:
    """Read flags from a file, as `read_flags` does; none where there is no such file."""
    if not path.exists():
        return FlagSheet()
    document = load_json(path, "the flags of a run", _MAX_BYTES)
    if not isinstance(document, dict) or document.get("format") != FLAGS_FORMAT:
        raise DinosarError(
            f"{path} does not hold the flags of a run: it does not say 'format: {FLAGS_FORMAT}'. "
            f"Move it away, or restore it."
        )
    version = take(document, "format_version", int, str(path))
    if version != FLAGS_VERSION:
        raise DinosarError(
            f"{path} has format_version {version}, and this napari-dinosar reads {FLAGS_VERSION}. "
            f"Update napari-dinosar."
        )
    sheet = FlagSheet(
        tuple(
            _cell(record, f"{path}, cell {number}")
            for number, record in enumerate(take_records(document, "cells", str(path)), start=1)
        ),
        tuple(
            _region(record, f"{path}, region {number}")
            for number, record in enumerate(take_records(document, "regions", str(path)), start=1)
        ),
    )
    if findings is not None:
        _refuse_other_run(document, findings, path)
        sheet.check(None if findings.cells is None else findings.cells.shape, str(path))
    return sheet


def _identity(findings: Findings) -> dict[str, Any]:
    return {
        "photo_a_sha256": findings.a.sha256,
        "photo_b_sha256": findings.b.sha256,
        "grid": None if findings.cells is None else list(findings.cells.shape),
    }


def _refuse_other_run(document: dict[str, Any], findings: Findings, path: Path) -> None:
    for key, value in _identity(findings).items():
        if document.get(key) != value:
            raise DinosarError(
                f"{path} belongs to another run: its {key} is {described(document.get(key))}."
                f" Move it to the run that it was made for."
            )


def _remark_record(remark: Remark) -> dict[str, str | None]:
    return {
        "reason": remark.reason,
        "note": remark.note,
        "author": remark.author,
        "date": remark.date,
    }


def _remark(record: dict[str, Any], where: str) -> Remark:
    words = {name: take(record, name, str, where) for name in ("reason", "author", "date")}
    if words["reason"] is None:
        raise DinosarError(f"{where} has no 'reason'.")
    return Remark(note=take(record, "note", str, where, ""), **words)


def _cell(record: dict[str, Any], where: str) -> FlaggedCell:
    places = {name: take(record, name, int, where) for name in ("row", "col")}
    for name, place in places.items():
        if place is None or place < 0:
            raise DinosarError(f"{where}: '{name}' must be a whole number from 0.")
    try:
        return FlaggedCell(**places, remark=_remark(record, where))
    except DinosarError as error:
        raise _located(error, where) from error


def _region(record: dict[str, Any], where: str) -> FlaggedRegion:
    corners = take(record, "polygon_xy", list, where, [])
    for corner in corners:
        if type(corner) is not list or len(corner) != 2:
            raise DinosarError(
                f"{where}: 'polygon_xy' must hold pairs of numbers, not {described(corner)}."
            )
    flat = [value for corner in corners for value in corner]
    polygon_xy = finite_numbers(flat, "polygon_xy", where).reshape(-1, 2)
    corners_xy = tuple((float(x), float(y)) for x, y in np.asarray(polygon_xy))
    try:
        return FlaggedRegion(
            take(record, "side", str, where, ""), corners_xy, _remark(record, where)
        )
    except DinosarError as error:
        raise _located(error, where) from error


def _located(error: DinosarError, where: str) -> DinosarError:
    text = str(error)
    return error if text.startswith(where) else DinosarError(f"{where}: {text}")
