"""Commands that choose what the colours of the cells stand for."""

from __future__ import annotations

from functools import partial
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.commands.command import Command
from napari_dinosar.docks.commands.inspecting import DOCK, needed
from napari_dinosar.docks.finding import opened
from napari_dinosar.inspection.cell_values import CELL_VALUES, offers

BY = {
    "dissimilarity": "dissimilarity",
    "colour": "the difference of their colours",
    "noise_floor": "the noise floor",
    "noise_ratio": "dissimilarity over the noise floor",
    "layer_std": "the spread of the layers",
    "coverage": "coverage",
}
"""What stands for each of `inspection.cell_values.CELL_VALUES`, after "Colour the cells by"."""


def _colour(name: str, viewer: Any) -> None:
    inspection = needed(viewer)
    why_not = next(one.why_not for one in offers(inspection) if one.name == name)
    if why_not:
        raise DinosarError(why_not)
    opened(viewer, DOCK).context_page.colouring.choose(name)


COLOURING: tuple[Command, ...] = tuple(
    Command(f"inspect.colour_{name}", f"Colour the cells by {BY[name]}", partial(_colour, name))
    for name in CELL_VALUES
)
