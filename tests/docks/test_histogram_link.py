"""Cells are marked on the histogram without drawing it anew, and selected by its bars."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import colormaps
from napari.components import ViewerModel
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QHelpEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QToolTip

from findings_made import made
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.results_panel import ResultsPanel
from napari_dinosar.palette import COLORMAPS


@pytest.fixture(scope="module")
def findings():
    """Findings with one score mode, whose values are those of the tables."""
    found = made()
    scores = {"foreground": found.summary["scores"]["foreground"]}
    samples = {"foreground": found.samples["foreground"]}
    return replace(found, samples=samples, summary={**found.summary, "scores": scores})


@pytest.fixture
def panel(findings, qtbot):
    panel = ResultsPanel(ViewerModel())
    qtbot.addWidget(panel)
    panel.resize(1100, 340)
    panel.show()
    inspection_of(panel._viewer).show(findings)
    panel.show_findings(findings)
    QApplication.processEvents()
    return panel


@pytest.fixture
def inspection(panel):
    return inspection_of(panel._viewer)


@pytest.fixture
def marks(panel):
    return panel._canvas.marks


def fullest(inspection):
    bins = inspection.cells.facts.bins
    return int(np.bincount(bins[bins >= 0]).argmax())


def middle(marks, bar):
    return marks.bars.bar(bar, 0.5).center()


def click(panel, bar, modifier=Qt.KeyboardModifier.NoModifier):
    where = middle(panel._canvas.marks, bar).toPoint()
    QTest.mouseClick(panel._canvas, Qt.MouseButton.LeftButton, modifier, where)


def test_the_bars_lie_where_matplotlib_draws_them(panel, marks, inspection):
    axes = panel._canvas.figure.axes[1]
    bars, facts = marks.bars, inspection.cells.facts
    np.testing.assert_array_equal(bars.edges, facts.edges)
    np.testing.assert_array_equal(bars.counts, np.bincount(facts.bins[facts.used], minlength=30))
    for bar in (0, fullest(inspection), 29):
        place = (bars.edges[bar], float(bars.counts[bar]))
        x, y = axes.transData.transform(place) / panel._canvas.devicePixelRatioF()
        height = panel._canvas.height()
        assert (x, height - y) == pytest.approx((bars.x(place[0]), bars.y(place[1])), abs=1.5)
        assert bars.at(middle(marks, bar)) == bar
    assert bars.at(QPointF(2.0, 2.0)) is None


def test_a_selection_is_marked_without_drawing_anew(panel, marks, inspection, monkeypatch):
    drawn = []
    monkeypatch.setattr(panel._canvas, "draw_idle", lambda: drawn.append(1))
    facts = inspection.cells.facts
    inspection.cells.select(facts.order[:4])
    expected = np.bincount(facts.bins[facts.order[:4]], minlength=30)
    np.testing.assert_array_equal(marks.selected, expected)
    assert marks.current == facts.dissimilarity[facts.order[3]]
    inspection.cells.select(int(facts.order[-1]))  # it does not count, so it is in no bar
    assert marks.selected.sum() == 0
    assert marks.current is None
    assert drawn == []


def test_a_click_on_a_bar_selects_its_cells_and_control_adds(panel, inspection):
    bar, facts = fullest(inspection), inspection.cells.facts
    click(panel, bar)
    first = inspection.cells.in_bin(bar)
    assert inspection.cells.rows == tuple(first)
    assert inspection.cells.current == first[0]
    other = int(facts.bins[facts.order[0]])
    click(panel, other, Qt.KeyboardModifier.ControlModifier)
    assert set(inspection.cells.rows) == {*first, *inspection.cells.in_bin(other)}
    assert inspection.cells.current == facts.order[0]
    click(panel, int(np.flatnonzero(panel._canvas.marks.bars.counts == 0)[0]))
    assert inspection.cells.rows == ()


def test_a_bar_says_its_range_and_count(panel, marks, inspection):
    bar = fullest(inspection)
    where = middle(marks, bar).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, where, panel._canvas.mapToGlobal(where))
    QApplication.sendEvent(panel._canvas, event)
    low, high = inspection.cells.facts.edges[bar : bar + 2]
    said = QToolTip.text()
    assert said.startswith(
        f"{marks.bars.counts[bar]} cells with dissimilarity {low:.4f} to {high:.4f}"
    )
    away = QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), panel._canvas.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(panel._canvas, away)


def test_flagged_cells_are_hatched_and_the_numbers_are_given_without_them(
    panel, marks, inspection, findings
):
    assert "without flagged" not in panel.table.text()
    places = [divmod(int(cell), findings.cells.shape[1]) for cell in inspection.cells.order[:3]]
    inspection.flags.flag_cells(places, "leg")
    assert marks.left_out.sum() == 3
    numbers = inspection.flags.statistics().cells_without
    for name in ("mean", "p95"):
        assert f"{numbers[name]:.3f}" in panel.table.text()
        assert f"{findings.summary['homology']['dissimilarity'][name]:.3f}" in panel.table.text()
    assert "without flagged" in panel.table.text()
    inspection.flags.undo()
    assert marks.left_out.sum() == 0
    assert "without flagged" not in panel.table.text()


def test_regions_have_a_row_among_the_patches(panel, inspection):
    everywhere = [(-1e4, -1e4), (1e4, -1e4), (1e4, 1e4), (-1e4, 1e4)]
    inspection.flags.add_region("a", everywhere, "glare")
    assert "mean, no flagged" in panel.table.text()


def test_marks_follow_the_run_that_is_drawn(panel, marks, inspection):
    other = made(attention=False)
    inspection.show(other)
    inspection.cells.select([1, 2])
    assert marks.selected.sum() == 0  # other cells are drawn still
    panel.show_findings(other)
    used = inspection.cells.facts.used[[1, 2]]
    assert marks.selected.sum() == used.sum()
    panel.show_findings(made(cells=False))
    assert marks.bars is None


def test_where_no_cell_counts_they_can_be_selected_and_flagged(panel, inspection, findings):
    cells = findings.cells
    none = replace(
        cells, used=np.zeros_like(cells.used), dissimilarity=cells.dissimilarity * np.nan
    )
    found = replace(findings, cells=none)
    inspection.show(found)
    panel.show_findings(found)
    inspection.cells.select([1, 2])
    inspection.flags.flag_cells([(0, 1)], "leg")
    assert panel._canvas.cells is None


def test_bars_and_scale_follow_the_colormap_of_the_cells(panel):
    _, cells, strip = panel._canvas.figure.axes
    before = cells.collections[0].get_facecolor().copy()
    COLORMAPS.choose("attention", "viridis")
    COLORMAPS.choose("cells", "cividis")
    after = cells.collections[0].get_facecolor()
    COLORMAPS.choose("cells", "viridis")
    again = cells.collections[0].get_facecolor()
    COLORMAPS.choose("attention", "inferno")
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after[0], colormaps["cividis"](0.5 / 30), atol=1e-6)
    np.testing.assert_allclose(again, before)
    assert strip.images[0].get_cmap().name == "viridis"
