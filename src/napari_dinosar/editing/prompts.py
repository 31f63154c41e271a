"""What the person is to do now, in one sentence."""

from __future__ import annotations

from napari_dinosar.core.digitised import MACHINE_SOURCES
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.order import is_open


def prompt(editor: Editor) -> str:
    """Return what is due now, for the status bar.

    Parameters
    ----------
    editor : Editor
        With or without a project.
    """
    if editor.project is None:
        return "No landmark project is open."
    if editor.cursor is None:
        return "The project has no photos yet. Add some first."
    if not editor.schema.landmarks:
        return "The project has no landmarks yet. Name them in its landmark scheme first."
    number, called = str(editor.cursor.landmark + 1), editor.landmark.name
    name = f"Landmark {number}" if called == number else f"Landmark {number}, {called}"
    where = f" on {editor.cursor.side.upper()}" if editor.is_paired else ""
    point = editor.point
    if point.source in MACHINE_SOURCES:
        return f"{name}{where} is {point.source}: Return accepts it, a click puts it elsewhere."
    if is_open(point):
        return f"{name}: click it{where}."
    if point.state == "absent":
        return f"{name}{where} is absent. X takes that back."
    if editor.mode == "sequential":
        return f"{name}{where} is placed. Drag it to move it."
    return f"{name}{where} is placed. A click or a drag moves it."
