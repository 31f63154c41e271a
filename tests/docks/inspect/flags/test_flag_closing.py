"""A window with flags that no disk takes is closed only by somebody who agrees to lose them."""

from types import SimpleNamespace

import pytest
from qtpy.QtWidgets import QMainWindow, QWidget

from findings_made import made
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.inspect.flags.flag_closing import FlagsGuard
from napari_dinosar.docks.inspect.flags.flag_saving import FlagSaving
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.io import _atomic
from napari_dinosar.io.run_folder import write_findings


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    """Return a window with a dock that keeps flags, and on which disks there is room."""
    full, write = set(), _atomic.write_file

    def write_file(path, content):
        if any(path.is_relative_to(disk) for disk in full):
            raise OSError(28, "No space left on device")
        write(path, content)

    asked = []
    monkeypatch.setattr(_atomic, "write_file", write_file)
    monkeypatch.setattr(dialogs, "agrees", lambda *words: asked.append(words) or agrees.pop())
    main, dock, inspection, agrees = QMainWindow(), QWidget(), Inspection(), []
    qtbot.addWidget(main)
    saving = FlagSaving(inspection, dock, tmp_path / "store")
    FlagsGuard(saving, dock)
    main.setCentralWidget(dock)
    main.show()
    findings = made()
    folder = write_findings(tmp_path / "run", findings)
    inspection.show(findings, folder=folder)
    yield SimpleNamespace(
        main=main, inspection=inspection, saving=saving, asked=asked, agrees=agrees, full=full,
        run=folder, store=tmp_path / "store",
    )  # fmt: skip
    full.clear()
    saving.try_now()


def test_flags_that_are_written_or_put_into_the_store_are_not_asked_about(window):
    window.full.add(window.run)
    window.inspection.flags.flag_cells([(0, 1)])
    assert window.main.close()
    assert not window.asked
    assert window.saving.problem
    assert list(window.store.iterdir())


def test_flags_that_no_disk_takes_keep_the_window_open_until_somebody_agrees(window):
    window.full |= {window.run, window.store}
    window.inspection.flags.flag_cells([(0, 1)])
    window.agrees += [True, False]
    assert not window.main.close()
    assert window.main.isVisible()
    ((parent, _, _, why, _),) = window.asked
    assert parent is window.main
    assert "the disk is full" in why
    assert "memory of this window" in why
    assert window.main.close()


def test_flags_are_written_at_the_last_moment_where_there_is_room_again(window):
    window.full |= {window.run, window.store}
    window.inspection.flags.flag_cells([(0, 1)])
    window.saving.wait()
    assert window.saving.keeping.risk
    window.full.clear()
    assert window.main.close()
    assert not window.asked
    assert window.saving.keeping.is_saved
    assert (window.run / "flags.json").exists()
