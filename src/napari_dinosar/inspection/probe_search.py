"""The numbers of a probe: one patch against all valid patches, its match, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from napari_dinosar.core.arrays import Float32s
from napari_dinosar.core.matching import PatchSide
from napari_dinosar.core.similarity import Aggregate, BestMatches, aggregate_layers


@dataclass(frozen=True, eq=False)
class Search:
    """Finds valid patches of one photo that are like those of another.

    Patches are counted as in `PatchSide.rows_cols`.

    Attributes
    ----------
    source, target : PatchSide
        The photo that is pointed at, and the one that is searched.
    picks : sequence of int
        Which of the encoded layers are asked.
    agg : {"mean", "median"}
        How they become one.
    best : BestMatches or None
        Best matches from source to target with these layers, where they are known: they decide,
        so that a probe and the tables never differ by a rounding.
    """

    source: PatchSide
    target: PatchSide
    picks: Sequence[int]
    agg: Aggregate
    best: BestMatches | None = None

    def values(self, index: int) -> Float32s:
        """Return the similarity of a patch of the source to all of the target, (N,)."""
        return _values(self.source, index, self.target, self.picks, self.agg)

    def own_values(self, index: int) -> Float32s:
        """Return the similarity of a patch of the source to all of the source, (N,)."""
        return _values(self.source, index, self.source, self.picks, self.agg)

    def match(self, index: int, values: Float32s) -> tuple[int, float]:
        """Return the most similar patch of the target, and its similarity."""
        if self.best is not None:
            return int(self.best.b_of_a[index]), float(self.best.similarity_a[index])
        match = int(values.argmax())
        return match, float(values[match])

    def way_back(self, match: int) -> tuple[int, float]:
        """Return the patch of the source that is most similar to one of the target."""
        if self.best is not None:
            return int(self.best.a_of_b[match]), float(self.best.similarity_b[match])
        values = _values(self.target, match, self.source, self.picks, self.agg)
        back = int(values.argmax())
        return back, float(values[back])

    def per_layer(self, index: int, match: int) -> tuple[float, ...]:
        """Return the similarity of a pair of patches in each layer that is asked."""
        own, other = self.source.flat_tokens, self.target.flat_tokens
        return tuple(float(other[pick, match] @ own[pick, index]) for pick in self.picks)


def _values(
    source: PatchSide, index: int, target: PatchSide, picks: Sequence[int], agg: Aggregate
) -> Float32s:
    own, other = source.flat_tokens, target.flat_tokens
    # row by row: a product of a matrix this small is spread over threads that mostly wait for each
    # other, and for whatever else runs, while the canvas waits for them
    per_layer = [np.vecdot(other[pick], own[pick, index]) for pick in picks]
    values = aggregate_layers(per_layer, agg)
    # rounding can take the cosine of equal tokens past 1
    clipped: Float32s = np.clip(values, -1.0, 1.0)
    return clipped
