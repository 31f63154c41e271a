"""The table of statistics in the panel of results: as they are, and without what is flagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import summary_text
from napari_dinosar.docks.text_label import TextLabel
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.inspection.inspected import Inspection

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings


class NumbersTable(TextLabel):
    """Shows the statistics of a run; what flags leave out of them is said at once.

    Parameters
    ----------
    inspection : Inspection
        Whose flags; they count while it looks at the same run.
    """

    def __init__(self, inspection: Inspection) -> None:
        super().__init__("resultTable")
        self._inspection = inspection
        self._shown: tuple[Findings, str | None, ThemeColours] | None = None
        inspection.flagged.connect(self.refresh)
        inspection.shown.connect(self.refresh)

    def show_findings(self, findings: Findings, mode: str | None, colours: ThemeColours) -> None:
        """Show the statistics of a run.

        Parameters
        ----------
        findings : Findings
            What was found.
        mode : str or None
            The score mode that is shown; None where patches were not compared.
        colours : ThemeColours
            Of the window.
        """
        self._shown = (findings, mode, colours)
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        super().clear()

    def refresh(self) -> None:
        """Show the statistics as they are now."""
        if not isalive(self) or self._shown is None:
            return
        findings, mode, colours = self._shown
        flags = self._inspection.flags
        is_flagged = self._inspection.findings is findings and bool(flags.sheet)
        try:
            without = flags.statistics() if is_flagged else None
        except DinosarError:
            without = None  # whoever flags is told why
        self.setText(summary_text.table_html(findings.summary, mode, colours, without))
