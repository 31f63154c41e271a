"""What a comparison found, as rich text: the numbers a reader looks for first."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from napari_dinosar.docks import wording
from napari_dinosar.docks.number_text import number_text
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.flags import FlaggedStatistics

COLUMNS = ("n", "mean", "median", "p95")
DIRECTIONS = {"a_to_b": "A → B", "b_to_a": "B → A", "mean": "mean"}
WITHOUT, WITHOUT_REGIONS = "without flagged", "mean, no flagged"
SMALL = 0.1
"""Where a mean is smaller than this, all numbers are given with one more decimal."""


def title_html(findings: Findings, colours: ThemeColours) -> str:
    """Return which specimens were compared, and by what."""
    a, b = escape(findings.a.name), escape(findings.b.name)
    modes = sorted({str(side.record["foreground"]) for side in (findings.a, findings.b)})
    layers = [str(layer) for layer in findings.record["layers"]]
    ran = (
        f"{escape(findings.backbone['name'])}, layer{'s' if len(layers) > 1 else ''} "
        f"{' '.join(layers)}, "
        f"foreground {escape(' and '.join(modes))}"
    )
    return (
        f"<p style='margin: 0'><b>A</b>&nbsp; {a}<br><b>B</b>&nbsp; {b}</p>"
        f"<p style='margin: 4px 0 0 0; color: {colours.muted}'>{ran}</p>"
    )


def headline_html(summary: Mapping[str, Any], mode: str | None, colours: ThemeColours) -> str:
    """Return the three numbers that sum a comparison up, large, each with what it is.

    Parameters
    ----------
    summary : mapping
        What summary.json holds.
    mode : str or None
        The score mode that stands for the patches; None where patches were not compared.
    colours : ThemeColours
        Of the window.
    """
    numbers = []
    if mode is not None:
        mean = summary["scores"][mode]["mean"]["mean"]
        numbers.append((mean, "patches", "best-match dissimilarity"))
    homology = summary["homology"]
    if homology is not None:
        mean = homology["dissimilarity"]["mean"]
        numbers.append((mean, "cells", "weighted dissimilarity"))
        numbers.append((homology["procrustes_distance"], "shape", "Procrustes distance"))
    decimals = _decimals(summary)
    big = "".join(
        f"<td style='padding-right: 9px; font-size: 18pt; font-weight: 300'>"
        f"{number_text(value, decimals)}</td>"
        for value, _, _ in numbers
    )
    small = "".join(
        f"<td style='padding-right: 9px; color: {colours.muted}'>"
        f"<span style='color: {colours.text}'><b>{part}</b></span><br>{meaning}</td>"
        for _, part, meaning in numbers
    )
    return f"<table cellspacing='0'><tr>{big}</tr><tr>{small}</tr></table>"


def table_html(
    summary: Mapping[str, Any],
    mode: str | None,
    colours: ThemeColours,
    without: FlaggedStatistics | None = None,
) -> str:
    """Return the statistics, one row for each direction of a mode and one for the cells.

    Parameters
    ----------
    summary : mapping
        What summary.json holds.
    mode : str or None
        The score mode whose rows are shown; None where patches were not compared.
    colours : ThemeColours
        Of the window.
    without : FlaggedStatistics, optional
        The same without what is flagged, which then has rows of its own.
    """
    head = "".join(
        f"<td align='right' style='padding: 0 0 2px 7px; color: {colours.muted}'>"
        f"{column.replace('p95', 'P95')}</td>"
        for column in COLUMNS
    )
    rows = [f"<tr><td></td>{head}</tr>"]
    decimals = _decimals(summary)
    if mode is not None:
        rows.append(_group_row(f"Patches, {wording.word('score_mode', mode)}", colours))
        for direction, words in DIRECTIONS.items():
            numbers = summary["scores"][mode][direction]
            count = "" if direction == "mean" else _count(numbers["n"])
            rows.append(_row(words, count, numbers, decimals, colours))
        if without is not None and (without.excluded_a.any() or without.excluded_b.any()):
            numbers = without.scores_without[mode]["mean"]
            rows.append(_row(WITHOUT_REGIONS, "", numbers, decimals, colours))
    homology = summary["homology"]
    if homology is not None:
        rows.append(_group_row("Homologous cells, weighted", colours))
        used = f"{homology['n_used']} of&nbsp;{homology['n_cells']}"
        rows.append(_row("", used, homology["dissimilarity"], decimals, colours))
        if without is not None and without.cells_without is not None:
            count = f"{homology['n_used'] - without.n_cells_excluded}"
            rows.append(_row(WITHOUT, count, without.cells_without, decimals, colours))
    return f"<table cellspacing='0' width='100%'>{''.join(rows)}</table>"


def _group_row(words: str, colours: ThemeColours) -> str:
    return (
        f"<tr><td colspan='5' style='padding-top: 3px; border-top: 1px solid {colours.line}'>"
        f"<b>{escape(words)}</b></td></tr>"
    )


def _row(
    words: str, count: str, numbers: Mapping[str, Any], decimals: int, colours: ThemeColours
) -> str:
    cells = (count, *(number_text(numbers[name], decimals) for name in COLUMNS[1:]))
    values = "".join(
        f"<td align='right' style='padding: 0 0 0 7px; white-space: nowrap'>{cell}</td>"
        for cell in cells
    )
    return (
        f"<tr><td style='color: {colours.muted}; white-space: nowrap'>{escape(words)}</td>"
        f"{values}</tr>"
    )


def _decimals(summary: Mapping[str, Any]) -> int:
    """Return how many decimals the numbers of a comparison need, all alike."""
    means = [directions["mean"]["mean"] for directions in summary["scores"].values()]
    if summary["homology"] is not None:
        means.append(summary["homology"]["dissimilarity"]["mean"])
    return 4 if any(mean is not None and mean < SMALL for mean in means) else 3


def _count(value: float | None) -> str:
    return number_text(value, 0)
