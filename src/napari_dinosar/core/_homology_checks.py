"""What makes homologous cells doubtful: mirrored specimens, folds, and no cell left to compare."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.shape import fit_similarity
from napari_dinosar.core.warp import WarpedGrid, is_covered

FOLD_WARNING_SHARE = 0.05
MIRROR_WARNING_RATIO = 0.5


def mirror_warnings(xy_a: Floats, xy_b: Floats) -> tuple[str, ...]:
    """Say when the mirror image of A's landmarks (K, 2) lies much better on B's."""
    plain = fit_similarity(xy_a, xy_b).residual_rms
    mirrored = fit_similarity(xy_a, xy_b, reflection=True).residual_rms
    if not mirrored < MIRROR_WARNING_RATIO * plain:
        return ()
    warning = (
        f"A mirror image of A's landmarks fits B better (residual {mirrored:.1f} canvas px) than "
        f"A itself ({plain:.1f} px): mirrored specimen or swapped landmarks?"
    )
    return (warning,)


def fold_warnings(a: WarpedGrid, b: WarpedGrid, min_coverage: float) -> tuple[str, ...]:
    """Say when the warps turn many of the cells over that lie on a specimen."""
    # covered in either one: where a warp folds a cell, it often throws it off the specimen too
    covered = is_covered(np.maximum(a.coverage, b.coverage), min_coverage)
    if not covered.any():
        return ()
    share = float((a.folded | b.folded)[covered].mean())
    if not share > FOLD_WARNING_SHARE:
        return ()
    warning = (
        f"The warp folds over in {share:.0%} of the covered cells: mirrored specimen or swapped "
        f"landmarks?"
    )
    return (warning,)


def nothing_used_warnings(used: Booleans, reason: NDArray[np.str_]) -> tuple[str, ...]:
    """Say when no cell counts, and how many are left out for which reason."""
    if used.any():
        return ()
    counts = Counter(part for joined in reason.flat for part in str(joined).split("; "))
    listed = ", ".join(f"{count} {part}" for part, count in counts.most_common())
    return (f"None of the {reason.size} homologous cells can be compared: {listed}.",)
