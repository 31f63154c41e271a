"""The consensus: the mean shape of a pair, or one that was saved so that many pairs share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.grid import Grid, lattice, refuse_too_many
from napari_dinosar.core.shape import Gpa, generalised_procrustes, rotate_onto, unit_shape

COLLAPSED = 0.05
"""A mean that is narrower than this share of both specimens has collapsed."""

COLLAPSE_WARNING = (
    "The mean of the two shapes collapses to a line or to fewer landmarks, so the grid follows A "
    "alone: mirrored specimen or swapped landmarks?"
)

_ROUNDING = 1e-9
_UNIT_ROUNDING = 1e-6
_FARTHEST = 1e6


@dataclass(frozen=True, eq=False)
class SavedConsensus:
    """A consensus that many pairs share, so that cell (r, c) means the same in all of them.

    Attributes
    ----------
    unit_xy : array, (K, 2)
        Mean shape, centred and of centroid size 1.
    names : tuple of str
        Names of its landmarks.
    grid : Grid
        The grid in units of the centroid size.
    """

    unit_xy: Floats
    names: tuple[str, ...]
    grid: Grid

    def order(self, labels: Sequence[str]) -> NDArray[np.intp]:
        """Return where each landmark of the consensus stands among the labels of a pair.

        Parameters
        ----------
        labels : sequence of str
            Landmarks that the pair has in common; others than the consensus's are left out.

        Raises
        ------
        DinosarError
            If a landmark of the consensus is not among them.
        """
        missing = [name for name in self.names if name not in labels]
        if missing:
            raise DinosarError(
                f"The saved consensus has landmarks that this pair lacks: {', '.join(missing)}. "
                f"The pair has {', '.join(labels)}. Place the missing ones on both specimens, or "
                f"compare without the saved consensus."
            )
        return np.array([list(labels).index(name) for name in self.names], dtype=np.intp)

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the consensus as named plain arrays, for an .npz file without pickle."""
        return {
            "consensus_unit_xy": self.unit_xy,
            "names": np.array(self.names, dtype=np.str_),
            "grid_nodes_unit_xy": self.grid.nodes_xy,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, ArrayLike]) -> SavedConsensus:
        """Make a consensus from the arrays of `as_arrays`.

        Raises
        ------
        DinosarError
            If an array is missing, of the wrong shape or kind, the shape is not centred and of
            centroid size 1, or the grid is not one of equal cells.
        """
        try:
            shape = np.asarray(arrays["consensus_unit_xy"], dtype=np.float64)
            names = tuple(str(name) for name in np.asarray(arrays["names"], dtype=np.str_))
            nodes = np.asarray(arrays["grid_nodes_unit_xy"], dtype=np.float64)
        except (KeyError, TypeError, ValueError) as error:
            raise DinosarError(f"This is not a saved consensus: {error}.") from error
        if shape.shape != (len(names), 2) or len(set(names)) != len(names) or len(names) < 3:
            raise DinosarError(
                f"The saved consensus is damaged: {len(names)} names for a shape of size "
                f"{shape.shape}; at least three landmarks with distinct names are needed."
            )
        if nodes.ndim != 3 or nodes.shape[2] != 2 or min(nodes.shape[:2]) < 2:
            raise DinosarError(f"The saved consensus is damaged: a grid of size {nodes.shape}.")
        if not max(np.abs(shape).max(), np.abs(nodes).max()) <= _FARTHEST:
            raise DinosarError("The saved consensus is damaged: it holds no sensible coordinates.")
        unit = unit_shape(shape)
        if not np.allclose(unit, shape, rtol=0.0, atol=_UNIT_ROUNDING):
            raise DinosarError(
                "The saved consensus is damaged: its shape is not centred and of centroid size 1, "
                "so its grid does not lie on it."
            )
        refuse_too_many(nodes.shape[0] - 1, nodes.shape[1] - 1)
        grid = lattice(nodes[0, 0], nodes[1, 1] - nodes[0, 0], *nodes.shape[:2])
        if not np.allclose(grid.nodes_xy, nodes, atol=_ROUNDING) or (grid.cell_xy <= 0).any():
            raise DinosarError(
                "The saved consensus is damaged: its grid is not one of equal cells."
            )
        return cls(unit, names, grid)


@dataclass(frozen=True, eq=False)
class PairConsensus:
    """The consensus of a pair in its canvases.

    Attributes
    ----------
    unit : array, (K, 2)
        Mean shape, centred and of centroid size 1.
    aligned : array, (2, K, 2)
        A and B at centroid size 1, rotated onto it.
    size_a, size_b : float
        Centroid sizes of A and B in canvas pixels.
    warnings : tuple of str
        What the user should know.
    """

    unit: Floats
    aligned: Floats
    size_a: float
    size_b: float
    warnings: tuple[str, ...] = ()

    @property
    def size(self) -> float:
        """Geometric mean of the two centroid sizes: consensus pixels per unit."""
        return float(np.sqrt(self.size_a * self.size_b))

    @property
    def px(self) -> Floats:
        """The consensus in consensus pixels, (K, 2), centred on 0."""
        return self.unit * self.size


def pair_consensus(xy_a: Floats, xy_b: Floats, saved: SavedConsensus | None) -> PairConsensus:
    """Return the consensus of two specimens, or how they lie on a saved one.

    The mean of a shape and its mirror image is a line, and two landmarks that are swapped in one
    of two like specimens have the same mean: no grid can be laid over either. A's own shape then
    stands in for the mean, with a warning.

    Parameters
    ----------
    xy_a, xy_b : array, (K, 2)
        Landmarks that both have, in canvas pixels; with a saved consensus in its order.
    saved : SavedConsensus or None
        Mean shape to use instead of the pair's own.

    Raises
    ------
    DinosarError
        If the landmarks do not correspond, or do not define a shape.
    """
    if xy_a.shape != xy_b.shape:
        raise DinosarError(
            f"A has {len(xy_a)} landmarks and B has {len(xy_b)}: a landmark must lie on both."
        )
    if saved is not None and saved.unit_xy.shape != xy_a.shape:
        raise DinosarError(
            f"The saved consensus has {len(saved.unit_xy)} landmarks and this pair "
            f"{len(xy_a)}: they must be the same ones."
        )
    gpa = generalised_procrustes(np.stack([xy_a, xy_b]))
    size_a, size_b = (float(size) for size in gpa.centroid_sizes)
    if saved is None and not _collapses(gpa):
        return PairConsensus(gpa.consensus_unit, gpa.aligned_unit, size_a, size_b)
    unit = unit_shape(xy_a) if saved is None else saved.unit_xy
    turned = np.stack([rotate_onto(unit_shape(xy), unit) for xy in (xy_a, xy_b)])
    warnings = () if saved is not None else (COLLAPSE_WARNING,)
    return PairConsensus(unit, turned, size_a, size_b, warnings)


def _collapses(gpa: Gpa) -> bool:
    """Return whether the mean is flat, or two of its landmarks meet, as in neither specimen."""
    flat = _flatness(gpa.consensus_unit) < COLLAPSED * min(map(_flatness, gpa.aligned_unit))
    in_specimens = np.min([_distances(shape) for shape in gpa.aligned_unit], axis=0)
    meet = _distances(gpa.consensus_unit) < COLLAPSED * in_specimens
    return bool(flat or meet.any())


def _flatness(unit: Floats) -> float:
    """Return the extent of a unit shape across its long axis; 0 when it lies on a line."""
    return float(np.linalg.svd(unit, compute_uv=False)[-1])


def _distances(unit: Floats) -> Floats:
    """Return the distances (K, K) between the landmarks of a shape."""
    distances: Floats = np.linalg.norm(unit[:, None] - unit[None], axis=-1)
    return distances
