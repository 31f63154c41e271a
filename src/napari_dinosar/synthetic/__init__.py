"""Planthoppers that the project draws itself: photos whose landmarks and differences are known."""

from napari_dinosar.synthetic.anatomy import LANDMARK_NAMES, SKELETON
from napari_dinosar.synthetic.pigment import PlantedChange
from napari_dinosar.synthetic.plans import SPECIES
from napari_dinosar.synthetic.specimens import (
    SyntheticSpecimen,
    draw_specimen,
    synthetic_pair,
    synthetic_trio,
    write_synthetic_pair,
)

__all__ = [
    "LANDMARK_NAMES",
    "SKELETON",
    "SPECIES",
    "PlantedChange",
    "SyntheticSpecimen",
    "draw_specimen",
    "synthetic_pair",
    "synthetic_trio",
    "write_synthetic_pair",
]
