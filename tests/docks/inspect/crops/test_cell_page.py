"""The pages Cell and Match: what they cut, when, and what they say."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QEvent, QPoint, Qt
from qtpy.QtGui import QColor
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLabel

from findings_made import made, specimen
from napari_dinosar import DinosarError
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks.inspect.crops.cell_page import CellPage
from napari_dinosar.docks.inspect.crops.cell_words import COMING, FAILED_COLOUR, NO_COLOUR
from napari_dinosar.docks.inspect.crops.crop_painting import Shown
from napari_dinosar.docks.inspect.crops.crop_picture import BLINK, SIDE, SWIPE
from napari_dinosar.docks.inspect.crops.crop_view import CropView
from napari_dinosar.docks.inspect.crops.match_page import MatchPage
from napari_dinosar.docks.inspect.crops.photos import PairPhotos
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.inspection import baselines
from napari_dinosar.inspection.cell_pieces import CellPieces
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import photo_spec
from napari_dinosar.showing import show

RED, BLUE = (200, 30, 30), (30, 30, 200)


def put_photo(viewer, findings, side):
    photo = photo_from_array(specimen(side).rgb, findings.side(side).name)
    return show(viewer, photo_spec(replace(photo, sha256=findings.side(side).sha256), side))


@pytest.fixture
def viewer():
    return ViewerModel()


@pytest.fixture
def inspection():
    one = Inspection()
    one.show(made())
    return one


@pytest.fixture
def opened(qtbot, viewer, inspection):
    """Return a function that shows a page, with both photos in the viewer."""

    def opened(kind):
        for side in "ab":
            put_photo(viewer, inspection.findings, side)
        page = kind(inspection, PairPhotos(viewer, inspection))
        qtbot.addWidget(page)
        page.resize(345, 560)
        page.set_colours(theme_colours(viewer))
        page.show()
        return page

    return opened


def pieces_of(inspection):
    return CellPieces(inspection.findings, specimen("a").rgb, specimen("b").rgb)


def shown_rgb(page):
    return tuple(one.rgb for one in page.crops.picture.pair)


def test_the_current_cell_is_cut_out_of_both_photos(qtbot, opened, inspection):
    page = opened(CellPage)
    qtbot.waitUntil(page.empty.isVisible)
    inspection.cells.walk_to(3)
    qtbot.waitUntil(lambda: page.crops.picture.pair is not None)
    a, b = shown_rgb(page)
    assert a.shape == b.shape, "rectified"
    page.toggle_rectified()
    page.crops.zoom(1)
    page.refresh()
    expected = pieces_of(inspection).as_they_are(inspection.cells.current, 2.0)
    for rgb, piece in zip(shown_rgb(page), expected, strict=True):
        np.testing.assert_array_equal(rgb, piece.rgb)
    assert page.head.place.text().startswith("4th most different of")
    assert "coverage" in page.facts.table.text().lower()


def test_what_is_not_seen_is_not_cut_and_what_comes_at_once_is_cut_once(
    qtbot, opened, inspection, monkeypatch
):
    page = opened(CellPage)
    page.hide()
    cut = []
    monkeypatch.setattr(page, "_show_pieces", cut.append)
    for place in range(5):
        inspection.cells.walk_to(place)
    QTest.qWait(20)
    assert cut == []
    page.show()
    for place in range(5, 9):
        inspection.cells.walk_to(place)
    qtbot.waitUntil(lambda: bool(cut))
    QTest.qWait(20)
    assert cut == [inspection.cells.current]


def test_a_colour_that_is_not_known_says_what_is_done_for_it(opened, inspection, monkeypatch):
    page, asked = opened(CellPage), []
    monkeypatch.setattr(baselines, "knows_colours", lambda _: False)
    monkeypatch.setattr(page._colours, "ask_soon", asked.append)
    inspection.cells.walk_to(0)
    page.refresh()
    assert NO_COLOUR in page.facts.table.text()
    a, b = (SimpleNamespace(photo=SimpleNamespace(rgb=specimen(side).rgb)) for side in "ab")
    inspection.comparison = SimpleNamespace(homology="cells", a=a, b=b)
    page.refresh()
    assert COMING in page.facts.table.text()
    assert asked == [page]
    page._colours.problem = "No memory is left."
    page.refresh()
    assert FAILED_COLOUR in page.facts.table.text()


def test_the_buttons_walk_and_stop_at_the_ends(opened, inspection):
    page = opened(CellPage)
    assert page.findChild(object, "cellNext").toolTip().endswith("(↓)")
    page.head.next.click()
    page.refresh()
    assert inspection.cells.current == inspection.cells.order[0]
    assert not page.head.previous.isEnabled()
    page.head.next.click()
    page.refresh()
    assert page.head.previous.isEnabled()
    inspection.cells.walk_to(-1)
    page.refresh()
    assert not page.head.next.isEnabled()
    assert "not used" in page.facts.headline.text()
    inspection.cells.select([3, 4, 5])
    page.refresh()
    assert "3 selected cells" in page.head.place.text()


def test_flags_and_their_bar_stand_among_the_facts(qtbot, opened, inspection):
    page = opened(CellPage)
    inspection.cells.walk_to(0)
    facts = inspection.cells.describe()
    page.refresh()
    bar = QLabel("flag")
    page.set_flag_bar(bar)
    inspection.flags.flag_cells([(facts["row"], facts["col"])], "pin")
    qtbot.waitUntil(lambda: "pin" in page.facts.table.text())
    assert page.facts.table.geometry().bottom() <= bar.geometry().top()
    assert bar.geometry().bottom() <= page.facts.patches.geometry().top()


def test_a_run_opened_again_takes_its_photos_from_the_layers(qtbot, viewer, inspection):
    photos = PairPhotos(viewer, inspection)
    page = CellPage(inspection, photos)
    qtbot.addWidget(page)
    page.show()
    inspection.cells.walk_to(0)
    page.refresh()
    with pytest.raises(DinosarError, match=r"A one\.png and Bé\.png are not here.+ for each"):
        photos.cells()
    assert page.crops.picture.pair is None
    assert page.facts.isVisible(), "numbers need no photo"
    put_photo(viewer, inspection.findings, "a")
    assert "photo B, Bé.png, is not here" in photos.why_not
    assert photos.rgb is None
    layer = put_photo(viewer, inspection.findings, "b")
    assert photos.why_not == ""
    qtbot.waitUntil(lambda: page.crops.picture.pair is not None)
    viewer.layers.remove(layer)
    qtbot.waitUntil(lambda: page.crops.picture.pair is None)


def test_layers_are_drawn_and_told(opened, inspection):
    page = opened(CellPage)
    cells = inspection.findings.cells
    per_layer = np.stack([cells.dissimilarity * share for share in (0.5, 1.0, 1.5)])
    inspection.cells.show(inspection.findings, per_layer)
    inspection.cells.walk_to(0)
    page.refresh()
    value = inspection.cells.describe()["dissimilarity"]
    bars = page.facts.layers
    assert bars.isVisible()
    assert bars.bar_text(bars._each() * 2.5).startswith(
        f"layer 11 alone: dissimilarity {1.5 * value:.4f}"
    )
    assert bars.bar_text(bars._each() * 3.5) == ""
    strip = page.facts.strip
    counts = [int(strip.bar_text(5 + (strip.width() - 10) * (k + 0.5) / 30).split()[0])
              for k in range(30)]  # fmt: skip
    assert sum(counts) == inspection.cells.facts.n_used
    assert counts[inspection.cells.describe()["bin"]] >= 1


def test_a_match_shows_both_ends_and_its_words(qtbot, opened, inspection):
    page = opened(MatchPage)
    inspection.matches.walk_to(1)
    qtbot.waitUntil(lambda: page.crops.picture.pair is not None)
    match = inspection.matches.describe()
    assert page.head.title.text() == "Match 2"
    assert f"{match['similarity']:.3f}" in page.headline.text()
    assert page.turned.text().endswith("patches at one scale.")
    a, b = page.crops.picture.pair
    assert a.rgb.shape == b.rgb.shape
    assert (a.back_xy is None) == match["mutual"]
    inspection.show(made(matches=False))
    qtbot.waitUntil(page.empty.isVisible)


def plain(colour):
    rgb = np.full((40, 40, 3), colour, np.uint8)
    return Shown(rgb, np.array([(9.5, 9.5), (29.5, 9.5), (29.5, 29.5), (9.5, 29.5)]))


@pytest.fixture
def crops(qtbot):
    view = CropView("cells", 1.5)
    qtbot.addWidget(view)
    view.resize(324, 500)
    view.show_pair((plain(RED), plain(BLUE)))
    view.show()
    return view


def colour_at(picture, x, y):
    return QColor(picture.grab().toImage().pixel(int(x), int(y))).getRgb()[:3]


def test_side_by_side_in_turn_and_one_over_the_other(crops):
    picture = crops.picture
    width, y = picture.width(), picture.height() // 2
    assert crops.mode == SIDE
    assert [colour_at(picture, width * share, y) for share in (0.1, 0.9)] == [RED, BLUE]
    crops.set_mode(BLINK)
    assert crops.interval.isVisible()
    assert colour_at(picture, width * 0.9, y) == RED
    picture.blink()
    assert colour_at(picture, width * 0.1, y) == BLUE
    crops.toggle_mode(SWIPE)
    assert not crops.interval.isVisible()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(picture, left, pos=QPoint(width // 10, y))
    assert colour_at(picture, width * 0.05, y) == RED
    assert colour_at(picture, width * 0.15, y) == BLUE
    QTest.mouseRelease(picture, left, pos=QPoint(width // 10, y))
    crops.toggle_mode(SWIPE)
    assert crops.mode == SIDE


@pytest.mark.parametrize("side_px", [120, 400])
def test_the_outline_is_a_thin_line_at_any_size(crops, side_px):
    crops.set_mode(BLINK)
    picture = crops.picture
    picture.setFixedSize(side_px, side_px)
    row = picture.grab().toImage()
    bright = [QColor(row.pixel(x, side_px // 2)).lightness() > 200 for x in range(3, side_px - 3)]
    assert 2 <= sum(bright) <= 6
    assert abs(3 + bright.index(True) - side_px / 4) <= 1.5


def test_a_page_that_is_gone_is_told_nothing(qapp, opened, inspection):
    page = opened(CellPage)
    page.deleteLater()
    qapp.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    inspection.cells.walk_to(1)
    inspection.judge(None)
