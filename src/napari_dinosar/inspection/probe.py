"""The live probe: point at a place of one photo, and see what the network finds like it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_dinosar.comparison import Comparison
from napari_dinosar.core import peaks
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.probe_result import (
    Found,
    PatchMap,
    PointXY,
    ProbeResult,
    SideName,
)
from napari_dinosar.inspection.probe_search import Search
from napari_dinosar.inspection.probe_side import ProbeSide

if TYPE_CHECKING:
    from pandas import DataFrame

OTHER: dict[SideName, SideName] = {"a": "b", "b": "a"}


class Probe:
    """Asks a comparison about single places, from the tokens that it still holds.

    Nothing is encoded again: a probe is, for each layer, one product of the other photo's tokens
    with one token, so that it can follow the pointer.

    Parameters
    ----------
    comparison : Comparison
        As `compare` returns it; a run that was opened from a folder holds no tokens.

    Examples
    --------
    >>> from napari_dinosar import compare
    >>> from napari_dinosar.inspection.probe import Probe
    >>> probe = Probe(compare("A.jpg", "B.jpg"))  # doctest: +SKIP
    >>> probe.at("a", (812.0, 440.5)).match.xy  # doctest: +SKIP
    """

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self._sides = {name: ProbeSide.of(comparison, name) for name in OTHER}
        findings = comparison.findings
        self._source = {
            **{f"photo_{name}": findings.side(name).name for name in OTHER},
            **{f"sha256_{name}": findings.side(name).sha256 for name in OTHER},
            "backbone": comparison.backbone["name"],
        }

    @property
    def layers(self) -> tuple[int, ...]:
        """The blocks whose tokens the comparison holds, counted from 0."""
        return self.comparison.a.encoding.layers

    @property
    def source(self) -> Mapping[str, str]:
        """Photos and backbone, as results name them."""
        return self._source

    def side(self, name: SideName) -> ProbeSide:
        """Return the photo ``"a"`` or ``"b"``: which patch lies where.

        Raises
        ------
        DinosarError
            For another name.
        """
        if name not in self._sides:
            raise DinosarError(f'A probe points at side "a" or "b", not {name!r}.')
        return self._sides[name]

    def at(
        self,
        side: SideName,
        xy: PointXY,
        *,
        layers: Sequence[int] | None = None,
        with_self: bool = False,
    ) -> ProbeResult:
        """Ask what the patch at a place is like.

        Parameters
        ----------
        side : {"a", "b"}
            The photo that is pointed at.
        xy : (float, float)
            Where, in its pixels; it may lie off the specimen or the photo.
        layers : sequence of int, optional
            Some of `layers`, negative from the network's end; all of them by default.
        with_self : bool
            Also map the similarity to the patches of the same photo.

        Returns
        -------
        ProbeResult
            With all layers, the match is that of the comparison's own tables.

        Raises
        ------
        DinosarError
            For another side, a place that is no pair of numbers, or layers that were not encoded.
        """
        here, at_xy, picks = self.side(side), _checked_xy(xy), self._picks(layers)
        there = self._sides[OTHER[side]]
        patch = here.patch_at(at_xy)
        index = here.index(patch)
        search = self._search(here, there, picks)
        values = None if index is None else search.values(index)
        found = there.map(values)
        match = second = back = None
        per_layer: tuple[float, ...] = ()
        runner_up = math.nan
        if index is not None and values is not None:
            target, similarity = search.match(index, values)
            place = there.place(target)
            match = there.peak(found, place, similarity)
            per_layer = search.per_layer(index, target)
            runner_up = peaks.runner_up(found.values, place)
            summit = peaks.second_peak(found.values, place)
            if summit is not None:
                second = there.peak(found, summit, float(found.values[summit]))
            origin, return_similarity = search.way_back(target)
            row, col = here.place(origin)
            back = Found(row, col, here.xy(row, col), return_similarity)
        return ProbeResult(
            side=side,
            at_xy=at_xy,
            patch=patch,
            layers=tuple(self.layers[pick] for pick in picks),
            agg=self.comparison.settings.layer_agg,
            map=found,
            match=match,
            match_per_layer=per_layer,
            runner_up=runner_up,
            second=second,
            back=back,
            self_map=self._self_map(here, search, index) if with_self else None,
            source=self._source,
        )

    def follow(
        self,
        landmark: str,
        side: SideName = "a",
        *,
        layers: Sequence[int] | None = None,
        with_self: bool = False,
    ) -> ProbeResult:
        """Probe where a landmark was placed, for what the network holds homologous to it.

        Parameters
        ----------
        landmark : str
            Its name, or its number from 1 where landmarks have no names.
        side, layers, with_self
            As for `at`.

        Returns
        -------
        ProbeResult
            As `at` gives it for the place of the landmark.

        Raises
        ------
        DinosarError
            If it is not placed on that side.
        """
        specimen = self.side(side).specimen
        marks = specimen.landmarks
        placed = {} if marks is None else dict(zip(marks.labels, marks.xy, strict=True))
        placed = {name: xy for name, xy in placed.items() if np.isfinite(xy).all()}
        if landmark not in placed:
            raise DinosarError(
                f"{specimen.name} has no landmark {landmark} that could be followed. Placed there: "
                f"{', '.join(placed) or 'none'}."
            )
        x, y = placed[landmark]
        return self.at(side, (float(x), float(y)), layers=layers, with_self=with_self)

    def landmarks(self, *, layers: Sequence[int] | None = None) -> DataFrame:
        """List how far the network's match of each common landmark lies from the placed one.

        Parameters
        ----------
        layers : sequence of int, optional
            As for `at`.

        Returns
        -------
        DataFrame
            Two rows a landmark, from A and from B, as `probe_landmarks.landmark_table` says.

        Raises
        ------
        DinosarError
            If the two have no landmarks in common.
        """
        from napari_dinosar.inspection.probe_landmarks import landmark_table

        return landmark_table(self, layers)

    def _picks(self, layers: Sequence[int] | None) -> tuple[int, ...]:
        """Return which of the encoded layers are asked."""
        if layers is None:
            return tuple(range(len(self.layers)))
        depth = int(self.comparison.backbone["depth"])
        wanted = dict.fromkeys(layer + depth if layer < 0 else layer for layer in layers)
        unknown = [str(layer) for layer in wanted if layer not in self.layers]
        if unknown or not wanted:
            raise DinosarError(
                f"A probe can ask the layers {', '.join(map(str, self.layers))} of this "
                f"comparison, not {', '.join(unknown) or 'none'}. Compare again with the layers "
                "that are wanted."
            )
        return tuple(self.layers.index(layer) for layer in wanted)

    def _search(self, here: ProbeSide, there: ProbeSide, picks: tuple[int, ...]) -> Search:
        """Return what finds patches of one photo that are like those of the other."""
        best = self.comparison.best if len(picks) == len(self.layers) else None
        if best is not None and here.name == "b":
            best = best.reversed()
        agg = self.comparison.settings.layer_agg
        return Search(here.specimen.side, there.specimen.side, picks, agg, best)

    @staticmethod
    def _self_map(here: ProbeSide, search: Search, index: int | None) -> PatchMap:
        return here.map(None if index is None else search.own_values(index))


def _checked_xy(xy: PointXY) -> PointXY:
    try:
        x, y = (float(value) for value in xy)
    except (TypeError, ValueError) as error:
        raise DinosarError(f"A probe needs x and y in photo pixels, not {xy!r}.") from error
    if not (math.isfinite(x) and math.isfinite(y)):
        raise DinosarError(f"A probe needs x and y in photo pixels, not {x:g} and {y:g}.")
    return x, y
