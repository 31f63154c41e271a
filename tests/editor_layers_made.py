"""Sheets of a small specimen for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_dinosar.core.digitised import Digitised
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.editor_layers.specs import Sheet
from napari_dinosar.project.state import Specimen
from project_made import schema

WIDTH, HEIGHT = 64, 48
XY = ((10.25, 20.5), (30.0, 40.0), (np.nan, np.nan), (50.0, 8.75))


def grey(value: int) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), value, np.uint8)


def marks(**changed: Any) -> Digitised:
    """Landmarks tip, base and right; left is missing."""
    given: dict[str, Any] = {
        "xy": np.array(XY),
        "states": ("visible", "occluded", "missing", "visible"),
        "sources": ("manual", "manual", "", "proposed"),
    }
    return Digitised("7", "photos/leaf.png", **{**given, **changed})


def sheet(**changed: Any) -> Sheet:
    given: dict[str, Any] = {
        "specimen": Specimen("1", marks()),
        "schema": schema(),
        "side": "a",
        "origin": {"project": "/leaves.json", "photo_id": "1", "specimen_id": "7"},
        "photo": photo_from_array(grey(20), "leaf.png"),
        "size_xy": (WIDTH, HEIGHT),
        "current": 0,
    }
    return Sheet(**{**given, **changed})
