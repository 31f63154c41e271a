"""The stages of a comparison, each a generator of progress that returns what it made."""

from napari_dinosar.stages.again import OTHER_SEED, Basis, compare_again, more_than_cells
from napari_dinosar.stages.aligning import align
from napari_dinosar.stages.comparing import compare_cells, homology_options, match_patches
from napari_dinosar.stages.encoding import encode_specimens, place, warn_of_specimens
from napari_dinosar.stages.inputs import Inputs, LandmarksInput, read_inputs
from napari_dinosar.stages.masking import find_foregrounds
from napari_dinosar.stages.network import Network, load
from napari_dinosar.stages.run import Progress, Run, Said

__all__ = [
    "OTHER_SEED",
    "Basis",
    "Inputs",
    "LandmarksInput",
    "Network",
    "Progress",
    "Run",
    "Said",
    "align",
    "compare_again",
    "compare_cells",
    "encode_specimens",
    "find_foregrounds",
    "homology_options",
    "load",
    "match_patches",
    "more_than_cells",
    "place",
    "read_inputs",
    "warn_of_specimens",
]
