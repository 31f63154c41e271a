"""What the columns of the tables of cells and matches are called, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """What a column is.

    Attributes
    ----------
    title : str
        Its header, short.
    says : str
        Its tooltip.
    digits : int or str
        Decimals of a number; ``"percent"`` of a share, ``"yes"`` of a truth value, ``"text"``.
    place : int
        Columns of a small number are shown first where there is not room for all.
    """

    title: str
    says: str
    digits: int | str
    place: int


CELLS: Mapping[str, Meaning] = {
    "rank": Meaning("Rank", "Place among the cells that count; 1 is the most dissimilar.", 0, 3),
    "cell": Meaning(
        "Index",
        "Number of the cell from 0, row by row, as scripts count. Labels of saved layers begin "
        "with 1: join by row and column.",
        0,
        14,
    ),
    "row": Meaning("Row", "Row of the cell in the grid, from 0 at the top.", 0, 1),
    "col": Meaning("Col", "Column of the cell in the grid, from 0 at the left.", 0, 1),
    "dissimilarity": Meaning(
        "Dissimilarity",
        "1 − cosine of the cell's two tokens: 0 where they point the same way.",
        4,
        0,
    ),
    "percentile": Meaning(
        "Percentile",
        "Share of the cells, weighted by coverage, that are at most as dissimilar.",
        1,
        9,
    ),
    "noise_floor": Meaning(
        "Noise floor",
        "95th percentile of the cell's dissimilarity between each specimen and its own jittered "
        "copies. A lower bound: another photo of the same specimen differs by more.",
        4,
        5,
    ),
    "under_floor": Meaning(
        "Under floor",
        "Whether the dissimilarity is not above the noise floor: no difference can be read from "
        "such a cell.",
        "yes",
        6,
    ),
    "colour_difference": Meaning(
        "Colour ΔE*ab",
        "Difference between the mean colours of the cell in A and in B, CIELAB (CIE 1976): what "
        "colour alone would say.",
        1,
        7,
    ),
    "layer_std": Meaning(
        "Layers differ",
        "Standard deviation of the dissimilarity over the network's layers.",
        4,
        12,
    ),
    "coverage_a": Meaning("Cover A", "Share of the cell that lies on specimen A.", "percent", 10),
    "coverage_b": Meaning("Cover B", "Share of the cell that lies on specimen B.", "percent", 10),
    "folded": Meaning("Folded", "Whether the warp turns the cell over in A or in B.", "yes", 15),
    "in_hull": Meaning(
        "In hull",
        "Whether the cell lies within the hull of the landmarks; outside, its place is "
        "extrapolated.",
        "yes",
        16,
    ),
    "used": Meaning("Used", "Whether the cell counts in the statistics.", "yes", 11),
    "left_out": Meaning(
        "Left out",
        "Whether the cell is flagged, or lies in a region that is: the statistics without flagged "
        "cells leave it out.",
        "yes",
        17,
    ),
    "flag": Meaning("Flag", "Why the cell was flagged; “in a region” of a photo.", "text", 2),
    "note": Meaning("Note", "What was noted when the cell was flagged.", "text", 13),
    "reason": Meaning("Why unused", "Why a cell does not count.", "text", 8),
}

MATCHES: Mapping[str, Meaning] = {
    "match": Meaning("Index", "Number of the match from 0, as scripts count.", 0, 14),
    "rank": Meaning(
        "Rank",
        "Place of the match; 1 is the most similar, or where matches were chosen by attention, "
        "the one whose patch in A has most.",
        0,
        0,
    ),
    "similarity": Meaning(
        "Similarity", "Cosine of the two patches' tokens: 1 where they point the same way.", 4, 1
    ),
    "dissimilarity": Meaning("Dissimilarity", "1 − similarity.", 4, 6),
    "mutual": Meaning(
        "Mutual", "Whether each of the two patches is the other's best match.", "yes", 2
    ),
    "inlier": Meaning(
        "Verified",
        "Whether the one similarity transform (shift, turn, scale) that RANSAC found explains the "
        "match; missing where that was not asked for.",
        "yes",
        3,
    ),
    "attention": Meaning(
        "Attention",
        "The network's attention to the patch in A, where matches were chosen by it.",
        4,
        5,
    ),
    "x_a": Meaning("x in A", "Where it lies in photo A, in pixels from the left.", 1, 4),
    "y_a": Meaning("y in A", "Where it lies in photo A, in pixels from the top.", 1, 4),
    "x_b": Meaning("x in B", "Where it lies in photo B, in pixels from the left.", 1, 4),
    "y_b": Meaning("y in B", "Where it lies in photo B, in pixels from the top.", 1, 4),
}


def layer_meaning(name: str) -> Meaning:
    """Return what the column ``layer_7`` is."""
    layer = name.removeprefix("layer_")
    says = f"Dissimilarity by block {layer} of the network alone, counted from 0."
    return Meaning(f"Layer {layer}", says, 4, 18)
