"""Flags in words: remarks, what is listed, and the statistics with and without what is flagged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QPushButton

from napari_dinosar.docks import wording
from napari_dinosar.docks.inspect.tooltips import keyed
from napari_dinosar.docks.number_text import MINUS, NOTHING, number_text
from napari_dinosar.inspection.keys import key

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.findings import Findings
    from napari_dinosar.findings.flags import Remark
    from napari_dinosar.inspection.flags_statistics import FlaggedStatistics

ROWS = {"mean": "mean", "median": "median", "p95": "P95"}
SIGNS = ("+", MINUS)
Pair: TypeAlias = "tuple[Mapping[str, Any], Mapping[str, Any]]"
"""Statistics of all values, and without what is flagged."""

NO_RUN = "Compare two specimens, or open a run, to flag what is not to be trusted."
NO_CELLS = "This comparison has no cells to flag; regions of the photos can be excluded."
NONE_SELECTED = "No cell is selected: click one, or walk to one with the arrow keys."
FEWEST_DECIMALS, MOST_DECIMALS = 3, 6


def button(text: str, name: str, action: str) -> QPushButton:
    """Return a button for an action of the table of keys; it takes no focus from the canvas."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setToolTip(keyed(key(action).title, action))
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made


def why_none(findings: Findings | None) -> str:
    """Return why no cell of a run is selected, and what to do."""
    if findings is None:
        return NO_RUN
    return NO_CELLS if findings.cells is None else NONE_SELECTED


def remark_html(remark: Remark, muted: str) -> str:
    """Return reason, note, and who and when where that was said."""
    signed = ", ".join(filter(None, (remark.author, remark.date)))
    note = f" – {escape(remark.note)}" if remark.note else ""
    by = f" <span style='color: {muted}'>({escape(signed)})</span>" if signed else ""
    return f"<b>{escape(remark.reason)}</b>{note}{by}"


def statistics_html(found: FlaggedStatistics, n_flagged: int, colours: ThemeColours) -> str:
    """Return the statistics of cells and score modes, all and without what is flagged.

    Parameters
    ----------
    found : FlaggedStatistics
        Of the run.
    n_flagged : int
        How many cells and regions are flagged; without any there is nothing to compare.
    colours : ThemeColours
        Of the window.
    """
    rows = [_row("", ("all", "without", "change"), colours.muted, colours.muted)]
    if found.cells_with is not None and found.cells_without is not None:
        both = found.cells_with, found.cells_without
        rows += _group("Homologous cells, weighted", both, (both,), n_flagged, colours)
    for mode, ways in found.scores_with.items():
        without = found.scores_without[mode]
        counted = tuple((ways[way], without[way]) for way in ("a_to_b", "b_to_a"))
        title = f"Patches, {wording.word('score_mode', mode)}"
        rows += _group(title, (ways["mean"], without["mean"]), counted, n_flagged, colours)
    return f"<table cellspacing='0' width='100%'>{''.join(rows)}</table>"


def left_out_text(found: FlaggedStatistics, findings: Findings) -> str:
    """Return how much is left out, in a sentence."""
    parts = []
    if findings.cells is not None:
        parts.append(f"{found.n_cells_excluded} of {int(findings.cells.used.sum())} used cells")
    for side, gone in (("a", found.excluded_a), ("b", found.excluded_b)):
        n_valid = findings.side(side).n_valid
        if gone.any():
            parts.append(f"{int(gone.sum())} of {n_valid} patches of {side.upper()}")
    return f"Left out: {', '.join(parts)}." if parts else ""


def _group(
    title: str, both: Pair, counted: tuple[Pair, ...], n_flagged: int, colours: ThemeColours
) -> list[str]:
    """Return the rows of one group: how many values, and what they come to."""
    head = (
        f"<td colspan='4' style='padding-top: 3px; border-top: 1px solid {colours.line}'>"
        f"<b>{escape(title)}</b></td>"
    )
    counts = [" + ".join(number_text(pair[i]["n"], 0) for pair in counted) for i in (0, 1)]
    steps = [_step(before["n"], after["n"], 0) for before, after in counted]
    table = [("n", *counts, " ".join(steps))]
    decimals = _decimals(both[0]["mean"])
    for name, words in ROWS.items():
        before, after = both[0][name], both[1][name]
        values = number_text(before, decimals), number_text(after, decimals)
        table.append((words, *values, _step(before, after, decimals)))
    if not n_flagged:
        table = [(words, value, "", "") for words, value, _, _ in table]
    rows = [_row(words, values, colours.muted, colours.text) for words, *values in table]
    return [f"<tr>{head}</tr>", *rows]


def _row(words: str, values: Sequence[str], muted: str, colour: str) -> str:
    cells = "".join(
        f"<td align='right' style='padding: 0 0 0 5px; white-space: nowrap; color: {colour}'>"
        f"{f'<b>{value}</b>' if value.startswith(SIGNS) else value}</td>"
        for value in values
    )
    return f"<tr><td style='color: {muted}; white-space: nowrap'>{words}</td>{cells}</tr>"


def _decimals(mean: float | None) -> int:
    """Return how many decimals show three digits of a mean."""
    if not mean:
        return FEWEST_DECIMALS
    return min(max(2 - math.floor(math.log10(abs(mean))), FEWEST_DECIMALS), MOST_DECIMALS)


def _step(before: float | None, after: float | None, decimals: int) -> str:
    """Return by how much a number changed; nothing where it did not."""
    if before is None or after is None:
        return NOTHING
    step = round(after - before, decimals)
    return "" if step == 0 else number_text(step, decimals, "+")
