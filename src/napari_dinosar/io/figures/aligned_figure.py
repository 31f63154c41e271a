"""A laid over B on paper: whether an alignment did what it should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import PREVIEW_SIDE_PX, mapped
from napari_dinosar.io.figures.outlines import add_outline, outlines
from napari_dinosar.io.figures.overlays import Dashes
from napari_dinosar.io.figures.paper import (
    INK,
    MARGIN_MM,
    MUTED,
    TINY_PT,
    add_words,
    on_sheet,
    size_mm,
)
from napari_dinosar.io.figures.photos import (
    Shown,
    View,
    pale,
    plot_photos,
    view_of,
    whole,
)
from napari_dinosar.io.figures.pieces import landmarks_xy, room_for, shown, used_names
from napari_dinosar.io.figures.rendering import PHOTO, SMOOTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Findings

COLOURS = {"a": palette.ALIGNED_MASK, "b": palette.GRID_LINE}
DASHES: dict[str, Dashes] = {"a": (0.0, (3.0, 1.2)), "b": "-"}


def aligned(findings: Findings) -> Figure:
    """Draw A laid over B: A in B's frame, B, and both blended with their outlines.

    Coordinates are the pixels of B's photo.
    """
    assert findings.aligned_rgb is not None
    to_b = a_to_b(findings)
    outline = {
        "a": [mapped(to_b, line) for line in outlines(findings.a.mask)],
        "b": outlines(findings.b.mask),
    }
    view = view_of(findings.b, *outline["a"], overhang=0.25)
    names = used_names(findings)
    marks = {
        "a": mapped(to_b, landmarks_xy(findings, "a", names)),
        "b": landmarks_xy(findings, "b", names),
    }
    over = Shown(
        _fewer_pixels(findings.aligned_rgb), findings.b.size_xy, f"A over B: {findings.a.name}",
        view, extent=canvas_extent(findings),
    )  # fmt: skip
    words = [alignment_words(findings.alignment)]
    room = room_for(False, [*words, ""])
    figure, [top, [blend, drawing]] = plot_photos(
        [over, shown(findings, "b", view)],
        [
            replace(over, title="both, half and half", is_pale=True),
            replace(shown(findings, "b", view, is_pale=True), title="outlines and landmarks"),
        ],
        room_mm=room,
    )
    _lay_over(blend, findings, view)
    for axes in (*top, blend, drawing):
        for letter in "ab":
            add_outline(axes, outline[letter], COLOURS[letter], linestyles=[DASHES[letter]],
                        linewidths=0.9)  # fmt: skip
    _add_residuals(drawing, marks)
    _add_legend(figure, room, words, has_marks=bool(np.isfinite(marks["a"]).any()))
    return figure


def a_to_b(findings: Findings) -> NDArray[np.float64]:
    """Return the map (3, 3) of ``(x, y, 1)`` that lays A's photo over B's."""
    matrix = findings.a.photo_to_canvas
    if findings.alignment["stage"] == "mask":
        # nothing moved: the alignment is not part of A's own map
        matrix = np.array(findings.alignment["matrix"], dtype=float) @ matrix
    return np.asarray(np.linalg.inv(findings.b.photo_to_canvas) @ matrix)


def canvas_extent(findings: Findings) -> View:
    """Return where the outer edges of B's canvas lie in B's photo."""
    height, width = findings.b.canvas_mask.shape
    (left, top), (right, bottom) = findings.b.to_photo([(-0.5, -0.5), (width - 0.5, height - 0.5)])
    return float(left), float(right), float(bottom), float(top)


def alignment_words(alignment: Mapping[str, Any]) -> str:
    """Return in a line how A was laid over B, and how well."""
    words = [f"{alignment.get('method') or 'alignment'} of the {alignment.get('source')}"]
    if alignment.get("residual_px") is not None:
        share = alignment.get("residual_share")
        part = "" if share is None else f" ({100 * share:.1f} % of the centroid size)"
        words.append(f"residual {alignment['residual_px']:.3g} pixels of B's photo{part}")
    if alignment.get("iou") is not None:
        words.append(f"overlap of the masks (IoU) {alignment['iou']:.2f}")
    if alignment.get("angle_deg") is not None:
        angle = alignment["angle_deg"]
        way = "clockwise" if angle > 0 else "counter-clockwise"
        words.append(f"A turned {abs(angle):.1f}° {way}")
    if alignment.get("scale") is not None:
        words.append(f"enlarged {alignment['scale']:.3g} times")
    if alignment.get("mirrored"):
        words.append("mirrored")
    line = "; ".join(words)
    return f"{line[0].upper()}{line[1:]}."


def _fewer_pixels(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture with every k-th pixel, so that about a thousand remain along a side."""
    step = max(1, -(-max(rgb.shape[:2]) // PREVIEW_SIDE_PX))
    return rgb[::step, ::step]


def _lay_over(axes: Axes, findings: Findings, view: View) -> None:
    """Lay B, pale, half through over what is shown."""
    side = findings.b
    image = axes.imshow(
        pale(side.preview), extent=whole(side.size_xy), alpha=0.5, interpolation=SMOOTH
    )
    image.set_label(PHOTO)
    axes.set(xlim=view[:2], ylim=view[2:], aspect="auto")


def _add_residuals(axes: Axes, marks: Mapping[str, NDArray[np.float64]]) -> None:
    """Mark landmarks of A (crosses) and B (discs), joined where both have one."""
    axes.add_collection(
        LineCollection(list(np.stack([marks["a"], marks["b"]], axis=1)), colors=INK,
                       linewidths=0.8, zorder=4), autolim=False,
    )  # fmt: skip
    for letter, marker in (("b", "o"), ("a", "X")):
        axes.scatter(
            marks[letter][:, 0], marks[letter][:, 1], s=14.0, marker=marker,
            facecolors=COLOURS[letter], edgecolors=INK, linewidths=0.4, zorder=5,
        )  # fmt: skip


def _add_legend(figure: Figure, room_mm: float, words: Sequence[str], has_marks: bool) -> None:
    handles = [
        Line2D([], [], color=COLOURS[letter], linestyle=DASHES[letter], linewidth=1.0,
               marker=marker if has_marks else None, markersize=3.5, markeredgecolor=INK,
               markeredgewidth=0.4, label=f"{letter.upper()}{', laid over B' * (letter == 'a')}")
        for letter, marker in (("a", "X"), ("b", "o"))
    ]  # fmt: skip
    top = size_mm(figure)[1] - room_mm + 0.5
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(MARGIN_MM, top), ncols=2,
        bbox_transform=on_sheet(figure), handlelength=3.0,
    )  # fmt: skip
    for place, line in enumerate(words):
        add_words(figure, MARGIN_MM, top + 3.6 * (place + 1), line, fontsize=TINY_PT, color=MUTED)
