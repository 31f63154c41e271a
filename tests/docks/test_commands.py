"""The command palette's way to every action: without its dock it opens it, or says what to do."""

import pytest
from napari.utils.notifications import notification_manager
from qtpy.QtWidgets import QAction

from findings_made import made
from napari_dinosar.docks import commands, dialogs, preferences
from napari_dinosar.docks.commands import COMMANDS, comparing, digitising, inspecting
from napari_dinosar.docks.finding import found
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.inspection import cell_values
from noise_made import noise_of


def told():
    """Return what napari was told last."""
    return notification_manager.records[-1].message if notification_manager.records else ""


@pytest.mark.needs_gl
def test_commands_open_their_dock_or_say_what_to_do_first(make_napari_viewer_proxy):
    from napari._app_model import get_app_model

    def execute(name):
        get_app_model().commands.execute_command(f"napari-dinosar.{name}").result()

    viewer = make_napari_viewer_proxy()
    for name, refusal in (
        ("save_pair", comparing.NOTHING),
        ("compare.export_run", comparing.NOTHING),
        ("compare.cancel", comparing.IDLE),
        ("inspect.next_cell", inspecting.NOTHING),
        ("inspect.save_cells", inspecting.NOTHING),
        ("inspect.undo", inspecting.NOTHING),
    ):
        execute(name)
        assert told() == refusal, name
    assert not viewer.window.dock_widgets
    execute("landmarks.absent")
    assert told() == digitising.NO_PROJECT
    execute("landmarks.save")
    execute("landmarks.export")
    landmarks = found(viewer, "dinosarLandmarks")
    asked = []
    landmarks.opening.ask.file = lambda *given: asked.append(given)
    execute("landmarks.open")
    assert len(asked) == 1
    execute("compare.run")
    assert "photo" in told().lower()
    dock = found(viewer, "dinosarCompare")
    assert found(viewer, "dinosarLandmarks") is landmarks
    # an entry of the menu is chosen only where it could be clicked
    asked = []
    entries = {"run_folder": "export_run", "figures": "export_figures", "picture": "save_pair"}
    for entry in (*entries, "consensus"):
        action = getattr(dock.bar, entry)
        action.triggered.disconnect()
        action.triggered.connect(lambda *_, entry=entry: asked.append(entry))
    dock.bar.set_exportable(True, has_cells=False)
    for name in ("compare.export_run", "compare.export_figures", "save_pair"):
        execute(name)
    assert asked == list(entries)
    execute("compare.export_consensus")
    assert told() == comparing.NO_CELLS


@pytest.mark.needs_gl
def test_inspecting_by_commands(make_napari_viewer_proxy, monkeypatch):
    viewer = make_napari_viewer_proxy()
    inspection = inspection_of(viewer)
    inspection.show(made())
    commands.inspect_next_cell(viewer)
    commands.inspect_next_cell(viewer)
    assert inspection.cells.current == inspection.cells.order[1]
    for command in (
        commands.inspect_freeze,
        commands.inspect_keep,
        commands.inspect_export_probe,
        commands.inspect_export_landmarks,
    ):
        command(viewer)
        assert told() == inspection.probing.obstacle
    commands.inspect_flag_cell(viewer)
    assert len(inspection.flags) == 1
    commands.inspect_undo(viewer)
    assert len(inspection.flags) == 0
    commands.inspect_redo(viewer)
    assert len(inspection.flags) == 1
    commands.inspect_clear_flags(viewer)
    assert len(inspection.flags) == 0
    for command, refusal in (
        (commands.inspect_clear_flags, inspecting.NOT_FLAGGED),
        (commands.inspect_list_landmarks, inspection.probing.obstacle),
        (commands.inspect_end_comparison, inspecting.NOT_COMPARED),
        (commands.inspect_hatch_noise, inspecting.NO_FLOOR),
        (commands.inspect_colour_noise_floor, cell_values.NO_NOISE),
    ):
        command(viewer)
        assert told() == refusal
    assert inspection.colouring.value == "dissimilarity"
    commands.inspect_colour_coverage(viewer)
    assert inspection.colouring.value == "coverage"
    inspection.judge(noise_of(inspection.findings))
    hatched = found(viewer, "dinosarInspect").context_page.hatched
    commands.inspect_hatch_noise(viewer)
    assert not hatched.isChecked()
    asked = []
    monkeypatch.setattr(dialogs, "file_to_write", lambda *given: asked.append(given))
    commands.inspect_save_context(viewer)
    assert len(asked) == 1
    commands.inspect_open_matches(viewer)
    assert found(viewer, "dinosarTables").tabs.currentWidget().objectName() == "tableMatchesPage"
    dock = found(viewer, "dinosarInspect")
    commands.inspect_show_context(viewer)
    assert dock.tabs.currentWidget() is dock.context_page


def test_looks_are_reset_by_a_command():
    preferences.write("opacity", "cells", 12)
    commands.compare_reset_looks(None)
    assert preferences.read("opacity", "cells") == 60


def test_an_entry_that_is_grey_is_not_chosen(qapp):
    action = QAction("Export")
    chosen = []
    action.triggered.connect(chosen.append)
    commands.command.press(action, "never")
    action.setEnabled(False)
    with pytest.raises(commands.command.DinosarError, match="Not now"):
        commands.command.press(action, "Not now.")
    assert len(chosen) == 1


def test_each_command_says_what_it_does():
    for one in COMMANDS:
        function = getattr(commands, one.function_name)
        assert function.__doc__ == f"{one.title}."
        assert function.__name__ == one.function_name
