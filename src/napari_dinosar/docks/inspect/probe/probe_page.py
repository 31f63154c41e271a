"""The page of the probe: what is pointed at, what the network finds like it, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import Fold
from napari_dinosar.docks.inspect.probe import probe_words
from napari_dinosar.docks.inspect.probe.probe_bars import SimilarityBars
from napari_dinosar.docks.inspect.probe.probe_choices import ProbeChoices
from napari_dinosar.docks.inspect.probe.probe_exporting import ProbeExport
from napari_dinosar.docks.inspect.probe.probe_follow import FollowRow
from napari_dinosar.docks.inspect.probe.probe_landmark_table import LandmarkMatchTable
from napari_dinosar.docks.inspect.tooltips import keyed
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.text_label import TextLabel
from napari_dinosar.docks.theme import ThemeColours, theme_colours
from napari_dinosar.inspection.inspected import Inspection


class ProbePage(QWidget):
    """Shows the probe of an inspection, and acts on it.

    Parameters
    ----------
    inspection : Inspection
        Whose probe.
    viewer : napari.Viewer
        Whose theme it begins with.

    Signals
    -------
    came_up : no value
        The page is looked at: a probe may come soon.
    """

    came_up = Signal()

    def __init__(self, inspection: Inspection, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probePage")
        self._inspection = inspection
        self._colours = theme_colours(viewer)
        self._is_stale = False
        self.title = TextLabel("probeTitle")
        self.reason = TextLabel("probeReason")
        self.numbers = TextLabel("probeNumbers")
        self.honest = TextLabel("probeHonest")
        self.honest.setText(probe_words.HONEST)
        self.difference = TextLabel("probeDifference")
        self.bars = SimilarityBars(self._colours)
        probing = inspection.probing
        self.freeze = dock_button(
            "Freeze", "probeFreeze", keyed("Hold the probe where it is", "freeze")
        )
        self.freeze.setCheckable(True)
        keep = keyed("Keep this probe, and see how others differ", "keep")
        self.keep = dock_button("Compare with this one", "probeKeep", keep)
        self.clear = dock_button("Clear", "probeClear", "Show no probe any more")
        self.forget = dock_button(
            "End the comparison", "probeForget", "Forget the kept probe and show the last one alone"
        )
        self.follow = FollowRow(inspection)
        self.choices = ProbeChoices(inspection)
        self.landmarks = LandmarkMatchTable(inspection)
        self.fold = Fold("How it is asked and shown", self.choices)
        self.fold.button.setObjectName("probeFold")
        self.export = ProbeExport(inspection)
        self._lay_out()
        self.freeze.clicked.connect(self._safely(probing.freeze))
        self.keep.clicked.connect(self._safely(lambda _: inspection.probing.keep()))
        self.clear.clicked.connect(self._safely(lambda _: inspection.probing.clear()))
        self.forget.clicked.connect(self._safely(lambda _: inspection.probing.forget_kept()))
        probing.changed.connect(self._on_changed)
        self.set_colours(self._colours)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._colours = self.bars.colours = colours
        for label in (self.honest, self.difference):
            label.setStyleSheet(f"color: {colours.muted};")
        self.reason.setStyleSheet("font-weight: bold;")
        self.landmarks.set_colours(colours)
        self.refresh()

    def refresh(self) -> None:
        """Show what the probe says now."""
        probing = self._inspection.probing
        self._is_stale = False
        result, obstacle = probing.result, probing.obstacle
        words = probe_words.title(result, probing.landmark, probing.is_frozen)
        self.title.setText(escape(obstacle or words, quote=False))
        _say(self.reason, "" if result is None else probe_words.why_no_match(result))
        _say(self.numbers, probe_words.table_html(probing, self._colours))
        per_layer = () if result is None else result.match_per_layer
        has_match = bool(per_layer)
        self.honest.setVisible(has_match)
        self.bars.setVisible(len(per_layer) > 1)
        if result is not None and has_match:
            values = dict(zip(result.layers, per_layer, strict=True))
            self.bars.show_values(values, result.similarity)
        is_compared = probing.kept is not None
        difference = probe_words.difference_text(probing.difference) if is_compared else ""
        _say(self.difference, difference)
        self.forget.setVisible(is_compared)
        self.freeze.setChecked(probing.is_frozen)
        self.freeze.setEnabled(result is not None)
        self.keep.setEnabled(has_match)
        self.clear.setEnabled(bool(probing.results))
        self.export.setEnabled(probing.probe is not None)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Catch up with what happened out of sight."""
        super().showEvent(event)
        self.came_up.emit()
        if self._is_stale:
            self.refresh()

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._is_stale = True

    def _safely(self, action: Callable[[bool], None]) -> Callable[[bool], None]:
        """Return an action of a button that tells what is refused."""
        told = self._inspection.told

        def act(is_checked: bool = False) -> None:
            try:
                action(is_checked)
            except DinosarError as error:
                told.emit(str(error))

        return act

    def _lay_out(self) -> None:
        content, buttons = QWidget(), QHBoxLayout()
        column = QVBoxLayout(content)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        buttons.setSpacing(4)
        for button in (self.freeze, self.keep, self.clear):
            buttons.addWidget(button)
        for part in (self.title, self.reason, self.numbers, self.bars):
            column.addWidget(part)
        column.addLayout(buttons)
        for part in (self.difference, self.forget, self.honest, _rule(), self.follow):
            column.addWidget(part)
        for part in (self.landmarks, _rule(), self.fold, self.export):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("probeArea")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)


def _rule() -> QFrame:
    rule = QFrame()
    rule.setFrameShape(QFrame.Shape.HLine)
    rule.setFrameShadow(QFrame.Shadow.Plain)
    rule.setMaximumHeight(1)
    return rule


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
