"""The dock Inspect: what it says, and when it no longer does."""

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.key_bindings import KeyBinding
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from findings_made import made, photo
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.inspect.inspect_dock import InspectDock
from napari_dinosar.findings.flags import FlaggedCell, FlagSheet
from napari_dinosar.inspection import flag_keeping
from napari_dinosar.inspection.flag_keeping import FlagKeeping
from napari_dinosar.showing import find, show_photo


@pytest.fixture
def viewer(tmp_path, monkeypatch):
    monkeypatch.setattr(flag_keeping, "flags_store", lambda: tmp_path / "store")
    return ViewerModel()


@pytest.mark.parametrize("is_first", [True, False])
def test_flags_that_came_back_are_told_until_another_comparison_is_shown(qtbot, viewer, is_first):
    findings, inspection = made(), inspection_of(viewer)
    earlier = FlagKeeping(inspection)
    inspection.show(findings)
    inspection.flags.become(FlagSheet((FlaggedCell(0, 1),)))
    earlier.save()
    del earlier
    inspection.show(None)
    if is_first:
        inspection.show(findings)
    dock = InspectDock(viewer)
    qtbot.addWidget(dock)
    if not is_first:
        inspection.show(findings)
    assert "1 flag from an earlier look" in dock.status.text().replace("\u200b", "")
    assert not dock.status.isHidden()
    inspection.show(None)
    assert dock.status.isHidden()
    dock.saving.wait()


def test_it_is_said_why_a_cell_that_is_walked_to_is_not_outlined(qtbot, viewer):
    inspection = inspection_of(viewer)
    inspection.show(made())
    dock = InspectDock(viewer)
    qtbot.addWidget(dock)
    show_photo(viewer, photo_from_array(np.zeros((40, 50, 3), np.uint8), "other.png"), "a")
    dock.actions["next_cell"]()
    assert "A shows other.png" in dock.status.text().replace("\u200b", "")
    show_photo(viewer, photo("a"), "a")
    qtbot.waitUntil(dock.status.isHidden)
    dock.saving.wait()


def test_a_region_that_is_undone_or_comes_back_meanwhile_is_drawn_once_its_photo_is_back(
    qtbot, viewer
):
    inspection = inspection_of(viewer)
    show_photo(viewer, photo("a"), "a")
    inspection.show(made())
    dock = InspectDock(viewer)
    qtbot.addWidget(dock)
    dock.on_docked(is_docked=True)
    flags = inspection.flags
    flags.add_region("a", [(10, 20), (60, 20), (40, 70)])
    layer = find(viewer, "excluded", "a")
    assert layer.visible
    flags.undo()
    show_photo(viewer, photo("a", "another"), "a")
    flags.redo()
    assert not layer.visible
    show_photo(viewer, photo("a"), "a")
    qtbot.waitUntil(lambda: layer.visible)
    assert layer.nshapes == 1
    show_photo(viewer, photo("a", "another"), "a")
    flags.undo()
    show_photo(viewer, photo("a"), "a")
    qtbot.waitUntil(lambda: layer.nshapes == 0)
    assert not layer.visible
    dock.saving.wait()


def test_a_tool_in_the_hand_is_put_away_with_the_dock(qtbot, viewer):
    window, findings = QWidget(), made()
    qtbot.addWidget(window)
    show_photo(viewer, photo("a"), "a")
    inspection_of(viewer).show(findings)
    dock = InspectDock(viewer, window)
    qtbot.addWidget(dock)
    dock.flags_page.drawing.start("a")
    layer = find(viewer, "excluded", "a")
    assert layer.mode == "add_polygon_lasso"
    dock.setParent(None)
    assert layer.mode == "pan_zoom"
    assert dock.flags_page.drawing.side is None
    dock.saving.wait()


def test_a_click_on_a_cell_turns_to_the_dock_behind_another_tab(qtbot, viewer):
    window, inspection = QMainWindow(), inspection_of(viewer)
    qtbot.addWidget(window)
    inspection.show(made())
    dock = InspectDock(viewer)
    docks = [QDockWidget(name, window) for name in ("inspect", "other")]
    for holder, content in zip(docks, (dock, QWidget()), strict=True):
        holder.setWidget(content)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, holder)
    window.tabifyDockWidget(*docks)
    window.show()
    dock.show_page("flags")
    qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
    dock.pointer.cell_clicked.emit()
    assert dock.tabs.currentWidget() is dock.flags_page
    docks[1].raise_()
    qtbot.waitUntil(lambda: dock.visibleRegion().isEmpty())
    dock.pointer.cell_clicked.emit()
    assert dock.tabs.currentWidget() is dock.cell_page
    qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
    dock.saving.wait()


def test_flags_are_undone_by_key_in_the_dock_and_where_regions_are_drawn(qtbot, viewer):
    inspection, findings = inspection_of(viewer), made()
    show_photo(viewer, photo("a"), "a")
    inspection.show(findings)
    dock = InspectDock(viewer)
    qtbot.addWidget(dock)
    dock.show()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    inspection.flags.flag_cells([(0, 1)], "pin")
    qtbot.keyClick(dock.flags_page, Qt.Key.Key_Z, control)
    assert not inspection.flags.sheet.cells
    qtbot.keyClick(dock.flags_page, Qt.Key.Key_Z, control | shift)
    assert len(inspection.flags.sheet.cells) == 1
    inspection.flags.add_region("a", np.array([(1.0, 1.0), (9.0, 1.0), (9.0, 9.0)]))
    drawn = find(viewer, "excluded", "a")
    drawn.keymap[KeyBinding.from_str("Ctrl+Z")](drawn)
    assert not inspection.flags.sheet.regions
    assert KeyBinding.from_str("F") not in drawn.keymap
    dock.saving.wait()


def test_crops_are_those_of_what_was_selected_last_and_other_pages_stay(qtbot, viewer):
    inspection = inspection_of(viewer)
    inspection.show(made())
    dock = InspectDock(viewer)
    qtbot.addWidget(dock)
    dock.actions["next_match"]()
    assert dock.tabs.currentWidget() is dock.match_page
    dock.actions["next_cell"]()
    assert dock.tabs.currentWidget() is dock.cell_page
    inspection.matches.select()
    assert dock.tabs.currentWidget() is dock.cell_page
    dock.show_page("flags")
    for action in ("next_match", "next_cell"):
        dock.actions[action]()
        assert dock.tabs.currentWidget() is dock.flags_page
    dock.saving.wait()
