"""What part of the photos is in view: all of it, one landmark, or what was in view before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from napari.layers import Layer
from numpy.typing import NDArray

Box: TypeAlias = NDArray[np.float64]
"""Of the world, ((top, left), (bottom, right))."""

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
        self._fitted: tuple[Box, tuple[float, ...], float] | None = None
        viewer.canvas.events.size.connect(self._on_size)

    def fit(self, boxes: Sequence[Box]) -> None:
        """Show all of some boxes of the world."""
        if not boxes:
            return
        corners = np.stack(boxes)
        self._fit(np.stack([corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)]))

    def shows_all(self, box: Box) -> bool:
        """Tell whether a box of the world is in view entirely."""
        seen = self._seen()
        return bool((seen[0] <= box[0]).all() and (box[1] <= seen[1]).all())

    def follow(self, before: Box, now: Box) -> None:
        """Look at the same part of a photo that took the place of another one.

        Parameters
        ----------
        before, now : array, (2, 2)
            World boxes of the two photos.
        """
        camera = self._viewer.scene.camera
        size_before, size_now = before[1] - before[0], now[1] - now[0]
        if np.array_equal(before, now) or not (size_before > 0).all():
            return
        centre = np.asarray(camera.center, dtype=float)
        share = (centre[-2:] - before[0]) / size_before
        camera.zoom = camera.zoom * float(np.sqrt(size_before.prod() / size_now.prod()))
        camera.center = (*centre[:-2], *(now[0] + share * size_now))

    def centre(self, place: NDArray[np.float64], box: Box) -> None:
        """Bring a place of the world, y before x, into the middle.

        Where about all of the box is in view, the camera comes closer, too.
        """
        fitting_zoom = self._fitting_zoom(box)
        camera = self._viewer.scene.camera
        camera.center = (*tuple(camera.center)[:-2], *place)
        if camera.zoom < 1.5 * fitting_zoom:
            camera.zoom = max(3.0 * fitting_zoom, min(_CLOSEST, 6.0 * fitting_zoom))

    def _fit(self, box: Box) -> None:
        camera = self._viewer.scene.camera
        camera.center = (*tuple(camera.center)[:-2], *box.mean(axis=0))
        camera.zoom = (1.0 - _MARGIN) * self._fitting_zoom(box)
        self._fitted = box, tuple(camera.center), camera.zoom

    def _on_size(self) -> None:
        """Fit again into a canvas that became larger or smaller, unless somebody looks closer."""
        if self._fitted is None:
            return
        box, centre, zoom = self._fitted
        camera = self._viewer.scene.camera
        if tuple(camera.center) == centre and camera.zoom == zoom:
            self._fit(box)

    def _fitting_zoom(self, box: Box) -> float:
        """Return the zoom at which a box of the world fills the canvas."""
        size = np.asarray(self._viewer.canvas.size, dtype=float)
        return float((size / np.maximum(box[1] - box[0], 1.0)).min())

    def _seen(self) -> Box:
        camera = self._viewer.scene.camera
        half = np.asarray(self._viewer.canvas.size, dtype=float) / camera.zoom / 2
        middle = np.asarray(camera.center, dtype=float)[-2:]
        return np.stack([middle - half, middle + half])


def box_of(photo: Layer) -> Box:
    """Return the world box of a photo, ((top, left), (bottom, right))."""
    return np.asarray(photo.extent.world, dtype=float)[:, -2:]
