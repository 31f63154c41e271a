"""Bars, scale, tool tips and clicks mean what the cells are coloured by, never anything else."""

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_dinosar.docks import histogram_link
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.results_panel import ResultsPanel
from napari_dinosar.inspection.cell_values import cell_values
from noise_made import noise_of


@pytest.fixture
def panel(findings, qtbot):
    panel = ResultsPanel(ViewerModel())
    qtbot.addWidget(panel)
    panel.resize(1100, 340)
    panel.show()
    inspection_of(panel._viewer).show(findings, noise=noise_of(findings))
    panel.show_findings(findings)
    QApplication.processEvents()
    return panel


@pytest.fixture
def inspection(panel):
    return inspection_of(panel._viewer)


def scale_of(panel):
    return panel._canvas.figure.axes[-1]


def assert_shows(panel, inspection, name):
    found = cell_values(inspection, name)
    bars = panel._canvas.marks.bars
    values = found.values[np.isfinite(found.values)]
    assert (bars.edges[0], bars.edges[-1]) == pytest.approx(found.limits)
    np.testing.assert_array_equal(bars.counts, np.histogram(values, bars.edges)[0])
    assert scale_of(panel).get_xlim() == pytest.approx(found.limits)
    label = scale_of(panel).get_xlabel()
    assert label == f"colour of a cell: {found.label[0].lower()}{found.label[1:]}"


@pytest.mark.parametrize("name", ["noise_floor", "noise_ratio", "layer_std", "coverage"])
def test_bars_and_scale_are_those_of_the_chosen_value(panel, inspection, name):
    assert_shows(panel, inspection, "dissimilarity")
    inspection.colouring.choose(name)
    assert_shows(panel, inspection, name)
    panel.show_findings(panel.findings)
    assert_shows(panel, inspection, name)
    inspection.colouring.choose("dissimilarity")
    assert_shows(panel, inspection, "dissimilarity")


def test_clicks_and_marks_are_of_the_chosen_value(panel, inspection):
    inspection.colouring.choose("coverage")
    bins, bars = panel._canvas.bins, panel._canvas.marks.bars
    bar = int(np.bincount(bins[bins >= 0]).argmax())
    QTest.mouseClick(
        panel._canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        bars.bar(bar, 0.5).center().toPoint(),
    )  # fmt: skip
    values = cell_values(inspection, "coverage").values.ravel()
    selected = list(inspection.cells.rows)
    assert sorted(selected) == list(np.flatnonzero(bins == bar))
    assert (values[selected] >= bars.edges[bar]).all()
    assert (values[selected] <= bars.edges[bar + 1]).all()
    assert panel._canvas.marks.selected[bar] == len(selected)
    assert panel._canvas.marks.current == values[inspection.cells.current]
    inspection.colouring.choose("dissimilarity")
    marked = panel._canvas.marks.selected
    assert marked.sum() == len(selected)
    np.testing.assert_array_equal(np.flatnonzero(marked), np.unique(panel._canvas.bins[selected]))


def test_the_bars_go_back_to_dissimilarity_where_the_value_is_gone(panel, inspection, findings):
    inspection.colouring.choose("noise_ratio")
    inspection.judge(None)
    assert_shows(panel, inspection, "dissimilarity")
    inspection.judge(noise_of(findings, share=0.2))
    assert_shows(panel, inspection, "noise_ratio")


def test_many_cells_are_counted_after_their_map_was_drawn(panel, inspection, monkeypatch, qtbot):
    monkeypatch.setattr(histogram_link, "MOST_CELLS_AT_ONCE", 1)
    inspection.colouring.choose("coverage")
    assert_shows(panel, inspection, "dissimilarity")
    qtbot.waitUntil(lambda: panel._canvas.cells.name == "coverage")
    assert_shows(panel, inspection, "coverage")
