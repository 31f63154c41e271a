"""The noise floor of a run, in files of their own in its folder: values, and a table to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.baselines_context import Context, shown_context
from napari_dinosar.inspection.jitter import Jitter
from napari_dinosar.inspection.noise_result import NoiseFloor
from napari_dinosar.io._atomic import replace_file
from napari_dinosar.io._npz import read_npz
from napari_dinosar.io.run_folder import (
    CONTEXT_FILE,
    NOISE_FILE,
    csv_bytes,
    json_bytes,
    npz_bytes,
)
from napari_dinosar.io.run_reading import run_file

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.inspected import Inspection

NOISE_FORMAT = "napari-dinosar noise floor"
NOISE_VERSION = 1

_ARRAYS = ("dissimilarity", "compared", "about")
_WHAT = "the noise floor of a run"
_SHAPE_NUMBERS = ("procrustes_distance", "bending_energy_a", "bending_energy_b")


def write_noise(
    run: str | PathLike[str], noise: NoiseFloor, findings: Findings, context: Context
) -> tuple[Path, Path]:
    """Write the noise floor of a run and the context of its numbers, in the place of earlier ones.

    Parameters
    ----------
    run : str or Path
        The folder of the run, or its run.yaml.
    noise : NoiseFloor
        What was found.
    findings : Findings
        The run; checksums of its photos are noted.
    context : Context
        The statistics, beside those of noise, colour and shape.

    Returns
    -------
    (Path, Path)
        ``noise.npz`` and ``context.csv``.

    Raises
    ------
    DinosarError
        If there is no such run, the noise is not that of its cells, or the disk refuses.
    """
    folder = run_file(run).parent
    paths = folder / NOISE_FILE, folder / CONTEXT_FILE
    files = noise_files(noise, findings, context)
    for path in paths:
        replace_file(path, files[path.name])
    return paths


def noise_files(noise: NoiseFloor, findings: Findings, context: Context) -> dict[str, bytes]:
    """Return what `write_noise` writes, by file name.

    Raises
    ------
    DinosarError
        If the noise is not that of the run's cells.
    """
    if not _is_of(noise.compared, findings):
        raise DinosarError("The noise floor is that of another comparison than the run.")
    about = {
        "format": NOISE_FORMAT,
        "format_version": NOISE_VERSION,
        **_photos(findings),
        "draws": noise.draws,
        "seed": noise.seed,
        "jitter": asdict(noise.jitter),
        "warnings": noise.warnings,
        "summaries": noise.summaries,
    }
    arrays = {
        "dissimilarity": noise.dissimilarity,
        "compared": noise.compared,
        "about": np.array(json_bytes(about).decode()),
    }
    return {NOISE_FILE: npz_bytes(arrays), CONTEXT_FILE: csv_bytes(context.table())}


def shown_noise_files(inspection: Inspection) -> dict[str, bytes]:
    """Return the files that go into a run folder with the noise floor that is shown, or none."""
    findings, noise = inspection.findings, inspection.noise
    if findings is None or noise is None:
        return {}
    return noise_files(noise, findings, shown_context(inspection))


def read_noise(run: str | PathLike[str], findings: Findings) -> NoiseFloor | None:
    """Read the noise floor of a run; None where it was never measured.

    Parameters
    ----------
    run : str or Path
        The folder of the run, or its run.yaml.
    findings : Findings
        The run; the noise of another one is refused.

    Returns
    -------
    NoiseFloor or None
        As it was written.

    Raises
    ------
    DinosarError
        If there is no such run, or the file is damaged, of a newer version or of another run; the
        message names it.
    """
    path = run_file(run).parent / NOISE_FILE
    if not path.exists():
        return None
    arrays = read_npz(path, _ARRAYS, _WHAT)
    missing = [name for name in _ARRAYS if name not in arrays]
    if missing:
        raise _damaged(path, f"it has no array {missing[0]!r}")
    about = _about(arrays["about"], path)
    if {name: about.get(name) for name in _photos(findings)} != _photos(findings):
        raise DinosarError(
            f"{path} belongs to another run: its photos are others. Move it to the run that it "
            f"was made for, or delete it and measure anew."
        )
    compared, values = (
        _numbers(arrays[name], name, path) for name in ("compared", "dissimilarity")
    )
    if not _is_of(compared, findings):
        raise DinosarError(
            f"{path} belongs to another run: its cells have other dissimilarities. Move it to the "
            f"run that it was made for, or delete it and measure anew."
        )
    draws, seed = (_whole(about, name, path) for name in ("draws", "seed"))
    if values.shape != (2, draws, *compared.shape) or draws < 1:
        raise _damaged(path, f"{draws} draws do not give values of shape {values.shape}")
    return NoiseFloor(
        draws=draws,
        seed=seed,
        jitter=_jitter(about, path),
        dissimilarity=values,
        compared=compared,
        summaries=_summaries(about, 2 * draws, path),
        warnings=_texts(about.get("warnings"), path),
    )


def _photos(findings: Findings) -> dict[str, Any]:
    return {f"photo_{side}_sha256": findings.side(side).sha256 for side in "ab"}


def _is_of(compared: NDArray[np.float64], findings: Findings) -> bool:
    cells = findings.cells
    return cells is not None and np.array_equal(compared, cells.dissimilarity, equal_nan=True)


def _damaged(path: Path, why: str) -> DinosarError:
    return DinosarError(f"{path} is damaged: {why}. Delete it, and measure the noise floor anew.")


def _about(array: NDArray[Any], path: Path) -> dict[str, Any]:
    if array.dtype.kind != "U" or array.ndim:
        raise _damaged(path, "'about' is no text")
    try:
        about = json.loads(str(array))
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "'about' is not JSON") from error
    if not isinstance(about, dict) or about.get("format") != NOISE_FORMAT:
        raise DinosarError(
            f"{path} does not hold {_WHAT}: it does not say 'format: {NOISE_FORMAT}'. Move it away."
        )
    version = _whole(about, "format_version", path)
    if version != NOISE_VERSION:
        raise DinosarError(
            f"{path} has format_version {version}, and this napari-dinosar reads {NOISE_VERSION}. "
            f"Update napari-dinosar."
        )
    return about


def _numbers(array: NDArray[Any], name: str, path: Path) -> NDArray[np.float64]:
    if array.dtype != np.float64 or np.isinf(array).any():
        raise _damaged(path, f"array {name!r} does not hold finite numbers of 64 bits")
    return array


def _whole(about: Mapping[str, Any], name: str, path: Path) -> int:
    value = about.get(name)
    if type(value) is not int or value < 0:
        raise _damaged(path, f"{name!r} is not a whole number")
    return value


def _jitter(about: Mapping[str, Any], path: Path) -> Jitter:
    said = about.get("jitter")
    names = {field.name for field in fields(Jitter)}
    if not isinstance(said, dict) or set(said) != names or not all(map(_is_number, said.values())):
        raise _damaged(path, f"'jitter' does not hold numbers for {', '.join(sorted(names))}")
    try:
        return Jitter(**said)
    except DinosarError as error:
        raise _damaged(path, str(error).rstrip(".")) from error


def _texts(said: Any, path: Path) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise _damaged(path, "'warnings' is no list of sentences")
    return tuple(said)


def _summaries(about: Mapping[str, Any], count: int, path: Path) -> tuple[dict[str, Any], ...]:
    said = about.get("summaries")
    if not isinstance(said, list) or len(said) != count or not all(map(_is_summary, said)):
        raise _damaged(path, f"it does not hold the statistics of {count} copies")
    return tuple(said)


def _is_summary(said: Any) -> bool:
    if not isinstance(said, dict) or not isinstance(said.get("scores"), dict):
        return False
    cells = said.get("homology")
    if not isinstance(cells, dict) or not _is_statistics(cells.get("dissimilarity")):
        return False
    if not all(_is_number(cells.get(name)) for name in _SHAPE_NUMBERS):
        return False
    modes = said["scores"].values()
    return all(isinstance(mode, dict) and all(map(_is_statistics, mode.values())) for mode in modes)


def _is_statistics(said: Any) -> bool:
    return isinstance(said, dict) and all(one is None or _is_number(one) for one in said.values())


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)
