"""The stages of a comparison, each a generator of progress that returns what it made."""

from napari_dinosar.stages.aligning import align
from napari_dinosar.stages.comparing import compare_cells, match_patches
from napari_dinosar.stages.encoding import encode_specimens, place
from napari_dinosar.stages.inputs import Inputs, LandmarksInput, read_inputs
from napari_dinosar.stages.masking import find_foregrounds
from napari_dinosar.stages.network import load
from napari_dinosar.stages.run import Progress, Run

__all__ = [
    "Inputs",
    "LandmarksInput",
    "Progress",
    "Run",
    "align",
    "compare_cells",
    "encode_specimens",
    "find_foregrounds",
    "load",
    "match_patches",
    "place",
    "read_inputs",
]
