"""The file of one canvas's encoding: its layers as entries of a safetensors file, each checked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

_FORMAT = "napari-dinosar encoding 1"
_HALF_ERROR = 1e-3

Entry: TypeAlias = tuple[Literal["tokens", "attention"], int]
"""What an array is, and the block it comes from."""

Array: TypeAlias = NDArray[np.float32]


class EncodingKey(NamedTuple):
    """What decides an encoding.

    Attributes
    ----------
    canvas_sha256 : str
        Of the shape and pixels of the canvas.
    weights_sha256 : str
        Of the network's file.
    precision : str
        The arithmetic, as the backbone names it.
    """

    canvas_sha256: str
    weights_sha256: str
    precision: str

    @property
    def file_name(self) -> str:
        """Name of the file that holds the encoding."""
        return f"{hashlib.sha256(' '.join(self).encode()).hexdigest()[:40]}.safetensors"


def half_precision(tokens: Array) -> Array:
    """Round the tokens of one layer as the store does, so that a result never depends on it.

    Parameters
    ----------
    tokens : numpy.ndarray
        (rows, cols, dim) float32.

    Returns
    -------
    numpy.ndarray
        Rounded to half precision and back to float32; as they were when that would move a token
        by more than a thousandth of its length (values beyond 65504, or all very small).
    """
    return packed_entry(("tokens", 0), tokens).astype(np.float32)


def packed_entry(entry: Entry, array: Array) -> NDArray[Any]:
    """Return an array as it is written: tokens in half precision where they bear it.

    The networks end in a LayerNorm, so that tokens are of the order of 1. Attention is not: most of
    it is far below what half precision can tell apart.
    """
    exact = np.ascontiguousarray(array, dtype=np.float32)
    if entry[0] != "tokens":
        return exact
    with np.errstate(over="ignore", invalid="ignore"):
        half = exact.astype(np.float16)
        error = half.astype(np.float32) - exact
        moved = np.einsum("...i,...i", error, error, dtype=np.float64)
        length = np.einsum("...i,...i", exact, exact, dtype=np.float64)
        bears_it = bool((moved <= _HALF_ERROR**2 * length).all())
    return half if bears_it else exact


def grid_of(entry: Entry, array: NDArray[Any]) -> tuple[int, ...]:
    """Return the rows and columns of patches that an entry speaks of."""
    return array.shape[:2] if entry[0] == "tokens" else array.shape[1:]


def read_entries(
    path: Path, key: EncodingKey, wanted: Collection[Entry] | None = None
) -> dict[Entry, Array]:
    """Read what a file holds; damaged, cut short or foreign ones hold nothing.

    Parameters
    ----------
    path : Path
        The file; it need not exist.
    key : EncodingKey
        What it must say of itself.
    wanted : collection of (kind, block), optional
        Entries to read; all when None.

    Returns
    -------
    dict of (kind, block) to numpy.ndarray
        Those that are there with the checksum that was noted, float32.
    """
    from safetensors import SafetensorError, safe_open

    found: dict[Entry, Array] = {}
    try:
        with safe_open(path, framework="np") as stored:
            noted = stored.metadata() or {}
            if not _header(key).items() <= noted.items():
                return {}
            for name in stored.keys():  # noqa: SIM118 - no mapping
                entry = _entry_of(name)
                if entry is None or (wanted is not None and entry not in wanted):
                    continue
                array = _sound_array(stored, name, noted.get(name))
                if array is not None:
                    found[entry] = array
    except (SafetensorError, OSError):
        return {}
    return found


def _entry_of(name: str) -> Entry | None:
    named = re.fullmatch(r"(tokens|attention)\.(\d{1,4})", name)
    if named is None:
        return None
    return ("tokens" if named[1] == "tokens" else "attention", int(named[2]))


def _sound_array(stored: Any, name: str, checksum: str | None) -> Array | None:
    """Return an array of a file in float32; None when it is not what was written."""
    declared = stored.get_slice(name)
    shape = declared.get_shape()
    if declared.get_dtype() not in ("F16", "F32") or len(shape) != 3 or 0 in shape:
        return None
    written = stored.get_tensor(name)
    array: Array = written.astype(np.float32)
    if _checksum(written) != checksum or not np.isfinite(array).all():
        return None
    return array


def _checksum(array: NDArray[Any]) -> str:
    """Return the SHA-256 of kind, shape and bytes."""
    digest = hashlib.sha256(f"{array.dtype.name} {array.shape} ".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _header(key: EncodingKey) -> dict[str, str]:
    return {"format": _FORMAT, **key._asdict()}


def file_content(key: EncodingKey, packed: Mapping[Entry, NDArray[Any]]) -> bytes:
    """Return the bytes of a file that says of itself whose encoding it holds."""
    from safetensors.numpy import save

    tensors = {f"{kind}.{block}": array for (kind, block), array in packed.items()}
    checksums = {name: _checksum(array) for name, array in tensors.items()}
    return save(tensors, metadata={**_header(key), **checksums})
