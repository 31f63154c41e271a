"""Photo and mask files: whatever Pillow reads, upright, or one clear error that names the file."""

from __future__ import annotations

import hashlib
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import MAX_PIXELS, Photo, check_size, rgb_from_samples

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAX_FILE_BYTES = 2 * 1024**3
"""Largest file that is read: 200 megapixels of uncompressed 16-bit RGBA fit."""

# Formats of photographs. Others that Pillow knows run programs (EPS) or take any bytes (TGA).
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "JPEG2000", "PPM")

# What Pillow's decoders raise on damaged files
_DECODING_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
    MemoryError, RuntimeError, AttributeError, struct.error, zlib.error,
)  # fmt: skip

_ORIENTATION, _BITS_PER_SAMPLE, _PLANAR_CONFIGURATION = 274, 258, 284  # TIFF 6.0
_ALPHA_MODES = ("P", "PA", "LA", "La", "RGBa")
_SAMPLE_MODES = ("1", "L", "I", "F", "RGB", "RGBA")
_NATIVE = "L" if sys.byteorder == "little" else "B"
_open_lock = Lock()


def read_photo(path: str | Path, max_pixels: int = MAX_PIXELS) -> Photo:
    """Read a photo file.

    EXIF orientation is applied; grey, palette and CMYK become RGB; alpha is laid over white; 16-bit
    values are divided by 257, or by their own maximum when that is under 1/8 of the range. Of an
    animation or a stack of pages the first is taken, with a warning.

    Parameters
    ----------
    path : str or Path
        A JPEG, PNG, TIFF, WebP, BMP, GIF, JPEG 2000 or PPM file.
    max_pixels : int
        Largest photo accepted; 200 megapixels by default.

    Returns
    -------
    Photo
        Its ``sha256`` and ``n_bytes`` are those of the file.

    Raises
    ------
    DinosarError
        When the file is missing, empty, damaged, not a photo, too small or too large; the message
        names it and says what to do.
    """
    path = Path(path)
    data = _file_bytes(path)
    with _decoding(path):
        image = _opened(data)
        width, height = image.size
        check_size(width, height, path.name, max_pixels)
        frame_notes = _frame_notes(image)
        samples, depth_notes = _samples(image, data, path.name)
        orientation = int(image.getexif().get(_ORIENTATION, 1))
    rgb, provenance = rgb_from_samples(_upright(samples, orientation), path.name, max_pixels)
    provenance |= {"format": image.format, "mode": image.mode}
    if orientation != 1:
        provenance["exif_orientation"] = orientation
    return Photo(
        rgb,
        path.name,
        hashlib.sha256(data).hexdigest(),
        len(data),
        path=path,
        warnings=tuple(f"{path.name}: {note}" for note in (*frame_notes, *depth_notes)),
        provenance=provenance,
    )


def read_mask(path: str | Path) -> NDArray[np.bool_]:
    """Read a mask from an image file, at the size and depth that it has.

    Where some of the picture is transparent, specimen is what is opaque to at least half: it is a
    cut-out, or painted on an empty layer. Otherwise specimen is what is not 0, so that labels of
    any depth count.

    Parameters
    ----------
    path : str or Path
        A PNG, TIFF, WebP, BMP, GIF, JPEG 2000 or PPM file.

    Returns
    -------
    array, (H, W) bool
        Upright, as its EXIF orientation asks for.

    Raises
    ------
    DinosarError
        As `read_photo`, and for a JPEG, whose compression leaves hardly a pixel near the edge at 0.
    """
    path = Path(path)
    data = _file_bytes(path)
    with _decoding(path):
        image = _opened(data)
        check_size(*image.size, path.name)
        if image.format in ("JPEG", "MPO"):
            raise DinosarError(
                f"{path} is a JPEG, which smears the edge of a mask: what was 0 no longer is. "
                "Save the mask as PNG or TIFF."
            )
        samples, _ = _samples(image, data, path.name)
        orientation = int(image.getexif().get(_ORIENTATION, 1))
    samples = np.atleast_3d(_upright(samples, orientation))
    if samples.shape[2] == 4:
        alpha, opaque = samples[..., 3], np.iinfo(samples.dtype).max
        if (alpha < opaque).any():
            return np.asarray(alpha > opaque // 2)
        samples = samples[..., :3]
    return np.asarray((samples > 0).any(axis=2))


def _file_bytes(path: Path) -> bytes:
    """Read a file whole, once: the checksum and the pixels come from the same bytes."""
    try:
        if path.is_dir():
            raise DinosarError(f"{path} is a folder. Choose a photo file.")
        if not path.is_file():
            raise DinosarError(f"There is no file {path}. Check the name and the folder.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise DinosarError(
                f"{path} has {size / 2**30:.1f} GB, more than the limit of "
                f"{MAX_FILE_BYTES / 2**30:g} GB. Save a smaller copy and use that."
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise DinosarError(f"{path} cannot be read: {error}.") from error
    if not data:
        raise DinosarError(f"{path} is empty. Copy or export the photo again.")
    return data


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises on a damaged file into one error that names it."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except UnidentifiedImageError as error:
        raise DinosarError(
            f"{path} is not a photo that can be read ({', '.join(FORMATS)}). Save it as JPEG, PNG "
            "or TIFF."
        ) from error
    except (*_DECODING_ERRORS, Image.DecompressionBombError) as error:
        raise DinosarError(
            f"{path} is damaged or incomplete and cannot be read ({error}). Copy or export the "
            "photo again."
        ) from error


def _opened(data: bytes) -> ImageFile:
    """Read the header only; the size is then held against our own limit, not Pillow's."""
    from PIL import Image

    with _open_lock:
        pillows_limit = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = None
        try:
            return Image.open(BytesIO(data), formats=FORMATS)
        finally:
            Image.MAX_IMAGE_PIXELS = pillows_limit


def _samples(image: ImageFile, data: bytes, name: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Decode the first frame into samples (H, W) or (H, W, 3 or 4), with notes for the user."""
    _refuse_deep_planes(image, name)
    swapped = [_byte_swapped(_rawmode(tile.args)) for tile in image.tile]
    deep = any(";16" in _rawmode(tile.args) for tile in image.tile)
    deep = deep and not image.mode.startswith("I")
    image.load()
    if deep and all(swapped):
        return np.asarray(image).astype(np.uint16) << 8 | _low_bytes(data, swapped), ()
    notes = ("only the upper 8 of its 16 bits could be read.",) if deep else ()
    return np.asarray(_in_plain_mode(image)), notes


def _in_plain_mode(image: ImageFile) -> Image:
    """Convert palettes, CMYK and the like to RGB or RGBA; leave grey and deep samples alone."""
    if image.mode in _ALPHA_MODES or image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in _SAMPLE_MODES or image.mode.startswith("I;16"):
        return image
    return image.convert("RGB")


def _rawmode(arguments: tuple[Any, ...] | str | None) -> str:
    """Return how the samples of a tile lie in the file, as Pillow names it."""
    return str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)


def _byte_swapped(rawmode: str) -> str:
    """Return the rawmode of the other byte order; empty where Pillow has none."""
    stem, _, order = rawmode.replace(";16N", f";16{_NATIVE}").partition(";16")
    if stem not in ("RGB", "RGBA") or order not in ("L", "B"):
        return ""
    return f"{stem};16{'B' if order == 'L' else 'L'}"


def _low_bytes(data: bytes, rawmodes: list[str]) -> NDArray[np.uint8]:
    """Return the lower 8 bits of 16-bit colour samples.

    Pillow has no image of 16 bits a channel and keeps the upper byte of each sample. Told that the
    bytes lie the other way round, it keeps the lower one.
    """
    image = _opened(data)
    tiles = []
    for tile, rawmode in zip(image.tile, rawmodes, strict=True):
        rest = tile.args[1:] if isinstance(tile.args, tuple) else None
        tiles.append(tile._replace(args=rawmode if rest is None else (rawmode, *rest)))
    image.tile = tiles
    image.load()
    return np.asarray(image)


def _refuse_deep_planes(image: ImageFile, name: str) -> None:
    """Refuse 16-bit TIFFs with one plane per channel, which Pillow would decode wrongly."""
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(_BITS_PER_SAMPLE, (8,))
    if tags.get(_PLANAR_CONFIGURATION, 1) == 2 and len(bits) > 1 and max(bits) > 8:
        raise DinosarError(
            f"{name} keeps its {max(bits)}-bit channels in separate planes, which cannot be read "
            "here. Save it as PNG, or as TIFF with interleaved channels."
        )


def _upright(samples: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn and mirror samples (H, W, ...) as their EXIF orientation, 1 to 8, asks for."""
    if orientation not in range(2, 9):
        return samples
    if orientation >= 5:
        samples = samples.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return samples


def _frame_notes(image: ImageFile) -> tuple[str, ...]:
    """Say that there are more frames; those of a phone's MPO file are previews of the first."""
    if image.format == "MPO" or not getattr(image, "is_animated", False):
        return ()
    return ("the file holds several frames or pages; the first one is used.",)
