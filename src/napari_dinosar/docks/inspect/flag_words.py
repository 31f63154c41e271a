"""Flags in words: remarks, what is listed, and the statistics with and without what is flagged."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QPushButton

from napari_dinosar.docks import wording
from napari_dinosar.inspection.keys import key

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.findings import Findings
    from napari_dinosar.findings.flags import Remark
    from napari_dinosar.inspection.flags_statistics import FlaggedStatistics

COLUMNS = {"n": "n", "mean": "mean", "median": "median", "p95": "P95"}
NOTHING = "–"
DECIMALS, SMALL = 3, 0.1


def button(text: str, name: str, action: str) -> QPushButton:
    """Return a button for an action of the table of keys; it takes no focus from the canvas."""
    row = key(action)
    made = QPushButton(text)
    made.setObjectName(name)
    made.setToolTip(f"{row.title} ({' or '.join(row.keys)})".replace("Control", "Ctrl"))
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made


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
    rows = [_head(colours)]
    if found.cells_with is not None and found.cells_without is not None:
        both = found.cells_with, found.cells_without
        counts = tuple(_number(one["n"], 0) for one in both)
        rows += _group("Homologous cells, weighted", both, counts, n_flagged, colours)
    for mode, directions in found.scores_with.items():
        without = found.scores_without[mode]
        counts = tuple(
            " + ".join(_number(one[way]["n"], 0) for way in ("a_to_b", "b_to_a"))
            for one in (directions, without)
        )
        title = f"Patches, {wording.word('score_mode', mode)}"
        both = directions["mean"], without["mean"]
        rows += _group(title, both, counts, n_flagged, colours)
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


def _head(colours: ThemeColours) -> str:
    cells = "".join(_cell(words, colours.muted) for words in COLUMNS.values())
    return f"<tr><td></td>{cells}</tr>"


def _group(
    title: str,
    both: tuple[Mapping[str, Any], Mapping[str, Any]],
    counts: tuple[str, ...],
    n_flagged: int,
    colours: ThemeColours,
) -> list[str]:
    mean = both[0]["mean"]
    decimals = DECIMALS + (mean is not None and abs(mean) < SMALL)
    head = (
        f"<td colspan='5' style='padding-top: 3px; border-top: 1px solid {colours.line}'>"
        f"<b>{escape(title)}</b></td>"
    )
    rows = [f"<tr>{head}</tr>"]
    names = list(COLUMNS)[1:]
    for words, numbers, count in zip(("all", "without flagged"), both, counts, strict=True):
        values = [count, *(_number(numbers[name], decimals) for name in names)]
        rows.append(_row(words, values, colours.muted, colours.text))
        if not n_flagged:
            return rows
    changes = [_change(both[0][name], both[1][name], decimals) for name in names]
    rows.append(_row("change", ["", *changes], colours.muted, colours.text, is_bold=True))
    return rows


def _row(words: str, values: list[str], muted: str, colour: str, *, is_bold: bool = False) -> str:
    cells = "".join(_cell(f"<b>{value}</b>" if is_bold else value, colour) for value in values)
    return f"<tr><td style='color: {muted}; white-space: nowrap'>{words}</td>{cells}</tr>"


def _cell(words: str, colour: str) -> str:
    return (
        f"<td align='right' style='padding: 0 0 0 7px; white-space: nowrap; color: {colour}'>"
        f"{words}</td>"
    )


def _number(value: float | None, decimals: int) -> str:
    return NOTHING if value is None else f"{value:.{decimals}f}"


def _change(before: float | None, after: float | None, decimals: int) -> str:
    if before is None or after is None:
        return NOTHING
    step = round(after - before, decimals)
    return "±0" if step == 0 else f"{step:+.{decimals}f}".replace("-", "−")
