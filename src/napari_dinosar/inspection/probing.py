"""The probe as a person holds it: where it points, if it is frozen, and one to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.probe import Probe
from napari_dinosar.inspection.probe_result import (
    PointXY,
    ProbeDifference,
    ProbeResult,
    SideName,
    probe_difference,
)

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison

NO_TOKENS = (
    "This run was opened from its folder, and runs keep no tokens. Press Run to compare the pair "
    "again: what was encoded before is not encoded anew."
)
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
    landmark : str or None
        The landmark that is followed, where one is.
    is_frozen : bool
        Whether pointing elsewhere changes nothing.
    with_self : bool
        Whether the photo that is pointed at is mapped too.
    layers : tuple of int or None
        The blocks that are asked; all of the comparison's by default.

    Signals
    -------
    changed : no value
        One of the above is another one.
    """

    changed = Signal()

    def __init__(self) -> None:
        self.probe: Probe | None = None
        self.result: ProbeResult | None = None
        self.kept: ProbeResult | None = None
        self.landmark: str | None = None
        self.is_frozen = False
        self.with_self = False
        self.layers: tuple[int, ...] | None = None
        self._has_run = False

    @property
    def obstacle(self) -> str:
        """Why nothing can be probed; empty where it can."""
        if self.probe is not None:
            return ""
        return NO_TOKENS if self._has_run else NOTHING

    @property
    def difference(self) -> ProbeDifference | None:
        """How the last result differs from the kept one; None without both, or if they cannot be.

        They can be compared where they lie on the same photo.
        """
        if self.result is None or self.kept is None or self.result.side != self.kept.side:
            return None
        return probe_difference(self.kept, self.result)

    def show(self, comparison: Comparison | None, has_run: bool = True) -> None:
        """Probe another comparison; a followed landmark is followed on, all else is dropped.

        Parameters
        ----------
        comparison : Comparison or None
            None where there is none, or where it was opened from a folder.
        has_run : bool
            Whether something is shown at all.
        """
        self.probe = None if comparison is None else Probe(comparison)
        self._has_run = has_run
        self.layers = self.kept = None
        self.is_frozen = False
        landmark, before = self.landmark, self.result
        self.result = self.landmark = None
        if self.probe is not None and landmark is not None and before is not None:
            try:
                self.follow(landmark, before.side)
                return
            except DinosarError:
                pass  # the new pair has no such landmark
        self.changed.emit()

    def point(self, side: SideName, xy: PointXY) -> None:
        """Ask about a place, unless the probe is frozen.

        Raises
        ------
        DinosarError
            If there is nothing to probe.
        """
        if self.is_frozen:
            return
        self._ask(side, xy, None)

    def follow(self, landmark: str, side: SideName = "a") -> None:
        """Ask about a landmark where it was placed; a frozen probe is freed first.

        Raises
        ------
        DinosarError
            If there is nothing to probe, or the landmark is not placed on that side.
        """
        result = self._needed().follow(landmark, side, layers=self.layers, with_self=self.with_self)
        self.is_frozen = True
        self.result, self.landmark = result, landmark
        self.changed.emit()

    def freeze(self, is_frozen: bool = True) -> None:
        """Hold the probe where it is, or let it go."""
        if is_frozen != self.is_frozen:
            self.is_frozen = is_frozen
            self.changed.emit()

    def keep(self) -> None:
        """Keep the last result to compare the next ones with; without one, keep none."""
        self.kept = self.result
        self.is_frozen = False
        self.changed.emit()

    def forget_kept(self) -> None:
        """Compare with nothing any more."""
        self.kept = None
        self.changed.emit()

    def ask_for(self, *, layers: Sequence[int] | None = None, with_self: bool = False) -> None:
        """Ask other layers, or for the map of the own photo too; the last place is asked again.

        Raises
        ------
        DinosarError
            If the comparison does not hold such layers; nothing is then changed.
        """
        if self.probe is not None and self.result is not None:
            self.result = self.probe.at(
                self.result.side, self.result.at_xy, layers=layers, with_self=with_self
            )
            self.kept = (
                None
                if self.kept is None
                else self.probe.at(
                    self.kept.side, self.kept.at_xy, layers=layers, with_self=with_self
                )
            )
        self.layers = None if layers is None else tuple(layers)
        self.with_self = with_self
        self.changed.emit()

    def clear(self) -> None:
        """Show no probe any more."""
        self.result = self.kept = self.landmark = None
        self.is_frozen = False
        self.changed.emit()

    def _ask(self, side: SideName, xy: PointXY, landmark: str | None) -> None:
        probe = self._needed()
        self.result = probe.at(side, xy, layers=self.layers, with_self=self.with_self)
        self.landmark = landmark
        self.changed.emit()

    def _needed(self) -> Probe:
        if self.probe is None:
            raise DinosarError(self.obstacle)
        return self.probe
