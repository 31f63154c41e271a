"""TIFF files that know where their pixels lie: for Fiji in its own way, for programs in full."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError

DESCRIPTION_KEY = "napari_dinosar"
"""Key in ImageJ's part of ImageDescription whose value is our JSON, on one line."""

_LARGEST_LABEL = 65535


def tiff_bytes(
    pixels: NDArray[Any], to_space: NDArray[np.float64], unit: str, about: Mapping[str, Any]
) -> bytes:
    """Return pixels as an ImageJ TIFF with pixel size, origin and a full description.

    Parameters
    ----------
    pixels : array, (h, w), (h, w, 3) or (h, w, 4)
        Floats, whole numbers up to 65535, or 8-bit RGB; a fourth sample is its opacity, which
        is not multiplied into the others. ImageJ shows such a picture as if it were opaque.
    to_space : array, (3, 3)
        Map of (y, x, 1) of a pixel's centre, counted from 0, to (y, x, 1) in `unit`. Its scale
        and, where it does not turn, its origin are written as ImageJ does.
    unit : str
        What `to_space` counts in.
    about : mapping
        Plain values for the description.

    Raises
    ------
    DinosarError
        If the pixels are of a kind or size that ImageJ does not know.
    """
    import tifffile

    size_yx = np.linalg.norm(to_space[:2, :2], axis=0)
    metadata: dict[str, Any] = {"axes": "YXS" if pixels.ndim == 3 else "YX", "unit": unit}
    turns = to_space[0, 1] != 0 or to_space[1, 0] != 0 or (np.diag(to_space) <= 0).any()
    if not turns:
        origin_yx = -to_space[:2, 2] / size_yx
        names = ("yorigin", "xorigin")
        metadata |= {name: float(at) for name, at in zip(names, origin_yx, strict=True) if at}
    finite = pixels[np.isfinite(pixels)] if pixels.dtype.kind == "f" else pixels[:0]
    if finite.size:
        # the display range: Fiji would else take it from values that may be missing
        metadata |= {"min": float(finite.min()), "max": float(finite.max())}
    metadata[DESCRIPTION_KEY] = json.dumps(about, allow_nan=False)
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        imagej_pixels(pixels),
        imagej=True,
        compression="zlib",
        extrasamples=["unassalpha"] if pixels.shape[2:] == (4,) else None,
        resolution=(1 / size_yx[1], 1 / size_yx[0]),
        metadata=metadata,
    )
    return stream.getvalue()


def read_tiff_description(path: str | PathLike[str]) -> dict[str, Any]:
    """Return the description that `tiff_bytes` wrote.

    Raises
    ------
    DinosarError
        If the file is no TIFF of ours.
    """
    import tifffile

    file = Path(path)
    try:
        with tifffile.TiffFile(file) as tiff:
            found = (tiff.imagej_metadata or {}).get(DESCRIPTION_KEY)
        about = json.loads(found) if isinstance(found, str) else None
    except (OSError, ValueError, tifffile.TiffFileError) as error:
        raise DinosarError(f"{file} cannot be read as a TIFF: {error}.") from error
    if not isinstance(about, dict):
        raise DinosarError(
            f"{file} was not saved by napari-dinosar: it has no description of ours."
        )
    return about


def imagej_pixels(pixels: NDArray[Any]) -> NDArray[Any]:
    """Return pixels in a type that ImageJ knows: float32, uint16 or uint8.

    Raises
    ------
    DinosarError
        If whole numbers are negative or larger than 65535.
    """
    if pixels.dtype.kind == "f":
        return pixels.astype(np.float32)
    if pixels.dtype == np.uint8 or pixels.dtype == bool:
        return pixels.astype(np.uint8)
    if pixels.dtype.kind not in "ui" or (pixels.size and pixels.min() < 0):
        raise DinosarError(f"values of type {pixels.dtype} cannot be written as a TIFF")
    if pixels.size and pixels.max() > _LARGEST_LABEL:
        raise DinosarError(f"values above {_LARGEST_LABEL} cannot be written as a TIFF")
    return pixels.astype(np.uint16)
