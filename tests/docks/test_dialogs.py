"""A file that is named without a suffix gets one before the dialog looks for it."""

import pytest
from qtpy.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from napari_dinosar.docks import dialogs


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.mark.parametrize(
    ("kinds", "chosen", "name"),
    [
        (dialogs.PICTURES, 0, "pair.svg"),
        (dialogs.PICTURES, 1, "pair.png"),
        (dialogs.CONSENSUS, 0, "pair.npz"),
        (dialogs.CONSENSUS, 1, "pair"),
    ],
)
def test_a_name_gets_the_suffix_of_the_chosen_kind(
    window, tmp_path, monkeypatch, kinds, chosen, name
):
    def accept(dialog):
        dialog.filterSelected.emit(kinds.split(";;")[chosen])
        dialog.selectFile(str(tmp_path / "pair"))
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(QFileDialog, "exec", accept)
    assert dialogs.file_to_write(window, "Save", kinds) == tmp_path / name


def test_no_file_is_named_when_the_dialog_is_closed(window, monkeypatch):
    monkeypatch.setattr(QFileDialog, "exec", lambda _: QDialog.DialogCode.Rejected)
    assert dialogs.file_to_write(window, "Save", dialogs.PICTURES) is None


def test_enter_alone_agrees_to_nothing(window, monkeypatch):
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.defaultButton().click())
    assert not dialogs.agrees(window, "Remove", "Remove it?", "It is gone then.", "Remove")
