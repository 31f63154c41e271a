"""Where a photo lies on its canvas: crop, scale, padding, and what lays it onto another canvas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.errors import DinosarError

Matrix: TypeAlias = tuple[
    tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]
]

_SINGULAR = 1e-12
_NO_ALIGNMENT = (
    "An alignment from canvas to canvas is an invertible matrix of 3 x 3 finite numbers, and this "
    "one is not. Align the two specimens again."
)


@dataclass(frozen=True)
class CanvasMap:
    """The map between photo and canvas pixels: ``x' = (x - crop + .5) scale - .5 + pad``.

    Of a specimen that was aligned with another one, a projective map from its own canvas to the
    other's follows. All of it is hashable and compares by value.

    Attributes
    ----------
    crop_xy : (float, float)
        Photo coordinates of the crop's first pixel; negative where the crop leaves the photo.
    scale_xy : (float, float)
        New size / old size of the crop; rounding to whole pixels sets the two apart.
    pad_xy : (float, float)
        Canvas pixels left of the content and above it.
    alignment : 3 rows of 3 floats, optional
        Homogeneous matrix from the own canvas to the canvas that the photo was laid onto; its
        denominator is positive on the specimen. None: nothing was aligned.

    Raises
    ------
    DinosarError
        If the alignment is not an invertible 3 x 3 matrix of finite numbers.
    """

    crop_xy: tuple[float, float]
    scale_xy: tuple[float, float]
    pad_xy: tuple[float, float]
    alignment: Matrix | None = None

    def __post_init__(self) -> None:
        """Make the alignment plain floats, so that the map stays hashable."""
        if self.alignment is not None:
            object.__setattr__(self, "alignment", _checked_rows(self.alignment))

    def aligned(self, matrix: ArrayLike) -> CanvasMap:
        """Return this map followed by `matrix` (3, 3), from this canvas to another one."""
        rows = _checked_rows(matrix)
        if self.alignment is not None:
            rows = _checked_rows(np.array(rows) @ np.array(self.alignment))
        return replace(self, alignment=rows)

    def to_canvas(self, xy: ArrayLike) -> NDArray[np.float64]:
        """Return the canvas coordinates (..., 2) of photo coordinates.

        NaN stays NaN. A photo point at or beyond the horizon of a projective alignment has no
        place on the canvas, which is NaN too.
        """
        crop_xy, scale_xy, pad_xy = np.array([self.crop_xy, self.scale_xy, self.pad_xy])
        canvas_xy: NDArray[np.float64] = (np.asarray(xy) - crop_xy + 0.5) * scale_xy - 0.5 + pad_xy
        return canvas_xy if self.alignment is None else map_points(self.alignment, canvas_xy)

    def to_photo(self, xy: ArrayLike) -> NDArray[np.float64]:
        """Return the photo coordinates (..., 2) of canvas coordinates; NaN as in `to_canvas`."""
        own_xy = np.asarray(xy)
        if self.alignment is not None:
            own_xy = map_points(inverse(self.alignment), own_xy)
        crop_xy, scale_xy, pad_xy = np.array([self.crop_xy, self.scale_xy, self.pad_xy])
        photo_xy: NDArray[np.float64] = (own_xy - pad_xy + 0.5) / scale_xy - 0.5 + crop_xy
        return photo_xy

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(3, 3) homogeneous matrix that takes ``(x, y, 1)`` of the photo to the canvas.

        Its last row is ``(0, 0, 1)`` unless the alignment is projective (`is_affine`).
        """
        matrix = np.diag([*self.scale_xy, 1.0])
        matrix[:2, 2] = (0.5 - np.array(self.crop_xy)) * self.scale_xy - 0.5 + self.pad_xy
        return matrix if self.alignment is None else np.array(self.alignment) @ matrix

    @property
    def is_affine(self) -> bool:
        """Whether straight, evenly divided lines stay so; only a homography breaks it."""
        return self.alignment is None or self.alignment[2] == (0.0, 0.0, 1.0)


def map_points(matrix: ArrayLike, xy: ArrayLike) -> NDArray[np.float64]:
    """Map points (..., 2) by a homogeneous matrix (3, 3).

    Where the denominator is not positive the point lies at or beyond the horizon: NaN.
    """
    rows = np.asarray(matrix, dtype=np.float64)
    points = np.asarray(xy, dtype=np.float64)
    mapped: NDArray[np.float64] = points @ rows[:2, :2].T + rows[:2, 2]
    if (rows[2] == (0.0, 0.0, 1.0)).all():
        return mapped
    denominator = points @ rows[2, :2] + rows[2, 2]
    mapped = mapped / np.where(denominator > 0.0, denominator, np.nan)[..., None]
    return mapped


def inverse(matrix: ArrayLike) -> NDArray[np.float64]:
    """Return the inverse (3, 3) of a homogeneous matrix, positive where the matrix is.

    Raises
    ------
    DinosarError
        If it is not an invertible 3 x 3 matrix of finite numbers.
    """
    inverted: NDArray[np.float64] = np.linalg.inv(np.array(_checked_rows(matrix)))
    return inverted


def _checked_rows(matrix: ArrayLike) -> Matrix:
    """Return an alignment as rows of floats; an affine one with the last row (0, 0, 1)."""
    try:
        rows = np.array(matrix, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DinosarError(_NO_ALIGNMENT) from error
    if rows.shape != (3, 3) or not np.isfinite(rows).all():
        raise DinosarError(_NO_ALIGNMENT)
    if rows[2, 0] == rows[2, 1] == 0.0 and rows[2, 2] != 0.0:
        rows = rows / rows[2, 2]
    if abs(np.linalg.det(rows)) <= _SINGULAR * np.prod(np.linalg.norm(rows, axis=1)):
        raise DinosarError(_NO_ALIGNMENT)
    first, second, third = ((float(a), float(b), float(c)) for a, b, c in rows)
    return first, second, third
