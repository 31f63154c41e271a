"""Values of a JSON file, taken out one by one, each checked against the kind it must have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.whole_files import whole_file

MAX_FILE_BYTES = 512 * 2**20
"""The largest keypoints files in use have about 240 MB; parsed, this many take some 5 GB."""

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def load_json(path: Path, what: str = "a COCO keypoints file", max_bytes: int | None = None) -> Any:
    """Return what a JSON file holds, in UTF-8, -16 or -32, with a byte order mark or without.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What messages call the file that is wanted.
    max_bytes : int
        The largest file that is read; `MAX_FILE_BYTES` without it.

    Raises
    ------
    DinosarError
        If it is not a file, is too large, cannot be read, or is not JSON.
    """
    most = MAX_FILE_BYTES if max_bytes is None else max_bytes
    choose = f"choose {what} (JSON)"
    content = whole_file(path, most, choose=choose, beyond="Keep only the photos you compare.")
    if not content.strip():
        raise DinosarError(f"{path} is empty; {choose}.")
    try:
        return json.loads(content)
    except RecursionError as error:
        raise DinosarError(f"{path} is not {what}: its lists are nested too deeply.") from error
    except ValueError as error:
        raise DinosarError(f"{path} is not JSON, or was cut off: {error}.") from error


def take(
    record: dict[str, Any], key: str, kind: type | tuple[type, ...], where: str, default: Any = None
) -> Any:
    """Return ``record[key]`` when it is of that kind; absent and null give the default."""
    value = record.get(key)
    if value is None:
        return default
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if type(value) not in kinds:
        expected = " or ".join(_KINDS[one] for one in kinds)
        raise DinosarError(f"{where}: '{key}' must be {expected}, not {described(value)}.")
    if type(value) is str:
        _refuse_broken_text(value, key, where)
    return value


def take_records(document: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    """Return a list of objects; absent and null are an empty list."""
    records = take(document, key, list, where, [])
    for number, record in enumerate(records, start=1):
        if type(record) is not dict:
            raise DinosarError(
                f"{where}: number {number} of '{key}' must be an object, not {described(record)}."
            )
    return list(records)


def take_id(record: dict[str, Any], key: str, where: str) -> str:
    """Return an id, which may be a whole number or text, as text."""
    value = take(record, key, (int, str), where)
    if value is None or value == "":
        raise DinosarError(f"{where} has no '{key}'.")
    return str(value)


def take_texts(record: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    """Return a list of texts; absent and null are an empty list."""
    values = take(record, key, list, where, [])
    for value in values:
        if type(value) is not str:
            raise DinosarError(f"{where}: '{key}' must hold texts, not {described(value)}.")
        _refuse_broken_text(value, key, where)
    return tuple(values)


def take_words(record: dict[str, Any], key: str, where: str) -> dict[str, str]:
    """Return an object of texts; absent and null are an empty one."""
    words: dict[str, str] = take(record, key, dict, where, {})
    for value in words.values():
        if type(value) is not str:
            raise DinosarError(f"{where}: '{key}' holds {described(value)}, not text.")
    return words


def finite_numbers(values: list[Any], key: str, where: str) -> NDArray[np.float64]:
    """Return a list of numbers as float64; anything that is not a finite number is an error."""
    if not {*map(type, values)} <= {float, int}:
        wrong = next(value for value in values if type(value) not in (float, int))
        raise DinosarError(f"{where}: '{key}' must hold numbers, not {described(wrong)}.")
    try:
        numbers = np.array(values, dtype=np.float64)
    except OverflowError as error:
        raise DinosarError(f"{where}: '{key}' holds a number that is too large.") from error
    if not np.isfinite(numbers).all():
        raise DinosarError(f"{where}: '{key}' holds NaN or an infinite number.")
    return numbers


def described(value: Any) -> str:
    """Return a value for a message, with its kind, cut short."""
    text = ascii(value) if isinstance(value, str | int | float) else ""
    kind = _KINDS[type(value)]
    if len(text) > 40:
        text = f"{text[:40]}..."
    return f"{kind} ({text})" if text else kind


def _refuse_broken_text(text: str, key: str, where: str) -> None:
    """Refuse half of a UTF-16 pair, which JSON can spell but no file or screen can show."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DinosarError(f"{where}: '{key}' holds text that is not Unicode.") from error
