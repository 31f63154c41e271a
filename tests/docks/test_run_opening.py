"""A run comes back with its layers, numbers and settings, and asks for a photo that is missing."""

import shutil

import numpy as np
import pytest
from napari.layers import Layer
from napari.layers._source import layer_source
from napari.utils.notifications import notification_manager
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QApplication

from findings_made import SIDES, made, write_photos
from napari_dinosar import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.compare_dock import CompareDock
from napari_dinosar.docks.run_drop import dropped_run
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.layers import LAYER_KEY, frame_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find

NAME_A, NAME_B = (SIDES[letter][0] for letter in "ab")


@pytest.fixture
def dock(compare_dock, monkeypatch):
    monkeypatch.setattr("napari_dinosar.backbones.load_backbone", lambda *_, **__: 1 / 0)
    return compare_dock


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    write_photos(folder)
    return write_findings(tmp_path / "run", made(folder))


def open_run(dock, qtbot, path):
    with qtbot.waitSignal(dock.compared, timeout=30_000):
        dock.opening.open(path)


def add_as_napari_does(viewer, findings, run):
    with layer_source(path=str(run / "run.yaml")):
        for spec in comparison_specs(findings, np.eye(3), np.eye(3)):
            viewer.add_layer(Layer.create(*spec.as_tuple()))


def names(viewer):
    return [layer.name for layer in viewer.layers]


def test_a_run_brings_layers_numbers_and_settings(viewer, dock, qtbot, run):
    open_run(dock, qtbot, run)
    findings = dock.findings
    specs = comparison_specs(findings, np.eye(3), frame_of(dock.b.photo.layer()))
    assert {spec.name for spec in specs} < set(names(viewer))
    assert dock.a.photo.layer().name == f"A: {NAME_A}"
    assert dock.b.photo.layer().data.shape[:2] == findings.b.size_xy[::-1]
    assert dock.a.landmarks.layer().name == "A landmarks"
    assert dock.form.settings() == findings.settings
    assert dock.presenter.panel.findings is findings
    assert dock.bar.export.isEnabled()
    assert all(banner.isHidden() for banner in dock.inputs.head.missing.values())
    assert "drawn is not known here" in dock.backbone.banner.label.text()


def test_results_lie_on_the_photos(viewer, dock, qtbot, run):
    open_run(dock, qtbot, run / "run.yaml")
    for side in "ab":
        photo, cells = find(viewer, "photo", side), find(viewer, "cells", side)
        np.testing.assert_allclose(frame_of(cells), frame_of(photo))
        assert viewer.layers.index(photo) < viewer.layers.index(cells)
    width = find(viewer, "photo", "a").data.shape[1]
    assert find(viewer, "photo", "b").extent.world[0][1] > width


def test_another_run_takes_the_place_of_the_first(viewer, dock, qtbot, run, tmp_path):
    open_run(dock, qtbot, run)
    viewer.add_image(np.zeros((20, 20)), name="mine")
    layers = set(viewer.layers)
    other = write_findings(tmp_path / "other", made(tmp_path / "photos", attention=False))
    open_run(dock, qtbot, other)
    assert {layer.name for layer in layers - set(viewer.layers)} == {"A attention", "B attention"}
    assert set(viewer.layers) < layers
    assert not viewer.layers["mine"].visible


def test_a_missing_photo_is_stood_for_by_its_preview(viewer, dock, qtbot, run, tmp_path):
    (tmp_path / "photos" / NAME_A).rename(tmp_path / "elsewhere.png")
    open_run(dock, qtbot, run)
    preview = find(viewer, "preview", "a")
    extent = preview.extent.world
    np.testing.assert_allclose(extent[1] - extent[0], np.array(dock.findings.a.size_xy[::-1]) - 1)
    said = dock.inputs.head.missing["a"].label.text().replace("\u200b", "")
    assert NAME_A in said
    assert dock.findings.a.sha256[:12] in said
    assert dock.inputs.head.missing["b"].isHidden()
    assert dock.a.photo.layer() is None
    assert NAME_A in dock.a.photo.currentText()
    viewer.add_image(np.zeros((20, 20, 3), np.uint8), rgb=True)
    assert dock.a.photo.layer() is None


def test_only_the_right_file_is_taken_for_a_missing_photo(
    viewer, dock, qtbot, run, tmp_path, monkeypatch
):
    photos = tmp_path / "photos"
    (photos / NAME_A).rename(tmp_path / "elsewhere.png")
    open_run(dock, qtbot, run)
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: photos / NAME_B)
    with qtbot.waitSignal(dock.failed) as caught:
        dock.inputs.head.locate["a"].click()
    assert isinstance(caught.args[0], DinosarError)
    assert find(viewer, "preview", "a") is not None
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: tmp_path / "elsewhere.png")
    dock.inputs.head.locate["a"].click()
    qtbot.waitUntil(lambda: dock.a.photo.layer() is not None)
    assert find(viewer, "preview", "a") is None
    assert dock.inputs.head.missing["a"].isHidden()
    photo = dock.a.photo.layer()
    assert photo.metadata[LAYER_KEY]["sha256"] == dock.findings.a.sha256
    assert dock.a.landmarks.layer().name == "A landmarks"
    np.testing.assert_allclose(frame_of(photo), frame_of(find(viewer, "cells", "a")))
    assert viewer.layers.index(photo) < viewer.layers.index(find(viewer, "cells", "a"))


def test_a_photo_that_came_from_no_file_cannot_be_located(dock, qtbot, tmp_path):
    open_run(dock, qtbot, write_findings(tmp_path / "run", made()))
    assert "from no file" in dock.inputs.head.missing["a"].label.text()
    assert dock.inputs.head.locate["a"].isHidden()


def test_an_opened_run_is_exported_as_it_was(dock, qtbot, run, tmp_path, monkeypatch):
    shutil.rmtree(tmp_path / "photos")
    open_run(dock, qtbot, run)
    target = tmp_path / "again"
    target.mkdir()
    monkeypatch.setattr(dialogs, "figures", lambda *_: dialogs.Figures((), (), 300, ""))
    monkeypatch.setattr(dialogs, "folder_to_write", lambda *_: target)
    dock.bar.run_folder.trigger()
    qtbot.waitUntil(lambda: "Wrote" in dock.bar.status.text())
    (folder,) = target.iterdir()
    assert (folder / "summary.json").read_bytes() == (run / "summary.json").read_bytes()


def test_what_is_no_run_is_an_error_that_says_so(viewer, dock, qtbot, tmp_path):
    with qtbot.waitSignal(dock.failed) as caught:
        dock.opening.open(tmp_path)
    assert "run.yaml" in str(caught.args[0])
    assert list(viewer.layers) == []


def test_while_something_runs_no_run_is_opened(dock, run):
    dock.inputs.set_busy(True)
    dock.opening.open(run)
    assert not dock.jobs.busy
    assert "still running" in notification_manager.records[-1].message


def test_a_dropped_run_is_told_from_other_files(run, tmp_path):
    def mime(*paths):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        return data

    assert dropped_run(mime(run)) == run
    assert dropped_run(mime(run / "run.yaml")) == run / "run.yaml"
    assert dropped_run(mime(tmp_path)) is None
    assert dropped_run(mime(run, tmp_path)) is None
    assert dropped_run(QMimeData()) is None


def test_a_run_is_dropped_on_the_dock(dock, qtbot, run):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(run))])
    action, button, key = (
        Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )  # fmt: skip
    enter = QDragEnterEvent(QPoint(9, 9), action, data, button, key)
    QApplication.sendEvent(dock, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(dock.compared, timeout=30_000):
        QApplication.sendEvent(dock, QDropEvent(QPointF(9, 9), action, data, button, key))
    other = QMimeData()
    QApplication.sendEvent(dock, QDragEnterEvent(QPoint(9, 9), action, other, button, key))
    assert not dock.jobs.busy


@pytest.mark.parametrize("is_first", [True, False])
def test_layers_that_napari_opened_from_a_run_bring_the_rest(viewer, dock, qtbot, run, is_first):
    if not is_first:
        open_run(dock, qtbot, run)
    findings = made(run.parent / "photos")
    count = len(viewer.layers)
    with qtbot.waitSignal(dock.compared, timeout=30_000):
        add_as_napari_does(viewer, findings, run)
    assert dock.presenter.panel.findings.created == findings.created
    assert dock.form.settings() == findings.settings
    roles = [(layer.metadata[LAYER_KEY]["role"], layer.metadata[LAYER_KEY]["side"])
             for layer in viewer.layers]  # fmt: skip
    assert len(set(roles)) == len(roles)
    assert is_first or len(viewer.layers) == count


def test_a_run_that_was_opened_before_the_dock_is_taken_too(viewer, results_panel, qtbot, run):
    findings = made(run.parent / "photos")
    add_as_napari_does(viewer, findings, run)
    dock = CompareDock(viewer)
    qtbot.addWidget(dock)
    with qtbot.waitSignal(dock.compared, timeout=30_000):
        pass
    assert dock.findings.created == findings.created
