"""The probe as a person holds it: where it points, if it is frozen, and one to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.probe import Probe
from napari_dinosar.inspection.probe_difference import ProbeDifference, probe_difference
from napari_dinosar.inspection.probe_result import PointXY, ProbeResult, SideName

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison

Scale: TypeAlias = Literal["probe", "fixed", "hand"]
"""What the colours of a map reach over: its own values, 0 to 1, or what was set by hand."""

NO_TOKENS = (
    "This run was opened from its folder, and runs keep no tokens. Press Run to compare the pair "
    "again: what was encoded before is not encoded anew."
)
NOTHING_TO_KEEP = "There is no match here to compare other probes with. Probe the specimen first."
NOTHING = "There is no comparison to probe. Run one first."


class Probing:
    """One probe of the comparison that is shown, and what it was asked last.

    Attributes
    ----------
    probe : Probe or None
        None without a comparison that holds its tokens; `obstacle` then says why.
    result : ProbeResult or None
        What the last place gave.
    kept : ProbeResult or None
        An earlier one, to compare with.
    landmark, kept_landmark : str or None
        The landmark that each of them lies at, where it was asked for by its name.
    is_frozen : bool
        Whether pointing elsewhere changes nothing.
    with_self : bool
        Whether the photo that is pointed at is mapped too.
    layers : tuple of int or None
        The blocks that are asked; all of the comparison's by default.
    scale : {"probe", "fixed", "hand"}
        What the colours of the maps reach over.
    is_alone : bool
        Whether cells and matches, whose colours lie among those of the maps, are hidden meanwhile.

    Signals
    -------
    changed : no value
        One of the above is another one. Told once for each call that changed anything.
    """

    changed = Signal()

    def __init__(self) -> None:
        self.probe: Probe | None = None
        self.result: ProbeResult | None = None
        self.kept: ProbeResult | None = None
        self.landmark: str | None = None
        self.kept_landmark: str | None = None
        self.is_frozen = False
        self.with_self = False
        self.layers: tuple[int, ...] | None = None
        self.scale: Scale = "probe"
        self.is_alone = True
        self._has_run = False
        self._compared: tuple[ProbeResult, ProbeResult, ProbeDifference] | None = None

    @property
    def obstacle(self) -> str:
        """Why nothing can be probed; empty where it can."""
        if self.probe is not None:
            return ""
        return NO_TOKENS if self._has_run else NOTHING

    @property
    def results(self) -> tuple[ProbeResult, ...]:
        """What is shown: the kept result and the last one, as far as there are any."""
        both = (self.kept, self.result)
        there = [one for one in both if one is not None]
        return tuple(there[:1] if self.kept is self.result else there)

    @property
    def difference(self) -> ProbeDifference | None:
        """How the last result differs from the kept one.

        None unless there are two, each with a match, in maps of the same photo.
        """
        kept, result = self.kept, self.result
        if kept is None or result is None or kept is result or kept.side != result.side:
            return None
        if kept.match is None or result.match is None:
            return None
        if self._compared is None or self._compared[:2] != (kept, result):
            self._compared = (kept, result, probe_difference(kept, result))
        return self._compared[2]

    def show(self, comparison: Comparison | None, has_run: bool = True) -> None:
        """Probe another comparison.

        Of the same photos, as after a landmark was moved, the same places are asked again; of
        others a followed landmark is followed on, and all else is dropped.

        Parameters
        ----------
        comparison : Comparison or None
            None where there is none, or where it was opened from a folder.
        has_run : bool
            Whether something is shown at all.
        """
        before, self.probe = self.probe, None if comparison is None else Probe(comparison)
        self._has_run, self._compared = has_run, None
        if self.probe is None or not set(self.layers or ()) <= set(self.probe.layers):
            self.layers = None
        is_same = bool(before and self.probe and before.source == self.probe.source)
        kept, is_one = (self.kept if is_same else None), self.kept is self.result
        self.result, self.landmark = self._again(self.result, self.landmark, is_same)
        if kept is not None and is_one:
            self.kept, self.kept_landmark = self.result, self.landmark
        else:
            self.kept, self.kept_landmark = self._again(kept, self.kept_landmark, is_same)
        self.is_frozen = self.is_frozen and self.result is not None
        self.changed.emit()

    def point(self, side: SideName, xy: PointXY) -> None:
        """Ask about a place, unless the probe is frozen; all places of a patch are one.

        Parameters
        ----------
        side : {"a", "b"}
            The photo that is pointed at.
        xy : (float, float)
            Where, in its pixels.

        Raises
        ------
        DinosarError
            If there is nothing to probe.
        """
        probe, last = self._needed(), self.result
        if self.is_frozen:
            return
        patch = probe.side(side).patch_at(xy)
        if last is not None and self.landmark is None and (last.side, last.patch) == (side, patch):
            return
        self.result = probe.at(side, xy, layers=self.layers, with_self=self.with_self)
        self.landmark = None
        self.changed.emit()

    def follow(self, landmark: str, side: SideName = "a") -> None:
        """Ask about a landmark where it was placed, and hold the probe there.

        Parameters
        ----------
        landmark, side
            As for `Probe.follow`.

        Raises
        ------
        DinosarError
            If there is nothing to probe, or the landmark is not placed on that side.
        """
        self.result = self._needed().follow(
            landmark, side, layers=self.layers, with_self=self.with_self
        )
        self.is_frozen, self.landmark = True, landmark
        self.changed.emit()

    def freeze(self, is_frozen: bool = True) -> None:
        """Hold the probe where it is, or let it go; without one there is nothing to hold."""
        wanted = is_frozen and self.result is not None
        if wanted != self.is_frozen:
            self.is_frozen = wanted
            self.changed.emit()

    def keep(self) -> None:
        """Keep the last result to compare the next ones with, and let the probe go.

        Raises
        ------
        DinosarError
            If there is no result with a match, which alone can be compared with.
        """
        if self.result is None or self.result.match is None:
            raise DinosarError(NOTHING_TO_KEEP)
        self.kept, self.kept_landmark = self.result, self.landmark
        self.is_frozen = False
        self.changed.emit()

    def forget_kept(self) -> None:
        """Compare with nothing any more."""
        if self.kept is not None:
            self.kept = self.kept_landmark = None
            self.changed.emit()

    def ask_layers(self, layers: Sequence[int] | None) -> None:
        """Ask other layers; the last place and the kept one are asked again.

        Parameters
        ----------
        layers : sequence of int or None
            Some of `Probe.layers`, counted from 0; None for all of them.

        Raises
        ------
        DinosarError
            If the comparison does not hold such layers; nothing is then changed.
        """
        wanted = None if layers is None else tuple(layers)
        self._ask_both(wanted, self.with_self)

    def ask_self(self, with_self: bool) -> None:
        """Map the photo that is pointed at too, or not; the last place is asked again."""
        self._ask_both(self.layers, with_self)

    def scale_by(self, scale: Scale) -> None:
        """Let the colours of the maps reach over something else.

        Parameters
        ----------
        scale : {"probe", "fixed", "hand"}
            The values of each map, 0 to 1, or what somebody set in napari's controls.

        Raises
        ------
        DinosarError
            For a word that is none of `Scale`.
        """
        if scale not in get_args(Scale):
            raise DinosarError(
                f"Maps of a probe are scaled by {', '.join(get_args(Scale))}, not by {scale!r}."
            )
        if scale != self.scale:
            self.scale = scale
            self.changed.emit()

    def show_alone(self, is_alone: bool) -> None:
        """Hide cells and matches while a probe is shown, or leave them."""
        if is_alone != self.is_alone:
            self.is_alone = is_alone
            self.changed.emit()

    def clear(self) -> None:
        """Show no probe any more."""
        if self.results:
            self.result = self.kept = self.landmark = self.kept_landmark = self._compared = None
            self.is_frozen = False
            self.changed.emit()

    def _ask_both(self, layers: tuple[int, ...] | None, with_self: bool) -> None:
        if (layers, with_self) == (self.layers, self.with_self):
            return
        asked = [
            one if one is None or self.probe is None
            else self.probe.at(one.side, one.at_xy, layers=layers, with_self=with_self)
            for one in (self.result, self.kept)
        ]  # fmt: skip
        is_one = self.kept is self.result
        self.result, self.kept = asked[0], asked[0] if is_one else asked[1]
        self.layers, self.with_self = layers, with_self
        self.changed.emit()

    def _again(
        self, result: ProbeResult | None, landmark: str | None, is_same: bool
    ) -> tuple[ProbeResult | None, str | None]:
        """Ask a result's landmark, or in the same photos its place, of the comparison at hand."""
        if self.probe is None or result is None:
            return None, None
        layers, with_self = self.layers, self.with_self
        if landmark is not None:
            try:
                followed = self.probe.follow(
                    landmark, result.side, layers=layers, with_self=with_self
                )
            except DinosarError:
                return None, None  # there is no such landmark any more
            return followed, landmark
        if not is_same:
            return None, None
        return self.probe.at(result.side, result.at_xy, layers=layers, with_self=with_self), None

    def _needed(self) -> Probe:
        if self.probe is None:
            raise DinosarError(self.obstacle)
        return self.probe
