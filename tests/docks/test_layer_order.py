"""Landmarks lie above what came over them, and A's cells are active, whatever was before."""

import numpy as np
from napari.components import ViewerModel

from drawn import NAMES, draw
from findings_made import made
from napari_dinosar import Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks import layer_order
from napari_dinosar.layers import role_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find, show, show_landmarks, show_photo


def test_landmarks_come_on_top_and_cells_of_a_are_active():
    viewer, one = ViewerModel(), draw(1)
    photo = show_photo(viewer, photo_from_array(one.rgb, "a.png"), "a")
    marks = Landmarks.from_points(one.landmarks_xy, names=NAMES, file_name="a.png")
    show_landmarks(viewer, marks, "a", photo)
    layer_order.raise_landmarks(viewer.layers)
    assert [role_of(layer) for layer in viewer.layers] == ["photo", "landmarks"]
    for spec in comparison_specs(made(), np.eye(3), np.eye(3)):
        show(viewer, spec)
    own = viewer.add_points(np.zeros((1, 2)))
    layer_order.raise_landmarks(viewer.layers)
    layer_order.select_cells(viewer.layers)
    assert [role_of(layer) for layer in list(viewer.layers)[-2:]] == [None, "landmarks"]
    assert viewer.layers[-2] is own
    assert role_of(viewer.layers[0]) == "photo"
    assert viewer.layers.selection.active is find(viewer, "cells", "a")
