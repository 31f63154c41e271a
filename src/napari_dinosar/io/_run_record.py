"""The record of a run, run.yaml: read as plain data, its version judged, its entries checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import MAX_PIXELS
from napari_dinosar.findings import RUN_FORMAT, RUN_VERSION
from napari_dinosar.io.whole_files import first_bytes, whole_file
from napari_dinosar.settings import Settings

MAX_BYTES = 2**19
_SNIFFED_BYTES = 4096
_MAX_PATCH_PX = 4096
_LARGEST, _DEEPEST = 1e12, 32

_TEXT, _OPTIONAL_TEXT, _WHOLE = (str,), (str, type(None)), (int,)
_MAPPING, _LIST, _OPTIONAL_WHOLE = (dict,), (list,), (int, type(None))
_KINDS = {
    str: "text", int: "a whole number", dict: "a group of entries", list: "a list",
    type(None): "nothing",
}  # fmt: skip

_ENTRIES: Mapping[str, tuple[type, ...]] = {
    "created": _TEXT,
    "settings": _MAPPING,
    "backbone": _MAPPING,
    "backbone.name": _TEXT,
    "backbone.patch_size": _WHOLE,
    "attention_layer": _OPTIONAL_WHOLE,
    **{
        f"photo_{letter}{part}": kinds
        for letter in "ab"
        for part, kinds in {
            "": _MAPPING,
            ".name": _TEXT,
            ".path": _OPTIONAL_TEXT,
            ".path_relative": _OPTIONAL_TEXT,
            ".sha256": _TEXT,
            ".n_bytes": _OPTIONAL_WHOLE,
            ".size_xy": _LIST,
        }.items()
    },
    "alignment": _MAPPING,
    "alignment.stage": _TEXT,
    "warnings": _LIST,
    "notes": _LIST,
}
"""What findings rely on; all else in a record is kept as it is."""


def looks_like_run(path: Path) -> bool:
    """Tell whether a file begins as a run's run.yaml does; False for what cannot be read."""
    head = first_bytes(path, _SNIFFED_BYTES)
    lines = head.decode("utf-8-sig", errors="replace").splitlines()
    return any(_is_format_line(line) for line in lines)


def _is_format_line(line: str) -> bool:
    key, _, value = line.partition(":")
    return key == "format" and value.strip().strip("'\"") == RUN_FORMAT


def read_record(path: Path) -> dict[str, Any]:
    """Return what a run.yaml says, once it is known to be one that this version reads.

    Raises
    ------
    DinosarError
        If it is not a run's record, was written by a newer or an older version, or is damaged.
    """
    record = _load_yaml(path)
    if not isinstance(record, dict) or record.get("format") != RUN_FORMAT:
        raise DinosarError(
            f"{path} is not the record of a run: it does not say 'format: {RUN_FORMAT}'. Choose "
            f"the run.yaml of a run folder."
        )
    _refuse_other_versions(record.get("format_version"), path)
    for name, kinds in _ENTRIES.items():
        _check_entry(record, name, kinds, path)
    for letter in "ab":
        _check_size(record[f"photo_{letter}"]["size_xy"], letter, path)
    if not 1 <= record["backbone"]["patch_size"] <= _MAX_PATCH_PX:
        raise DinosarError(f"{path} is damaged: its patch_size is no number of pixels.")
    if not all(isinstance(text, str) for text in (*record["warnings"], *record["notes"])):
        raise DinosarError(f"{path} is damaged: its warnings and notes are not all text.")
    _check_matrix(record["alignment"].get("matrix"), path)
    try:
        Settings.from_mapping(record["settings"])
    except DinosarError as error:
        raise DinosarError(f"{path} has settings that cannot be used: {error}") from error
    return record


def _refuse_other_versions(version: object, path: Path) -> None:
    if type(version) is not int or version < 1:
        raise DinosarError(f"{path} is damaged: it does not say which format_version it has.")
    if version > RUN_VERSION:
        raise DinosarError(
            f"{path} was made by a newer version of napari-dinosar (run format {version}; this "
            f"version reads up to {RUN_VERSION}). Update napari-dinosar to open it."
        )
    if version < RUN_VERSION:
        raise DinosarError(
            f"{path} was made by an earlier version of napari-dinosar (run format {version}), "
            f"which kept neither previews of the photos nor the values behind the scores. Its "
            f"tables can be read as they are; to open it, compare its photos again with the "
            f"settings that it lists."
        )


def _check_entry(record: Mapping[str, Any], name: str, kinds: tuple[type, ...], path: Path) -> None:
    value: Any = record
    for part in name.split("."):
        value = value.get(part)
    if type(value) not in kinds:
        wanted = " or ".join(_KINDS[kind] for kind in kinds)
        raise DinosarError(
            f"{path} is damaged: its entry '{name}' must be {wanted}, not {ascii(value)[:40]}."
        )


def _check_size(size: list[Any], letter: str, path: Path) -> None:
    is_size = len(size) == 2 and all(type(side) is int and side > 0 for side in size)
    if not is_size or size[0] * size[1] > MAX_PIXELS:
        raise DinosarError(
            f"{path} is damaged: size_xy of photo_{letter} must be width and height of at most "
            f"{MAX_PIXELS / 1e6:g} megapixels."
        )


def _check_matrix(matrix: object, path: Path) -> None:
    """Refuse an alignment that is no map; None where nothing was aligned."""
    if matrix is None:
        return
    rows = matrix if isinstance(matrix, list) else []
    is_map = len(rows) == 3 and all(
        isinstance(row, list) and len(row) == 3 and all(map(_is_number, row)) for row in rows
    )
    if not is_map:
        raise DinosarError(f"{path} is damaged: the matrix of its alignment is not 3 x 3 numbers.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < _LARGEST


def _load_yaml(path: Path) -> Any:
    import yaml

    choose = "choose the run.yaml of a run folder"
    content = whole_file(path, MAX_BYTES, choose=choose, beyond="No record of a run is as long.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DinosarError(f"{path} is damaged: it is not text in UTF-8.") from error
    # ten times as fast, and as safe; not in every build of the library
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_bombs(yaml.parse(text, loader), path)
        return yaml.load(text, loader)
    except (yaml.YAMLError, ValueError, OverflowError, TypeError, AttributeError) as error:
        raise DinosarError(f"{path} is not YAML, or was cut off: {_short(error)}.") from error


def _refuse_bombs(events: Iterable[object], path: Path) -> None:
    """Refuse what no run writes: depth, and aliases, of which few stand for any amount."""
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise DinosarError(f"{path} is not read: it holds aliases, which no run writes.")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise DinosarError(f"{path} is damaged: its entries are nested too deeply.")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
