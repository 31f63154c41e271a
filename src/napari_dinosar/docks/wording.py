"""The words that the docks put on settings: labels, choices, tooltips, and lists of numbers."""

from __future__ import annotations

import re

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.settings import Option, defaults, flag, options

LABELS = {
    "matching_mode": "Compare",
    "fg_mode": "Foreground",
    "layers": "Layers",
    "tps_cell_size": "Cell size",
    "tps_pad_cells": "Padding",
    "tps_snap": "Snap to patches",
    "layer_agg": "Combine layers",
    "attn_layer": "Attention layer",
    "img_size": "Canvas size",
    "crop": "Crop to specimen",
    "canvas": "Canvas shape",
    "background": "Background",
    "rembg_session": "rembg network",
    "mask_erode_px": "Erode mask",
    "fg_thresh": "Least fill",
    "border_patches": "Skip border",
    "match_flavor": "Flavour",
    "top_matches": "Attended patches",
    "demo_mutual": "Mutual only",
    "demo_ratio": "Ratio",
    "demo_topn": "Most matches",
    "demo_verify": "Verify (RANSAC)",
    "demo_ransac_reproj": "Tolerance",
    "demo_mirror": "Allow mirror",
    "seed": "Seed",
    "score_mode": "Score",
    "hist_min_joint": "Fewest values",
    "tps_rows": "Rows",
    "tps_cols": "Columns",
    "tps_smoothing": "Smoothing",
    "tps_min_coverage": "Least coverage",
    "use_outside_hull": "Beyond landmarks",
}
"""Label of each setting; one that is missing is shown by its name."""

CHOICES = {
    "matching_mode": {
        "both": "patches and cells",
        "similarity": "best-matching patches",
        "tps_homology": "homologous cells",
    },
    "fg_mode": {
        "auto": "automatic",
        "rembg": "rembg cut-out",
        "thresh": "even backdrop (thresh)",
        "layer": "my mask (Labels layer)",
    },
    "layer_agg": {"mean": "mean", "median": "median"},
    "canvas": {"square": "square", "tight": "tight (faster)"},
    "background": {"white": "white", "keep": "as photographed"},
    "match_flavor": {"demo": "filtered best matches", "attention": "by attention"},
    "score_mode": {"foreground": "each specimen's patches", "bidirectional": "both pooled"},
}
"""Plain words for the values of a choice; a value that is missing is shown as it is."""


def label(name: str) -> str:
    """Return what stands before a setting's control, with the unit."""
    words = LABELS.get(name, name.replace("_", " ").capitalize())
    unit = options()[name].unit
    return f"{words} ({unit.split()[-1]})" if unit else words


def choice_words(name: str, option: Option) -> list[tuple[str, str]]:
    """Return the choices of a setting as pairs of plain words and value."""
    words = CHOICES.get(name, {})
    return [(words.get(value, value), value) for value in option.choices]


def tooltip(name: str) -> str:
    """Return what a setting does, its unit, its default and its command-line flag."""
    option, default = options()[name], defaults()[name]
    if default is None:
        shown = option.when_none
    elif option.kind == "choice":
        shown = CHOICES.get(name, {}).get(default, default)
    elif option.kind == "switch":
        shown = "on" if default else "off"
    else:
        shown = f"{default:g} {option.unit}".strip()
    return f"{option.help}\n\nDefault: {shown}. Command line: {flag(name)}"


def parse_integers(text: str) -> tuple[int, ...] | None:
    """Read whole numbers that are parted by spaces or commas; no text is None.

    Raises
    ------
    DinosarError
        If something else than whole numbers stands there.
    """
    words = re.split(r"[\s,;]+", text.strip().strip("[]()"))
    if words == [""]:
        return None
    wrong = [word for word in words if not re.fullmatch(r"[-+]?\d{1,9}", word)]
    if wrong:
        raise DinosarError(
            f"{wrong[0]!r} is not a whole number. Write whole numbers with spaces between them, "
            f"such as 6 7 8 9."
        )
    return tuple(int(word) for word in words)


def format_integers(values: tuple[int, ...] | None) -> str:
    """Return whole numbers as `parse_integers` reads them."""
    return "" if values is None else " ".join(map(str, values))
