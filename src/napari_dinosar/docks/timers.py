"""Timers that call once: what comes in quick succession is done one time, after the last of it."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QObject, QTimer


def single_shot(parent: QObject, interval_ms: int, slot: Any) -> QTimer:
    """Return a timer that calls once, some time after it was started last.

    Parameters
    ----------
    parent : QObject
        With it the timer ends.
    interval_ms : int
        How long after; 0 is the next turn of the event loop. Whoever starts it may say otherwise.
    slot : callable
        What is called: a bound method, or a signal.
    """
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(slot)
    return timer
