"""Colours that everyone can tell apart, and the ranges that values are shown on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from napari_dinosar.core.errors import DinosarError

OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""Okabe and Ito's palette (2008) without black, which is lost on dark specimens."""

LANDMARK_TEXT = "#D55E00"
MASK = "#56B4E9"
ALIGNED_MASK = "#E69F00"
CELL_EDGE = "white"
GRID_LINE = "#0072B2"
FLAG = "#CC79A7"
"""Okabe and Ito's reddish purple: no value of a map has it, and no landmark text."""
WIRE = (1.0, 1.0, 1.0, 1.0)
WIRE_SHADOW = (0.0, 0.0, 0.0, 0.75)
UNUSED = (0.5, 0.5, 0.5, 0.22)
"""Grey of a cell without a value."""

COLORMAP_NAMES = ("viridis", "cividis", "plasma", "inferno", "magma", "gray")
"""Colormaps that can be chosen: even steps, for every kind of colour vision, known to napari and
matplotlib alike."""


class Colormaps:
    """The colormap of each kind of value, one choice for layers, scales and figures.

    What is drawn in a window asks for the name each time, or follows `changed`.

    Signals
    -------
    changed : str
        The kind of value that is drawn in another colormap.

    Examples
    --------
    >>> colormaps = Colormaps()
    >>> colormaps.choose("cells", "cividis")
    >>> colormaps["cells"]
    'cividis'
    """

    changed = Signal(str)

    def __init__(self) -> None:
        self._names = {
            "cells": "viridis",
            "correspondences": "viridis",
            "attention": "inferno",
            "layer_std": "magma",
            "probe_map": "plasma",
        }

    def __getitem__(self, kind: str) -> str:
        """Return the name of the colormap of ``"cells"`` or another kind of value."""
        return self._names[kind]

    def choose(self, kind: str, name: str) -> None:
        """Draw a kind of value in another colormap.

        Raises
        ------
        DinosarError
            If there is no such kind of value, or the colormap is none of `COLORMAP_NAMES`.
        """
        for word, given, known in (
            ("kind of value", kind, self._names),
            ("colormap", name, COLORMAP_NAMES),
        ):
            if given not in known:
                raise DinosarError(f"There is no {word} {given!r}: there are {', '.join(known)}.")
        if self._names[kind] != name:
            self._names[kind] = name
            self.changed.emit(kind)


COLORMAPS = Colormaps()
"""The choice of this process."""


def rgb(code: str) -> tuple[float, float, float]:
    """Return red, green and blue of ``#RRGGBB``, each between 0 and 1."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def landmark_colour(landmark: int, own: str = "") -> str:
    """Return the colour of a landmark, ``#RRGGBB``: its own, or one of a cycle of seven."""
    return own or OKABE_ITO[landmark % len(OKABE_ITO)]


def landmark_colours(n: int) -> NDArray[np.float64]:
    """Return a colour for each of n landmarks, (n, 4); they repeat after seven."""
    colours = np.array([[*rgb(landmark_colour(index)), 1.0] for index in range(n)])
    return colours.reshape(n, 4)


def limits(
    values: NDArray[np.floating[Any]], low: float = 0.0, high: float = 100.0
) -> tuple[float, float]:
    """Return the range between two percentiles of the finite values, never of zero width."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    lowest, highest = (float(bound) for bound in np.percentile(finite, [low, high]))
    if highest - lowest < 1e-9:
        return lowest - 0.5e-3, lowest + 0.5e-3
    return lowest, highest


def mask_colormap(colour: str) -> Any:
    """Return the label colours of a mask: one colour for all that is painted, none elsewhere."""
    from napari.utils.colormaps import CyclicLabelColormap

    return CyclicLabelColormap(colors=np.array([[0.0, 0.0, 0.0, 0.0], [*rgb(colour), 1.0]]))


def difference_colormap() -> Any:
    """Return colours of differences: blue of less, light grey of none, vermilion of more."""
    from napari.utils.colormaps import Colormap

    less, more = rgb(OKABE_ITO[4]), rgb(OKABE_ITO[5])
    colours = [(*less, 1.0), (0.95, 0.95, 0.95, 1.0), (*more, 1.0)]
    return Colormap(colors=colours, name="dinosar difference", display_name="difference")


def cell_colours(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return the colour of each cell on the range of the data, (n, 4); grey where it has none."""
    colours = _mapped(values, COLORMAPS["cells"])
    colours[~np.isfinite(values)] = UNUSED
    return colours


def match_colours(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return the colour of each match on the range of the data, (n, 4)."""
    return _mapped(values, COLORMAPS["correspondences"])


def _mapped(values: NDArray[np.floating[Any]], name: str) -> NDArray[np.float64]:
    from napari.utils.colormaps import ensure_colormap

    lowest, highest = limits(values)
    share = (np.nan_to_num(values, nan=lowest) - lowest) / (highest - lowest)
    return np.array(ensure_colormap(name).map(share.astype(float)), dtype=float).reshape(-1, 4)
