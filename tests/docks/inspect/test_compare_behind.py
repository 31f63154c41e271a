"""A run that napari opened is shown in Inspect, whether the Compare dock is open or not."""

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from napari_dinosar.docks import finding
from napari_dinosar.docks.inspect.compare_behind import COMPARE, CompareBehind
from napari_dinosar.layers import LAYER_KEY


@pytest.fixture
def window(qtbot, monkeypatch):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.opened = []
    monkeypatch.setattr(finding, "found", lambda _, name: window.findChild(QWidget, name))

    def opened(viewer, name):
        content = QWidget()
        content.setObjectName(name)
        window.opened.append(name)
        docked(window, content).raise_()
        return content

    monkeypatch.setattr(finding, "opened", opened)
    window.show()
    return window


def docked(window, content):
    holder = QDockWidget(window)
    holder.setWidget(content)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, holder)
    return holder


def run_layer(folder):
    layer = Image(np.zeros((2, 2)), metadata={LAYER_KEY: {"role": "cell_map", "side": None}})
    layer._set_source(layer.source.model_copy(update={"path": str(folder / "run.yaml")}))
    return layer


@pytest.mark.parametrize("is_first", [True, False])
def test_the_dock_that_takes_runs_over_is_opened_behind(window, qtbot, tmp_path, is_first):
    viewer, inspect = ViewerModel(), QWidget()
    inspect.setObjectName("dinosarInspect")
    if is_first:
        viewer.add_layer(run_layer(tmp_path))
    docked(window, inspect)
    kept = CompareBehind(viewer, inspect)
    if not is_first:
        viewer.add_layer(run_layer(tmp_path))
    qtbot.waitUntil(lambda: window.opened == [COMPARE])
    qtbot.waitUntil(lambda: not inspect.visibleRegion().isEmpty())
    assert kept.parent() is inspect


def test_other_layers_and_a_dock_that_is_there_open_none(window, qtbot, tmp_path):
    viewer, inspect = ViewerModel(), QWidget()
    docked(window, inspect)
    kept = CompareBehind(viewer, inspect)
    viewer.add_layer(Image(np.zeros((2, 2))))
    qtbot.wait(20)
    assert window.opened == []
    compare = QWidget()
    compare.setObjectName(COMPARE)
    docked(window, compare)
    viewer.add_layer(run_layer(tmp_path))
    qtbot.wait(20)
    assert window.opened == []
    assert kept.parent() is inspect
