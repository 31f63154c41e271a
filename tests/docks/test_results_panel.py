"""The panel shows one comparison in words and histograms, wide or narrow, in either theme."""

from types import SimpleNamespace

import pytest
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QBoxLayout

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.docks.results_panel import EMPTY, WIDE_PX, ResultsPanel
from napari_dinosar.docks.theme import theme_colours


@pytest.fixture(scope="module")
def comparison():
    a, b = draw(1), draw(1, angle_deg=5)
    marks = [Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b)]
    settings = Settings(fg_mode="thresh", img_size=256, border_patches=1)
    return compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=marks)


@pytest.fixture(scope="module")
def without_cells():
    settings = Settings(fg_mode="thresh", img_size=256, matching_mode="similarity")
    return compare(draw(1).rgb, draw(2).rgb, settings, backbone="daisy")


@pytest.fixture
def viewer():
    return ViewerModel()


@pytest.fixture
def panel(viewer, qtbot):
    panel = ResultsPanel(viewer)
    qtbot.addWidget(panel)
    return panel


def colour_of(canvas):
    red, green, blue = (round(255 * part) for part in canvas.figure.get_facecolor()[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_at_first_it_says_what_will_appear(panel):
    assert panel.title.text() == EMPTY
    assert panel.comparison is None


def test_a_comparison_fills_it_and_can_be_copied(panel, comparison):
    panel.show_comparison(comparison)
    for label in (panel.headline, panel.title, panel.table, panel.warnings):
        assert label.text()
        assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert comparison.warnings
    assert f"{len(comparison.warnings)} warning" in panel.warnings.text()
    titles = [axes.get_title(loc="left") for axes in panel._canvas.figure.axes]
    assert titles[:2] == ["Best matches: number of patches", "Homologous cells: number of cells"]
    assert panel._canvas.figure.axes[2].get_xlabel().startswith("colour of a cell")


def test_the_scale_has_the_range_of_the_cells(panel, comparison):
    panel.show_comparison(comparison)
    values = comparison.cells["dissimilarity"].dropna()
    for axes in panel._canvas.figure.axes[1:]:
        assert axes.get_xlim() == pytest.approx((values.min(), values.max()))
    counts = panel._canvas.figure.axes[1].collections[0].get_paths()
    assert sum(path.vertices[:, 1].max() for path in counts) == len(values)


def test_without_cells_there_is_one_histogram_and_no_scale(panel, comparison, without_cells):
    panel.show_comparison(comparison)
    panel.show_comparison(without_cells)
    assert len(panel._canvas.figure.axes) == 1
    assert "Homologous" not in panel.table.text()


def test_it_turns_with_its_width(panel, comparison, qtbot):
    panel.show_comparison(comparison)
    panel.show()
    for width, direction in (
        (WIDE_PX + 60, QBoxLayout.Direction.LeftToRight),
        (320, QBoxLayout.Direction.TopToBottom),
    ):
        panel.resize(width, 400)
        qtbot.waitUntil(lambda direction=direction: panel._columns.direction() == direction)
    assert panel.minimumSizeHint().width() <= 300


def test_it_follows_the_theme(viewer, panel, comparison):
    panel.show_comparison(comparison)
    for theme in ("light", "dark"):
        viewer.theme = theme
        colours = theme_colours(viewer)
        assert colours.is_dark == (theme == "dark")
        assert colour_of(panel._canvas) == colours.background
        assert colours.muted in panel.table.text()


def test_cleared_it_is_empty_again(panel, comparison):
    panel.show_comparison(comparison)
    panel.clear()
    assert panel.title.text() == EMPTY
    assert panel.headline.text() == panel.table.text() == panel.warnings.text() == ""
    assert panel._canvas.isHidden()


def test_theme_colours_need_nothing_but_the_theme():
    assert theme_colours(SimpleNamespace(theme="dark")).background.startswith("#")
