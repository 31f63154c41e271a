"""Figures for print, drawn from what a run found.

`draw` gives a named figure of a run, `save_figures` and `figure_files` all of them as files. A
figure of one's own takes three calls: lay photos out with `plot_photos` or `plot_pair`, add to
them (`add_cells`, `add_grid`, `add_matches`, `add_attention`, `add_landmarks`, `add_outline`,
`add_scale`, `add_caption`), and `save_figure`.
"""

from napari_dinosar.io.figures.figure_set import (
    draw,
    figure_files,
    figure_names,
    iter_figures,
    save_figures,
)
from napari_dinosar.io.figures.labels import add_labels, add_landmarks
from napari_dinosar.io.figures.outlines import add_outline
from napari_dinosar.io.figures.overlays import (
    add_attention,
    add_cells,
    add_grid,
    add_matches,
    add_quads,
)
from napari_dinosar.io.figures.paper import add_caption, add_scale
from napari_dinosar.io.figures.photos import Shown, plot_pair, plot_photos
from napari_dinosar.io.figures.rendering import DPI, FORMATS, figure_bytes, save_figure

__all__ = [
    "DPI",
    "FORMATS",
    "Shown",
    "add_attention",
    "add_caption",
    "add_cells",
    "add_grid",
    "add_labels",
    "add_landmarks",
    "add_matches",
    "add_outline",
    "add_quads",
    "add_scale",
    "draw",
    "figure_bytes",
    "figure_files",
    "figure_names",
    "iter_figures",
    "plot_pair",
    "plot_photos",
    "save_figure",
    "save_figures",
]
