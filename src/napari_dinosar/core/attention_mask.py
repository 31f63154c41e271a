"""Masks from where a network looks: attention over a whole photo, cut and cleaned in patches."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.canvas import Canvas
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import Foreground
from napari_dinosar.core.photo import Photo

ThresholdMode = Literal["absolute", "percentile"]
Morphology = Literal["none", "open", "close", "openclose"]
Combination = Literal["intersect", "union"]

_FLAT = 1e-6
_COVERED_TOO_MUCH = 0.9


def attention_weights(
    attention: ArrayLike, heads: tuple[int, ...] | None = None
) -> NDArray[np.float32]:
    """Return the attention of a layer, averaged over heads.

    Parameters
    ----------
    attention : array, (heads, rows, cols)
        Attention of the CLS token to each patch.
    heads : tuple of int, optional
        Heads to average, each counted once; negative counts from the end. None takes all.

    Returns
    -------
    array of float32, (rows, cols)
        Raw, not scaled.

    Raises
    ------
    DinosarError
        If a head does not exist, or none is chosen.
    """
    values = np.asarray(attention, dtype=np.float32)
    if heads is not None:
        n_heads = len(values)
        absent = [head for head in heads if not -n_heads <= head < n_heads]
        if absent or not heads:
            asked = f"has no head {', '.join(map(str, absent))}" if absent else "was given no head"
            raise DinosarError(
                f"Setting 'attn_heads': the attention {asked}. The network has {n_heads} heads: "
                f"choose from 0 to {n_heads - 1}, or from -{n_heads} to -1 counted from the end."
            )
        values = values[sorted({head % n_heads for head in heads})]
    mean: NDArray[np.float32] = values.mean(axis=0)
    return mean


def attention_foreground(
    photo: Photo,
    canvas: Canvas,
    attention: ArrayLike,
    *,
    thresh_mode: str = "percentile",
    thresh: float = 0.25,
    pct: float = 85.0,
    morph: str = "none",
    kernel: int = 3,
) -> Foreground:
    """Mask what a network attends to when it sees the whole photo.

    Only patches whose centre lies on the photo are looked at, so that the attention that padding
    draws counts for nothing. What they say goes to photo pixels patch by patch; a pixel whose own
    patch is mostly padding takes the nearest one that is not.

    Parameters
    ----------
    photo : Photo
        The photo.
    canvas : Canvas
        The photo whole, as it was encoded: neither cropped nor aligned.
    attention : array, (rows, cols)
        Attention to each patch of the canvas.
    thresh_mode : {"percentile", "absolute"}
        Which of the next two cuts.
    thresh : float
        Foreground is what reaches this share of the range from lowest to highest attention.
    pct : float
        Foreground is what reaches this percentile: the highest ``100 - pct`` per cent. Of fewer
        that stand out from equally low ones, those that stand out.
    morph : {"none", "open", "close", "openclose"}
        Take specks off, fill gaps, or first one and then the other. The mask goes on beyond the
        photo's frame as it reaches it.
    kernel : int
        Diameter in patches of the disc that does so, one more where it is even: a disc needs a
        middle. Its rows are rounded to whole patches, so 3 is a cross of five.

    Returns
    -------
    Foreground
        With mode ``attn``; it warns of a mask at the photo's edge or over nearly all of it.

    Raises
    ------
    DinosarError
        When attention is flat or not finite, and when nothing is left of the mask.
    """
    _check_choice("attn_fg_thresh_mode", thresh_mode, get_args(ThresholdMode))
    _check_choice("attn_fg_morph", morph, get_args(Morphology))
    patch_rows, patch_cols = _patches_of_pixels(photo, canvas)
    content = np.asarray(attention, dtype=np.float64)[
        patch_rows[0] : patch_rows[-1] + 1, patch_cols[0] : patch_cols[-1] + 1
    ]
    share = _share_of_range(content, photo.name)
    chosen = _highest(share, pct) if thresh_mode == "percentile" else share >= thresh
    chosen = _cleaned(chosen, morph, kernel)
    if not chosen.any():
        raise _nothing_left(photo.name, thresh_mode, morph)
    by_rows = chosen[patch_rows - patch_rows[0]]
    mask = np.take(by_rows, patch_cols - patch_cols[0], axis=1)
    return Foreground(mask, "attn", warnings=_warnings(photo.name, mask))


def combined_foreground(first: Foreground, attn: Foreground, how: str, name: str) -> Foreground:
    """Return what two masks of one photo share, or what either one holds.

    Parameters
    ----------
    first, attn : Foreground
        The masks; the second one by attention.
    how : {"intersect", "union"}
        What is kept.
    name : str
        What messages call the photo.

    Returns
    -------
    Foreground
        Its mode names both, as in ``attn_intersect(thresh)``; the rest is the first one's, and
        the warnings are those of both.

    Raises
    ------
    DinosarError
        When the masks have nothing in common.
    """
    _check_choice("how", how, get_args(Combination))
    mask = first.mask & attn.mask if how == "intersect" else first.mask | attn.mask
    if not mask.any():
        raise DinosarError(
            f"{name}: nothing is in the foreground by attention and by {first.mode} at once. "
            "Let attention keep more (a lower attn_fg_thresh_pct or attn_fg_thresh), choose "
            "another attn_mask_layer, or another foreground mode."
        )
    warnings = tuple(dict.fromkeys((*first.warnings, *attn.warnings)))
    return replace(first, mask=mask, mode=f"attn_{how}({first.mode})", warnings=warnings)


def _patches_of_pixels(photo: Photo, canvas: Canvas) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the row of patches of each row of photo pixels (H,), and the columns (W,)."""
    found = []
    for axis, n_patches in ((1, canvas.rows), (0, canvas.cols)):
        n_pixels = photo.size_xy[axis]
        # centres of the pixels between the outer edges of the photo
        along = np.concatenate([[-0.5], np.arange(n_pixels), [n_pixels - 0.5]])
        photo_xy = np.zeros((len(along), 2))
        photo_xy[:, axis] = along
        place = (canvas.map.to_canvas(photo_xy)[:, axis] + 0.5) / canvas.patch_size
        first = np.ceil(place[0] - 0.5)
        last = np.floor(place[-1] - 0.5)
        if first > last:  # a photo so narrow that it misses all centres
            first = last = np.floor((place[0] + place[-1]) / 2)
        first, last = np.clip([first, last], 0, n_patches - 1)
        found.append(np.clip(np.floor(place[1:-1]), first, last).astype(np.intp))
    rows, cols = found
    return rows, cols


def _share_of_range(content: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Return attention as a share of its range, 0 to 1.

    Raises
    ------
    DinosarError
        If it is not finite or without a range.
    """
    low, high = content.min(), content.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DinosarError(
            f"{name}: the network gave attention that is not finite. Its weights may be damaged: "
            "load them again, or choose another backbone."
        )
    if high - low <= _FLAT * max(abs(low), abs(high)):
        raise DinosarError(
            f"{name}: the network attends to all of the photo alike, so attention parts no "
            "foreground. Choose another attn_mask_layer or attn_heads, or another foreground mode."
        )
    share: NDArray[np.float64] = (content - low) / (high - low)
    return share


def _highest(share: NDArray[np.float64], pct: float) -> NDArray[np.bool_]:
    cut = np.percentile(share, pct)
    # where most are equally low the percentile is the lowest value, which all of them reach
    return np.asarray(share > 0 if pct > 0 and cut <= 0 else share >= cut)


def _cleaned(chosen: NDArray[np.bool_], morph: str, kernel: int) -> NDArray[np.bool_]:
    if morph == "none":
        return chosen
    radius = kernel // 2
    rows, cols = (slice(2 * radius, 2 * radius + side) for side in chosen.shape)
    for step in ("open", "close"):
        if step in morph:
            # both look two radii far
            mask = np.pad(chosen, 2 * radius, mode="edge")
            if step == "open":
                mask = _dilated(~_dilated(~mask, radius), radius)
            else:
                mask = ~_dilated(~_dilated(mask, radius), radius)
            chosen = mask[rows, cols]
    return chosen


def _dilated(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Grow a mask (rows, cols) by a disc whose rows are rounded to whole patches."""
    n_rows, n_cols = mask.shape
    counts = np.cumsum(np.pad(mask, ((radius, radius), (radius + 1, radius))), axis=1)
    steps = np.arange(-radius, radius + 1)
    half_widths = np.rint(np.sqrt(radius**2 - steps**2)).astype(int)
    grown = np.zeros_like(mask)
    for down, half in enumerate(half_widths):
        # a row of the disc meets the mask where the count rises along it
        left, right = radius - half, radius + half + 1
        row = counts[down : down + n_rows]
        grown |= row[:, right : right + n_cols] > row[:, left : left + n_cols]
    return grown


def _nothing_left(name: str, thresh_mode: str, morph: str) -> DinosarError:
    cut = "attn_fg_thresh" if thresh_mode == "absolute" else "attn_fg_thresh_pct"
    remedies = [f"a lower {cut}", "another attn_mask_layer"]
    if morph != "none":
        remedies += ["another attn_fg_morph", "a smaller attn_fg_kernel"]
    return DinosarError(
        f"{name}: nothing is left of the foreground by attention. Choose {', '.join(remedies)}, "
        "or another foreground mode."
    )


def _warnings(name: str, mask: NDArray[np.bool_]) -> tuple[str, ...]:
    warnings = []
    if mask[[0, -1]].any() or mask[:, [0, -1]].any():
        warnings.append(
            f"{name}: the mask by attention reaches the edge of the photo and may hold background. "
            "Look at it; raise attn_fg_thresh_pct or attn_fg_thresh, or keep only what another "
            "mask holds too (attn_intersect)."
        )
    share = float(mask.mean())
    if share > _COVERED_TOO_MUCH:
        warnings.append(
            f"{name}: the mask by attention covers {share:.0%} of the photo, so it hardly tells "
            "the specimen from its background. Raise attn_fg_thresh_pct or attn_fg_thresh, or "
            "choose another foreground mode."
        )
    return tuple(warnings)


def _check_choice(setting: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise DinosarError(f"{setting} is {value!r}; it must be one of {', '.join(choices)}.")
