"""What part of the photos is in view: all of it, one landmark, or what was in view before."""

from __future__ import annotations

from typing import Any

import numpy as np
from napari.layers import Layer
from numpy.typing import NDArray

_MARGIN = 0.05
_CLOSEST = 4.0
"""Screen pixels per photo pixel that centring on a landmark zooms in to at least, from afar."""


class CanvasView:
    """Where the camera looks.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose camera.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer

    def fit(self, photos: tuple[Layer, ...]) -> None:
        """Show all of the photos."""
        if not photos:
            return
        boxes = np.stack([box_of(photo) for photo in photos])
        box = np.stack([boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)])
        camera = self._viewer.scene.camera
        camera.center = (*tuple(camera.center)[:-2], *box.mean(axis=0))
        camera.zoom = (1.0 - _MARGIN) * self.fitting_zoom(box)

    def shows_all(self, box: NDArray[np.float64]) -> bool:
        """Tell whether a box of the world, ((top, left), (bottom, right)), is in view entirely."""
        seen = self._seen()
        return bool((seen[0] <= box[0]).all() and (box[1] <= seen[1]).all())

    def follow(self, before: NDArray[np.float64], now: NDArray[np.float64]) -> None:
        """Look at the same part of a photo that took the place of another one.

        Parameters
        ----------
        before, now : array, (2, 2)
            World boxes of the two photos, ((top, left), (bottom, right)).
        """
        camera = self._viewer.scene.camera
        size_before, size_now = before[1] - before[0], now[1] - now[0]
        if np.array_equal(before, now) or not (size_before > 0).all():
            return
        centre = np.asarray(camera.center, dtype=float)
        share = (centre[-2:] - before[0]) / size_before
        camera.zoom = camera.zoom * float(np.sqrt(size_before.prod() / size_now.prod()))
        camera.center = (*centre[:-2], *(now[0] + share * size_now))

    def centre(self, place: NDArray[np.float64], fitting_zoom: float) -> None:
        """Bring a place of the world, y before x, into the middle; from afar come closer, too."""
        camera = self._viewer.scene.camera
        camera.center = (*tuple(camera.center)[:-2], *place)
        if camera.zoom < 1.5 * fitting_zoom:
            camera.zoom = max(3.0 * fitting_zoom, min(_CLOSEST, 6.0 * fitting_zoom))

    def fitting_zoom(self, box: NDArray[np.float64]) -> float:
        """Return the zoom at which a box of the world fills the canvas."""
        size = np.asarray(self._viewer.canvas.size, dtype=float)
        return float((size / np.maximum(box[1] - box[0], 1.0)).min())

    def _seen(self) -> NDArray[np.float64]:
        camera = self._viewer.scene.camera
        half = np.asarray(self._viewer.canvas.size, dtype=float) / camera.zoom / 2
        middle = np.asarray(camera.center, dtype=float)[-2:]
        return np.stack([middle - half, middle + half])


def box_of(photo: Layer) -> NDArray[np.float64]:
    """Return the world box of a photo, ((top, left), (bottom, right))."""
    return np.asarray(photo.extent.world, dtype=float)[:, -2:]
