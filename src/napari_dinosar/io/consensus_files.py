"""A consensus in a file of its own, shared by many pairs; also taken from a run."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path

import numpy as np

from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io import _atomic
from napari_dinosar.io._npz import read_npz
from napari_dinosar.io.run_folder import ARRAYS_FILE, RUN_FILE, npz_bytes

SUFFIX = ".npz"
_PUBLISHED_KEY = "consensus_shape"
_NEEDED = ("consensus_unit_xy", "names", "grid_nodes_unit_xy")


def read_consensus(path: str | PathLike[str]) -> SavedConsensus:
    """Read a consensus: mean shape, names of its landmarks, and grid.

    Parameters
    ----------
    path : str or Path
        A file of `write_consensus`, or a run: its folder, run.yaml or arrays.npz.

    Returns
    -------
    SavedConsensus
        The consensus, in units of its centroid size.

    Raises
    ------
    DinosarError
        If there is none, or the file is damaged; also for the file that the published DINOSAR
        script saves, which holds too little.
    """
    file = _arrays_file(Path(path))
    arrays = read_npz(file, (*_NEEDED, _PUBLISHED_KEY), "a saved consensus")
    if _PUBLISHED_KEY in arrays:
        raise DinosarError(
            f"{file} is a consensus of the published DINOSAR script. It is in the canvas pixels "
            f"of the pair that it was made of, without names of landmarks and without a grid, so "
            f"cells of another pair would not mean the same. Compare that pair here and save its "
            f"consensus."
        )
    if not arrays and file.name == ARRAYS_FILE:
        raise DinosarError(
            f"{file} has no consensus: its run compared no homologous cells. Choose one that did."
        )
    numbers = [arrays[name] for name in _NEEDED if name in arrays and name != "names"]
    if not all(array.dtype.kind == "f" and np.isfinite(array).all() for array in numbers):
        raise DinosarError(f"{file} is damaged: its consensus does not hold finite numbers.")
    try:
        return SavedConsensus.from_arrays(arrays)
    except DinosarError as error:
        raise DinosarError(f"{file}: {error}") from error


def write_consensus(
    path: str | PathLike[str], saved: SavedConsensus, *, overwrite: bool = False
) -> Path:
    """Write a consensus, whole or not at all.

    Parameters
    ----------
    path : str or Path
        The file to make; ``.npz`` is added where it is missing.
    saved : SavedConsensus
        `CellGrid`'s of a comparison, or one that was read.
    overwrite : bool
        Replace a file of this name.

    Returns
    -------
    Path
        The file, absolute.

    Raises
    ------
    DinosarError
        If the file exists, its folder is missing, or the disk refuses.
    """
    file = Path(os.path.abspath(path))
    if file.suffix.lower() != SUFFIX:
        file = file.with_name(f"{file.name}{SUFFIX}")
    if os.path.lexists(file) and not (overwrite and file.is_file()):
        raise DinosarError(f"{file} exists already; choose another name, or overwrite it.")
    if not file.parent.is_dir():
        raise DinosarError(f"{file} cannot be made: {file.parent} is not a folder.")
    _atomic.replace_file(file, npz_bytes(saved.as_arrays()))
    return file


def _arrays_file(path: Path) -> Path:
    """Return the file of arrays that a path means: a run's, or the path itself."""
    if "\0" in str(path):
        raise DinosarError(f"There is no file {str(path)!a}.")
    if path.is_dir():
        if not (path / ARRAYS_FILE).is_file():
            raise DinosarError(f"{path} holds no consensus: it is not the folder of a run.")
        return path / ARRAYS_FILE
    return path.with_name(ARRAYS_FILE) if path.name == RUN_FILE else path
