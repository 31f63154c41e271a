"""The figures of a run by name: which it has, one of them drawn, all of them as files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.io.figures.aligned_figure import aligned
from napari_dinosar.io.figures.attention_figures import attention, attention_heads
from napari_dinosar.io.figures.cell_examples import cell_matches
from napari_dinosar.io.figures.cell_figures import cell_grid, cell_histogram, cell_map
from napari_dinosar.io.figures.histograms import score_histogram
from napari_dinosar.io.figures.paper import add_caption, style
from napari_dinosar.io.figures.pieces import landmarks_xy, used_names
from napari_dinosar.io.figures.plates import matches, pair, tps_grids
from napari_dinosar.io.figures.rendering import (
    DPI,
    check_free,
    check_output,
    figure_bytes,
    write_files,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Findings
    from napari_dinosar.findings.cell_marks import CellMarks

FOLDER = "figures"
"""Where a run folder keeps them."""


@dataclass(frozen=True)
class _Entry:
    """A figure that a run has: how it is drawn, and what the file says that it shows."""

    draw: Callable[[Findings], Figure]
    title: str
    on_request: bool = False


def figure_names(findings: Findings, on_request: bool = False) -> tuple[str, ...]:
    """Return the names of the figures that a run has, in the order in which one reads them.

    Parameters
    ----------
    findings : Findings
        The run.
    on_request : bool
        Also those that are drawn only when they are named: the attention of each head.
    """
    entries = _entries(findings).items()
    return tuple(name for name, entry in entries if on_request or not entry.on_request)


def draw(
    name: str, findings: Findings, caption: str | None = None, marks: CellMarks | None = None
) -> Figure:
    """Draw a figure of a run.

    Parameters
    ----------
    name : str
        One of `figure_names`. ``attention_a`` and ``attention_b`` are those of the layer that
        ranks and weights patches.
    findings : Findings
        The run.
    caption : str, optional
        Words below the figure, such as credit and licence of the photos.
    marks : CellMarks, optional
        What is marked on the cells of ``cell_grid``, as `napari_dinosar.inspection.cell_marks`
        tells it.

    Returns
    -------
    Figure
        180 mm wide, histograms less; `save_figure` or `figure_bytes` make a file of it.

    Raises
    ------
    DinosarError
        If the run has no such figure.
    """
    return _drawn(name, _entry(name, findings, marks), findings, caption)


def figure_files(
    findings: Findings,
    formats: Iterable[str] = ("png", "svg"),
    dpi: int = DPI,
    caption: str | None = None,
    names: Iterable[str] | None = None,
    marks: CellMarks | None = None,
) -> dict[str, bytes]:
    """Return the figures of a run as files for its folder: ``figures/NAME.png`` and so on.

    Parameters
    ----------
    findings : Findings
        The run.
    formats : iterable of {"png", "svg"}
        Formats.
    dpi : int
        Dots per inch, 36 to 1200.
    caption : str, optional
        Words below each figure.
    names : iterable of str, optional
        Which; by default all of `figure_names`.
    marks : CellMarks, optional
        As for `draw`.

    Raises
    ------
    DinosarError
        If a name, a format or the resolution is wrong.
    """
    files = iter_figures(findings, formats, dpi, caption, names, marks)
    return {f"{FOLDER}/{name}": content for name, content in files}


def save_figures(
    findings: Findings,
    folder: str | Path,
    formats: Iterable[str] = ("png", "svg"),
    dpi: int = DPI,
    names: Iterable[str] | None = None,
    caption: str | None = None,
    overwrite: bool = False,
    marks: CellMarks | None = None,
) -> list[Path]:
    """Write the figures of a run into a folder; all are drawn before the first is written.

    Parameters
    ----------
    findings : Findings
        The run.
    folder : str or Path
        Made where it is missing, in a folder that exists.
    formats, dpi, names, caption
        As for `figure_files`.
    overwrite : bool
        Replace files of these names.
    marks : CellMarks, optional
        As for `draw`.

    Returns
    -------
    list of Path
        The files, absolute.

    Raises
    ------
    DinosarError
        If a name, a format or the resolution is wrong, a file exists, or the disk refuses.
    """
    target, kinds = Path(folder).absolute(), tuple(formats)
    chosen = figure_names(findings) if names is None else tuple(names)
    check_output(kinds, dpi)
    for name in chosen:
        _entry(name, findings)
    if os.path.lexists(target):
        check_free(target, [f"{name}.{kind}" for name in chosen for kind in kinds], overwrite)
    else:
        check_free(target.parent, [], overwrite)
    files = dict(iter_figures(findings, kinds, dpi, caption, chosen, marks))
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise DinosarError(
            f"The folder {target} cannot be made: {error.strerror or error}."
        ) from error
    return write_files(target, files, overwrite)


def iter_figures(
    findings: Findings,
    formats: Iterable[str] = ("png", "svg"),
    dpi: int = DPI,
    caption: str | None = None,
    names: Iterable[str] | None = None,
    marks: CellMarks | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Draw one figure after the other; yield the name and the content of each file.

    Parameters are those of `figure_files`; what is wrong with them is said before the first.
    """
    kinds = tuple(dict.fromkeys(formats))
    check_output(kinds, dpi)
    chosen = figure_names(findings) if names is None else tuple(dict.fromkeys(names))
    entries = {name: _entry(name, findings, marks) for name in chosen}
    for name, entry in entries.items():
        figure = _drawn(name, entry, findings, caption)
        title = f"{entry.title}: {findings.a.name} and {findings.b.name}"
        for kind in kinds:
            yield f"{name}.{kind}", figure_bytes(figure, kind, dpi, title)


def _drawn(name: str, entry: _Entry, findings: Findings, caption: str | None) -> Figure:
    with style():
        figure = entry.draw(findings)
        figure.set_label(name)
        if caption:
            add_caption(figure, caption)
    return figure


def _entry(name: str, findings: Findings, marks: CellMarks | None = None) -> _Entry:
    entries = _entries(findings, marks)
    layer = findings.attention_layer
    if name in ("attention_a", "attention_b") and layer is not None:
        name = f"{name}_layer{layer}"
    if name not in entries:
        raise DinosarError(
            f"This run has no figure {name!r}. It has: {', '.join(figure_names(findings))}; on "
            f"request also attention_heads_a and _b of a layer, where attention was kept."
        )
    return entries[name]


def _entries(findings: Findings, marks: CellMarks | None = None) -> dict[str, _Entry]:
    """Return the figures that a run has."""
    entries = {"pair": _Entry(pair, "The pair")}
    if findings.cells is not None:
        entries |= _cell_entries(int(np.isfinite(findings.cells.dissimilarity).sum()), marks)
    if _has_spline(findings):
        entries["tps_grids"] = _Entry(tps_grids, "Deformation grids")
    for mode, ways in findings.samples.items():
        if any(len(sample.values) for sample in ways.values()):
            drawn = partial(score_histogram, mode=mode)
            entries[f"histogram_{mode}"] = _Entry(drawn, f"Dissimilarities, {mode}")
    if len(findings.tables["matches"]):
        entries["matches"] = _Entry(matches, "Correspondences")
    if findings.aligned_rgb is not None:
        entries["aligned"] = _Entry(aligned, "A laid over B")
    return entries | _attention_entries(findings)


def _cell_entries(n_values: int, marks: CellMarks | None) -> dict[str, _Entry]:
    on_photos = partial(cell_grid, marks=marks)
    entries = {
        "cell_grid": _Entry(on_photos, "Homologous cells on both photos"),
        "cell_map": _Entry(cell_map, "Homologous cells on the mean shape"),
    }
    if n_values:
        entries["cell_histogram"] = _Entry(cell_histogram, "Dissimilarities of the cells")
    if n_values > 1:
        entries["cell_matches"] = _Entry(cell_matches, "Most alike and most different cells")
    return entries


def _attention_entries(findings: Findings) -> dict[str, _Entry]:
    entries = {}
    for layer in findings.a.attention_layers:
        for kind, function in (("attention", attention), ("attention_heads", attention_heads)):
            for letter in "ab":
                if findings.side(letter).attention is None:
                    continue
                drawn = partial(function, letter=letter, layer=layer)
                title = f"Attention of {letter.upper()} in block {layer}"
                entries[f"{kind}_{letter}_layer{layer}"] = _Entry(
                    drawn, title, on_request=kind == "attention_heads"
                )
    return entries


def _has_spline(findings: Findings) -> bool:
    """Return whether the landmarks that were used carry a grid both ways."""
    names = used_names(findings)
    a, b = (landmarks_xy(findings, letter, names) for letter in "ab")
    if len(names) < 3 or not np.isfinite([a, b]).all():
        return False
    try:
        ThinPlateSpline(a, b)
        ThinPlateSpline(b, a)
    except DinosarError:
        return False
    return True
