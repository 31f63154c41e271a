"""A table of keys at work: bound on layers of ours, and obeyed by the dock."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from napari.layers import Layer
from qtpy.compat import isalive
from qtpy.QtCore import QChildEvent, QEvent, QObject, Qt
from qtpy.QtGui import QKeyEvent, QKeySequence
from qtpy.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from napari_dinosar.docks.key_running import Actions, Runner
from napari_dinosar.editing.keys import IS_MAC, Key

OWN_KEYS = "dinosarOwnKeys"
"""Qt property of a widget in the dock: keys, as the table writes them, that stay its own."""

_TYPED_IN = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
_OF_A_LIST = ("Up", "Down", "PageUp", "PageDown", "Return", "Enter")
_QT_NAMES = {"Control": "Ctrl", "PageUp": "PgUp", "PageDown": "PgDown"}


def bind(layer: Layer, runner: Runner) -> None:
    """Bind the table of a runner on a layer, in place of napari's keys there."""
    for row in runner.keys:
        if row.action in runner.actions:
            for text in row.keys:
                layer.bind_key(napari_key(text), _handler(runner, row.action), overwrite=True)


def napari_key(text: str, *, is_mac: bool = IS_MAC) -> str:
    """Return a key of the table as napari reads it, the same one that Qt reads.

    Qt's Ctrl is Command on a Mac, as everybody expects for undoing; napari's Control is not.
    """
    return text.replace("Control-", "Meta-") if is_mac else text


def _handler(runner: Runner, action: str) -> Callable[[Any], Any]:
    if action not in runner.repeated:

        def once(layer: Any) -> None:
            if isalive(runner):
                runner.press(action)

        return once

    def held(layer: Any) -> Generator[None, None, None]:
        if isalive(runner):
            runner.press(action)
        yield
        if isalive(runner):
            runner.release()

    return held


class KeyFilter(QObject):
    """Lets a dock obey the table while it or a child of it has the focus.

    Keys stay what they are where one types, and where a widget keeps them by `OWN_KEYS`.

    Parameters
    ----------
    dock : QWidget
        The dock.
    keys : sequence of Key
        The table.
    actions : mapping of str to callable
        By the names of the table.
    tell : callable
        Is given what an action refuses.
    """

    def __init__(
        self,
        dock: QWidget,
        keys: Sequence[Key],
        actions: Actions,
        tell: Callable[[str], object],
    ) -> None:
        super().__init__(dock)
        self._runner = Runner(keys, actions, tell, self)
        self._actions = {
            code: row.action
            for row in keys
            if row.action in actions
            for code in map(key_code, row.keys)
        }
        self._kept: tuple[Any, ...] = ()
        self._watch(dock)

    def eventFilter(  # noqa: N802
        self, watched: QObject | None, event: QEvent | None
    ) -> bool:
        """Take the keys of the table before the widget, and before any menu."""
        if watched is None or event is None:
            return False
        kind = event.type()
        if kind == QEvent.Type.ChildAdded:
            # PyQt now and then hands out an earlier event that lay at the same place in memory
            child = event.child() if isinstance(event, QChildEvent) else watched
            if isinstance(child, QWidget):
                self._watch(child)
            return False
        if kind not in _KEY_EVENTS or not isinstance(event, QKeyEvent):
            return False
        action = self._actions.get(event_code(event))
        if action is None or self._is_kept(watched, event):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()  # no menu takes it; it comes again as a key press
        elif kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._runner.press(action)
        elif kind == QEvent.Type.KeyRelease and not event.isAutoRepeat():
            self._runner.release()
        return True

    def _is_kept(self, watched: QObject, event: QKeyEvent) -> bool:
        # what a widget keeps and makes nothing of goes on to the widgets around it
        this = (event.type(), event.timestamp(), event_code(event))
        if this != self._kept and keeps(watched, event):
            self._kept = this
        return this == self._kept

    def _watch(self, widget: QWidget) -> None:
        # windows of their own, as dialogs and menus, have keys of their own
        if widget.isWindow() and widget is not self.parent():
            return
        widget.installEventFilter(self)
        for child in widget.findChildren(
            QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
        ):
            self._watch(child)


_KEY_EVENTS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


def keeps(widget: QObject, event: QKeyEvent) -> bool:
    """Tell whether a key is the widget's own."""
    if QApplication.activePopupWidget() is not None or isinstance(widget, _TYPED_IN):
        return True
    own = tuple(widget.property(OWN_KEYS) or ())
    if isinstance(widget, QComboBox):
        own = (*own, *_OF_A_LIST)
    return event_code(event) in {key_code(text) for text in own}


def key_code(text: str) -> int:
    """Return Qt's number for a key as the table writes it, ``Control-Shift-Z``.

    Raises
    ------
    ValueError
        If Qt knows no such key.
    """
    words = "+".join(_QT_NAMES.get(word, word) for word in text.split("-"))
    sequence = QKeySequence(words)
    if sequence.count() != 1 or sequence[0].key() == Qt.Key.Key_unknown:
        raise ValueError(f"{text!r} is no key.")
    return int(sequence[0].toCombined())


def event_code(event: QKeyEvent) -> int:
    """Return Qt's number for a key that was pressed; the keypad's keys are no others."""
    # not by Qt.Key, which lacks the letters of many alphabets
    return int(event.keyCombination().toCombined()) & ~Qt.KeyboardModifier.KeypadModifier.value
