"""How specimen A is laid on specimen B: by their landmarks or by their outlines.

B never moves. An alignment maps A's canvas to B's; what is laid where is the canvas's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core._landmark_checks import numbered, table_of_xy
from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.canvas_map import CanvasMap, map_points
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_registration import AlignMethod, register_landmarks
from napari_dinosar.core.mask_registration import Pose, register_masks
from napari_dinosar.core.overlap import (
    checked_foreground,
    outside_share,
    overlap_masks,
    overlap_share,
)
from napari_dinosar.core.shape import centroid_size

__all__ = [
    "AlignMethod",
    "AlignSource",
    "AlignStage",
    "Alignment",
    "RunnerUp",
    "align_landmarks",
    "align_masks",
    "outside_share",
    "overlap_masks",
]

AlignStage = Literal["image", "mask", "both"]
AlignSource = Literal["landmarks", "masks"]

MIN_IOU = 0.6
AMBIGUOUS_RATIO = 1.02

_OUTSIDE_WARNING_SHARE = 0.02
_MIRRORED = "The outline of A fits that of B mirrored: A is compared as its mirror image."
_MASK_MIRRORED = (
    "The outline of A fits that of B mirrored: only their overlap counts, and A itself is compared "
    "as it is, not as its mirror image. Choose the align_stage image or both for that."
)
_INSTEAD = "Place at least 3 landmarks on both specimens and align by landmarks, or align none."


@dataclass(frozen=True)
class RunnerUp:
    """The next best way to lay one outline on the other, more than 30 degrees away.

    Attributes
    ----------
    loss : float
        Its mean squared difference, to be compared with that of the `Alignment`.
    iou : float
        Its intersection over union.
    angle_deg : float
        Its rotation, as in `Alignment`.
    mirrored : bool
        Whether it turns A over.
    """

    loss: float
    iou: float
    angle_deg: float
    mirrored: bool


@dataclass(frozen=True, eq=False)
class Alignment:
    """The map from A's canvas to B's, and how well it fits.

    Attributes
    ----------
    stage : {"image", "mask", "both"} or None
        What it was applied to; None before that.
    method : {"similarity", "procrustes", "homography"}
        Kind of map.
    source : {"landmarks", "masks"}
        What it was fitted to.
    matrix : array, (3, 3)
        Homogeneous, column vectors (x, y, 1); its denominator is positive on specimen A.
    mirrored : bool
        Whether A is turned over.
    residual_px : float or None
        Root mean square over all common landmarks in the pixels of B's PHOTO; None from masks.
    residual_share : float or None
        The same as a share of the centroid size of B's landmarks.
    loss : float or None
        Mean squared difference of the outlines' clipped signed distances; None from landmarks.
    iou : float or None
        Intersection over union of A's mask, laid on B, and B's mask; None from landmarks.
    runner_up : RunnerUp or None
        From masks: the next best pose, where there is one.
    outside_share : float or None
        Share of A's foreground that falls outside B's canvas; None until A's photo was moved.
    n_landmarks, n_inliers : int or None
        Common landmarks, and those that a homography was fitted to.
    warnings : tuple of str
        Whole sentences for the user.
    """

    stage: AlignStage | None
    method: AlignMethod
    source: AlignSource
    matrix: Floats
    mirrored: bool = False
    residual_px: float | None = None
    residual_share: float | None = None
    loss: float | None = None
    iou: float | None = None
    runner_up: RunnerUp | None = None
    outside_share: float | None = None
    n_landmarks: int | None = None
    n_inliers: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def angle_deg(self) -> float | None:
        """Rotation from +x towards +y, if mirrored after y -> -y; not of a homography."""
        if self.method == "homography":
            return None
        return float(np.degrees(np.arctan2(self.matrix[1, 0], self.matrix[0, 0])))

    @property
    def scale(self) -> float | None:
        """B's canvas pixels for one of A's; not of a homography."""
        if self.method == "homography":
            return None
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def applied(self, stage: AlignStage, mask_a: Booleans, shape_b: tuple[int, int]) -> Alignment:
        """Return this alignment with what applying it does to A's foreground.

        Parameters
        ----------
        stage : {"image", "mask", "both"}
            What it is applied to.
        mask_a : (H, W) bool
            A's mask on its own canvas.
        shape_b : (int, int)
            Rows and columns of B's canvas.

        Returns
        -------
        Alignment
            With the stage and, where the photo moves, `outside_share`, which over 2 % warns.

        Raises
        ------
        DinosarError
            If the stage is unknown, or all of A falls outside.
        """
        if stage not in get_args(AlignStage):
            raise DinosarError(
                f"align_stage is {stage!r}; to align it must be one of "
                f"{', '.join(get_args(AlignStage))}."
            )
        if stage == "mask":
            warnings = self.warnings
            if self.mirrored:
                warnings = tuple(_MASK_MIRRORED if w == _MIRRORED else w for w in warnings)
            return replace(self, stage=stage, outside_share=None, warnings=warnings)
        share = outside_share(mask_a, self.matrix, shape_b)
        if share == 1.0:
            raise DinosarError(
                "Aligned, all of specimen A falls outside the canvas of B. Check the landmarks, "
                "or align none."
            )
        warnings = self.warnings
        if share > _OUTSIDE_WARNING_SHARE:
            text = (
                f"Aligned, {share:.0%} of specimen A's foreground falls outside the canvas of B "
                "and is not compared."
            )
            warnings = (*warnings, text)
        return replace(self, stage=stage, outside_share=share, warnings=warnings)

    def record(self) -> dict[str, Any]:
        """Return plain values for run.yaml."""
        runner_up = self.runner_up
        return {
            "stage": self.stage,
            "method": self.method,
            "source": self.source,
            "matrix": [[float(value) for value in row] for row in self.matrix],
            "angle_deg": self.angle_deg,
            "scale": self.scale,
            "mirrored": self.mirrored,
            "residual_px": self.residual_px,
            "residual_share": self.residual_share,
            "n_landmarks": self.n_landmarks,
            "n_inliers": self.n_inliers,
            "loss": self.loss,
            "iou": self.iou,
            "runner_up": None if runner_up is None else dict(vars(runner_up)),
            "outside_share": self.outside_share,
        }


def align_landmarks(
    xy_a: ArrayLike,
    xy_b: ArrayLike,
    *,
    method: AlignMethod = "similarity",
    b_to_photo: CanvasMap | Callable[[Floats], Floats],
    mask_a: Booleans | None = None,
    labels: Sequence[str] | None = None,
    seed: int = 0,
) -> Alignment:
    """Lay A's landmarks on B's.

    Parameters
    ----------
    xy_a, xy_b : array, (K, 2)
        Common landmarks in the pixels of the two canvases; rows with NaN are left out.
    method : {"similarity", "procrustes", "homography"}
        ``similarity``: rotation, shift and scale by least squares (Umeyama 1991), no reflection.
        ``procrustes``: rotation and shift at the scale that the canvases have, which the crops
        decide. ``homography``: projective, from the landmarks that agree on one (see
        `ransac_homography`), at least 6.
    b_to_photo : CanvasMap or callable
        Takes positions on B's canvas to B's photo, whose pixels the residual is given in.
    mask_a : (H, W) bool, optional
        A's mask on its canvas: where a homography must make sense.
    labels : sequence of str, optional
        What messages call the landmarks; without them they are numbered from 1.
    seed : int
        Seed of the draws for a homography.

    Returns
    -------
    Alignment
        Not applied yet.

    Raises
    ------
    DinosarError
        For an unknown method, too few or useless landmarks, or a homography that turns over,
        tears or wildly resizes specimen A.
    """
    if method not in get_args(AlignMethod):
        raise DinosarError(
            f"align_method is {method!r}; it must be one of {', '.join(get_args(AlignMethod))}."
        )
    a, b = table_of_xy(xy_a), table_of_xy(xy_b)
    if mask_a is not None:
        mask_a = checked_foreground(mask_a, "A")
    fit = register_landmarks(a, b, method, mask_a, labels or numbered(len(a)), seed)
    to_photo = b_to_photo.to_photo if isinstance(b_to_photo, CanvasMap) else b_to_photo
    photo_b_xy = to_photo(b[fit.common])
    gap_px = to_photo(map_points(fit.matrix, a[fit.common])) - photo_b_xy
    residual_px = float(np.sqrt((gap_px**2).sum(axis=1).mean()))
    return Alignment(
        stage=None,
        method=method,
        source="landmarks",
        matrix=fit.matrix,
        residual_px=residual_px,
        residual_share=residual_px / centroid_size(photo_b_xy),
        n_landmarks=int(fit.common.sum()),
        n_inliers=None if fit.inlier is None else int(fit.inlier.sum()),
        warnings=fit.warnings,
    )


def align_masks(mask_a: Booleans, mask_b: Booleans, *, mirror: bool = False) -> Alignment:
    """Lay A's outline on B's by a similarity, without landmarks.

    See `register_masks`. The pose that turns A over counts as a rival of the one that does not.

    Parameters
    ----------
    mask_a, mask_b : (H, W) bool
        The masks on their canvases.
    mirror : bool
        Try the mirror image of A as well.

    Returns
    -------
    Alignment
        Not applied yet.

    Raises
    ------
    DinosarError
        If a mask is empty, the outlines overlap by less than an IoU of 0.6, or a pose more than
        30 degrees away fits as well to 2 %, or to what the pixels' raster leaves undecided.
    """
    mask_a, mask_b = checked_foreground(mask_a, "A"), checked_foreground(mask_b, "B")
    found = register_masks(mask_a, mask_b, mirror=mirror)
    best, rival = found.best, found.runner_up
    iou = overlap_share(mask_a, mask_b, best.matrix)
    rival_iou = 0.0 if rival is None else overlap_share(mask_a, mask_b, rival.matrix)
    if rival is not None and rival.loss <= AMBIGUOUS_RATIO * best.loss + found.raster_loss:
        raise DinosarError(
            f"The outlines do not tell how A lies on B: {_described(best, iou)} and "
            f"{_described(rival, rival_iou)} fit equally well. {_INSTEAD}"
        )
    if iou < MIN_IOU:
        raise DinosarError(
            f"The outlines of A and B are too different to be aligned by. The best fit is "
            f"{_described(best, iou)}, and an IoU of {MIN_IOU} is the least that is trusted. "
            f"{_INSTEAD}"
        )
    return Alignment(
        stage=None,
        method="similarity",
        source="masks",
        matrix=best.matrix,
        mirrored=best.mirrored,
        loss=best.loss,
        iou=iou,
        runner_up=None
        if rival is None
        else RunnerUp(rival.loss, rival_iou, rival.angle_deg, rival.mirrored),
        warnings=(_MIRRORED,) if best.mirrored else (),
    )


def _described(pose: Pose, iou: float) -> str:
    turned = "mirrored and turned" if pose.mirrored else "turned"
    return f"{turned} by {pose.angle_deg:.0f} degrees (loss {pose.loss:.2g}, IoU {iou:.2f})"
