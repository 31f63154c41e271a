"""A control for several values of a short list: a button that names them, and a menu of ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from magicgui.widgets import Container
from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QMouseEvent, QResizeEvent
from qtpy.QtWidgets import QMenu, QPushButton

from napari_dinosar.docks.fold import NARROWEST_PX

ARROW_PX = 34
"""Room that the button's frame and its arrow take."""


class SeveralChoice(Container):
    """One or several of a list; the last one cannot be taken off.

    Parameters
    ----------
    words : sequence of (str, str)
        Plain words and value of each entry.
    """

    def __init__(self, words: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(layout="horizontal", labels=False, **kwargs)
        self.margins = (0, 0, 0, 0)
        self.button = _Summary()
        self.menu = _StayingMenu(self.button)
        self.button.setMenu(self.menu)
        self.native.layout().addWidget(self.button)
        self._values = [value for _, value in words]
        for text, _ in words:
            action = self.menu.addAction(text)
            action.setCheckable(True)
            action.toggled.connect(self._on_toggled)
        self._is_written = False

    @property
    def value(self) -> tuple[str, ...]:
        """The values that are ticked, in the order of the list."""
        ticks = zip(self._values, self.menu.actions(), strict=True)
        return tuple(value for value, action in ticks if action.isChecked())

    @value.setter
    def value(self, values: Sequence[str]) -> None:
        self._is_written = True
        for value, action in zip(self._values, self.menu.actions(), strict=True):
            action.setChecked(value in values)
        self._is_written = False
        self._on_toggled()

    def _on_toggled(self) -> None:
        if self._is_written:
            return
        ticked = [action for action in self.menu.actions() if action.isChecked()]
        for action in self.menu.actions():
            action.setEnabled(len(ticked) > 1 or not action.isChecked())
        self.button.say(", ".join(action.text() for action in ticked))
        self.changed.emit(self)


class _Summary(QPushButton):
    """A button whose text is cut where it is too long; its entries stand in the menu."""

    def __init__(self) -> None:
        super().__init__()
        self.setStyleSheet("text-align: left; padding-left: 6px;")
        self._text = ""

    def say(self, text: str) -> None:
        """Show a text as far as it fits."""
        self._text = text
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a width at which something can be read."""
        return QSize(NARROWEST_PX, super().sizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that does not depend on the text."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Cut the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - ARROW_PX, NARROWEST_PX // 2)
        cut = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._text, cut, room))


class _StayingMenu(QMenu):
    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Tick an entry without closing, so that the next can be ticked as well."""
        action = self.activeAction()
        if action is not None and action.isEnabled() and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)
