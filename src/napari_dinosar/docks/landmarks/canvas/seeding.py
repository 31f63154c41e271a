"""The tool that says where the mask of a specimen begins: one click sets it, one takes it away."""

from __future__ import annotations

import math

from napari_dinosar.editing.cursor import Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.seeds import seed_of, with_seed
from napari_dinosar.project.edits import Remark
from napari_dinosar.project.state import Position


def click_seed(editor: Editor, xy: Position, side: Side, reach_px: float) -> None:
    """Set the seed of the specimen on a side, or take it away where the click meets it.

    Parameters
    ----------
    editor : Editor
        What is edited.
    xy : (float, float)
        Photo pixels.
    side : str
        The photo that was clicked on.
    reach_px : float
        How near a click meets the seed, in photo pixels.
    """
    specimen = editor.on(side)
    if specimen is None:
        return
    seed = seed_of(specimen)
    is_met = seed is not None and math.dist(seed, xy) <= reach_px
    extras = with_seed(specimen.digitised.extras, None if is_met else xy)
    editor.apply(Remark(specimen.specimen_id, extras=extras))
    if is_met:
        editor.told.emit("The mask has no seed any more.")
    else:
        editor.told.emit("The mask begins here. Click the mark again to take it away.")
