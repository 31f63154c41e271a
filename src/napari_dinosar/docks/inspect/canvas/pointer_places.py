"""Where the mouse is: on a cell, a match, or a pixel of a photo, and with which keys held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.canvas.frames import frame, map_frame, place_in
from napari_dinosar.inspection.inspected import Inspection

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.probe_result import SideName

Kind = Literal["cell", "match"]


def held(event: Any) -> set[str]:
    """Return the names of the keys that are held during an event of the mouse."""
    return {str(getattr(one, "name", one)) for one in event.modifiers}


def photo_at(
    viewer: Any, findings: Findings | None, position: Any
) -> tuple[SideName, tuple[float, float]] | None:
    """Return the photo at a place of the world and where on it, in its pixels; None beside both.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the photos lie.
    findings : Findings or None
        Whose photos.
    position : sequence of float
        World coordinates, y before x.
    """
    if findings is None:
        return None
    sides: tuple[SideName, ...] = ("b", "a")
    for side in sides:
        frame_yx = frame(viewer, side)
        if frame_yx is None:
            continue
        x, y = place_in(frame_yx, position)
        width, height = findings.side(side).size_xy
        if -0.5 <= x < width - 0.5 and -0.5 <= y < height - 0.5:
            return side, (x, y)
    return None


def compared_photo_at(
    viewer: Any, findings: Findings | None, position: Any
) -> tuple[SideName, tuple[float, float]] | None:
    """Return the same as `photo_at`, of a photo that was compared.

    Raises
    ------
    DinosarError
        If another one is shown there.
    """
    found = photo_at(viewer, findings, position)
    if found and (why_not := not_compared(viewer, findings, found[0])):
        raise DinosarError(why_not)
    return found


def row_at(viewer: Any, inspection: Inspection, position: Any) -> tuple[Kind, int | None]:
    """Return the cell at a place of the world, or the match; None where there is neither.

    A cell comes first where cells are seen, else a match: what one sees is what one clicks.

    Parameters
    ----------
    viewer : napari.Viewer
        Where all lies.
    inspection : Inspection
        Whose cells and matches.
    position : sequence of float
        World coordinates, y before x.

    Raises
    ------
    DinosarError
        If another photo than was compared is shown there.
    """
    cell, is_seen = _cell_at(viewer, inspection, position)
    if cell is not None and is_seen:
        return "cell", cell
    match = _match_at(viewer, inspection, position)
    return ("cell", cell) if match is None else ("match", match)


def _cell_at(viewer: Any, inspection: Inspection, position: Any) -> tuple[int | None, bool]:
    """Return the cell at a place, and whether its layer is shown."""
    found = compared_photo_at(viewer, inspection.findings, position)
    if found is not None:
        side, xy = found
        layer = showing.find(viewer, "cells", side)
        return inspection.cells.at(side, xy), layer is not None and bool(layer.visible)
    return _cell_of_map(viewer, inspection, position), True


def _cell_of_map(viewer: Any, inspection: Inspection, position: Any) -> int | None:
    layer, frame_yx = showing.find(viewer, "cell_map", None), map_frame(viewer)
    facts = inspection.cells.facts
    if layer is None or not layer.visible or frame_yx is None or facts is None:
        return None
    x, y = place_in(frame_yx, position)
    col, row = round(x), round(y)
    rows, cols = facts.cells.shape
    return row * cols + col if 0 <= row < rows and 0 <= col < cols else None


def _match_at(viewer: Any, inspection: Inspection, position: Any) -> int | None:
    layer = showing.find(viewer, "correspondences", None)
    if layer is None or not layer.visible:
        return None
    row = layer.get_value(position, world=True)[0]
    return row if row is not None and row < len(inspection.matches.order) else None
