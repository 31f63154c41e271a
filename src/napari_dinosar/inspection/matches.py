"""Which matches are selected: rows of the run's table of correspondences, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.rows import RowSelection

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings

NO_RUN = "Compare two specimens by patches, or open a run: the best matches are listed here."
NOT_ASKED = "Only cells were compared: compare patches as well to have matches."
NONE_KEPT = "No match was kept."


class MatchSelection(RowSelection):
    """The selected matches of a run, numbered as in its table of matches, best first.

    Parameters
    ----------
    findings : Findings, optional
        What was found; without it nothing can be selected.

    Attributes
    ----------
    findings : Findings or None
        Whose matches they are.
    """

    WORD = "match"

    def __init__(self, findings: Findings | None = None) -> None:
        super().__init__()
        self.findings: Findings | None = findings

    @property
    def order(self) -> NDArray[np.intp]:
        """All matches, best first."""
        return np.arange(0 if self.findings is None else len(self.findings.tables["matches"]))

    @property
    def obstacle(self) -> str:
        """Why there is no match, and what to do; empty where there is one."""
        if self.findings is None:
            return NO_RUN
        if len(self.order):
            return ""
        settings = self.findings.settings
        if settings.matching_mode == "tps_homology":
            return NOT_ASKED
        ways = ["raise Ratio" if settings.demo_ratio < 1 else ""]
        ways += ["switch off Mutual only" if settings.demo_mutual else ""]
        how = " or ".join(way for way in ways if way)
        return f"{NONE_KEPT} To keep more, {how} in the Compare dock." if how else NONE_KEPT

    def show(self, findings: Findings | None) -> None:
        """Follow another run, or none; matches stay selected where the table is the same one."""
        before = None if self.findings is None else self.findings.tables["matches"]
        self.findings = findings
        now = None if findings is None else findings.tables["matches"]
        if before is None or now is None or not (now is before or now.equals(before)):
            self._become((), None)
        self.shown.emit()

    def describe(self, match: int | None = None) -> dict[str, Any]:
        """Return a row of the table of matches as plain values; what a match does not have is None.

        Parameters
        ----------
        match : int, optional
            Its row; the current one by default.

        Raises
        ------
        DinosarError
            If the run has no such match, or none is current.
        """
        wanted = self.current if match is None else match
        if wanted is None:
            raise DinosarError("No match is selected. Click one, or walk to one.")
        (checked,) = self._checked(wanted)
        import pandas as pd

        assert self.findings is not None
        row = self.findings.tables["matches"].iloc[checked]
        return {str(name): None if pd.isna(value) else _plain(value) for name, value in row.items()}

    def _place(self, row: int) -> int:
        return row


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
