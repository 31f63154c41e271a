"""The combo box follows the layer list, and keeps no layer and no viewer alive."""

import sys

import numpy as np
import pytest
from napari.layers import Points
from napari.utils._proxies import PublicOnlyProxy

from napari_dinosar.docks.layer_choice import LayerChoice


def is_points(layer):
    return isinstance(layer, Points)


@pytest.fixture
def choice(viewer, qtbot):
    choice = LayerChoice(PublicOnlyProxy(viewer), is_points, "none", "choice")
    qtbot.addWidget(choice)
    return choice


def texts(choice):
    return [choice.itemText(index) for index in range(choice.count())]


def test_only_fitting_layers_are_offered_under_their_names(viewer, choice):
    viewer.add_points(name="p")
    viewer.add_labels(np.zeros((4, 4), int))
    assert texts(choice) == ["none", "p"]
    viewer.layers["p"].name = "q"
    assert texts(choice) == ["none", "q"]


def test_the_choice_stays_with_its_layer(viewer, choice):
    first, second = viewer.add_points(name="1"), viewer.add_points(name="2")
    choice.choose(second)
    viewer.layers.move(1, 0)
    assert choice.layer() is second
    changes = []
    choice.layer_changed.connect(lambda: changes.append(choice.layer()))
    viewer.layers.remove(first)
    assert choice.layer() is second
    assert changes == []
    viewer.layers.remove(second)
    assert choice.layer() is None
    assert changes == [None]
    choice.choose(None)


def test_layers_of_one_name_are_told_apart(viewer, choice):
    first, second = viewer.add_points(name="p"), viewer.add_points()
    second.name = "p"
    choice.choose(first)
    assert choice.layer() is first
    choice.setCurrentIndex(2)
    assert choice.layer() is second


def test_no_layer_is_kept_alive(viewer, choice):
    layer = viewer.add_points(name="p")
    before = sys.getrefcount(layer)
    choice.choose(layer)
    choice.refresh()
    assert choice.layer() is layer
    assert sys.getrefcount(layer) == before


def test_a_list_that_outlives_the_window_disturbs_nobody(viewer, qtbot):
    choice = LayerChoice(viewer, is_points, "none", "choice")
    choice.deleteLater()
    qtbot.wait(10)
    viewer.add_points()
