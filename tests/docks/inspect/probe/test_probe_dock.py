"""The probe in a viewer: layers that follow it in place, the page's words, and what it writes."""

from dataclasses import replace

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QObject

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks.by_program import by_program
from napari_dinosar.docks.inspect.probe.probe_landmark_table import ABOUT, NO_PAIR
from napari_dinosar.docks.inspect.probe.probe_layers import ProbeLayers
from napari_dinosar.docks.inspect.probe.probe_page import ProbePage
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.probing import NO_TOKENS, NOTHING
from napari_dinosar.layers import LAYER_KEY, frame_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find, show, show_landmarks, show_photo

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1, matching_mode="both")
PAIR = (draw(1), draw(1, angle_deg=4, shift_xy=(6, -3)))
OFF = (1.0, 1.0)


def marks(one):
    return Landmarks.from_points(one.landmarks_xy, names=NAMES)


@pytest.fixture(scope="module")
def comparison():
    photos = [
        photo_from_array(one.rgb, f"{side}.png") for side, one in zip("ab", PAIR, strict=True)
    ]
    landmarks = tuple(marks(one) for one in PAIR)
    return compare(*photos, SETTINGS, backbone="daisy", landmarks=landmarks, store=None)


@pytest.fixture(scope="module")
def places(comparison):
    found = comparison.patches_a_to_b
    return [(row.x, row.y) for row in found.iloc[:: len(found) // 4].itertuples()]


@pytest.fixture
def viewer(comparison):
    viewer = ViewerModel()
    for side, one in zip("ab", PAIR, strict=True):
        show_photo(viewer, photo_from_array(one.rgb, f"{side}.png"), side)
    photos = [find(viewer, "photo", side) for side in "ab"]
    for spec in comparison_specs(comparison.findings, *map(frame_of, photos)):
        show(viewer, spec)
    for side, one, photo in zip("ab", PAIR, photos, strict=True):
        show_landmarks(viewer, marks(one), side, photo)
    return viewer


@pytest.fixture
def inspection(comparison):
    return Inspection.of(comparison)


@pytest.fixture
def page(qtbot, viewer, inspection):
    page = ProbePage(inspection, viewer)
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def layers(viewer, inspection, page):
    return ProbeLayers(viewer, inspection, page)


def shown(viewer):
    ours = [one for one in viewer.layers if "probe" in one.name.lower() and one.visible]
    return {one.name for one in ours}


def settle(qtbot, layers):
    """Wait until all layers are made, of which there comes one to a turn."""
    qtbot.waitUntil(lambda: not layers.is_busy)


def test_layers_follow_the_probe_in_place(qtbot, viewer, inspection, layers, places):
    active = viewer.layers.selection.active
    probing = inspection.probing
    probing.point("a", places[0])
    assert shown(viewer) == {"B probe map"}
    settle(qtbot, layers)
    assert shown(viewer) == {"B probe map", "Probe marks"}
    assert viewer.layers.selection.active is active
    tops = [viewer.layers.index(find(viewer, role, "b")) for role in ("probe_map", "landmarks")]
    assert tops == sorted(tops)
    found, count = find(viewer, "probe_map", "b"), len(viewer.layers)
    found.colormap, found.opacity = "gray", 0.4
    kept = probing.result.map.values.copy()
    first = probing.result
    probing.point("a", places[1])
    assert find(viewer, "probe_map", "b") is found
    assert len(viewer.layers) == count
    np.testing.assert_array_equal(found.data, probing.result.map.values)
    np.testing.assert_array_equal(first.map.values, kept)
    low, high = probing.result.map.limits
    assert found.contrast_limits[0] <= low < high <= found.contrast_limits[1]
    assert (found.colormap.name, found.opacity) == ("gray", 0.4)
    points = find(viewer, "probe_marks", None)
    row = list(points.features["mark"]).index("match")
    where = frame_of(find(viewer, "photo", "b")) @ (*probing.result.match.xy[::-1], 1.0)
    np.testing.assert_allclose(points.data[row], where[:2])
    assert points.features["similarity"][row] == probing.result.similarity
    assert points.features["photo"][row] == "b"


def test_a_map_lies_on_its_photo_whatever_the_editor_laid_on_the_other(comparison, places, qtbot):
    viewer, inspection = ViewerModel(), Inspection.of(comparison)
    parent = QObject()
    for side, one in zip("ab", PAIR, strict=True):
        show_photo(viewer, photo_from_array(one.rgb, f"{side}.png"), side)
        marked = viewer.add_points(np.zeros((1, 2)))
        marked.metadata = {LAYER_KEY: {"role": "marks", "side": side}}
    shown = ProbeLayers(viewer, inspection, parent)
    inspection.probing.point("a", places[0])
    qtbot.waitUntil(lambda: find(viewer, "probe_map", "b") is not None)
    order = [
        viewer.layers.index(find(viewer, *key))
        for key in (("photo", "b"), ("probe_map", "b"), ("marks", "b"))
    ]
    assert order == sorted(order)
    shown.set_shown(False)


def test_a_photo_that_was_not_compared_is_not_drawn_on(qtbot, viewer, inspection, layers, page):
    photo = find(viewer, "photo", "a")
    tag = {**photo.metadata[LAYER_KEY], "sha256": "another"}
    photo.metadata = {LAYER_KEY: tag}
    inspection.probing.ask_self(True)
    page.follow.landmark.activated.emit(1)
    settle(qtbot, layers)
    assert inspection.probing.landmark == NAMES[0]
    assert shown(viewer) == {"B probe map", "Probe marks"}
    points = find(viewer, "probe_marks", None)
    outlined = points.features["photo"][points.border_color[:, 3] > 0]
    assert set(outlined) == {"b"}


def test_the_other_way_round_and_both(viewer, inspection, layers, places):
    probing = inspection.probing
    probing.point("a", places[0])
    probing.point("b", places[0])
    assert "A probe map" in shown(viewer)
    assert "B probe map" not in shown(viewer)
    probing.ask_self(True)
    assert {"A probe map", "B probe map"} <= shown(viewer)


def test_a_scale_may_be_fixed_or_by_hand(viewer, inspection, layers, places):
    probing = inspection.probing
    probing.scale_by("fixed")
    probing.point("a", places[0])
    found = find(viewer, "probe_map", "b")
    assert tuple(found.contrast_limits) == (0.0, 1.0)
    probing.scale_by("hand")
    found.contrast_limits = (0.3, 0.8)
    probing.point("a", places[1])
    assert tuple(found.contrast_limits) == (0.3, 0.8)


def test_a_difference_stands_in_the_place_of_the_map(viewer, inspection, layers, places):
    probing = inspection.probing
    probing.point("a", places[0])
    probing.keep()
    probing.point("a", places[1])
    assert "B probe map" not in shown(viewer)
    found = find(viewer, "probe_map", None)
    assert found.visible
    low, high = found.contrast_limits
    assert low == -high
    np.testing.assert_array_equal(found.data, probing.difference.map.values)
    probing.forget_kept()
    assert "B probe map" in shown(viewer)
    assert not found.visible


def test_what_covers_a_map_is_hidden_meanwhile(viewer, inspection, layers, places):
    cells = find(viewer, "cells", "b")
    find(viewer, "cells", "a").visible = False
    words = [find(viewer, "landmarks", side).text for side in "ab"]
    words[1].visible = False
    inspection.probing.point("a", places[0])
    assert not cells.visible
    assert find(viewer, "landmarks", "a").visible
    assert not words[0].visible
    inspection.probing.show_alone(False)
    assert cells.visible
    assert words[0].visible
    inspection.probing.show_alone(True)
    inspection.probing.clear()
    assert cells.visible
    assert [one.visible for one in words] == [True, False]
    assert not find(viewer, "cells", "a").visible


def test_what_the_user_hid_stays_hidden(qtbot, viewer, inspection, layers, places):
    probing = inspection.probing
    probing.point("a", places[0])
    settle(qtbot, layers)
    find(viewer, "probe_marks", None).visible = False
    probing.point("a", places[1])
    layers.set_shown(False)
    assert shown(viewer) == set()
    probing.point("a", places[2])
    layers.set_shown(True)
    assert shown(viewer) == {"B probe map"}
    probing.clear()
    assert shown(viewer) == set()


def test_what_the_program_hides_meanwhile_is_shown_by_the_next_probe(
    qtbot, viewer, inspection, layers, places
):
    probing = inspection.probing
    probing.point("a", places[0])
    settle(qtbot, layers)
    both = shown(viewer)
    with by_program():  # as for another photo that was opened
        for name in both:
            viewer.layers[name].visible = False
    probing.clear()
    probing.point("a", places[1])
    settle(qtbot, layers)
    assert shown(viewer) == both


def test_marks_that_were_deleted_come_back(qtbot, viewer, inspection, layers, places):
    probing = inspection.probing
    probing.point("a", places[0])
    settle(qtbot, layers)
    points = find(viewer, "probe_marks", None)
    names, widths = list(points.features["mark"]), points.border_width.copy()
    points.selected_data = {0, 1, 2}
    points.remove_selected()
    viewer.layers.remove(find(viewer, "probe_map", "b"))
    probing.point("a", places[1])
    settle(qtbot, layers)
    assert list(points.features["mark"]) == names
    assert len(points.data) == len(points.border_color) == len(names)
    assert (points.border_color[:, 3] > 0).sum() == 8  # outlines of four marks, and their shadows
    np.testing.assert_array_equal(points.border_width, widths)
    assert "B probe map" in shown(viewer)


def test_layers_are_made_ahead_of_the_first_probe(qtbot, viewer, inspection, layers, places):
    layers.expect()
    settle(qtbot, layers)
    there = list(viewer.layers)
    made = {one.name for one in there if "probe" in one.name.lower()}
    assert made == {"A probe map", "B probe map", "Probe marks"}
    assert shown(viewer) == set()
    inspection.probing.point("a", places[0])
    assert shown(viewer) == {"B probe map", "Probe marks"}
    assert list(viewer.layers) == there
    found = find(viewer, "probe_map", "b")
    np.testing.assert_array_equal(found.data, inspection.probing.result.map.values)


def test_cells_that_come_later_do_not_cover_a_probe(comparison, page, places, qtbot):
    viewer, inspection = ViewerModel(), Inspection.of(comparison)
    for side, one in zip("ab", PAIR, strict=True):
        show_photo(viewer, photo_from_array(one.rgb, f"{side}.png"), side)
    layers = ProbeLayers(viewer, inspection, page)
    inspection.probing.point("a", places[0])
    settle(qtbot, layers)
    frames = [frame_of(find(viewer, "photo", side)) for side in "ab"]
    for spec in comparison_specs(comparison.findings, *frames):
        show(viewer, spec)
    inspection.show(comparison.findings, comparison)
    order = [one.name for one in viewer.layers]
    assert order[-2:] == ["B probe map", "Probe marks"]
    inspection.probing.point("b", places[1])
    order = [one.name for one in viewer.layers]
    assert order[-3:] == ["B probe map", "A probe map", "Probe marks"]


def test_words_stay_beside_their_marks_at_any_zoom(qtbot, viewer, inspection, layers, places):
    inspection.probing.point("a", places[0])
    settle(qtbot, layers)
    points = find(viewer, "probe_marks", None)
    names = list(points.features["mark"])
    mark, word = names.index("probe"), names.index("probe word")

    def gap_px():
        drawn = points.size[mark] * (1 + points.border_width[names.index("probe shadow")])
        apart = np.abs(points.data[word] - points.data[mark]).max() - drawn / 2
        return apart * viewer.scene.camera.zoom

    gap = gap_px()
    viewer.scene.camera.center = tuple(points.data[mark])
    viewer.scene.camera.zoom *= 4
    assert gap_px() == pytest.approx(4 * gap)
    qtbot.waitUntil(lambda: abs(gap_px() - gap) < 1e-6)


def test_the_page_says_what_the_probe_says(inspection, page, places):
    probing = inspection.probing
    assert "Shift" in page.title.text()
    probing.point("a", places[0])
    assert page.title.text().startswith("Patch in A at")
    assert f"{probing.result.similarity:.3f}" in page.numbers.text()
    assert not page.honest.isHidden()
    page.freeze.click()
    assert probing.is_frozen
    assert page.title.text().endswith("held")
    probing.landmark = "tip <i>left"
    page.refresh()
    assert page.title.text().startswith("Landmark tip &lt;i&gt;left in"), "a name is no markup"
    probing.landmark = None
    page.keep.click()
    probing.point("a", places[1])
    assert "kept" in page.numbers.text()
    assert "correlation" in page.difference.text()
    page.forget.click()
    assert page.difference.isHidden()
    probing.point("a", OFF)
    assert "no match for this place" in page.reason.text()
    assert not page.keep.isEnabled()
    page.clear.click()
    assert probing.results == ()


def test_an_empty_page_says_what_to_do(comparison, inspection, page):
    inspection.show(comparison.findings)
    assert page.title.text() == NO_TOKENS
    inspection.show(None)
    assert page.title.text() == NOTHING
    for part in (page.freeze, page.keep, page.clear, page.export, page.choices, page.follow):
        assert not part.isEnabled()


def test_a_pair_without_landmarks_says_that_none_can_be_listed(comparison, inspection, page):
    bare = replace(comparison, pair=None)
    inspection.show(comparison.findings, bare)
    assert page.landmarks.about.text() == NO_PAIR
    inspection.show(comparison.findings, comparison)
    assert page.landmarks.about.text() == ABOUT


def test_landmarks_are_followed_and_listed(qtbot, inspection, page):
    page.follow.landmark.setCurrentIndex(2)
    page.follow.landmark.activated.emit(2)
    assert inspection.probing.landmark == NAMES[1]
    page.follow.side.setCurrentIndex(1)
    page.follow.side.activated.emit(1)
    assert inspection.probing.result.side == "b"
    page.landmarks.button.click()
    qtbot.waitUntil(lambda: page.landmarks.table is not None, timeout=20_000)
    shares = page.landmarks.table["distance_share"].dropna()
    assert (np.diff(shares) <= 0).all()
    row = page.landmarks.table.iloc[0]
    page.landmarks.view.clicked.emit(page.landmarks.model.index(0, 0))
    assert inspection.probing.landmark == row["landmark"]
    assert inspection.probing.result.side == row["from"]
    inspection.show(None)
    assert page.landmarks.table is None


def test_choices_reach_the_probe(inspection, page, places):
    inspection.probing.point("a", places[0])
    page.choices.own.click()
    assert inspection.probing.result.self_map is not None
    page.choices.scale.setCurrentIndex(1)
    page.choices.scale.activated.emit(1)
    assert inspection.probing.scale == "fixed"
    page.choices.hides.click()
    assert not inspection.probing.is_alone
    inspection.probing.scale_by("hand")
    assert page.choices.scale.currentIndex() == 2


def test_probes_and_landmarks_are_written(qtbot, inspection, page, places, monkeypatch, tmp_path):
    told = []
    inspection.told.connect(told.append)
    dialogs = "napari_dinosar.docks.inspect.probe.probe_exporting.dialogs"
    monkeypatch.setattr(f"{dialogs}.folder_to_write", lambda *_: tmp_path)
    monkeypatch.setattr(f"{dialogs}.file_to_write", lambda *_: tmp_path / "landmarks.csv")
    inspection.probing.point("a", places[0])
    inspection.probing.keep()
    inspection.probing.point("a", places[1])
    page.export.write_probes()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    (folder,) = tmp_path.iterdir()
    with np.load(folder / "maps.npz") as maps:
        difference = maps["now_similarity"] - maps["kept_similarity"]
        np.testing.assert_array_equal(maps["difference"], difference)
    assert (folder / "probes.csv").read_text("utf-8").count("\n") == 3
    page.export.write_landmarks()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=20_000)
    text = (tmp_path / "landmarks.csv").read_text("utf-8")
    assert text.count("\n") == 1 + 2 * len(NAMES)


def test_why_nothing_was_written_is_said_where_it_was_asked_for(
    qtbot, inspection, page, places, monkeypatch, tmp_path
):
    told = []
    inspection.told.connect(told.append)
    dialogs = "napari_dinosar.docks.inspect.probe.probe_exporting.dialogs"
    monkeypatch.setattr(f"{dialogs}.folder_to_write", lambda *_: tmp_path / "gone")
    inspection.probing.point("a", places[0])
    page.export.write_probes()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "gone is not a folder" in told[0]
