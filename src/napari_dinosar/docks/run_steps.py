"""The work behind opening a run: its files and photos are read in a worker. No Qt."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.steps import Step
from napari_dinosar.docks import run_layers
from napari_dinosar.docks.answer import Answer, prepared
from napari_dinosar.layers import LayerSpec, photo_spec

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.noise_result import NoiseFloor


@dataclass(frozen=True, eq=False)
class OpenedRun:
    """A run, and those of its photos that were found.

    Attributes
    ----------
    answer : Answer
        What was found, and its layers.
    photos : dict of str to LayerSpec or None
        Of the sides ``"a"`` and ``"b"``; None where the file was not found.
    problem : str
        Which part of the folder could not be read; empty where all could.
    """

    answer: Answer
    photos: dict[str, LayerSpec | None]
    problem: str = ""


def read_opened(path: Path) -> Generator[Step, None, OpenedRun]:
    """Read a run with its flags and its noise floor, and those of its photos that are found."""
    yield "Reading the run", 0, 0
    from napari_dinosar.inspection.flag_keeping import sheet_of
    from napari_dinosar.io.photos import read_photo
    from napari_dinosar.io.run_reading import find_photos, read_run, run_file

    findings = read_run(path)
    folder = run_file(path).parent
    noise, problem = _noise_of(folder, findings)
    yield "Looking for its photos", 0, 0
    paths = find_photos(findings, folder)
    photos = {
        side: None if file is None else photo_spec(read_photo(file), side)
        for side, file in paths.items()
    }
    answer = yield from prepared(findings, run_layers.frames_of(findings))
    sheet = sheet_of(folder, findings)
    answer = replace(answer, folder=folder, sheet=sheet, noise=noise)
    return OpenedRun(answer, photos, problem)


def _noise_of(folder: Path, findings: Findings) -> tuple[NoiseFloor | None, str]:
    """Return the noise floor in a run's folder, or why it cannot be had: the run opens without."""
    from napari_dinosar.inspection.noise_files import read_noise

    try:
        return read_noise(folder, findings), ""
    except DinosarError as error:
        return None, str(error)


def read_missing(findings: Findings, side: str, path: Path) -> Generator[Step, None, LayerSpec]:
    """Read a photo that was missing, after making sure that it is the one."""
    yield f"Reading {path.name}", 0, 0
    from napari_dinosar.io.photos import read_photo
    from napari_dinosar.io.run_reading import check_photo

    check_photo(findings, side, path)
    # a file that was renamed keeps the name by which landmarks and tables know it
    return photo_spec(replace(read_photo(path), name=findings.side(side).name), side)
