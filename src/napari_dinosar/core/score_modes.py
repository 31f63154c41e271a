"""Score modes: which dissimilarities of a pair are summed up, and with which weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError, NeedsAttentionError
from napari_dinosar.core.matching import Matches, PatchSide
from napari_dinosar.core.similarity import Aggregate, BestMatches, highest_means

ScoreMode: TypeAlias = Literal[
    "foreground", "bidirectional", "topk_mean", "attention_weighted", "demo_inliers"
]
SCORE_MODES: tuple[str, ...] = get_args(ScoreMode)


@dataclass(frozen=True, eq=False)
class ScoreSample:
    """The dissimilarities that a score mode sums up in one direction.

    Attributes
    ----------
    values : array, (n,)
        Dissimilarities: of the valid patches of A in row-major order (``bidirectional``: those of
        B after them), or of the pairs by rank (``demo_inliers``).
    weights : array, (n,), or None
        Their weights, 0 to 1, where the mode has any; what weighs 0 does not count.
    warnings : tuple of str
        Whole sentences for the user, the same in both directions where they say the same.
    verified : bool or None
        Whether RANSAC verified the pairs of ``demo_inliers``; None for the other modes.
    """

    values: Floats
    weights: Floats | None = None
    warnings: tuple[str, ...] = ()
    verified: bool | None = None


def score_sample(
    mode: str,
    best: BestMatches,
    *,
    side_a: PatchSide,
    side_b: PatchSide,
    agg: Aggregate = "mean",
    k: int = 5,
    attention_a: ArrayLike | None = None,
    attention_b: ArrayLike | None = None,
    correspondences: Matches | None = None,
) -> ScoreSample:
    """Return the dissimilarities of a score mode from A to B.

    For B to A hand over ``best.reversed()`` and let the sides and attentions change places. The
    correspondences stay as they are: a verified pair is one pair, and its similarity is the same
    from either end, so ``demo_inliers`` is the same sample both ways.

    Parameters
    ----------
    mode : str
        One of `SCORE_MODES`.

        * ``foreground``: ``1 - s`` of the best match of every valid patch of A.
        * ``bidirectional``: those of A and of B, pooled.
        * ``topk_mean``: ``1 - mean`` of the k largest similarities of every valid patch of A.
        * ``attention_weighted``: those of ``foreground``, weighted by ``sqrt(a_A(i) a_B(j*))``,
          each attention scaled from 0 to 1 over the valid patches.
        * ``demo_inliers``: ``1 - s`` of the correspondences that RANSAC verified; of all of them,
          said to be unverified, where it was not run.
    best : BestMatches
        Best matches of the valid patches, both ways.
    side_a, side_b : PatchSide
        Tokens and validity of both canvases.
    agg : {"mean", "median"}
        How the layers become one.
    k : int
        How many similarities ``topk_mean`` averages, at least 1; no more than B has valid patches.
    attention_a, attention_b : array, (rows, cols), optional
        Raw attention to each patch; ``attention_weighted`` needs it.
    correspondences : Matches, optional
        Those of the demo flavour; ``demo_inliers`` needs them.

    Returns
    -------
    ScoreSample
        Without values, and with a warning, where nothing was verified.

    Raises
    ------
    NeedsAttentionError
        For ``attention_weighted`` without attention.
    DinosarError
        If there is no such mode, or it lacks the correspondences.
    """
    if mode == "foreground":
        return ScoreSample(_dissimilarity(best.similarity_a))
    if mode == "bidirectional":
        pooled = np.concatenate([best.similarity_a, best.similarity_b])
        return ScoreSample(_dissimilarity(pooled))
    if mode == "topk_mean":
        return _topk_mean(side_a, side_b, agg, k)
    if mode == "attention_weighted":
        if attention_a is None or attention_b is None:
            raise NeedsAttentionError(
                "The score mode 'attention_weighted' weights by attention, and the backbone has "
                "none. Choose another score mode or a DINO network."
            )
        return _attention_weighted(best, (side_a, side_b), (attention_a, attention_b))
    if mode == "demo_inliers":
        return _demo_inliers(correspondences)
    raise DinosarError(f"There is no score mode {mode!r}: choose from {', '.join(SCORE_MODES)}.")


def _dissimilarity(similarity: ArrayLike) -> Floats:
    return 1.0 - np.asarray(similarity, dtype=np.float64)


def _topk_mean(side_a: PatchSide, side_b: PatchSide, agg: Aggregate, k: int) -> ScoreSample:
    most = len(side_b.rows_cols)
    means = highest_means(side_a.flat_tokens, side_b.flat_tokens, min(k, most), agg)
    warnings: tuple[str, ...] = ()
    if k > most:
        text = (
            f"topk_mean averages all {most} valid patches of one specimen, for it has fewer than "
            f"the {k} that topk asks for."
        )
        warnings = (text,)
    return ScoreSample(_dissimilarity(means), warnings=warnings)


def _attention_weighted(
    best: BestMatches, sides: tuple[PatchSide, PatchSide], attention: tuple[ArrayLike, ArrayLike]
) -> ScoreSample:
    warnings = []
    scaled = []
    for side, raw in zip(sides, attention, strict=True):
        values = np.asarray(raw, dtype=np.float64)[side.valid]
        low, spread = values.min(), np.ptp(values)
        scaled.append(np.ones_like(values) if spread == 0 else (values - low) / spread)
        if spread == 0:
            warnings.append(
                "The network attends to all valid patches of one specimen alike: "
                "attention_weighted weights by the attention to the other one alone."
            )
    weights = np.sqrt(scaled[0] * scaled[1][best.b_of_a])
    if not weights.any():
        warnings.append(
            "No best match has attention at both of its ends: attention_weighted has no values. "
            "Choose another attn_layer, or another score mode."
        )
    values = _dissimilarity(best.similarity_a)
    return ScoreSample(values, weights, tuple(dict.fromkeys(warnings)))


def _demo_inliers(correspondences: Matches | None) -> ScoreSample:
    if correspondences is None:
        raise DinosarError(
            "The score mode 'demo_inliers' sums up the matches of the demo flavour, and there are "
            "none. Choose the demo flavour, or another score mode."
        )
    values, inlier = correspondences.dissimilarity, correspondences.inlier
    if inlier is None:
        text = (
            "The pairs of demo_inliers are not verified: RANSAC was not asked for (demo_verify). "
            "They are those that passed the other filters."
        )
        return ScoreSample(values, warnings=(text,), verified=False)
    if inlier.any():
        return ScoreSample(values[inlier], verified=True)
    text = (
        "No match was verified: demo_inliers has no values. Loosen the filters of the matches, or "
        "choose another score mode."
    )
    return ScoreSample(values[inlier], warnings=(text,), verified=True)
