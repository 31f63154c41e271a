"""One side of a comparison: from a photo to its mask, canvas, tokens and attention, each cached."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.backbones import BUILT_IN, Backbone, Encoding
from napari_dinosar.backbones.cutout import cutout_sha256, rembg_foreground
from napari_dinosar.caching import BoundedCache
from napari_dinosar.core.attention_mask import attention_weights
from napari_dinosar.core.canvas import Canvas, make_canvas
from napari_dinosar.core.foreground import (
    Foreground,
    ValidPatches,
    labels_foreground,
    seeded_foreground,
    threshold_foreground,
)
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.mask_seed import Seed
from napari_dinosar.core.matching import PatchSide
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.core.similarity import unit_tokens
from napari_dinosar.encoding_store import EncodingKey, EncodingStore, Entry, half_precision
from napari_dinosar.io.photos import read_photo
from napari_dinosar.settings import Settings

PhotoInput: TypeAlias = "Photo | str | Path | NDArray[np.generic]"

CACHE_SWITCH = "DINOSAR_CACHE"
"""The environment variable that turns encodings on disk off when it says ``off``."""

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
    ranking_layer : int or None
        Block whose attention ranks and weights patches; None without attention.
    heads : tuple of int or None
        Heads whose attention is averaged for that; None for all.
    """

    photo: Photo
    landmarks: Landmarks | None
    foreground: Foreground
    canvas: Canvas
    patches: ValidPatches
    encoding: Encoding
    side: PatchSide
    ranking_layer: int | None = None
    heads: tuple[int, ...] | None = None

    @property
    def name(self) -> str:
        """Name of the photo."""
        return self.photo.name

    @cached_property
    def attention(self) -> NDArray[np.float32] | None:
        """CLS attention that ranks patches, mean over heads, (rows, cols); None without any."""
        encoding = self.encoding
        if encoding.attention is None or self.ranking_layer is None:
            return None
        place = encoding.attention_layers.index(self.ranking_layer)
        return attention_weights(encoding.attention[place], self.heads)

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


@dataclass(frozen=True, eq=False)
class Memory:
    """What a comparison may remember: of this session, and on disk.

    Attributes
    ----------
    session : Cache
        Photos, masks, canvases and encodings of this process.
    store : EncodingStore or None
        Encodings on disk; None leaves the disk alone.
    """

    session: Cache = field(default_factory=Cache)
    store: EncodingStore | None = None


def default_store() -> EncodingStore | None:
    """Return the store in the user's cache folder; None where DINOSAR_CACHE turns it off."""
    if os.environ.get(CACHE_SWITCH, "").lower() in ("off", "0", "no"):
        return None
    return EncodingStore()


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
    photo: Photo,
    mode: str,
    session: str,
    labels: NDArray[np.generic] | None,
    cache: Cache,
    seed_xy: Seed | None = None,
) -> Foreground:
    """Return the mask of a photo by one mode: ``thresh``, ``rembg`` or ``layer``.

    The seed chooses a part of what is found; what is painted stays as it is.
    """
    if mode == "layer":
        return labels_foreground(labels, photo)
    # rembg runs once for all seeds
    at_threshold = seed_xy if mode == "thresh" else None
    key = (photo.sha256, mode, cutout_sha256(session) if mode == "rembg" else "", at_threshold)
    foreground = cache.foregrounds.get(key)
    if foreground is None:
        foreground = (
            rembg_foreground(photo, session)
            if mode == "rembg"
            else threshold_foreground(photo, seed_xy)
        )
        cache.foregrounds.put(key, foreground)
    return seeded_foreground(foreground, seed_xy, photo.name) if mode == "rembg" else foreground


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
    memory: Memory,
) -> Encoding:
    """Return tokens and attention of a canvas; the network runs only for what is not known.

    Tokens are rounded to half precision whether they come from the network or from the disk, so
    that a result never depends on what was remembered.

    Parameters
    ----------
    backbone : Backbone
        The network or descriptor.
    canvas : Canvas
        What it is shown.
    layers, attention_layers : sequence of int
        Resolved block indices, 0-based.
    memory : Memory
        Where layers are kept, by canvas, weights and arithmetic.
    """
    key = EncodingKey(canvas.sha256, backbone.sha256, backbone.arithmetic)
    wanted: list[Entry] = [
        *(("tokens", layer) for layer in layers),
        *(("attention", layer) for layer in attention_layers),
    ]
    known = _remembered(key, wanted, (canvas.rows, canvas.cols), memory, backbone.name)
    if len(known) < len(wanted):
        fresh = backbone.encode(canvas.rgb, layers=layers, attention_layers=attention_layers)
        values = [*map(half_precision, fresh.tokens)]
        values += [] if fresh.attention is None else [*fresh.attention]
        known = dict(zip(wanted, map(np.ascontiguousarray, values), strict=True))
        if memory.store is not None and backbone.name != BUILT_IN:
            memory.store.put(key, known)
    for entry, value in known.items():
        memory.session.layers.put((key, entry), value)
    tokens = [known["tokens", layer] for layer in layers]
    attention = [known["attention", layer] for layer in attention_layers]
    return Encoding(
        tokens=np.stack(tokens)
        if tokens
        else np.zeros((0, canvas.rows, canvas.cols, 0), dtype=np.float32),
        attention=np.stack(attention) if attention else None,
        layers=tuple(layers),
        attention_layers=tuple(attention_layers),
    )


def _remembered(
    key: EncodingKey, wanted: list[Entry], grid: tuple[int, int], memory: Memory, name: str
) -> dict[Entry, NDArray[np.float32]]:
    """Return what this session or the disk knows of an encoding."""
    known = {entry: memory.session.layers.get((key, entry)) for entry in wanted}
    # the built-in descriptor is computed faster than it is read
    is_whole = all(value is not None for value in known.values())
    if memory.store is not None and name != BUILT_IN and not is_whole:
        tokens = [layer for kind, layer in wanted if kind == "tokens"]
        attention = [layer for kind, layer in wanted if kind == "attention"]
        known |= memory.store.get(key, tokens, attention, grid=grid)
    return {entry: value for entry, value in known.items() if value is not None}


def patch_side(encoding: Encoding, patches: ValidPatches, patch_size: int) -> PatchSide:
    """Return the unit tokens of an encoding with the patches that count."""
    return PatchSide(
        tokens=unit_tokens(encoding.tokens), valid=patches.valid, patch_size=patch_size
    )
