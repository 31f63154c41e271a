"""The map that lays the landmarks of one canvas on those of another: one fit for each method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.homography import MIN_LANDMARKS as MIN_FOR_HOMOGRAPHY
from napari_dinosar.core.homography import ransac_homography, refuse_absurd
from napari_dinosar.core.overlap import pixels_xy
from napari_dinosar.core.shape import centroid_size, fit_similarity

AlignMethod = Literal["similarity", "procrustes", "homography"]

MIN_FOR_SIMILARITY = 3

_MIRRORED_RATIO = 0.5
_NO_ROTATION = 1e-3


@dataclass(frozen=True, eq=False)
class LandmarkFit:
    """A map from A's canvas to B's.

    Attributes
    ----------
    matrix : array, (3, 3)
        Homogeneous; its denominator is positive on specimen A.
    common : array of bool, (K,)
        Landmarks that both specimens have.
    inlier : array of bool, (common,) or None
        Which of those a homography was fitted to.
    warnings : tuple of str
        Whole sentences for the user.
    """

    matrix: Floats
    common: Booleans
    inlier: Booleans | None
    warnings: tuple[str, ...]


def register_landmarks(
    xy_a: Floats,
    xy_b: Floats,
    method: AlignMethod,
    mask_a: Booleans | None,
    labels: Sequence[str],
    seed: int,
) -> LandmarkFit:
    """Fit one kind of map to landmarks.

    Parameters
    ----------
    xy_a, xy_b : array, (K, 2)
        Landmarks in the same order, in canvas pixels; NaN where a specimen lacks one.
    method : {"similarity", "procrustes", "homography"}
        Kind of map (see `align_landmarks`).
    mask_a : (H, W) bool or None
        Where, beside the landmarks, a homography must make sense.
    labels : sequence of str, K
        What messages call the landmarks.
    seed : int
        Seed of the draws for a homography.

    Returns
    -------
    LandmarkFit
        The map.

    Raises
    ------
    DinosarError
        If there are too few landmarks, or they do not determine a sensible map.
    """
    common = _common(xy_a, xy_b, method)
    a, b = xy_a[common], xy_b[common]
    inlier = None
    if method == "homography":
        found = ransac_homography(a, b, seed=seed)
        inlier, matrix = found.inlier, found.matrix
        pixels = np.zeros((0, 2)) if mask_a is None else pixels_xy(mask_a)
        refuse_absurd(matrix, np.concatenate([a, pixels]))
    else:
        _refuse_undecided(a, b)
        matrix = fit_similarity(a, b, scaling=method == "similarity").matrix
    names = [label for label, is_common in zip(labels, common, strict=True) if is_common]
    return LandmarkFit(matrix, common, inlier, _warnings(a, b, method, inlier, names))


def _common(a: Floats, b: Floats, method: str) -> Booleans:
    """Return which landmarks both have; enough for the method, and not all in one place."""
    if len(a) != len(b):
        raise DinosarError(
            f"To align by landmarks A and B need the same ones: A has {len(a)} and B {len(b)}."
        )
    common = np.asarray(np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1))
    needed = MIN_FOR_HOMOGRAPHY if method == "homography" else MIN_FOR_SIMILARITY
    if common.sum() < needed:
        instead = "similarity, which needs 3" if method == "homography" else "masks"
        raise DinosarError(
            f"Alignment by {method} needs at least {needed} landmarks that both specimens have, "
            f"and there are {common.sum()}. Place more, align by {instead}, or align none."
        )
    if not (centroid_size(a[common]) and centroid_size(b[common])):
        raise DinosarError(
            f"The landmarks of one specimen all coincide, so that {method} cannot align them. "
            "Place them again, or align none."
        )
    return common


def _refuse_undecided(a: Floats, b: Floats) -> None:
    """Refuse landmarks that every rotation fits as badly as any other."""
    scale = fit_similarity(a, b).scale
    if scale * centroid_size(a) < _NO_ROTATION * centroid_size(b):
        raise DinosarError(
            "The landmarks of A fit those of B in no rotation better than in another. Check their "
            "order and whether one specimen is mirrored, or align none."
        )


def _warnings(
    a: Floats, b: Floats, method: str, inlier: Booleans | None, labels: Sequence[str]
) -> tuple[str, ...]:
    warnings = []
    if method == "procrustes":
        warnings.append(
            "Alignment by procrustes rotates and shifts at the scale of the canvases, which "
            "depends on how each photo was cropped; similarity does not."
        )
    if inlier is not None and not inlier.all():
        left_out = [label for label, agrees in zip(labels, inlier, strict=True) if not agrees]
        warnings.append(
            f"The homography rests on {inlier.sum()} of {len(inlier)} common landmarks; those that "
            f"do not agree with it are {listed(left_out)}."
        )
    plain = fit_similarity(a, b).residual_rms
    if fit_similarity(a, b, reflection=True).residual_rms < _MIRRORED_RATIO * plain:
        warnings.append(
            "The landmarks of A fit those of B far better mirrored, and an alignment by landmarks "
            "never mirrors: is one specimen seen from the other side, or are landmarks swapped?"
        )
    return tuple(warnings)
