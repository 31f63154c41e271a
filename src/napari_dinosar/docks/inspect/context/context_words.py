"""What the page Context says: names of statistics, numbers, and what the noise floor means."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from napari_dinosar.docks import wording
from napari_dinosar.docks.number_text import NOTHING, number_text, with_minus
from napari_dinosar.docks.summary_text import DIRECTIONS
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from napari_dinosar.inspection.baselines_context import Column
    from napari_dinosar.inspection.noise_result import NoiseFloor

INTRODUCTION = (
    "How much of the difference is noise? Both specimens are compared with copies of themselves, "
    "turned, scaled, relit and with displaced landmarks, as if photographed and digitised again."
)
LOWER_BOUND = (
    "The floor is a lower bound: a second photo of the same specimen differs more, in pose, light "
    "and focus. What lies under it is not to be believed; what lies above need not be a difference "
    "of the species."
)
_STATISTICS = {
    "n_eff": ("eff. n", "Effective number of values, given their weights."),
    "std": ("SD", "Standard deviation."),
    "iqr": ("IQR", "Interquartile range."),
    "skewness": ("skew", "Skewness."),
    "kurtosis": ("kurtosis", "Excess kurtosis."),
    "share_above_0_3": ("> 0.3", "Share of the values above 0.3."),
    "share_above_0_5": ("> 0.5", "Share of the values above 0.5."),
    "mean_above_median": ("upper half", "Mean of the values above the median."),
    "procrustes_distance": (
        "Procrustes", "Procrustes distance of the landmarks, in centroid sizes.",
    ),
    "bending_energy_a": ("bending A", "Bending energy from the consensus to A."),
    "bending_energy_b": ("bending B", "Bending energy from the consensus to B."),
}  # fmt: skip
_HEADERS = {
    "comparison": "this",
    "noise": "noise\nmean",
    "noise_p95": "noise\nP95",
    "colour": "colour\nalone",
    "shape": "shape\nalone",
}
_DECIMALS = ((100, 0), (10, 1), (1, 2), (0.01, 3))
_UNITS = {"1 - cosine": "1 − cos", "Delta E*ab": "ΔE*ab", "centroid sizes": "sizes"}


def statistic(name: str) -> str:
    """Return a short name of a statistic, given the last part of its full name."""
    if name in _STATISTICS:
        return _STATISTICS[name][0]
    return name.upper() if name[0] == "p" and name[1:].isdigit() else name


def statistic_tooltip(name: str) -> str:
    """Return what a statistic is, as a sentence."""
    return _STATISTICS.get(name, ("", ""))[1]


def group(name: str) -> str:
    """Return in words what a statistic is of, given its full name."""
    kind, *rest = name.split(".")
    if kind == "homology":
        return "Homologous cells and landmarks"
    mode, direction = rest[:2]
    return f"Patches, {wording.word('score_mode', mode)}: {DIRECTIONS.get(direction, direction)}"


def header(column: Column) -> str:
    """Return the header of a column: its name in two lines, then its unit."""
    name = _HEADERS.get(column.name, column.name)
    return f"{name}{'' if chr(10) in name else chr(10)}\n{_UNITS.get(column.unit, column.unit)}"


def number(value: float | None) -> str:
    """Return a number in three digits or fewer, which five columns have room for."""
    if value is None:
        return NOTHING
    if value == int(value) and abs(value) < 1e5:
        return number_text(value, 0)
    size = abs(value)
    if not 1e-3 <= size < 1e5:
        digits, power = f"{value:.0e}".split("e")
        return with_minus(f"{digits}e{int(power)}")
    decimals = next((places for least, places in _DECIMALS if size >= least), 4)
    return number_text(value, decimals)


def noise_html(noise: NoiseFloor, colours: ThemeColours) -> str:
    """Return what was found of the noise: the share of cells under the floor, and what it means."""
    n_known, n_under = int(noise.is_known.sum()), int(noise.is_noise.sum())
    if not n_known:
        return "<p style='margin: 0'>No cell has a noise floor.</p>"
    drawn = f"{noise.draws} draw{'s' if noise.draws > 1 else ''}, seed {noise.seed}"
    return (
        f"<p style='margin: 0'><span style='font-size: 17pt'>{noise.share_of_noise:.0%}</span> "
        f"&nbsp;of the cells lie under the noise floor</p>"
        f"<p style='margin: 2px 0 6px 0; color: {colours.muted}'>{n_under} of {n_known} cells, "
        f"{drawn}</p>"
        f"<p style='margin: 0 0 4px 0'>{escape(LOWER_BOUND)}</p>"
    )
