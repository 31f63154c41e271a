"""The help lists each key of the one table."""

from qtpy.QtWidgets import QLabel

from napari_dinosar.docks.landmarks.panels.help_window import HelpWindow, help_rows, shown_keys
from napari_dinosar.docks.landmarks.panels.words import caps
from napari_dinosar.editing.keys import KEYS


def test_each_key_is_listed(qtbot):
    window = HelpWindow()
    qtbot.addWidget(window)
    texts = [label.text() for label in window.findChildren(QLabel)]
    joined = "\n".join(texts)
    for row in KEYS:
        assert row.group in texts
        if not row.action.startswith("nudge_"):
            assert row.title in joined
        for name in row.keys:
            assert set(caps(name)) <= set(texts)
    assert {"Nudge by 1 px", "Nudge by 0.1 px"} <= set(texts)
    assert not window.isModal()


def test_directions_are_one_row():
    rows = {row.title: shown_keys(row) for row in help_rows()}
    assert rows["Nudge by 0.1 px"] == [("Alt", "Shift", "←", "→", "↑", "↓")]
    assert rows["Redo"] == [("Ctrl", "Shift", "Z"), ("Ctrl", "Y")]


def test_our_own_use_of_napari_keys_is_said(qtbot):
    window = HelpWindow()
    qtbot.addWidget(window)
    said = window.findChild(QLabel, "keysOfOurs").text()
    assert all(key in said for key in ("Backspace", "A", "Left", "Right"))
