"""The line at the foot of the dock Inspect: a sentence goes once it no longer holds."""

import pytest
from napari.components import ViewerModel

from findings_made import made, photo
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.inspect.inspect_dock import NOT_KEPT, InspectDock
from napari_dinosar.findings.flags import FlagSheet
from napari_dinosar.inspection import flag_keeping
from napari_dinosar.io import _atomic
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.showing import show_photo


@pytest.fixture
def dock(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(flag_keeping, "flags_store", lambda: tmp_path / "store")
    viewer, findings = ViewerModel(), made()
    show_photo(viewer, photo("a"), "a")
    folder = write_findings(tmp_path / "run", findings)
    inspection_of(viewer).show(findings, folder=folder, sheet=FlagSheet())
    dock = InspectDock(viewer)
    qtbot.addWidget(dock)
    yield dock
    dock.saving.wait()


def said(dock):
    assert dock.status.isHidden() == (not dock.status.text())
    return dock.status.text().replace("\u200b", "")


@pytest.mark.parametrize(
    "do",
    [
        lambda dock: dock.inspection.cells.walk(1),
        lambda dock: dock.inspection.matches.walk(1),
        lambda dock: dock.inspection.probing.scale_by("fixed"),
        lambda dock: dock.inspection.flags.flag_cells([(0, 1)]),
        lambda dock: dock.show_page("flags"),
    ],
    ids=["cell", "match", "probe", "flag", "page"],
)
def test_a_refusal_goes_with_the_next_thing_that_is_done(dock, do):
    dock._keys._runner.run("keep")
    assert "There is no match here" in said(dock)
    do(dock)
    assert said(dock) == ""


def test_what_a_step_has_to_say_stays_until_the_next_one(dock):
    def tell(*_):
        dock.inspection.told.emit("The last one.")

    dock.inspection.cells.changed.connect(tell)
    dock.inspection.cells.walk(1)
    assert said(dock) == "The last one."


@pytest.mark.parametrize("is_news", [True, False])
def test_that_flags_are_not_written_is_said_until_they_are(dock, qtbot, monkeypatch, is_news):
    write = _atomic.write_file

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_atomic, "write_file", full)
    dock.inspection.flags.flag_cells([(0, 1)])
    qtbot.waitUntil(lambda: "disk is full" in said(dock))
    dock.inspection.cells.walk(1)
    assert said(dock) == NOT_KEPT
    dock._keys._runner.run("keep")
    assert "There is no match here" in said(dock)
    dock.inspection.cells.walk(1)
    assert said(dock) == NOT_KEPT
    if is_news:
        dock.inspection.told.emit(dock.saving.problem)
    monkeypatch.setattr(_atomic, "write_file", write)
    dock.saving._try_again()
    qtbot.waitUntil(lambda: dock.saving.keeping.is_saved)
    assert said(dock) == ""


def test_how_to_draw_is_said_as_long_as_one_draws(dock):
    drawing = dock.flags_page.drawing
    drawing.start("a")
    dock.inspection.cells.walk(1)
    assert "Draw around" in said(dock)
    drawing.stop()
    assert said(dock) == ""
