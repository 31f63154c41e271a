"""Histograms of dissimilarities, of both directions on the same bins and axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.scores import statistics
from napari_dinosar.findings import DIRECTIONS
from napari_dinosar.io.figures.paper import INK, SMALL_PT, add_axes, sheet
from napari_dinosar.io.figures.pieces import add_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Findings, Sample

FEWEST_BINS, MOST_BINS = 12, 40
FEW_VALUES = 60
"""So few values are also marked one by one below the bars."""

ARROWS = {"a_to_b": "A → B", "b_to_a": "B → A"}
COLOURS = {"a_to_b": palette.OKABE_ITO[1], "b_to_a": palette.OKABE_ITO[0]}
POOLED = "#999999"

TITLES = {
    "foreground": "best matches of all patches",
    "bidirectional": "best matches of the patches of both, pooled",
    "topk_mean": "mean of the {topk} best matches of each patch",
    "attention_weighted": "best matches of all patches, weighted by attention",
    "demo_inliers": "verified correspondences",
}
HEAD_MM = 12.5
"""Height of a heading and of the title of the first panel."""

UNVERIFIED = "correspondences, not verified by a transform"

MARKS: dict[str, tuple[str, Any]] = {
    "mean": ("mean", "-"), "median": ("median", (0, (1.2, 1.2))), "p95": ("P95", (0, (4.0, 1.6))),
}  # fmt: skip
"""What is marked in a histogram: its words and its line."""

_WIDTH_MM, _AXES_MM, _LEFT_MM, _TALL_MM, _GAP_MM = 132.0, 84.0, 13.0, 30.0, 7.0


def score_histogram(findings: Findings, mode: str) -> Figure:
    """Draw the dissimilarities of a score mode, A to B above B to A.

    Where the two are the same values, as when both directions are pooled, one histogram is drawn.
    """
    samples = {way: findings.samples[mode][way] for way in DIRECTIONS}
    if _are_equal(*samples.values()):
        samples = {"pooled": samples["a_to_b"]}
    n_panels = len(samples)
    figure = sheet(HEAD_MM + n_panels * _TALL_MM + (n_panels - 1) * _GAP_MM + 9.5, _WIDTH_MM)
    add_heading(figure, findings, _LEFT_MM, f"{mode}: {_title(findings, mode)}")
    edges = bin_edges(np.concatenate([sample.values for sample in samples.values()]))
    panels = []
    for place, (way, sample) in enumerate(samples.items()):
        axes = add_axes(
            figure, _LEFT_MM, HEAD_MM + place * (_TALL_MM + _GAP_MM), _AXES_MM, _TALL_MM
        )
        axes.set_title(ARROWS.get(way, "A → B and B → A"))
        draw_bars(axes, sample.values, sample.weights, edges, COLOURS.get(way, POOLED))
        draw_marks(axes, statistics(sample.values, sample.weights))
        panels.append(axes)
    _share_axes(panels, edges, "patches" if mode != "demo_inliers" else "matches", samples)
    return figure


def bin_edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return edges of equal bins over the range of the values (Freedman and Diaconis 1981).

    Between 12 and 40 bins: fewer hide a second mode, and more leave single values standing alone.
    """
    low, high = palette.limits(values)
    finite = values[np.isfinite(values)]
    count = FEWEST_BINS
    if finite.size > 1:
        spread = float(np.subtract(*np.percentile(finite, [75, 25])))
        if spread > 0.0:
            count = int(np.ceil((high - low) / (2 * spread / np.cbrt(finite.size))))
    return np.linspace(low, high, int(np.clip(count, FEWEST_BINS, MOST_BINS)) + 1)


def draw_bars(
    axes: Axes,
    values: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
    edges: NDArray[np.float64],
    colours: Any,
) -> None:
    """Draw the share of the values, or of their weight, in each bin, in per cent.

    Parameters
    ----------
    axes : Axes
        Where.
    values, weights : array, (n,)
        The sample.
    edges : array, (bins + 1,)
        Edges of the bins.
    colours : colour, or one for each bin
        Of the bars.
    """
    counts, _ = np.histogram(values, edges, weights=weights)
    total = counts.sum()
    shares = 100.0 * counts / total if total > 0 else counts
    axes.bar(
        edges[:-1], shares, np.diff(edges), align="edge", color=colours, edgecolor="white",
        linewidth=0.3, zorder=2,
    )  # fmt: skip
    if 0 < len(values) <= FEW_VALUES:
        axes.plot(values, np.zeros(len(values)), "|", color=INK, markersize=4, markeredgewidth=0.5,
                  clip_on=False, zorder=4)  # fmt: skip
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0.0, 1.06 * max(shares.max(initial=0.0), 1e-9))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_locator(MaxNLocator(6))


def draw_marks(axes: Axes, numbers: dict[str, Any]) -> None:
    """Mark mean, median and P95, with their values and the sizes of the sample at the right.

    Parameters
    ----------
    axes : Axes
        Of the histogram.
    numbers : dict
        As `core.scores.statistics` gives them.
    """
    handles = []
    for name, (words, dashes) in MARKS.items():
        value = numbers[name]
        if value is None:
            continue
        axes.axvline(value, color=INK, linewidth=1.0, linestyle=dashes, zorder=3)
        label = f"{words} {written(value)}"
        handles.append(Line2D([], [], color=INK, linewidth=1.0, linestyle=dashes, label=label))
    lines = [f"n = {numbers['n']}"]
    if numbers.get("n_eff") is not None:
        lines.append(f"effective n = {numbers['n_eff']:.1f}")
    axes.legend(
        handles=handles, title="\n".join(lines), title_fontsize=SMALL_PT, alignment="left",
        loc="upper left", bbox_to_anchor=(1.03, 1.02), handlelength=2.2, labelspacing=0.35,
    )  # fmt: skip


def written(value: float) -> str:
    """Return a dissimilarity with as many decimals as tell it from its neighbours."""
    return f"{value:.3f}" if abs(value) >= 0.01 or value == 0.0 else f"{value:.2g}"


def _share_axes(
    panels: list[Axes], edges: NDArray[np.float64], what: str, samples: dict[str, Sample]
) -> None:
    top = max(axes.get_ylim()[1] for axes in panels)
    is_weighted = any(sample.weights is not None for sample in samples.values())
    for axes in panels:
        axes.set_ylim(0.0, top)
        axes.set_ylabel("share of weight (%)" if is_weighted else f"share of {what} (%)")
        axes.tick_params(axis="x", labelbottom=axes is panels[-1])
    panels[-1].set_xlabel(
        f"dissimilarity, 1 − cosine similarity (bins of {written(float(edges[1] - edges[0]))})"
    )


def _title(findings: Findings, mode: str) -> str:
    if mode == "demo_inliers" and not findings.settings.demo_verify:
        return UNVERIFIED
    return TITLES.get(mode, "dissimilarities").format(topk=findings.settings.topk)


def _are_equal(one: Sample, other: Sample) -> bool:
    if len(one.values) != len(other.values) or one.weights is not None:
        return False
    return bool(np.array_equal(np.sort(one.values), np.sort(other.values)))
