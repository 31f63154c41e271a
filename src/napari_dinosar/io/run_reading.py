"""Runs opened again: findings from their folder, and the photos that belong to them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import TABLES, Findings, Side
from napari_dinosar.io._coco_values import described, load_json
from napari_dinosar.io._npz import read_npz
from napari_dinosar.io._run_arrays import NAMES, aligned_of, cells_of, samples_of, side_of
from napari_dinosar.io._run_landmarks import read_landmarks
from napari_dinosar.io._run_record import looks_like_run, read_record
from napari_dinosar.io._run_tables import read_table
from napari_dinosar.io.consensus_files import read_consensus, write_consensus
from napari_dinosar.io.run_folder import ARRAYS_FILE, LANDMARKS_FILE, RUN_FILE, SUMMARY_FILE

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "check_photo",
    "find_photos",
    "looks_like_run",
    "read_consensus",
    "read_run",
    "run_file",
    "write_consensus",
]

_MAX_SUMMARY_BYTES = 2**24
_CHUNK_BYTES = 2**20
_SHOWN_DIGITS = 12


def read_run(path: str | PathLike[str]) -> Findings:
    """Read the folder of a run: what `write_findings` wrote, to the last digit.

    No network is run, and the photos are not needed.

    Parameters
    ----------
    path : str or Path
        The folder, or its run.yaml.

    Returns
    -------
    Findings
        As they were written, each input's path as seen from the folder beside the absolute one.

    Raises
    ------
    DinosarError
        If the folder is not a run's, is of another version, or a file is missing or damaged; the
        message names the file and what is wrong with it.
    """
    file = run_file(path)
    folder = file.parent
    record = read_record(file)
    summary = _summary(folder / SUMMARY_FILE)
    tables = {name: read_table(folder / f"{name}.csv", name) for name in TABLES}
    source = folder / ARRAYS_FILE
    arrays = read_npz(_existing(source), NAMES, "the arrays of a run")
    landmarks = read_landmarks(_existing(folder / LANDMARKS_FILE))
    patch_size = record["backbone"]["patch_size"]
    a, b = (
        side_of(arrays, one, record[f"photo_{one}"], patch_size, landmarks[one], source)
        for one in "ab"
    )
    cells = None if summary["homology"] is None else cells_of(arrays, source)
    findings = Findings(
        record=record,
        summary=summary,
        a=a,
        b=b,
        tables=tables,
        cells=cells,
        samples=samples_of(arrays, source),
        aligned_rgb=aligned_of(arrays, b, source),
    )
    _refuse_parts_that_differ(findings, folder)
    return findings


def run_file(path: str | PathLike[str]) -> Path:
    """Return the record of a run that is named by its folder or by the record itself.

    Raises
    ------
    DinosarError
        If there is nothing of that name, or a folder without a record.
    """
    given = Path(path)
    if "\0" in str(given):
        raise DinosarError(f"There is no run {str(given)!a}.")
    try:
        if given.is_dir():
            if not (given / RUN_FILE).is_file():
                raise DinosarError(
                    f"{given} is not the folder of a run: it has no {RUN_FILE}. Choose a folder "
                    f"that was exported by napari-dinosar."
                )
            return Path(os.path.abspath(given / RUN_FILE))
        if not given.is_file():
            raise DinosarError(f"There is no run {given}. Check the name and the folder.")
    except OSError as error:
        raise DinosarError(f"{given} cannot be read: {error.strerror or error}.") from error
    return Path(os.path.abspath(given))


def find_photos(findings: Findings, folder: str | PathLike[str]) -> dict[str, Path | None]:
    """Look for the photos of a run: where they lay, as seen from the run, and beside it.

    A file is taken for a photo only when its checksum is the recorded one.

    Parameters
    ----------
    findings : Findings
        A run that was read.
    folder : str or Path
        Its folder.

    Returns
    -------
    dict
        ``"a"`` and ``"b"``, each with the path of its photo or None.
    """
    return {
        letter: next(
            (path for path in _candidates(side, Path(folder)) if _is_photo(side, path)), None
        )
        for letter, side in (("a", findings.a), ("b", findings.b))
    }


def check_photo(findings: Findings, side: str, path: str | PathLike[str]) -> None:
    """Refuse a file that is not the photo of a run.

    Parameters
    ----------
    findings : Findings
        A run that was read.
    side : {"a", "b"}
        Which photo is meant.
    path : str or Path
        The file that someone chose.

    Raises
    ------
    DinosarError
        If the file cannot be read or has another checksum; both are named.
    """
    photo, file = findings.side(side), Path(path)
    if photo.path is None:
        raise DinosarError(
            f"Photo {side.upper()} of this run, {photo.name}, came from a layer and from no file, "
            f"so no file can be told to be it."
        )
    if not file.is_file():
        raise DinosarError(f"There is no file {file}. Check the name and the folder.")
    try:
        found = _sha256(file)
    except OSError as error:
        raise DinosarError(f"{file} cannot be read: {error.strerror or error}.") from error
    if found != photo.sha256:
        raise DinosarError(
            f"{file} is another photo than {photo.name}, which was compared as "
            f"{side.upper()}: its sha256 begins with {found[:_SHOWN_DIGITS]} instead of "
            f"{photo.sha256[:_SHOWN_DIGITS]}. Choose the file that was compared."
        )


def _candidates(side: Side, folder: Path) -> Iterator[Path]:
    """Yield where a photo may be; one that came from no file may be nowhere."""
    if side.path is None:
        return
    yield side.path
    relative = side.record.get("path_relative")
    if relative:
        yield folder / relative
    # a path that was written on another system has its folders divided otherwise
    name = side.name.replace("\\", "/").rpartition("/")[2]
    if name not in ("", ".", ".."):
        yield folder / name
        yield folder.parent / name


def _is_photo(side: Side, path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        n_bytes = side.record.get("n_bytes")
        if n_bytes is not None and path.stat().st_size != n_bytes:
            return False
        return _sha256(path) == side.sha256
    except (OSError, ValueError):  # unreadable, or no name that a disk could hold
        return False


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _existing(path: Path) -> Path:
    if not path.exists():
        raise DinosarError(f"{path.parent} is not complete: it has no {path.name}.")
    return path


def _summary(path: Path) -> dict[str, Any]:
    summary = load_json(_existing(path), "the summary of a run", _MAX_SUMMARY_BYTES)
    if type(summary) is not dict:
        raise DinosarError(f"{path} is damaged: it must be an object, not {described(summary)}.")
    for name, kinds in (("specimens", (dict,)), ("scores", (dict,)), ("homology", (dict, None))):
        value = summary.get(name, "")
        if (value if value is None else type(value)) not in kinds:
            raise DinosarError(
                f"{path} is damaged: it has no '{name}' as the summaries of runs do."
            )
    return summary


def _refuse_parts_that_differ(findings: Findings, folder: Path) -> None:
    """Refuse files that are whole each, but not of one run."""
    scores = set(findings.summary["scores"])
    if scores != set(findings.samples):
        raise DinosarError(
            f"{folder} is damaged: {SUMMARY_FILE} has the score modes "
            f"{', '.join(sorted(scores)) or 'none'}, and {ARRAYS_FILE} the values of "
            f"{', '.join(sorted(findings.samples)) or 'none'}."
        )
    n_cells = 0 if findings.cells is None else findings.cells.used.size
    wanted: Mapping[str, tuple[int, ...]] = {
        "patches_a_to_b": (0, findings.a.n_valid),
        "patches_b_to_a": (0, findings.b.n_valid),
        "cells": (n_cells,),
    }
    for name, lengths in wanted.items():
        _check_length(findings.tables[name], lengths, folder / f"{name}.csv")


def _check_length(table: DataFrame, lengths: tuple[int, ...], path: Path) -> None:
    if len(table) not in lengths:
        raise DinosarError(
            f"{path} is damaged: it has {len(table)} rows where {ARRAYS_FILE} has {lengths[-1]}."
        )
