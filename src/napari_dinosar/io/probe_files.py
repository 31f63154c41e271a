"""Probes and what the network says of the landmarks as files: tables, maps, and where from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.io import _atomic
from napari_dinosar.io.run_folder import csv_bytes, json_bytes, npz_bytes

if TYPE_CHECKING:
    from pandas import DataFrame

PROBES_FILE, MAPS_FILE, RECORD_FILE = "probes.csv", "maps.npz", "probe.json"
PROBE_FORMAT, PROBE_VERSION = "napari-dinosar probe", 1
OWN_FILES = frozenset({PROBES_FILE, MAPS_FILE, RECORD_FILE})


def write_probes(
    folder: str | PathLike[str],
    rows: Sequence[Mapping[str, Any]],
    maps: Mapping[str, NDArray[np.generic]],
    record: Mapping[str, Any],
) -> Path:
    """Write probes into a new folder, which appears whole or not at all.

    Parameters
    ----------
    folder : str or Path
        The folder to make, in one that exists.
    rows : sequence of mapping
        A row for each probe, as `ProbeResult.as_row` gives it: ``probes.csv``.
    maps : mapping of str to array
        ``maps.npz``; the names say of which probe.
    record : mapping
        Settings and sources as plain values: ``probe.json``.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    DinosarError
        If the place is taken, the parent is missing or the disk refuses.
    """
    import pandas as pd

    document = {"format": PROBE_FORMAT, "format_version": PROBE_VERSION, **record}
    files = {
        PROBES_FILE: csv_bytes(pd.DataFrame([dict(row) for row in rows])),
        MAPS_FILE: npz_bytes(maps),
        RECORD_FILE: json_bytes(document),
    }
    return _atomic.write_folder(
        Path(folder), files, mark=RECORD_FILE, is_own=OWN_FILES.__contains__
    )


def write_landmark_table(path: str | PathLike[str], table: DataFrame) -> Path:
    """Write how far the network's matches lie from the placed landmarks, as CSV.

    Parameters
    ----------
    path : str or Path
        The file; an earlier one is replaced.
    table : DataFrame
        As `Probe.landmarks` returns it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DinosarError
        If the disk refuses; an earlier file is as it was.
    """
    target = Path(path).absolute()
    _atomic.replace_file(target, csv_bytes(table))
    return target
