"""Flagging by hand: cells and regions, what the page says of them, and what is drawn."""

from dataclasses import replace
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.compat import isalive
from qtpy.QtCore import QCoreApplication, QEvent

from findings_made import made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks.inspect.flags.flag_layers import FlagLayers
from napari_dinosar.docks.inspect.flags.flag_pen import pen_of, remember_author, remembered_author
from napari_dinosar.docks.inspect.flags.flag_saving import FlagSaving
from napari_dinosar.docks.inspect.flags.flags_page import FlagsPage
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.findings.flags import FlagSheet
from napari_dinosar.inspection.flag_places import FlagJob
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.io import _atomic
from napari_dinosar.io.flag_files import read_flag_file, read_flags
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.result_layers.cells import cell_map_spec, cells_spec
from napari_dinosar.showing import find, show, show_photo

TRIANGLE_YX = np.array([[20.0, 30.0], [80.0, 40.0], [50.0, 120.0]])
FRAME_B = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 333.0], [0.0, 0.0, 1.0]])


@pytest.fixture(scope="module")
def findings():
    found = made()
    return replace(found, samples={"foreground": found.samples["foreground"]})


@pytest.fixture
def window(qtbot, findings, tmp_path):
    """Return what a window has, without one: a viewer, an inspection and the page."""
    viewer, inspection = ViewerModel(), Inspection()
    show(viewer, cells_spec(findings, "a", np.eye(3)))
    show(viewer, cells_spec(findings, "b", FRAME_B))
    show(viewer, cell_map_spec(findings, np.eye(3), FRAME_B))
    told = []
    inspection.told.connect(told.append)
    saving = FlagSaving(inspection, store=tmp_path / "store")
    page = FlagsPage(inspection, viewer, saving)
    qtbot.addWidget(page)
    page.set_colours(theme_colours(viewer))
    crosses = FlagLayers(viewer, inspection, page)
    inspection.show(findings)
    yield SimpleNamespace(
        viewer=viewer, inspection=inspection, page=page, told=told, crosses=crosses, saving=saving
    )
    saving.wait()


def drawn(window, qtbot, side="a", data=TRIANGLE_YX, kind="polygon"):
    """Draw a shape and wait until it is taken; return the layer."""
    regions = window.page.regions
    layer = regions.find(side) or regions.provide(side)
    layer.add(data, shape_type=kind)
    qtbot.waitUntil(lambda: not window.page.regions._timer.isActive())
    return layer


def taken(window, qtbot):
    qtbot.waitUntil(lambda: not window.page.regions._timer.isActive())
    return window.inspection.flags.sheet.regions


def test_all_selected_cells_are_flagged_in_one_step(window):
    page, inspection = window.page, window.inspection
    assert not page.bar.flag_button.isEnabled()
    page.flag()
    assert "No cell is selected" in window.told[-1]
    inspection.cells.select([3, 9, 12])
    page.bar.reason.setCurrentText("pin")
    page.bar.note.setText("the pin's head")
    page.signing.author.setText("Ada")
    page.flag()
    flags = inspection.flags
    assert [(one.row, one.col) for one in flags.sheet.cells] == [(0, 3), (1, 2), (1, 5)]
    assert {one.remark.author for one in flags.sheet.cells} == {"Ada"}
    assert "the pin's head" in page.bar.state.text().replace("&#x27;", "'")
    assert "3 of 3 selected" in page.bar.state.text()
    flags.undo()
    assert not flags.sheet
    assert "not flagged" in page.bar.state.text()
    window.inspection.flags.redo()
    inspection.cells.select([3])
    page.unflag()
    assert len(flags.sheet.cells) == 2


def test_the_fields_turn_to_the_cell_that_is_current(window):
    bar, cells = window.page.bar, window.inspection.cells
    cells.select([3])
    bar.reason.setCurrentText("glare")
    bar.note.setText("lamp")
    bar.flag()
    cells.select([4])
    assert (bar.reason.currentText(), bar.note.text()) == ("glare", "")
    bar.note.setText("typed, and not used yet")
    cells.select([5])
    assert bar.note.text() == "typed, and not used yet"
    cells.select([3])
    assert bar.note.text() == "lamp"


def test_statistics_stand_beside_those_without_what_is_flagged(window, findings):
    page, inspection = window.page, window.inspection
    assert "Nothing is flagged" in page.left_out.text()
    assert "−" not in page.statistics.text()
    inspection.cells.walk_to(0)
    page.flag()
    used = int(findings.cells.used.sum())
    assert f"1 of {used} used cells" in page.left_out.text()
    text = page.statistics.text()
    assert f">{used}<" in text
    assert f">{used - 1}<" in text
    assert "<b>−1</b>" in text
    assert "−" in text.split("mean", 1)[1].split("median")[0]  # the most different one is gone


def test_rows_and_cells_are_selected_together_and_removed_in_one_step(window):
    page, inspection = window.page, window.inspection
    inspection.flags.flag_cells([(0, 3), (1, 2), (2, 2)], "leg")
    inspection.flags.add_region("b", [(1, 1), (9, 1), (9, 9)], "pin", "label")
    inspection.cells.select([3])
    assert page.list.cells == [(0, 3)]
    page.list.selectAll()
    assert set(inspection.cells.cells) == {3, 9, 16}
    assert page.list.regions == {0}
    page.bar.reason.setCurrentText("artefact")
    page.bar.note.setText("both")
    page.change()
    remarks = {
        one.remark for one in (*inspection.flags.sheet.cells, *inspection.flags.sheet.regions)
    }
    assert [(one.reason, one.note) for one in remarks] == [("artefact", "both")]
    page.remove()
    assert not inspection.flags.sheet
    window.inspection.flags.undo()
    window.inspection.flags.undo()
    assert inspection.flags.sheet.regions[0].remark.note == "label"
    page.buttons.clear.click()
    assert not inspection.flags.sheet
    assert inspection.flags.can_undo


def test_a_region_in_the_list_is_pointed_out(window, qtbot):
    flags = window.inspection.flags
    for x in (0, 50):
        flags.add_region("a", [(x, 1), (x + 9, 1), (x + 9, 9)])
    layer = find(window.viewer, "excluded", "a")
    page = window.page
    page.list.setCurrentIndex(page.list.model().index(1, 0))
    assert layer.edge_width[1] > 2 * layer.edge_width[0]
    assert taken(window, qtbot) == flags.sheet.regions
    page.list.clearSelection()
    assert layer.edge_width[1] == layer.edge_width[0]


def test_what_is_drawn_is_flagged_and_undone_with_the_shape(window, qtbot):
    flags = window.inspection.flags
    pen_of(window.inspection).write(reason="leg", note="hind")
    active = window.viewer.layers.selection.active
    window.page.drawing.start("a")
    layer = find(window.viewer, "excluded", "a")
    assert window.viewer.layers.selection.active is layer
    assert layer.mode == "add_polygon_lasso"
    drawn(window, qtbot)
    qtbot.waitUntil(lambda: window.page.drawing.side is None)
    assert window.viewer.layers.selection.active is active
    assert layer.mode == "pan_zoom"
    (region,) = flags.sheet.regions
    assert (region.side, region.remark.reason, region.remark.note) == ("a", "leg", "hind")
    np.testing.assert_array_equal(region.corners_xy, TRIANGLE_YX[:, ::-1])
    flags.undo()
    assert layer.nshapes == 0
    assert not layer.visible
    assert not flags.can_undo
    flags.redo()
    assert layer.nshapes == 1
    assert layer.visible
    assert taken(window, qtbot) == (region,)


def test_a_region_has_its_own_note_and_not_that_of_the_selected_cell(window, qtbot):
    bar, flags = window.page.bar, window.inspection.flags
    window.inspection.cells.select([3])
    bar.note.setText("a shadow")
    bar.flag()
    for typed in ("", "a label"):
        window.page.drawing.start("a")
        assert bar.note.text() == ""
        bar.note.setText(typed)
        drawn(window, qtbot)
        qtbot.waitUntil(lambda: window.page.drawing.side is None)
    assert [region.remark.note for region in flags.sheet.regions] == ["", "a label"]
    window.page.drawing.start("a")
    assert bar.note.text() == ""
    window.page.drawing.stop()


def test_moved_edited_and_deleted_shapes_are_one_step_each(window, qtbot):
    flags = window.inspection.flags
    layer = drawn(window, qtbot)
    drawn(window, qtbot, data=TRIANGLE_YX + 60)
    drawn(window, qtbot, "b")
    before = flags.sheet
    assert len(before.regions) == 3
    layer.selected_data = {0}
    layer.data = [layer.data[0] + 7, layer.data[1]]
    assert len(taken(window, qtbot)) == 3
    assert flags.sheet.regions[1:] == before.regions[1:]
    np.testing.assert_allclose(flags.sheet.regions[0].corners_xy, TRIANGLE_YX[:, ::-1] + 7)
    layer.selected_data = {0, 1}
    layer.remove_selected()
    assert [one.side for one in taken(window, qtbot)] == ["b"]
    flags.undo()
    flags.undo()
    assert flags.sheet == before
    np.testing.assert_array_equal(layer.data[0], TRIANGLE_YX)
    assert taken(window, qtbot) == before.regions
    assert not np.allclose(find(window.viewer, "excluded", "b").affine.affine_matrix, np.eye(3))


def test_an_ellipse_becomes_a_polygon_and_a_line_is_no_region(window, qtbot):
    corners = np.array([[0.0, 0.0], [0.0, 40.0], [20.0, 40.0], [20.0, 0.0]])
    layer = drawn(window, qtbot, data=corners, kind="ellipse")
    (region,) = window.inspection.flags.sheet.regions
    assert len(region.polygon_xy) > 20
    np.testing.assert_allclose(np.ptp(region.corners_xy, axis=0), (40, 20), atol=0.5)
    assert list(layer.shape_type) == ["polygon"]
    drawn(window, qtbot, data=corners[:2], kind="line")
    assert window.inspection.flags.sheet.regions == (region,)
    assert layer.nshapes == 1


def test_words_of_a_region_can_be_changed_in_the_table_of_features(window, qtbot):
    layer = drawn(window, qtbot)
    layer.features.loc[0, "note"] = "the label"
    layer.events.features()
    assert taken(window, qtbot)[0].remark.note == "the label"
    layer.features.loc[0, "reason"] = "nonsense"
    layer.events.features()
    assert taken(window, qtbot)[0].remark.reason == "other"
    assert "nonsense" in window.told[-1]
    assert layer.features["reason"][0] == "other"


def test_a_region_that_came_from_a_file_keeps_every_digit(window, qtbot):
    flags = window.inspection.flags
    flags.add_region("a", [(1 / 3, 2 / 3), (90.1, 1.7), (40.123456789, 80.2)])
    sheet = flags.sheet
    drawn(window, qtbot, data=TRIANGLE_YX + 50)
    assert flags.sheet.regions[0] == sheet.regions[0]


def test_no_region_is_drawn_on_a_photo_that_was_not_compared(window):
    other = photo_from_array(np.zeros((40, 50, 3), np.uint8), "other.png")
    show_photo(window.viewer, other, "a")
    window.page.region_bar.toggle("a")
    assert "A shows other.png" in window.told[-1]
    assert find(window.viewer, "excluded", "a") is None


def test_drawing_needs_a_comparison_and_can_be_let_be(window):
    page = window.page
    page.region_bar.toggle("b")
    assert page.region_bar.buttons["b"].isChecked()
    page.region_bar.toggle("b")
    assert page.drawing.side is None
    assert not find(window.viewer, "excluded", "b").visible
    window.inspection.show(None)
    page.region_bar.toggle("a")
    assert "Compare two specimens" in window.told[-1]
    assert not page.region_bar.buttons["a"].isChecked()
    with pytest.raises(DinosarError):
        page.drawing.start("a")


def test_a_tool_in_the_hand_leaves_no_region_of_one_pair_in_the_next(window, findings, qtbot):
    layer = drawn(window, qtbot)
    window.page.drawing.start("a")
    assert "Escape" in map(str, layer.keymap)
    record = {**findings.a.record, "sha256": "0" * 64}
    window.inspection.show(replace(findings, a=replace(findings.a, record=record)))
    assert layer.nshapes == 0
    assert (str(layer.mode), window.page.drawing.side) == ("pan_zoom", None)
    assert "Escape" not in map(str, layer.keymap)
    qtbot.wait(20)
    assert len(window.inspection.flags) == 0


def test_cells_that_are_left_out_are_crossed_out_everywhere(window, findings):
    flags, viewer = window.inspection.flags, window.viewer
    active = viewer.layers.selection.active
    flags.flag_cells([(1, 2), (1, 3)])
    layers = {side: find(viewer, "flagged", side) for side in ("a", "b", None)}
    assert all(layer.visible and layer.nshapes for layer in layers.values())
    assert viewer.layers.selection.active is active
    centre = findings.cells.nodes_b_xy[1:3, 2:4].mean(axis=(0, 1))[::-1]
    assert any(np.allclose(p.mean(axis=0), centre, atol=2) for p in layers["b"].data)
    layers["a"].visible = False  # the user's choice stays
    flags.flag_cells([(3, 3)])
    assert not layers["a"].visible
    window.crosses.set_shown(False)
    assert not layers["b"].visible
    window.crosses.set_shown(True)
    flags.clear()
    assert not any(layer.visible or layer.nshapes for layer in layers.values())


def test_each_change_is_on_disk_and_a_disk_that_refuses_is_told(
    window, qtbot, findings, tmp_path, monkeypatch
):
    run = write_findings(tmp_path / "run", findings)
    inspection = window.inspection
    inspection.show(findings, folder=run, sheet=FlagSheet())
    inspection.flags.flag_cells([(0, 3)], "pin")
    qtbot.waitUntil(lambda: window.saving.keeping.is_saved)
    assert read_flags(run, findings) == inspection.flags.sheet
    assert "flags.json" in window.page.place.text().replace("\u200b", "")
    write = _atomic.write_file

    def read_only(path, content):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(_atomic, "write_file", read_only)
    inspection.flags.clear()
    qtbot.waitUntil(lambda: bool(window.saving.problem))
    assert "read-only" in window.told[-1]
    assert "memory of this window" in window.page.place.text().replace("\u200b", "")
    monkeypatch.setattr(_atomic, "write_file", write)
    window.saving._try_again()
    qtbot.waitUntil(lambda: window.saving.keeping.is_saved)
    assert read_flags(run, findings) == FlagSheet()
    assert window.saving.problem == ""


def test_what_is_flagged_while_a_slow_disk_writes_is_written_though_the_window_is_closed(
    findings, tmp_path, monkeypatch
):
    begun, may_end, write = Event(), Event(), FlagJob.write

    def slowly(job):
        begun.set()
        assert may_end.wait(20)
        return write(job)

    monkeypatch.setattr(FlagJob, "write", slowly)
    inspection = Inspection()
    inspection.show(findings)
    saving = FlagSaving(inspection, store=tmp_path)
    inspection.flags.flag_cells([(0, 1), (0, 2)])
    assert begun.wait(20)
    inspection.flags.unflag_cells([(0, 1)])
    inspection.flags.flag_cells([(2, 3)], "pin", "the hind one")
    path, thread, flagged = saving.keeping.path, saving._thread, inspection.flags.sheet
    saving.deleteLater()
    QCoreApplication.sendPostedEvents(saving, QEvent.Type.DeferredDelete)
    assert not isalive(saving)
    may_end.set()
    thread.join(20)
    assert read_flag_file(path, findings) == flagged


def test_a_name_is_remembered_only_when_that_is_wanted(window, qtbot):
    signing = window.page.signing
    signing.author.setText("Ada")
    signing.author.editingFinished.emit()
    assert remembered_author() is None
    signing.remember.setChecked(True)
    assert remembered_author() == "Ada"
    signing.remember.setChecked(False)
    assert remembered_author() is None
    remember_author(None)


def test_without_a_comparison_or_without_cells_it_says_what_to_do(window):
    window.inspection.show(None)
    assert "Compare two specimens" in window.page.bar.state.text()
    window.inspection.show(made(cells=False))
    assert "no cells" in window.page.bar.state.text()
    assert "used cells" not in window.page.left_out.text()
    window.page.bar.flag()
    assert "no cells" in window.told[-1]
