"""What the keys of the table do to an `Editor`; the view's own actions are the dock's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from napari_dinosar.editing.editor import Editor

COARSE_PX, FINE_PX = 1.0, 0.1


def editor_actions(editor: Editor) -> dict[str, Callable[[], None]]:
    """Return the actions of `keys.KEYS` that an editor can do by itself.

    Parameters
    ----------
    editor : Editor
        What they act on.

    Returns
    -------
    dict of str to callable
        By the name of the action. Each may raise a DinosarError that the person is to read.
        ``centre``, ``loupe`` and ``help`` are not among them, and neither are ``next_photo`` and
        ``previous_photo``, which follow the list that is shown.
    """
    return {
        "previous_landmark": partial(editor.step_landmark, -1),
        "next_landmark": partial(editor.step_landmark, 1),
        "cycle_mode": editor.cycle_mode,
        "next_incomplete": partial(editor.step_incomplete, 1),
        "previous_incomplete": partial(editor.step_incomplete, -1),
        "next_specimen": partial(editor.step_specimen, 1),
        "previous_specimen": partial(editor.step_specimen, -1),
        "flag": editor.toggle_flag,
        "absent": partial(editor.set_state, "absent"),
        "occluded": partial(editor.set_state, "occluded"),
        "clear": editor.clear,
        "accept": editor.accept,
        "accept_all": editor.accept_all,
        **_nudges(editor),
        "undo": editor.undo,
        "redo": editor.redo,
    }


def _nudges(editor: Editor) -> dict[str, Callable[[], None]]:
    ways = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
    steps = {"": COARSE_PX, "_finely": FINE_PX}
    return {
        f"nudge_{way}{suffix}": partial(editor.nudge, dx * step, dy * step)
        for way, (dx, dy) in ways.items()
        for suffix, step in steps.items()
    }
