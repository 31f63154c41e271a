"""A sheet of white paper: its sizes in millimetres, its words, its colour bars, its caption.

Everything is placed in millimetres from the top left, so that a figure looks the same wherever
and however large it is drawn. pyplot is never used, and matplotlib's settings are as they were
when a drawing is done.
"""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, ScaledTranslation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

WIDTH_MM = 180.0
"""Two columns of most journals."""

TALLEST_MM = 230.0
MARGIN_MM = 8.5
"""Left of words, and room for the ticks at both sides of a photo."""

SCALE = "scale"
"""Label of the axes of a colour bar."""

INCH_MM = 25.4
POINT_MM = INCH_MM / 72

TEXT_PT, SMALL_PT, TINY_PT = 7.0, 6.5, 6.0
INK, MUTED, LINE = "#1a1a1a", "#4d4d4d", "#8c8c8c"

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""

_STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": TEXT_PT,
    "text.color": INK,
    "text.parse_math": False,  # a photo's name may hold dollar signs
    "text.hinting": "none",  # letters have the same widths at every resolution
    "axes.titlesize": TEXT_PT,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 3.0,
    "axes.labelsize": SMALL_PT,
    "axes.labelcolor": MUTED,
    "axes.labelpad": 2.0,
    "axes.linewidth": 0.5,
    "axes.edgecolor": LINE,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "xtick.labelsize": TINY_PT,
    "ytick.labelsize": TINY_PT,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.major.size": 2.0,
    "ytick.major.size": 2.0,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.pad": 1.8,
    "ytick.major.pad": 1.8,
    "grid.linewidth": 0.4,
    "grid.color": "#dddddd",
    "legend.fontsize": SMALL_PT,
    "legend.frameon": False,
    "legend.borderpad": 0.0,
    "legend.borderaxespad": 0.0,
    "hatch.linewidth": 0.5,
    "image.composite_image": False,  # an SVG holds each photo as it was handed over
    "svg.fonttype": "none",
    "svg.hashsalt": "napari-dinosar",
}  # fmt: skip
_OURS = (
    "agg.", "axes.", "figure.", "font.", "grid.", "hatch.", "image.", "legend.", "lines.",
    "mathtext.", "patch.", "path.", "savefig.", "scatter.", "svg.", "text.", "xtick.", "ytick.",
)  # fmt: skip
_LOCK = threading.RLock()
_depth = 0


@contextmanager
def style() -> Iterator[None]:
    """Draw in our style, whatever the user's own says; one thread at a time.

    matplotlib keeps its settings for the whole process, so two threads that borrowed them in turn
    would leave each other's behind.
    """
    global _depth
    with _LOCK:
        _depth += 1
        try:
            if _depth > 1:
                yield
                return
            with mpl.rc_context(_settings()):
                yield
        finally:
            _depth -= 1


@cache
def _settings() -> Any:
    """Return our settings, and matplotlib's own of all else that a drawing depends on."""
    defaults = mpl.rcParamsDefault
    return {name: defaults[name] for name in defaults if name.startswith(_OURS)} | _STYLE


def sheet(height_mm: float, width_mm: float = WIDTH_MM) -> Figure:
    """Return an empty sheet of white paper of that size."""
    return Figure(figsize=(width_mm / INCH_MM, height_mm / INCH_MM), facecolor="white")


def size_mm(figure: Figure) -> tuple[float, float]:
    """Return width and height of a sheet."""
    width, height = figure.get_size_inches() * INCH_MM
    return float(width), float(height)


def add_axes(
    figure: Figure, left_mm: float, top_mm: float, width_mm: float, height_mm: float
) -> Axes:
    """Return new axes whose frame lies there, in millimetres from the top left of the sheet."""
    full_width, full_height = size_mm(figure)
    low = full_height - top_mm - height_mm
    return figure.add_axes(
        (left_mm / full_width, low / full_height, width_mm / full_width, height_mm / full_height)
    )


def on_sheet(figure: Figure) -> Transform:
    """Return the transform of ``(x, y)`` in millimetres from the top left; it survives a caption.

    Artists of the figure itself, such as words and lines between axes, are placed by it.
    """
    millimetres = Affine2D().scale(1 / INCH_MM, -1 / INCH_MM)
    from_top = ScaledTranslation(0.0, 1.0, figure.transFigure)  # type: ignore[arg-type]
    return millimetres + figure.dpi_scale_trans + from_top


def sheet_of(axes: Axes) -> Figure:
    """Return the sheet on which axes lie."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def sheet_xy_mm(axes: Axes, xy: Any) -> Any:
    """Return where data coordinates (..., 2) of axes lie on the sheet, mm from the top left."""
    figure = sheet_of(axes)
    points = np.asarray(xy, dtype=float)
    ends = axes.transData.transform(points.reshape(-1, 2))
    return on_sheet(figure).inverted().transform(ends).reshape(points.shape)


def frame_mm(axes: Axes) -> Box:
    """Return left, top, right and bottom of the frame of axes on the sheet."""
    (x0, y0), (x1, y1) = sheet_xy_mm(axes, np.stack([axes.get_xlim(), axes.get_ylim()], axis=-1))
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def add_words(figure: Figure, left_mm: float, top_mm: float, words: str, **more: Any) -> Any:
    """Write words on the sheet, their top left corner there."""
    kwargs = {"va": "top", "ha": "left", "fontsize": SMALL_PT, "color": INK, **more}
    return figure.text(left_mm, top_mm, words, transform=on_sheet(figure), **kwargs)


def add_scale(
    figure: Figure,
    box_mm: tuple[float, float, float, float],
    colormap: str,
    limits: tuple[float, float],
    words: str,
    alpha: float = 1.0,
) -> Axes:
    """Lay a horizontal colour bar on the sheet, with ticks and what it measures.

    Parameters
    ----------
    figure : Figure
        The sheet.
    box_mm : (left, top, width, height)
        Of the bar itself; ticks and words take 7 mm more below.
    colormap : str
        Its name.
    limits : (float, float)
        The values at its two ends.
    words : str
        What it measures, with the unit.
    alpha : float
        Opacity of what is coloured, so that the bar looks like it.

    Returns
    -------
    Axes
        Those of the bar.
    """
    axes = add_axes(figure, *box_mm)
    axes.set_label(SCALE)
    mapped = ScalarMappable(Normalize(*limits), colormap)
    bar = figure.colorbar(mapped, cax=axes, orientation="horizontal", alpha=alpha)
    bar.outline.set_linewidth(0.4)
    bar.set_label(words)
    spread_ticks(axes, limits, along="x", most=5)
    return axes


def spread_ticks(axes: Axes, limits: tuple[float, float], along: str, most: int) -> None:
    """Put ticks at round values, and small ones without a number at the ends of a scale."""
    axis = axes.xaxis if along == "x" else axes.yaxis
    ticks = [
        value for value in MaxNLocator(most).tick_values(*limits)
        if limits[0] <= value <= limits[1]
    ]  # fmt: skip
    axis.set_ticks(ticks)
    axis.set_ticks(list(limits), minor=True)
    axes.tick_params(axis=along, which="minor", length=3.2, width=0.5)  # type: ignore[arg-type]


def add_caption(figure: Figure, caption: str) -> None:
    """Set a caption, such as credit and licence of the photos, small below everything else.

    The sheet grows by as many lines as it takes.
    """
    width, height = size_mm(figure)
    lines = wrapped(caption, width - 2 * MARGIN_MM, TINY_PT)
    if not lines:
        return
    extra = 2.0 + len(lines) * 1.3 * TINY_PT * POINT_MM
    tall = height + extra
    figure.set_size_inches(width / INCH_MM, tall / INCH_MM)
    for axes in figure.axes:
        left, low, wide, high = axes.get_position().bounds
        axes.set_position((left, (low * height + extra) / tall, wide, high * height / tall))
    add_words(
        figure, MARGIN_MM, height + 0.5, "\n".join(lines),
        fontsize=TINY_PT, color=MUTED, linespacing=1.15, gid="caption",
    )  # fmt: skip


def wrapped(text: str, width_mm: float, size_pt: float) -> list[str]:
    """Return text in lines that fit a width; its own line breaks are kept."""
    fitting = []
    for line in text.splitlines():
        count = max(8, len(line))
        pieces = textwrap.wrap(line, count)
        while count > 8 and any(width_of_mm(one, size_pt) > width_mm for one in pieces):
            count = int(0.97 * count)
            pieces = textwrap.wrap(line, count)
        fitting += pieces
    return fitting


@lru_cache(maxsize=4096)
def width_of_mm(words: str, size_pt: float, weight: str = "normal") -> float:
    """Return how wide words are in our font."""
    font = FontProperties(family="DejaVu Sans", size=size_pt, weight=weight)
    wide, _, _ = TextToPath().get_text_width_height_descent(words, font, ismath=False)
    return float(wide) * POINT_MM


def shortened(name: str, width_mm: float, size_pt: float = TEXT_PT) -> str:
    """Return a name on one line, cut in its middle where it is wider than that."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    kept = clean
    while width_of_mm(kept, size_pt, "bold") > width_mm and len(kept) > 4:
        half = (len(kept) - 2) // 2
        kept = f"{clean[:half]}…{clean[-half:]}"
    return kept
