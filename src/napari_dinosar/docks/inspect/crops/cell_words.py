"""What is said of a cell and of a match: plain words from plain values, without Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from napari_dinosar.docks.number_text import number_text

if TYPE_CHECKING:
    from napari_dinosar.findings.flags import FlaggedCell
    from napari_dinosar.inspection.inspected import Inspection
    from napari_dinosar.inspection.match_pieces import MatchPair, WayBack

Rows = list[tuple[str, str]]

NO_RUN = (
    "Run a comparison, or open a run, in the dock Compare specimens: a cell that you click is then "
    "shown here."
)
NO_CELLS = "This run has no homologous cells: compare with landmarks."
NONE_COUNTS = "No cell of this run counts. Click one, or press Next, to see why."
NO_CELL = "Click a cell in A, in B or in the cell map, or press Next for the most different one."
NO_MATCH_RUN = (
    "Run a comparison, or open a run, in the dock Compare specimens: a match that you click is "
    "then shown here."
)
NO_MATCH = "Click the line of a match, or press Next for the first one."
NO_COLOUR, COMING = "not known: compare again", "…"
FAILED_COLOUR = "not known: the page Context says why"
SAME_PX, SAME_DEG = 0.5, 0.5
"""A way back that ends closer than this ends where it began, and so little is no turn."""
MOST_PATCHES = 12
MOST_TIMES = 1000
SMALL = 0.1
"""Smaller dissimilarities are told with one more decimal."""


def cell_empty(inspection: Inspection) -> str:
    """Return why no cell is shown, and what to do; empty where one is."""
    if inspection.findings is None:
        return NO_RUN
    facts = inspection.cells.facts
    if facts is None:
        return NO_CELLS
    if inspection.cells.current is not None:
        return ""
    return NO_CELL if facts.n_used else NONE_COUNTS


def match_empty(inspection: Inspection) -> str:
    """Return why no match is shown, and what to do; empty where one is."""
    if inspection.findings is None:
        return NO_MATCH_RUN
    if inspection.matches.obstacle:
        return inspection.matches.obstacle
    return NO_MATCH if inspection.matches.current is None else ""


def cell_title(facts: Mapping[str, Any], n_selected: int) -> tuple[str, str]:
    """Return where a cell lies, and the place of it among all and among those selected."""
    title = f"Cell row {facts['row']}, column {facts['col']}"
    if not facts["used"]:
        said = "does not count"
    elif facts["rank"] == 1:
        said = f"the most different of {facts['n_used']}"
    elif facts["rank"] == facts["n_used"]:
        said = f"the least different of {facts['n_used']}"
    else:
        said = f"{ordinal(facts['rank'])} most different of {facts['n_used']}"
    return title, said + _of_selected(n_selected, "cells")


def match_title(match: Mapping[str, Any], n_matches: int, n_selected: int) -> tuple[str, str]:
    """Return the number of a match, and its place among all and among those selected."""
    rank = match["rank"]
    if match["attention"] is not None:  # chosen by it, they are ranked by it
        said = f"{ordinal(rank)} by attention"
    else:
        said = "the best" if rank == 1 else f"{ordinal(rank)} best"
    return f"Match {rank}", f"{said} of {n_matches}" + _of_selected(n_selected, "matches")


def cell_headline(facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the number of a cell, what it is, and its place among the others."""
    if not facts["used"]:
        return "not used", facts["reason"], ""
    place = f"{ordinal(round(facts['percentile']))} percentile of the cells"
    return number(facts["dissimilarity"]), "dissimilarity, 1 − cos", place


def cell_rows(inspection: Inspection, facts: Mapping[str, Any], colour: str) -> Rows:
    """Return what else there is to say of a cell, labels with values.

    Parameters
    ----------
    inspection : Inspection
        Whose noise floor and flags.
    facts : mapping
        What `CellFacts.describe` says.
    colour : str
        Delta E*ab of the cell, or why it is not known.
    """
    row, col = facts["row"], facts["col"]
    rows = []
    if facts["used"]:
        rows.append(("Noise floor", _noise(inspection, row, col)))
        rows.append(("Colour alone", colour))
    rows.append(("Coverage", f"A {facts['coverage_a']:.0%}, B {facts['coverage_b']:.0%}"))
    folds = [name.upper() for name in "ab" if facts[f"folded_{name}"]]
    rows.append(("Fold", f"the grid folds in {' and '.join(folds)}" if folds else "none"))
    rows.append(("Landmarks", f"{'inside' if facts['in_hull'] else 'outside'} their hull"))
    if facts.get("layer_std") is not None:
        rows.append(("Layers", f"differ by {number(facts['layer_std'])} (SD)"))
    flag = inspection.flags.flag_of(row, col)
    return rows if flag is None else [*rows, ("Flag", flag_words(flag))]


def flag_words(flag: FlaggedCell) -> str:
    """Return why a cell is flagged, by whom and when."""
    remark = flag.remark
    said = f"{remark.reason}: {remark.note}" if remark.note else remark.reason
    signed = ", ".join(part for part in (remark.author, remark.date) if part)
    return f"{said} ({signed})" if signed else said


def patch_rows(patches: Sequence[tuple[int, int, float]]) -> Rows:
    """Return row and column of patches with their share of a cell, heaviest first."""
    rows = [(f"row {row}, column {col}", f"{share:.1%}") for row, col, share in patches]
    if not rows:
        return [("none", "")]
    left = len(rows) - MOST_PATCHES
    return [*rows[:MOST_PATCHES], (f"and {left} more", "")] if left > 0 else rows


def match_rows(match: Mapping[str, Any], back: WayBack | None) -> Rows:
    """Return what there is to say of a match, labels with values."""
    verified = {True: "fits the one transform", False: "does not fit the one transform"}
    rows = [
        ("Mutual", "each is the best of the other" if match["mutual"] else "one way only"),
        ("Verified", verified.get(match["inlier"], "not asked for")),
    ]
    if match["attention"] is not None:
        rows.append(("Attention", f"{match['attention']:.3g}"))
    rows.append(("Way back", back_words(back)))
    return rows


def back_words(back: WayBack | None) -> str:
    """Return where the best match of the patch in B lies in A."""
    if back is None:
        return "not known"
    if back.distance_px < SAME_PX:
        return "ends where it began"
    return f"ends {back.distance_px:.0f} px away ({back.distance_patch:.1f} patches)"


def pair_words(pair: MatchPair) -> str:
    """Return how the two ends are shown."""
    if pair.turned_deg is None:
        said = "Both upright"
    elif abs(pair.turned_deg) < SAME_DEG:
        said = "B lies as A does"
    else:
        way = "clockwise" if pair.turned_deg > 0 else "anticlockwise"
        said = f"B turned {abs(pair.turned_deg):.0f}° {way}"
    return f"{said}; patches at one scale."


def number(value: float) -> str:
    """Return a dissimilarity with three decimals, a small one with four."""
    return number_text(value, 3 if value >= SMALL else 4)


def ordinal(count: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, 11th."""
    last = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{last}"


def _noise(inspection: Inspection, row: int, col: int) -> str:
    noise = inspection.noise
    if noise is None:
        return "not measured"
    if not noise.is_known[row, col]:
        return "not known of this cell"
    floor = float(noise.floor[row, col])
    if noise.is_noise[row, col]:
        return f"at least {number(floor)}: the cell is not above it"
    times = float(noise.compared[row, col]) / floor if floor > 0 else float("inf")
    above = f"{times:.1f} times that" if times < MOST_TIMES else "far more"
    return f"at least {number(floor)}: the cell has {above}"


def _of_selected(n_selected: int, word: str) -> str:
    return f" · last of {n_selected} selected {word}" if n_selected > 1 else ""
