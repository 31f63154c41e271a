"""One side of a comparison: from a photo to its mask, canvas, tokens and attention, each cached."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.backbones import Backbone, Encoding
from napari_dinosar.backbones.cutout import rembg_foreground
from napari_dinosar.caching import BoundedCache
from napari_dinosar.core.canvas import Canvas, make_canvas
from napari_dinosar.core.foreground import (
    Foreground,
    ValidPatches,
    labels_foreground,
    threshold_foreground,
)
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.matching import PatchSide
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.core.similarity import unit_tokens
from napari_dinosar.io.photos import read_photo
from napari_dinosar.settings import Settings

PhotoInput: TypeAlias = "Photo | str | Path | NDArray[np.generic]"

_MEGABYTE = 2**20


@dataclass(frozen=True, eq=False)
class Specimen:
    """A photographed specimen with everything that a comparison derived from it alone.

    Attributes
    ----------
    photo : Photo
        The photograph.
    landmarks : Landmarks or None
        Its landmarks in photo pixels.
    foreground : Foreground
        Un-eroded mask at photo size, and how it was made.
    canvas : Canvas
        What the network saw, and the map between photo and canvas.
    patches : ValidPatches
        Fill of each patch, and which patches count.
    encoding : Encoding
        Patch tokens and attention.
    side : PatchSide
        Unit tokens with their validity, as matching wants them.
    """

    photo: Photo
    landmarks: Landmarks | None
    foreground: Foreground
    canvas: Canvas
    patches: ValidPatches
    encoding: Encoding
    side: PatchSide

    @property
    def name(self) -> str:
        """Name of the photo."""
        return self.photo.name

    @property
    def attention(self) -> NDArray[np.float32] | None:
        """CLS attention over patches, mean over heads, (rows, cols); None without attention."""
        if self.encoding.attention is None:
            return None
        mean: NDArray[np.float32] = self.encoding.attention[0].mean(axis=0)
        return mean

    @property
    def n_valid(self) -> int:
        """Number of valid patches."""
        return int(self.patches.valid.sum())


@dataclass(frozen=True, eq=False)
class Cache:
    """What one session remembers of photos and their encodings.

    Keys hold the content and the settings that decide a value, never names alone, so that an
    edited photo or mask is seen as new.
    """

    photos: BoundedCache[Photo] = field(
        default_factory=lambda: BoundedCache(256 * _MEGABYTE, lambda photo: photo.rgb.nbytes)
    )
    foregrounds: BoundedCache[Foreground] = field(
        default_factory=lambda: BoundedCache(64 * _MEGABYTE, lambda value: value.mask.nbytes)
    )
    canvases: BoundedCache[Canvas] = field(
        default_factory=lambda: BoundedCache(
            64 * _MEGABYTE, lambda canvas: canvas.rgb.nbytes + canvas.mask.nbytes
        )
    )
    layers: BoundedCache[NDArray[np.float32]] = field(
        default_factory=lambda: BoundedCache(256 * _MEGABYTE, lambda tokens: tokens.nbytes)
    )

    def clear(self) -> None:
        """Forget everything."""
        for store in (self.photos, self.foregrounds, self.canvases, self.layers):
            store.clear()


def open_photo(source: PhotoInput, name: str, cache: Cache) -> Photo:
    """Return the photo of a path or an array; a file that has not changed is not read again.

    Parameters
    ----------
    source : Photo, path or array
        A file, pixels as napari shows them, or a photo that is open already.
    name : str
        Name of an array, for messages and tables.
    cache : Cache
        Where photos of files are kept.
    """
    if isinstance(source, Photo):
        return source
    if not isinstance(source, str | Path):
        return photo_from_array(np.asarray(source), name)
    path = Path(source)
    try:
        stat = path.stat()
    except OSError:
        return read_photo(path)
    key = (path.resolve(), stat.st_mtime_ns, stat.st_size)
    photo = cache.photos.get(key)
    if photo is None:
        photo = read_photo(path)
        cache.photos.put(key, photo)
    return photo


def find_foreground(
    photo: Photo, mode: str, session: str, labels: NDArray[np.generic] | None, cache: Cache
) -> Foreground:
    """Return the mask of a photo by one mode: ``thresh``, ``rembg`` or ``layer``."""
    if mode == "layer":
        return labels_foreground(labels, photo)
    key = (photo.sha256, mode, session if mode == "rembg" else "")
    foreground = cache.foregrounds.get(key)
    if foreground is None:
        foreground = (
            rembg_foreground(photo, session) if mode == "rembg" else threshold_foreground(photo)
        )
        cache.foregrounds.put(key, foreground)
    return foreground


def place_on_canvas(
    photo: Photo, foreground: Foreground, settings: Settings, patch_size: int, cache: Cache
) -> Canvas:
    """Return the canvas of a photo under the settings."""
    mask_digest = hashlib.sha256(np.packbits(foreground.mask).tobytes()).hexdigest()
    framing = (
        settings.img_size,
        settings.crop,
        settings.canvas,
        settings.mask_erode_px,
        settings.background,
    )
    key = (photo.sha256, photo.name, mask_digest, patch_size, framing)
    canvas = cache.canvases.get(key)
    if canvas is None:
        canvas = make_canvas(
            photo,
            foreground.mask,
            patch_size=patch_size,
            img_size=settings.img_size,
            crop=settings.crop,
            canvas=settings.canvas,
            mask_erode_px=settings.mask_erode_px,
            background=settings.background,
        )
        cache.canvases.put(key, canvas)
    return canvas


def encode(
    backbone: Backbone,
    canvas: Canvas,
    layers: Sequence[int],
    attention_layers: Sequence[int],
    cache: Cache,
) -> Encoding:
    """Return tokens and attention of a canvas; the network runs only for what is not known.

    Parameters
    ----------
    backbone : Backbone
        The network or descriptor.
    canvas : Canvas
        What it is shown.
    layers, attention_layers : sequence of int
        Resolved block indices, 0-based.
    cache : Cache
        Where layers are kept, by canvas, weights and layer.
    """
    stem = (canvas.sha256, backbone.sha256)
    keys = [(*stem, "tokens", layer) for layer in layers]
    keys += [(*stem, "attention", layer) for layer in attention_layers]
    known = [cache.layers.get(key) for key in keys]
    if any(value is None for value in known):
        fresh = backbone.encode(canvas.rgb, layers=layers, attention_layers=attention_layers)
        known = [*fresh.tokens, *(fresh.attention if fresh.attention is not None else ())]
        for key, value in zip(keys, known, strict=True):
            cache.layers.put(key, np.ascontiguousarray(value))
    values = [value for value in known if value is not None]
    attention = values[len(layers) :]
    return Encoding(
        tokens=np.stack(values[: len(layers)]),
        attention=np.stack(attention) if attention else None,
        layers=tuple(layers),
        attention_layers=tuple(attention_layers),
    )


def patch_side(encoding: Encoding, patches: ValidPatches, patch_size: int) -> PatchSide:
    """Return the unit tokens of an encoding with the patches that count."""
    return PatchSide(
        tokens=unit_tokens(encoding.tokens), valid=patches.valid, patch_size=patch_size
    )
