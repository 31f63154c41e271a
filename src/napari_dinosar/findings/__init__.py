"""What a comparison found, as plain data: exactly what a run folder holds.

Layers, figures, panels and files are made from `Findings`, never from the network's own objects,
so that a run that was opened again shows what it showed on the day it was made.
"""

from napari_dinosar.findings.found import (
    DIRECTIONS,
    RUN_FORMAT,
    RUN_VERSION,
    CellGrid,
    Findings,
    Sample,
)
from napari_dinosar.findings.sides import PREVIEW_SIDE_PX, Side, mapped
from napari_dinosar.findings.tables import LAYER_STD, TABLES, table

__all__ = [
    "DIRECTIONS",
    "LAYER_STD",
    "PREVIEW_SIDE_PX",
    "RUN_FORMAT",
    "RUN_VERSION",
    "TABLES",
    "CellGrid",
    "Findings",
    "Sample",
    "Side",
    "mapped",
    "table",
]
