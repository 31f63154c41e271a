"""What is still to be done once a widget is gone, whatever Python has collected by then."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QObject

_WAITING: set[_Waiting] = set()


def when_gone(widget: QObject, act: Callable[[], object]) -> None:
    """Do something once Qt deletes a widget, in the thread of the window.

    What is made for the occasion, a partial or a lambda, must not be connected by itself: Python
    may collect it together with the widget and so empty it, and Qt, which deletes the widget later,
    ends the process when it calls what is left.

    Parameters
    ----------
    widget : QObject
        Whose end is waited for.
    act : callable
        It is kept until then with all that it holds, which must not be the widget.
    """
    widget.destroyed.connect(_Waiting(act).end)


class _Waiting:
    """Lives until it was called: PyQt knows it only weakly."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        _WAITING.add(self)

    def end(self) -> None:
        _WAITING.discard(self)
        self._act()
