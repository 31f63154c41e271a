"""The Compare dock in a viewer, from the first photo to the exported run folder."""

import json

import numpy as np
import pytest
from napari.utils.notifications import notification_manager
from qtpy.compat import isalive
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QLineEdit, QPushButton

from drawn import NAMES, draw, write
from napari_dinosar import DinosarError, Landmarks, Settings
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.compare_dock import CompareDock
from napari_dinosar.docks.inspect.inspect_dock import InspectDock
from napari_dinosar.docks.panel_place import dock_panel
from napari_dinosar.docks.presenter import SETTLE_MS
from napari_dinosar.layers import LAYER_KEY, frame_of, role_of
from napari_dinosar.showing import find, show_landmarks

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)
RESULTS = {"A mask", "B mask", "A attention", "B attention", "Cell dissimilarity", "A cells",
           "B cells", "A to B grid", "B to A grid", "Correspondences"}  # fmt: skip


@pytest.fixture
def dock(compare_dock, patchwork):
    compare_dock.form.set_settings(SETTINGS)
    return compare_dock


@pytest.fixture
def filled(viewer, dock, drawn_pair, fill):
    fill(viewer, drawn_pair)
    return dock


@pytest.fixture
def windowed(make_napari_viewer_proxy, patchwork, drawn_pair, fill):
    """Return a viewer as napari hands it to a plugin, and the dock in it with a pair chosen."""
    viewer = make_napari_viewer_proxy()
    dock = CompareDock(viewer)
    viewer.window.add_dock_widget(dock, name="Compare specimens")
    fill(viewer, drawn_pair)
    dock.form.set_settings(SETTINGS)
    yield viewer, dock
    if isalive(dock):
        dock.jobs.cancel()
        dock.presenter.stop()


def run(dock, qtbot):
    with qtbot.waitSignal(dock.compared, timeout=30_000):
        dock.bar.run.click()
    return dock.findings


def names(viewer):
    return [layer.name for layer in viewer.layers]


@pytest.mark.needs_gl
def test_run_shows_the_result_and_again_in_place(windowed, qtbot):
    viewer, filled = windowed
    stages = []
    filled.jobs.progressed.connect(lambda stage, *_: stages.append(stage))
    first = run(filled, qtbot)
    assert set(names(viewer)) >= RESULTS
    assert any(stage.startswith("Encoding A") for stage in stages)
    assert filled.presenter.panel.findings is first
    assert filled.bar.export.isEnabled()
    assert viewer.layers.selection.active.name == "A cells"
    assert [role_of(layer) for layer in viewer.layers][-2:] == ["landmarks", "landmarks"]

    qtbot.wait(2 * SETTLE_MS)
    layers, zoom = list(viewer.layers), viewer.scene.camera.zoom
    points = filled.a.landmarks.layer()
    points.data = points.data + 1.5
    filled.form.set_settings(SETTINGS.from_mapping(SETTINGS.as_mapping() | {"tps_cell_size": 24}))
    second = run(filled, qtbot)
    assert list(viewer.layers) == layers
    assert viewer.scene.camera.zoom == zoom
    assert second.cells.used.size < first.cells.used.size
    np.testing.assert_allclose(second.a.landmarks.xy, first.a.landmarks.xy + 1.5)
    assert len(find(viewer, "cells", "a").data) == second.cells.used.size


def test_b_comes_to_lie_beside_a(viewer, dock, drawn_pair, qtbot):
    for one, name in zip(drawn_pair, ("one", "two"), strict=True):
        viewer.add_image(one.rgb, rgb=True, name=name)
    assert dock.a.photo.layer().name == "one"
    assert dock.b.photo.layer().name == "two"
    found = run(dock, qtbot)
    assert found.cells is None
    assert "Only patches were compared" in dock.presenter.panel.warnings.text()
    width = drawn_pair[0].rgb.shape[1]
    assert viewer.layers["two"].translate[1] > width
    lines = find(viewer, "correspondences", None)
    ends = np.array([lines.data_to_world(end) for line in lines.data for end in line])
    assert (ends[::2, 1] < width).all()
    assert (ends[1::2, 1] > width).all()


@pytest.mark.parametrize("kind", ["rgb", "rgba", "grey16"])
def test_any_two_image_layers_are_compared_where_they_lie(viewer, dock, drawn_pair, qtbot, kind):
    placed = ({"scale": (0.5, 0.5), "translate": (-40.0, 12.0), "rotate": 20},
              {"scale": (0.25, 0.3), "rotate": -35})  # fmt: skip
    for one, where, name in zip(drawn_pair, placed, ("one", "two"), strict=True):
        image = viewer.add_image(pixels_of(one.rgb, kind), rgb=kind != "grey16", name=name, **where)
        world = [image.data_to_world(xy[::-1]) for xy in one.landmarks_xy]
        viewer.add_points(world, features={"name": list(NAMES)}, name=f"points of {name}")
    for side, name in ((dock.a, "one"), (dock.b, "two")):
        side.landmarks.choose(viewer.layers[f"points of {name}"])
    found = run(dock, qtbot)
    assert found.cells is not None
    photos = viewer.layers["one"], viewer.layers["two"]
    assert photos[1].extent.world[0][1] > photos[0].extent.world[1][1]
    for side, photo, one in zip("ab", photos, drawn_pair, strict=True):
        cells = find(viewer, "cells", side)
        np.testing.assert_allclose(frame_of(cells), frame_of(photo), atol=1e-9)
        np.testing.assert_allclose(found.side(side).landmarks.xy, one.landmarks_xy, atol=1e-6)
        np.testing.assert_allclose(frame_of(find(viewer, "mask", side)), frame_of(photo), atol=1e-9)
    assert found.a.record["path"] is None


def pixels_of(rgb, kind):
    if kind == "rgba":
        return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    return rgb if kind == "rgb" else rgb[..., 1].astype(np.uint16) * 257


def test_cancel_at_every_stage_leaves_all_as_it_was(viewer, filled, qtbot):
    before = set(names(viewer))
    stages = []
    filled.jobs.progressed.connect(lambda stage, *_: stages.append(stage))
    run(filled, qtbot)
    for layer in list(viewer.layers):
        if layer.name in RESULTS:
            viewer.layers.remove(layer)
    assert set(names(viewer)) == before
    for stage in stages[2:]:
        cancel = _CancelAt(filled, stage)
        with qtbot.waitSignal(filled.jobs.cancelled, timeout=10_000):
            filled.bar.run.click()
        cancel.disconnect()
        assert set(names(viewer)) == before
        assert filled.bar.run.isEnabled()
        assert not filled.bar.cancel.isEnabled()
    run(filled, qtbot)


class _CancelAt:
    """Cancels from the worker's thread, so that the stage named is the last that begins."""

    def __init__(self, dock, stage):
        self._dock, self._stage = dock, stage
        dock.jobs.busy_changed.connect(self._on_busy)

    def _on_busy(self, is_busy):
        if is_busy:
            self._dock.jobs._worker.yielded.connect(
                self._on_yielded, Qt.ConnectionType.DirectConnection
            )

    def _on_yielded(self, progress):
        if progress[0].split(" …")[0] == self._stage.split(" …")[0]:
            self._dock.jobs.cancel()

    def disconnect(self):
        self._dock.jobs.busy_changed.disconnect(self._on_busy)


def test_while_it_runs_nothing_else_can_be_started(filled, qtbot):
    for side in (filled.a, filled.b):
        name = side.side.upper()
        assert side.photo.layer().name == f"{name}: {side.side}.png"
        assert side.landmarks.layer().name == f"{name} landmarks"
    assert not filled.bar.export.isEnabled()
    controls = (filled.bar.run, filled.a.open_photo, filled.a.photo)
    filled.bar.run.click()
    assert not any(control.isEnabled() for control in controls)
    assert filled.bar.cancel.isEnabled()
    assert not filled.bar.progress.isHidden()
    qtbot.waitSignal(filled.compared, timeout=30_000).wait()
    assert all(control.isEnabled() for control in controls)
    assert filled.bar.progress.isHidden()


@pytest.mark.needs_gl
@pytest.mark.parametrize(
    ("until", "end"), [("Preparing", "window"), ("Finding", "dock"), ("Showing", "dock")]
)
def test_closing_while_it_runs(windowed, qtbot, until, end):
    viewer, filled = windowed
    seen = []

    def close(stage, *_):
        if stage.startswith(until) and not seen:
            seen.append(stage)
            viewer.close() if end == "window" else viewer.window.remove_dock_widget(filled)

    filled.jobs.progressed.connect(close)
    filled.presenter.stepped.connect(close)
    filled.bar.run.click()
    worker = filled.jobs._worker
    qtbot.waitUntil(lambda: bool(seen) and not worker.is_running, timeout=30_000)
    if end == "dock":
        shown = set(names(viewer)) & RESULTS
        qtbot.wait(100)
        assert set(names(viewer)) & RESULTS == shown == set()


def test_errors_are_said_and_the_dock_goes_on(viewer, filled, qtbot):
    points = filled.a.landmarks.layer()
    data, features = points.data.copy(), points.features.copy()
    points.data = data[:2]
    with qtbot.waitSignal(filled.failed, timeout=30_000) as caught:
        filled.bar.run.click()
    assert isinstance(caught.args[0], DinosarError)
    assert notification_manager.records[-1].message == str(caught.args[0])
    assert not filled.bar.error.isHidden()
    assert filled.bar.run.isEnabled()
    assert not set(names(viewer)) & RESULTS
    points.data, points.features = data, features
    run(filled, qtbot)
    assert filled.bar.error.isHidden()


def test_without_photos_or_with_bad_text_nothing_runs(dock):
    dock.bar.run.click()
    assert "No photo is chosen for specimen A and B" in notification_manager.records[-1].message
    dock.form.findChild(QLineEdit, "layers").setText("6 x")
    dock.bar.run.click()
    assert "'x' is not a whole number" in notification_manager.records[-1].message
    assert not dock.jobs.busy


def test_a_mask_is_offered_where_it_is_wanted(viewer, filled, qtbot, drawn_pair):
    combo = filled.form.findChild(QComboBox, "fg_mode")
    combo.setCurrentText("my mask (Labels layer)")
    assert not filled.a.mask.isHidden()
    with qtbot.waitSignal(filled.failed, timeout=30_000):
        filled.bar.run.click()
    for side, one in zip((filled.a, filled.b), drawn_pair, strict=True):
        side.mask.choose(viewer.add_labels(one.mask.astype(int)))
    found = run(filled, qtbot)
    assert found.a.record["foreground"] == "layer"


def test_files_are_opened_as_layers(viewer, dock, qtbot, tmp_path, monkeypatch):
    keypoints = write(tmp_path, {"A.png": draw(1), "B.png": draw(2)})
    answers = iter([tmp_path / "A.png", tmp_path / "B.png", keypoints])
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: next(answers))
    for button in (dock.a.open_photo, dock.b.open_photo, dock.a.open_landmarks):
        button.click()
        qtbot.waitUntil(lambda: not dock.jobs.busy)
    assert names(viewer) == ["A: A.png", "B: B.png", "A landmarks", "B landmarks"]
    assert dock.b.landmarks.layer().name == "B landmarks"
    assert dock.b.photo.layer().translate[1] > 320
    write(tmp_path, {"C.png": draw(3)})
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: tmp_path / "C.png")
    dock.a.open_photo.click()
    qtbot.waitUntil(lambda: "A: C.png" in names(viewer))
    assert dock.a.landmarks.layer() is None
    assert not viewer.layers["A landmarks"].visible, "it would seem to be on the other photo"
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: tmp_path / "A.png")
    dock.a.open_photo.click()
    qtbot.waitUntil(lambda: "A: A.png" in names(viewer))
    assert dock.a.landmarks.layer().name == "A landmarks"
    assert viewer.layers["A landmarks"].visible


def test_results_of_another_photo_are_seen(viewer, filled, qtbot, tmp_path, monkeypatch):
    run(filled, qtbot)
    write(tmp_path, {"C.png": draw(3)})
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: tmp_path / "C.png")
    filled.a.open_photo.click()
    qtbot.waitUntil(lambda: "A: C.png" in names(viewer))
    assert not find(viewer, "cells", "a").visible
    marks = Landmarks.from_points(draw(3).landmarks_xy, names=NAMES, file_name="C.png")
    show_landmarks(viewer, marks, "a", filled.a.photo.layer())
    run(filled, qtbot)
    assert find(viewer, "cells", "a").visible
    assert not viewer.layers["Correspondences"].visible
    filled.a.landmarks.choose(None)
    run(filled, qtbot)
    assert viewer.layers["Correspondences"].visible, "there are no cells to be seen"


def test_results_are_seen_again_with_the_photo_that_was_compared(
    viewer, filled, qtbot, tmp_path, monkeypatch
):
    write(tmp_path, {"C.png": draw(3), "D.png": draw(4)})
    for name, is_seen in (("C.png", None), ("D.png", False), ("C.png", True), ("C.png", True)):
        monkeypatch.setattr(dialogs, "file_to_open", lambda *_, name=name: tmp_path / name)
        filled.a.open_photo.click()
        qtbot.waitUntil(lambda: not filled.jobs.busy)
        assert filled.a.photo.layer().name == f"A: {name}"
        if is_seen is None:
            marks = Landmarks.from_points(draw(3).landmarks_xy, names=NAMES, file_name=name)
            show_landmarks(viewer, marks, "a", filled.a.photo.layer())
            run(filled, qtbot)
        assert find(viewer, "cells", "a").visible == (is_seen is not False)
        assert find(viewer, "cell_map", None).visible == (is_seen is not False)


def test_what_was_seen_closer_of_an_earlier_photo_does_not_come_back_with_the_results(
    viewer, filled, qtbot, tmp_path, monkeypatch
):
    inspect = InspectDock(viewer)
    qtbot.addWidget(inspect)
    run(filled, qtbot)
    inspection = inspect.inspection
    inspection.cells.walk_to(0)
    inspection.probing.point("a", (160.0, 110.0))
    qtbot.waitUntil(lambda: not inspect.layers.probe.is_busy)
    closer = [find(viewer, *one) for one in (("probe_map", "b"), ("selected", "a"))]
    assert all(layer.visible for layer in closer)
    write(tmp_path, {"C.png": draw(3)})
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: tmp_path / "C.png")
    filled.a.open_photo.click()
    qtbot.waitUntil(lambda: "A: C.png" in names(viewer))
    assert not any(layer.visible for layer in closer)
    marks = Landmarks.from_points(draw(3).landmarks_xy, names=NAMES, file_name="C.png")
    show_landmarks(viewer, marks, "a", filled.a.photo.layer())
    run(filled, qtbot)
    assert not any(layer.visible for layer in closer), "they are of the earlier photo"
    inspection.cells.walk_to(0)
    inspection.probing.point("a", (160.0, 110.0))
    assert all(layer.visible for layer in closer), "nobody hid them"
    inspect.saving.wait()


def test_edited_landmarks_are_kept_when_others_are_opened(
    viewer, filled, qtbot, tmp_path, monkeypatch
):
    points = filled.a.landmarks.layer()
    points.data = points.data + 3
    edited = points.data.copy()
    keypoints = write(tmp_path, {"a.png": draw(1)})
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: keypoints)
    filled.a.open_landmarks.click()
    qtbot.waitUntil(lambda: not filled.jobs.busy)
    assert filled.a.landmarks.layer() is not points
    assert points in viewer.layers
    assert not points.visible
    np.testing.assert_array_equal(points.data, edited)
    assert points.metadata[LAYER_KEY]["side"] is None


def test_where_a_photo_has_several_specimens_one_is_chosen(
    viewer, filled, qtbot, tmp_path, monkeypatch
):
    keypoints = write(tmp_path, {"a.png": draw(1)})
    document = json.loads(keypoints.read_text())
    second = [v + 2 if i % 3 < 2 else v for i, v in
              enumerate(document["annotations"][0]["keypoints"])]  # fmt: skip
    document["annotations"].append({**document["annotations"][0], "id": 7, "keypoints": second})
    keypoints.write_text(json.dumps(document))
    offered = []

    def choose(_window, _title, _question, answers):
        offered.extend(answers)
        return 1

    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: keypoints)
    monkeypatch.setattr(dialogs, "one_of", choose)
    filled.a.open_landmarks.click()
    qtbot.waitUntil(lambda: not filled.jobs.busy)
    assert offered == ["100 (6 landmarks)", "7 (6 landmarks)"]
    assert filled.a.landmarks.layer().metadata[LAYER_KEY]["specimen"] == "7"


def test_landmarks_of_a_photo_under_another_name(viewer, filled, qtbot, tmp_path, monkeypatch):
    keypoints = write(tmp_path, {"other.png": draw(3, angle_deg=9)})
    before = filled.a.landmarks.layer()
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: keypoints)
    monkeypatch.setattr(dialogs, "one_of", lambda *_: None)
    filled.a.open_landmarks.click()
    qtbot.waitUntil(lambda: not filled.jobs.busy)
    assert filled.a.landmarks.layer() is before
    monkeypatch.setattr(dialogs, "one_of", lambda *_: 0)
    filled.a.open_landmarks.click()
    qtbot.waitUntil(lambda: not filled.jobs.busy)
    assert filled.a.landmarks.layer() is not before
    assert filled.a.landmarks.layer().metadata[LAYER_KEY]["photo"] == "a.png"


@pytest.mark.needs_gl
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_it_fits_a_low_window_in_both_themes(
    make_napari_viewer, patchwork, fill, drawn_pair, qtbot, theme
):
    viewer = make_napari_viewer(show=True)
    viewer.window.resize(1100, 600)
    viewer.theme = theme
    dock = CompareDock(viewer)
    viewer.window.add_dock_widget(dock, name="Compare specimens")
    fill(viewer, drawn_pair)
    dock.form.set_settings(SETTINGS)
    qtbot.waitUntil(lambda: dock.isVisible() and dock.bar.run.height() < 100)
    assert viewer.window.geometry()[3] <= 640
    bottom = dock.bar.run.mapTo(dock, dock.bar.run.rect().bottomLeft()).y()
    assert bottom <= dock.height() <= 600
    assert dock.minimumSizeHint().width() <= 330
    assert dock.inputs.horizontalScrollBar().maximum() == 0
    for button in dock.findChildren(QPushButton):
        assert button.objectName()
    panel = dock_panel(viewer, None)
    qtbot.waitUntil(panel.isVisible)
    assert dock_panel(viewer, panel) is panel
    viewer.window.remove_dock_widget(panel)
    assert dock_panel(viewer, panel) is not panel
