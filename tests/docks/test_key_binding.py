"""One table of keys: every row is a key for napari and for Qt, and text fields keep theirs."""

import pytest
from app_model.types import KeyBinding, KeyCode, KeyMod
from app_model.types._constants import OperatingSystem
from napari.layers import Points
from napari.utils.key_bindings import coerce_keybinding
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QComboBox, QLineEdit, QListWidget, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import key_binding
from napari_dinosar.docks.key_binding import OWN_KEYS, KeyFilter, napari_key
from napari_dinosar.docks.key_running import Runner
from napari_dinosar.editing.actions import editor_actions
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.keys import KEYS

ROWS = [(row.action, text) for row in KEYS for text in row.keys]


class Dock(QWidget):
    def __init__(self):
        super().__init__()
        self.editor = Editor()
        self.done = []
        self.actions = {row.action: self._doing(row.action) for row in KEYS}
        layout = QVBoxLayout(self)
        self.rows, self.field, self.choice = QListWidget(), QLineEdit(), QComboBox()
        self.rows.addItems(["one", "two", "three"])
        self.choice.addItems(["one", "two"])
        for widget in (self.rows, self.field, self.choice):
            layout.addWidget(widget)
        self.filter = KeyFilter(self, KEYS, self.actions, self.editor.told.emit)

    def _doing(self, action):
        return lambda: self.done.append(action)


@pytest.fixture
def dock(qtbot):
    dock = Dock()
    qtbot.addWidget(dock)
    return dock


def press(widget, text):
    code = key_binding.key_code(text)
    modifiers = Qt.KeyboardModifier(code & ~0x01FFFFFF)
    QTest.keyClick(widget, Qt.Key(code & 0x01FFFFFF), modifiers)


@pytest.mark.parametrize(("action", "text"), ROWS)
def test_every_key_of_the_table_reaches_its_action_in_the_dock(dock, action, text):
    press(dock.rows, text)
    assert dock.done == [action]


@pytest.mark.parametrize(("action", "text"), ROWS)
def test_every_key_of_the_table_reaches_its_action_on_a_layer(dock, action, text):
    layer = Points([[1.0, 1.0]])
    key_binding.bind(layer, Runner(KEYS, dock.actions, dock.editor.told.emit, dock))
    running = layer.keymap[coerce_keybinding(napari_key(text))](layer)
    for _ in running or ():
        pass
    assert dock.done == [action]


@pytest.mark.parametrize("system", [OperatingSystem.MACOS, OperatingSystem.LINUX])
def test_on_a_mac_the_command_key_undoes(monkeypatch, system):
    monkeypatch.setattr("app_model.types._constants._CURRENT", system)
    # what napari makes of Qt's Ctrl, which is Command on a Mac
    pressed = coerce_keybinding(KeyMod.CtrlCmd | KeyCode.KeyZ)
    is_mac = system is OperatingSystem.MACOS
    assert coerce_keybinding(napari_key("Control-Z", is_mac=is_mac)) == pressed
    assert coerce_keybinding(napari_key("Control-Z", is_mac=not is_mac)) != pressed


def test_qt_and_napari_read_the_table_as_the_same_keys():
    modifiers = {
        "Ctrl": Qt.KeyboardModifier.ControlModifier,
        "Shift": Qt.KeyboardModifier.ShiftModifier,
        "Alt": Qt.KeyboardModifier.AltModifier,
    }
    for _, text in ROWS:
        code = key_binding.key_code(text)
        part = coerce_keybinding(text).parts[-1]
        for name, modifier in modifiers.items():
            assert bool(code & modifier.value) == getattr(part, name.lower())


def test_no_two_actions_share_a_key():
    for reading in (key_binding.key_code, lambda text: str(coerce_keybinding(text))):
        readings = {}
        for action, text in ROWS:
            assert readings.setdefault(reading(text), action) == action
    assert all(isinstance(coerce_keybinding(text), KeyBinding) for _, text in ROWS)


def test_what_is_no_key_is_refused():
    with pytest.raises(ValueError, match="no key"):
        key_binding.key_code("Control-Nothing")


def test_keys_stay_letters_where_one_types(dock):
    QTest.keyClicks(dock.field, "axdo")
    press(dock.field, "Backspace")
    assert dock.field.text() == "axd"
    assert dock.done == []


def test_what_a_text_field_makes_nothing_of_is_no_step_either(dock):
    press(dock.field, "Down")
    press(dock.field, "PageDown")
    assert dock.done == []


def test_a_list_of_choices_keeps_its_arrows_and_nothing_else(dock):
    press(dock.choice, "Down")
    assert dock.choice.currentText() == "two"
    press(dock.choice, "x")
    assert dock.done == ["absent"]


def test_a_widget_can_keep_keys_of_its_own(dock):
    dock.rows.setProperty(OWN_KEYS, ("Return",))
    press(dock.rows, "Return")
    press(dock.rows, "x")
    assert dock.done == ["absent"]


def test_widgets_that_come_later_obey_too(dock, qtbot):
    late = QListWidget(dock)
    inner = QListWidget(late)
    qtbot.waitUntil(lambda: True)
    press(late, "x")
    press(inner, "o")
    assert dock.done == ["absent", "occluded"]


def test_no_menu_takes_a_key_of_the_table(dock):
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    event.ignore()
    QApplication.sendEvent(dock.rows, event)
    assert event.isAccepted()


def test_a_refusal_is_told(dock):
    told = []
    dock.editor.told.connect(told.append)

    def refuse():
        raise DinosarError("Not now.")

    Runner(KEYS, {"absent": refuse}, dock.editor.told.emit, dock).press("absent")
    assert told == ["Not now."]


def test_a_held_key_goes_on_until_it_is_let_go(dock, qtbot, monkeypatch):
    monkeypatch.setattr("napari_dinosar.docks.key_running._FIRST_MS", 1)
    monkeypatch.setattr("napari_dinosar.docks.key_running._NEXT_MS", 1)
    runner = Runner(KEYS, dock.actions, dock.editor.told.emit, dock)
    runner.press("next_photo")
    runner.press("next_photo")  # the system's own repetition
    assert dock.done == ["next_photo"]
    qtbot.waitUntil(lambda: len(dock.done) > 2)
    runner.release()
    count = len(dock.done)
    qtbot.wait(20)
    assert len(dock.done) == count


def test_only_steps_are_repeated():
    once = {"absent", "occluded", "clear", "accept", "accept_all", "flag", "help"}
    assert not {row.action for row in KEYS if row.repeats} & once


def test_all_actions_of_the_editor_have_keys():
    assert {row.action for row in KEYS} >= set(editor_actions(Editor()))


def test_letters_of_other_alphabets_are_left_alone(dock):
    letter = QKeyEvent(QEvent.Type.KeyPress, ord("Ф"), Qt.KeyboardModifier.NoModifier, "ф")
    assert not dock.filter.eventFilter(dock.rows, letter)
    assert dock.done == []


def test_a_child_is_found_though_the_event_that_tells_of_it_does_not_name_it(dock):
    dock.removeEventFilter(dock.filter)
    late = QListWidget(dock)
    assert not dock.filter.eventFilter(dock, QEvent(QEvent.Type.ChildAdded))
    press(late, "m")
    assert dock.done == ["cycle_mode"]
