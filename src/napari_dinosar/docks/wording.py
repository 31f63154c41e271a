"""The words that the docks put on settings: labels, choices, tooltips, and lists of numbers."""

from __future__ import annotations

import re
from typing import Any

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
    "report_layer_std": "Spread of layers",
    "attn_layers": "Attention layers",
    "attn_layer": "Ranking layer",
    "attn_heads": "Heads",
    "precision": "Precision",
    "img_size": "Canvas size",
    "crop": "Crop to specimen",
    "canvas": "Canvas shape",
    "background": "Background",
    "rembg_session": "rembg network",
    "mask_erode_px": "Erode mask",
    "fg_thresh": "Least fill",
    "border_patches": "Skip border",
    "attn_fg_thresh_mode": "Attention cut",
    "attn_fg_thresh_pct": "Cut at",
    "attn_fg_thresh": "Cut at share",
    "attn_fg_morph": "Tidy up",
    "attn_fg_kernel": "Tidy within",
    "attn_mask_layer": "Mask layer",
    "align_stage": "Lay A over B",
    "align_by": "By",
    "align_method": "Transform",
    "align_mirror": "Allow mirror",
    "match_flavor": "Flavour",
    "top_matches": "Attended patches",
    "demo_mutual": "Mutual only",
    "demo_ratio": "Ratio",
    "demo_topn": "Most matches",
    "demo_verify": "Verify (RANSAC)",
    "demo_ransac_reproj": "Tolerance",
    "demo_mirror": "Allow mirror",
    "seed": "Seed",
    "score_mode": "Scores",
    "topk": "Top k",
    "hist_min_joint": "Fewest values",
    "tps_rows": "Rows",
    "tps_cols": "Columns",
    "tps_samples": "Samples a side",
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
        "attn": "attention",
        "attn_intersect": "automatic and attention",
        "attn_union": "automatic or attention",
        "layer": "my mask (Labels layer)",
    },
    "layer_agg": {"mean": "mean", "median": "median"},
    "precision": {
        "auto": "automatic",
        "fp32": "fp32 (exact)",
        "bf16": "bf16 (faster)",
        "fp16": "fp16 (faster)",
    },
    "canvas": {"square": "square", "tight": "tight (faster)"},
    "background": {"white": "white", "keep": "as photographed"},
    "attn_fg_thresh_mode": {"percentile": "percentile", "absolute": "share of its range"},
    "attn_fg_morph": {
        "none": "no",
        "open": "take off specks",
        "close": "fill gaps",
        "openclose": "specks, then gaps",
    },
    "align_stage": {
        "none": "no",
        "image": "its photo",
        "mask": "only the masks",
        "both": "photo and masks",
    },
    "align_by": {"auto": "automatic", "landmarks": "landmarks", "masks": "outlines"},
    "align_method": {
        "similarity": "similarity",
        "procrustes": "Procrustes",
        "homography": "homography",
    },
    "match_flavor": {"demo": "best matches", "attention": "by attention"},
    "score_mode": {
        "foreground": "foreground",
        "bidirectional": "both pooled",
        "topk_mean": "top-k mean",
        "attention_weighted": "attention-weighted",
        "demo_inliers": "verified matches",
    },
}
"""Plain words for the values of a choice; a value that is missing is shown as it is."""

WHEN_NONE = {"attn_layer": "the last shown", "attn_mask_layer": "the ranking layer"}
"""Words for a setting that is left to the program, where those of its option name settings."""


def label(name: str) -> str:
    """Return what stands before a setting's control, with the unit."""
    words = LABELS.get(name, name.replace("_", " ").capitalize())
    unit = options()[name].unit
    return f"{words} ({unit.split()[-1]})" if unit else words


def choice_words(name: str, option: Option) -> list[tuple[str, str]]:
    """Return the choices of a setting as pairs of plain words and value."""
    return [(word(name, value), value) for value in option.choices]


def word(name: str, value: Any) -> str:
    """Return what stands for a value of a setting."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(word(name, one) for one in value)
    if isinstance(value, str):
        return CHOICES.get(name, {}).get(value, value)
    return when_none(name) if value is None else f"{value:g}"


def when_none(name: str) -> str:
    """Return what the program does with a setting that is left to it."""
    return WHEN_NONE.get(name, options()[name].when_none)


def tooltip(name: str) -> str:
    """Return what a setting does, its unit, its default and its command-line flag."""
    option, default = options()[name], defaults()[name]
    unit = option.unit if default is not None else ""
    shown = f"{word(name, default)} {unit}".strip()
    return f"{option.help}\n\nDefault: {shown}. Command line: {flag(name)}"


def when_it_counts(name: str) -> str:
    """Return a sentence on what must be chosen elsewhere for a setting to have an effect."""
    ways = [
        " and ".join(
            f"‘{label(other)}’ is {' or '.join(word(other, value) for value in values)}"
            for other, values in requirement.items()
        )
        for requirement in options()[name].needs
    ]
    return f"Has no effect now: it counts only where {', or '.join(ways)}."


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
