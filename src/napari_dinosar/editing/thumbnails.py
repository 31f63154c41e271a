"""Small previews of photos, made in the background when they are first asked for."""

from __future__ import annotations

import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import check_size
from napari_dinosar.io.photos import read_photo

if TYPE_CHECKING:
    from PIL.Image import Image

KEPT = 3000
"""Previews in memory: of 96 px, at most 80 MB."""
WAITING = 200
"""Wishes that are remembered; someone who scrolls past more does not wait for them."""
_PATIENCE_S = 2.0
_ORIENTATION = 274  # of TIFF 6.0
# what Pillow raises on files that are damaged, or no JPEGs
_JPEG_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
    RuntimeError, AttributeError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Made:
    preview: NDArray[np.uint8] | None
    problem: str = ""
    is_missing: bool = False


class Thumbnails:
    """Previews of photo files.

    `get` never waits. All methods may be called from any thread.

    Parameters
    ----------
    side_px : int
        The longer side of a preview.

    Signals
    -------
    ready : Path
        A preview is there, or it is known why there is none. Emitted from the thread that makes
        them.
    """

    ready = Signal(object)

    def __init__(self, side_px: int = 96) -> None:
        self.side_px = side_px
        self._made: OrderedDict[Path, _Made] = OrderedDict()
        self._wishes: OrderedDict[Path, None] = OrderedDict()
        self._worker: Thread | None = None
        self._is_closed = False
        self._lock = Lock()

    def get(self, path: Path) -> NDArray[np.uint8] | None:
        """Return the preview of a photo, and have it made where there is none yet.

        Parameters
        ----------
        path : Path
            The photo; what was asked for last is made first.

        Returns
        -------
        array, (h, w, 3) uint8, or None
            RGB, upright; None while it is being made, and where there is a `problem`.
        """
        with self._lock:
            made = self._made.get(path)
            if made is not None:
                self._made.move_to_end(path)
                return made.preview
            if self._is_closed:
                return None
            self._wishes[path] = None
            self._wishes.move_to_end(path)
            if len(self._wishes) > WAITING:
                self._wishes.popitem(last=False)
            if self._worker is None or not self._worker.is_alive():
                self._worker = Thread(target=self._work, name="thumbnails", daemon=True)
                self._worker.start()
        return None

    def problem(self, path: Path) -> str:
        """Return why a photo has no preview; empty where it has one, or is not known yet."""
        with self._lock:
            made = self._made.get(path)
        return "" if made is None else made.problem

    def is_missing(self, path: Path) -> bool:
        """Tell whether there was no such file when its preview was to be made."""
        with self._lock:
            made = self._made.get(path)
        return made is not None and made.is_missing

    def forget_problems(self) -> None:
        """Look again for photos that could not be read, when they are next asked for."""
        with self._lock:
            for path in [path for path, made in self._made.items() if made.problem]:
                del self._made[path]

    def close(self) -> None:
        """End the thread; no more previews are made."""
        with self._lock:
            self._is_closed = True
            self._wishes.clear()
            self._made.clear()
            worker = self._worker
        if worker is not None:
            worker.join(_PATIENCE_S)  # a decoder cannot be stopped, and must not stop napari

    def _work(self) -> None:
        while (path := self._next_wish()) is not None:
            made = self._make(path)
            with self._lock:
                if self._is_closed:
                    return
                self._made[path] = made
                # someone may have asked for it again meanwhile
                self._wishes.pop(path, None)
                while len(self._made) > KEPT:
                    self._made.popitem(last=False)
            self.ready.emit(path)

    def _next_wish(self) -> Path | None:
        with self._lock:
            if not self._wishes:
                self._worker = None
                return None
            return self._wishes.popitem(last=True)[0]

    def _make(self, path: Path) -> _Made:
        try:
            return _Made(thumbnail(path, self.side_px))
        except (DinosarError, MemoryError) as error:
            try:
                is_missing = not path.exists()
            except (OSError, ValueError):
                is_missing = True
            return _Made(None, str(error) or f"{path} does not fit into memory.", is_missing)


def thumbnail(path: Path, side_px: int) -> NDArray[np.uint8]:
    """Read a photo file at a small size, upright and in the colours that `read_photo` gives.

    A JPEG is decoded at up to an eighth of its size; all else is read whole.

    Parameters
    ----------
    path : Path
        The photo.
    side_px : int
        The longer side of what is returned; a photo is never enlarged.

    Returns
    -------
    array, (h, w, 3) uint8
        RGB.

    Raises
    ------
    DinosarError
        As `read_photo`.
    """
    from PIL import Image

    try:
        small = _small_jpeg(path, side_px)
    except _JPEG_ERRORS:
        # no JPEG, or a damaged one: reading it whole says what is wrong
        small = _reduced(Image.fromarray(read_photo(path).rgb), side_px)
    pixels = np.array(small, dtype=np.uint8)
    pixels.setflags(write=False)
    return pixels


def _small_jpeg(path: Path, side_px: int) -> Image:
    # Image.open would warn of large photos, which our own limit decides about
    from PIL.JpegImagePlugin import JpegImageFile

    if not path.is_file():
        raise FileNotFoundError(path)
    with JpegImageFile(path) as image:
        check_size(*image.size, path.name)
        orientation = int(image.getexif().get(_ORIENTATION, 1))
        image.draft(None, (2 * side_px, 2 * side_px))
        image.load()
        return _upright(_reduced(image.convert("RGB"), side_px), orientation)


def _reduced(image: Image, side_px: int) -> Image:
    from PIL.Image import Resampling

    share = min(side_px / max(image.size), 1.0)
    size = (max(round(image.width * share), 1), max(round(image.height * share), 1))
    return image.resize(size, Resampling.BOX, reducing_gap=2.0)


def _upright(image: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(orientation)
    return image if turn is None else image.transpose(turn)
