"""The folder that a run writes: settings, summary, tables, arrays, landmarks and figures."""

from __future__ import annotations

import io
import json
import math
import os
import re
from collections.abc import Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.findings import TABLES, Findings
from napari_dinosar.io import _atomic
from napari_dinosar.io._run_arrays import run_arrays
from napari_dinosar.io._run_landmarks import landmarks_document

if TYPE_CHECKING:
    from pandas import DataFrame

RUN_FILE = "run.yaml"
"""The file that shows a folder to be a run's."""

SUMMARY_FILE, ARRAYS_FILE, LANDMARKS_FILE = "summary.json", "arrays.npz", "landmarks.json"
NOISE_FILE, CONTEXT_FILE = "noise.npz", "context.csv"
FIGURES_FOLDER = "figures"
LOCATED = ("photo_a", "photo_b", "backbone", "cutout")
"""The entries of run.yaml that speak of the two photos."""

OWN_FILES = frozenset(
    {
        *(RUN_FILE, SUMMARY_FILE, ARRAYS_FILE, LANDMARKS_FILE, NOISE_FILE, CONTEXT_FILE),
        *(f"{name}.csv" for name in TABLES),
    }
)
"""What a run writes beside its figures, its noise floor among it, and so what a newer run of its
name may replace."""

FIGURE_NAME = re.compile(
    r"(aligned|attention(_heads)?_[ab]_layer\d+|cell_(grid|histogram|map|matches)"
    r"|histogram_[a-z_]+|matches|pair|tps_grids)\.(png|svg)"
)
"""What figures of a run are called."""

_PHOTO_SUFFIX = re.compile(r"\.(jpe?g|png|tiff?|bmp|gif|webp)$", re.IGNORECASE)
_NAME_BYTES = 80


def write_findings(
    folder: str | PathLike[str],
    findings: Findings,
    *,
    figures: Mapping[str, bytes] | None = None,
    extras: Mapping[str, bytes] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the folder of a run, which `read_run` reads back. It appears whole, or nothing does.

    Parameters
    ----------
    folder : str or Path
        The folder to make, in one that exists.
    findings : Findings
        What was found.
    figures : mapping of str to bytes, optional
        Content of pictures by file name, as `napari_dinosar.io.figures` makes them; with the
        sub-folder in front or without.
    extras : mapping of str to bytes, optional
        What else lies beside the run, by file name, such as its flags: work that a comparison
        does not make again. A folder that holds some is never replaced.
    overwrite : bool
        Replace an earlier run of this name. A folder that holds anything but a run's files is
        never replaced.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    DinosarError
        If the place is taken, the parent is missing or the disk refuses.
    TypeError, ValueError
        If a value has no plain form in YAML, JSON or npz, or a figure no name of ours; nothing
        is written then.
    """
    target = check_target(folder, overwrite=overwrite)
    record = with_relative_paths(findings.record, Path(os.path.realpath(target)))
    files = {
        RUN_FILE: yaml_bytes(record),
        SUMMARY_FILE: json_bytes(findings.summary),
        **{f"{name}.csv": csv_bytes(findings.tables[name]) for name in TABLES},
        ARRAYS_FILE: npz_bytes(run_arrays(findings)),
        LANDMARKS_FILE: json_bytes(landmarks_document(findings)),
        **{_in_figures(name): content for name, content in (figures or {}).items()},
    }
    return _atomic.write_folder(
        target, files, mark=RUN_FILE, is_own=is_own, overwrite=overwrite, guests=extras
    )


def _in_figures(name: str) -> str:
    return f"{FIGURES_FOLDER}/{name.removeprefix(f'{FIGURES_FOLDER}/')}"


def is_own(name: str) -> bool:
    """Tell whether a path inside a run folder is one that a run writes."""
    folder, _, file = name.rpartition("/")
    if not folder:
        return file in OWN_FILES
    return folder == FIGURES_FOLDER and (not file or bool(FIGURE_NAME.fullmatch(file)))


def with_relative_paths(record: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a record with each input's path as seen from the run's folder beside it.

    Parameters
    ----------
    record : mapping
        What run.yaml holds. Photos, networks and inputs with a ``path`` get ``path_relative``,
        with ``/`` on every system; None where no way leads there, as to another drive.
    folder : Path
        The run's folder, absolute, without links.
    """
    inputs = record.get("inputs")
    changed = {name: _located(record[name], folder) for name in LOCATED if name in record}
    if isinstance(inputs, Mapping):
        changed["inputs"] = {name: _located(one, folder) for name, one in inputs.items()}
    return {**record, **changed}


def _located(entry: Any, folder: Path) -> Any:
    """Put ``path_relative`` behind the ``path`` of an entry that has one."""
    if not isinstance(entry, Mapping) or "path" not in entry:
        return entry
    located: dict[str, Any] = {}
    for key, value in entry.items():
        if key != "path_relative":
            located[key] = value
        if key == "path":
            located["path_relative"] = None if value is None else _relative(str(value), folder)
    return located


def _relative(path: str, folder: Path) -> str | None:
    if not os.path.isabs(path):
        return None
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return None


def check_target(folder: str | PathLike[str], *, overwrite: bool = False) -> Path:
    """Return the absolute path of a run folder to be, or raise before any work is done.

    Raises
    ------
    DinosarError
        As `write_findings` would for this place.
    """
    return _atomic.check_free(Path(folder), mark=RUN_FILE, is_own=is_own, overwrite=overwrite)


def default_run_name(name_a: str, name_b: str, now: datetime) -> str:
    """Return ``dinosar_{A}_vs_{B}_{YYYYmmdd-HHMMSS}``, fit to be a folder's name on any system.

    Parameters
    ----------
    name_a, name_b : str
        The photos' names; folders and the suffix of a photo file are dropped.
    now : datetime
        When the run was made.
    """
    return f"dinosar_{_file_safe(name_a)}_vs_{_file_safe(name_b)}_{now:%Y%m%d-%H%M%S}"


def plain(value: Any) -> Any:
    """Return a value in the types that YAML and JSON share.

    Tuples become lists, paths text, numpy's numbers Python's; NaN and infinity, which JSON does
    not have, become None.

    Raises
    ------
    TypeError
        For every other type: a record must not hold what its reader would not expect.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str | PurePath):
        text = value if isinstance(value, str) else str(value)
        # A file's name may hold bytes that are not Unicode; they are spelt out.
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(
                f"keys of a record must be text, not {sorted(map(type, value), key=str)}"
            )
        return {plain(key): plain(item) for key, item in value.items()}
    raise TypeError(f"a record cannot hold {type(value).__name__}: {value!r}")


def yaml_bytes(record: Mapping[str, Any]) -> bytes:
    """Return a record as YAML in the order of its keys."""
    import yaml

    text: str = yaml.safe_dump(plain(record), sort_keys=False, allow_unicode=True, width=100)
    return text.encode("utf-8")


def json_bytes(record: Mapping[str, Any]) -> bytes:
    """Return a record as JSON in the order of its keys."""
    text = json.dumps(plain(record), indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def csv_bytes(table: DataFrame) -> bytes:
    """Return a table as CSV in UTF-8, one line a row, with every number's shortest exact form."""
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8", "backslashreplace")


def npz_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays as a compressed npz file that needs no pickle."""
    values = {name: np.asarray(array) for name, array in arrays.items()}
    for name, array in values.items():
        if array.dtype.hasobject:
            raise TypeError(f"array {name} holds Python objects, which npz keeps only by pickle")
    stream = io.BytesIO()
    np.savez_compressed(stream, **values)  # type: ignore[arg-type]
    return stream.getvalue()


def _file_safe(name: str) -> str:
    last = re.split(r"[\\/]", name)[-1]
    safe = re.sub(r"[^\w.()+-]+", "_", _PHOTO_SUFFIX.sub("", last)).strip("._ ")
    return safe.encode("utf-8", "ignore")[:_NAME_BYTES].decode("utf-8", "ignore") or "photo"
