"""A piece of a photo around a landmark: which piece, and made away from the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qtpy.compat import isalive
from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtGui import QImage

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo
from napari_dinosar.project.state import Position, Specimen

SHARE, LEAST_PX = 0.35, 24.0
"""How much of the specimen's size is shown, and never less than so many pixels of the photo."""

MOST_PX = 640
"""Pixels of a finished piece; one of a large photo is thinned out to that."""


@dataclass(frozen=True)
class Wish:
    """A piece of a photo.

    Attributes
    ----------
    path : Path
        The photo.
    centre_xy : (float, float)
        Photo pixels.
    side_px : float
        Side of the square in pixels of the photo.
    """

    path: Path
    centre_xy: Position
    side_px: float


def side_of(specimen: Specimen) -> float:
    """Return how many pixels of a photo are shown: the landmarks say how large a specimen is."""
    xy = specimen.digitised.xy
    placed = xy[np.isfinite(xy).all(axis=1)]
    size = float(np.ptp(placed, axis=0).max()) if len(placed) > 1 else 0.0
    if size == 0.0:
        size = float(min(specimen.digitised.size_xy or (4 * LEAST_PX,)))
    return max(SHARE * size, LEAST_PX)


def cropped(rgb: NDArray[np.uint8], wish: Wish) -> NDArray[np.uint8]:
    """Return the piece, (n, n, 3) and opaque; grey where it reaches beyond the photo.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        The photo.
    wish : Wish
        Which piece. Its centre is that of the square to half a pixel.
    """
    height, width = rgb.shape[:2]
    half = max(round(wish.side_px / 2), 1)
    step = max(-(-2 * half // MOST_PX), 1)
    x, y = (round(value) for value in wish.centre_xy)
    piece = np.full((2 * half + 1, 2 * half + 1, 3), 128, np.uint8)
    left, top = max(x - half, 0), max(y - half, 0)
    right, bottom = min(x + half + 1, width), min(y + half + 1, height)
    if left < right and top < bottom:
        rows = slice(top - y + half, bottom - y + half)
        piece[rows, left - x + half : right - x + half] = rgb[top:bottom, left:right]
    return np.ascontiguousarray(piece[::step, ::step])


class CropMaker(QObject):
    """Makes one piece after the other in a thread of its own; of several wishes the last counts.

    Parameters
    ----------
    photo_of : callable
        Returns the photo in a file; may take long, and is called in another thread.
    parent : QObject
        With it the work ends.

    Signals
    -------
    made : Wish, QImage or None
        A piece; None where the photo cannot be read.
    """

    made = Signal(object, object)
    _ended = Signal(object, object)

    def __init__(self, photo_of: Callable[[Path], Photo], parent: QObject) -> None:
        super().__init__(parent)
        self._photo_of = photo_of
        self._worker: ThreadPoolExecutor | None = None
        self._wish: Wish | None = None
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def want(self, wish: Wish | None) -> None:
        """Make a piece, in place of one that is still to be made."""
        if wish == self._wish:
            return
        self._wish = wish
        if wish is None:
            return
        if self._worker is None:
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reference")
        self._worker.submit(self._make, wish)

    def close(self) -> None:
        """End the thread until there is another wish."""
        self._wish = None
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
            self._worker = None

    def _make(self, wish: Wish) -> None:
        if wish != self._wish:
            return
        try:
            rgb = cropped(self._photo_of(wish.path).rgb, wish)
        except DinosarError:
            self._tell(wish, None)
            return
        height, width = rgb.shape[:2]
        whole = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._tell(wish, whole.copy())

    def _tell(self, wish: Wish, image: Any) -> None:
        if isalive(self):
            self._ended.emit(wish, image)

    def _on_ended(self, wish: Wish, image: Any) -> None:
        if wish == self._wish:
            self.made.emit(wish, image)
