"""The page of flags: what is left out, why, what that changes, and where it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QSize, Qt
from qtpy.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.inspect.flags.flag_bar import FlagBar
from napari_dinosar.docks.inspect.flags.flag_buttons import FlagButtons
from napari_dinosar.docks.inspect.flags.flag_list import FlagList
from napari_dinosar.docks.inspect.flags.flag_pen import pen_of
from napari_dinosar.docks.inspect.flags.flag_saving import FlagSaving
from napari_dinosar.docks.inspect.flags.flag_signing import FlagSigning
from napari_dinosar.docks.inspect.flags.flag_words import left_out_text, statistics_html
from napari_dinosar.docks.inspect.flags.region_bar import RegionBar
from napari_dinosar.docks.inspect.flags.region_drawing import RegionDrawing
from napari_dinosar.docks.inspect.flags.region_layers import RegionLayers

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection


class FlagsPage(QScrollArea):
    """Flags cells and regions, and shows the statistics with and without them.

    Parameters
    ----------
    inspection : Inspection
        What is looked at.
    viewer : napari.Viewer
        Where regions are drawn.
    saving : FlagSaving
        Says where the flags are kept.
    """

    def __init__(
        self,
        inspection: Inspection,
        viewer: Any,
        saving: FlagSaving,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("flagsPage")
        self._inspection = inspection
        self._saving = saving
        self._colours: ThemeColours | None = None
        self.regions = RegionLayers(viewer, inspection, self)
        self.drawing = RegionDrawing(viewer, inspection, self.regions)
        self.bar = FlagBar(inspection)
        self.region_bar = RegionBar(inspection, self.drawing)
        self.list = FlagList(inspection)
        self.buttons = FlagButtons(inspection)
        self.signing = FlagSigning(inspection)
        self.left_out = _label("flagsLeftOut", "How much the flags and regions leave out")
        self.statistics = _label(
            "flagsStatistics",
            "Statistics of all values, and without what is flagged; the run itself stays as it is",
        )
        self.place = _label("flagsPlace", "Where the flags are kept")
        self._lay_out()
        self._connect()
        self._update()

    def _lay_out(self) -> None:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        for part in (self.bar, self.region_bar):
            layout.addWidget(part)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.buttons)
        for part in (self.left_out, self.statistics, self.signing, self.place):
            layout.addWidget(part)
        layout.addStretch(0)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        self.list.chosen.connect(self._on_chosen)
        self.list.selectionModel().selectionChanged.connect(self._on_rows)
        self.list.removal_wanted.connect(self.remove)
        self.buttons.change.clicked.connect(self.change)
        self.buttons.remove.clicked.connect(self.remove)
        self._saving.changed.connect(self._on_saving)
        self._inspection.shown.connect(self._update)
        self._inspection.flagged.connect(self._update)

    def flag(self) -> None:
        """Flag the selected cells."""
        self.bar.flag()

    def unflag(self) -> None:
        """Take the flags off the selected cells."""
        self.bar.unflag()

    def remove(self) -> None:
        """Take away what is selected in the list, in one step."""
        sheet, cells, regions = self._selected()
        kept = tuple(one for one in sheet.cells if (one.row, one.col) not in cells)
        left = tuple(one for i, one in enumerate(sheet.regions) if i not in regions)
        self._inspection.flags.become(replace(sheet, cells=kept, regions=left))

    def change(self) -> None:
        """Give what is selected in the list the words that stand in the fields, in one step."""
        sheet, cells, regions = self._selected()
        remark = pen_of(self._inspection).use()
        rewritten = tuple(
            replace(one, remark=remark) if (one.row, one.col) in cells else one
            for one in sheet.cells
        )
        others = tuple(
            replace(one, remark=remark) if i in regions else one
            for i, one in enumerate(sheet.regions)
        )
        self._inspection.flags.become(replace(sheet, cells=rewritten, regions=others))

    def set_shown(self, is_shown: bool) -> None:
        """Show the layers of regions only while the dock is open."""
        if not is_shown:
            self.drawing.stop()
        self.regions.set_shown(is_shown)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._colours = colours
        for part in (self.bar, self.region_bar, self.list, self.buttons, self.signing):
            part.set_colours(colours)
        self._update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of a dock in which all can be read; it scrolls in a smaller one."""
        return QSize(345, 560)

    def _selected(self) -> tuple[Any, set[tuple[int, int]], frozenset[int]]:
        return self._inspection.flags.sheet, set(self.list.cells), self.list.regions

    def _on_chosen(self, regions: frozenset[int]) -> None:
        self.regions.point_out(regions)
        sheet = self._inspection.flags.sheet
        if len(regions) == 1 and not self.list.cells:
            pen_of(self._inspection).turn_to(sheet.regions[next(iter(regions))].remark)

    def _on_rows(self) -> None:
        self.buttons.set_rows(len(self.list.rows))

    def _on_saving(self) -> None:
        if not isalive(self):
            return
        problem = self._saving.problem
        self.place.setText(breakable(" ".join(filter(None, (problem, self._saving.text)))))
        if self._colours is not None:
            colour = self._colours.warning if problem else self._colours.muted
            self.place.setStyleSheet(f"color: {colour}")
        self.place.setVisible(bool(self.place.text()))

    def _update(self) -> None:
        if not isalive(self):
            return
        self._on_rows()
        self._on_saving()
        inspection, colours = self._inspection, self._colours
        findings = inspection.findings
        has_numbers = findings is not None and colours is not None
        self.statistics.setVisible(has_numbers)
        self.left_out.setVisible(has_numbers)
        self.list.setVisible(findings is not None)
        if findings is None or colours is None:
            return
        try:
            found = inspection.flags.statistics()
        except DinosarError as error:
            self.statistics.setText(str(error))
            return
        n_flagged = len(inspection.flags)
        self.left_out.setText(
            left_out_text(found, findings) if n_flagged else "Nothing is flagged."
        )
        self.statistics.setText(statistics_html(found, n_flagged, colours))


def _label(name: str, tooltip: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setToolTip(tooltip)
    label.setWordWrap(True)
    # as narrow as the dock is, whatever it says
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
