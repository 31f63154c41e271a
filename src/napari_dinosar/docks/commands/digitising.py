"""Commands of the Landmarks dock: its menu, and every row of the editor's table of keys."""

from __future__ import annotations

from functools import partial
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.commands.command import Command
from napari_dinosar.docks.finding import opened
from napari_dinosar.editing.keys import KEYS

NO_PROJECT = "No project of landmarks is open. Make a new one, or open one, in the dock Landmarks."
DOCK = "dinosarLandmarks"

TITLES = {
    "previous_landmark": "Go to the previous landmark",
    "next_landmark": "Go to the next landmark",
    "cycle_mode": "Switch to the next mode of placing landmarks",
    "previous_photo": "Go to the previous photo",
    "next_photo": "Go to the next photo",
    "next_incomplete": "Go to the next incomplete photo",
    "previous_incomplete": "Go to the previous incomplete photo",
    "next_specimen": "Go to the next specimen on the photo",
    "previous_specimen": "Go to the previous specimen on the photo",
    "flag": "Flag the specimen, or take its flag away",
    "absent": "Mark the landmark as absent",
    "occluded": "Mark the landmark as occluded",
    "clear": "Clear the landmark",
    "accept": "Accept the proposal for the landmark",
    "accept_all": "Accept all proposals for the specimen",
    "nudge_left": "Move the landmark 1 px to the left",
    "nudge_right": "Move the landmark 1 px to the right",
    "nudge_up": "Move the landmark 1 px up",
    "nudge_down": "Move the landmark 1 px down",
    "nudge_left_finely": "Move the landmark 0.1 px to the left",
    "nudge_right_finely": "Move the landmark 0.1 px to the right",
    "nudge_up_finely": "Move the landmark 0.1 px up",
    "nudge_down_finely": "Move the landmark 0.1 px down",
    "centre": "Centre the view on the landmark",
    "loupe": "Show or hide the loupe",
    "undo": "Undo the last step on landmarks",
    "redo": "Redo the last step on landmarks",
    "help": "Show all keys of the landmark editor",
}
"""What each row of `editing.keys.KEYS` does, from a verb on."""

ALWAYS = {"help"}
"""Rows that need no project."""


def _act(action: str, viewer: Any) -> None:
    dock = opened(viewer, DOCK)
    if action not in ALWAYS:
        _need_project(dock)
    dock.actions[action]()


def _choose(signal: str, viewer: Any) -> None:
    """Do what an entry of the dock's menu does, which says itself what it needs."""
    getattr(opened(viewer, DOCK).parts.header, signal).emit()


def _choose_of_project(signal: str, viewer: Any) -> None:
    _need_project(opened(viewer, DOCK))
    _choose(signal, viewer)


def _save(viewer: Any) -> None:
    dock = opened(viewer, DOCK)
    _need_project(dock)
    dock.saver.save()


def _need_project(dock: Any) -> None:
    if dock.editor.project is None:
        raise DinosarError(NO_PROJECT)


_MENU = (
    ("new", "Make a new project of landmarks", _choose, "new_wanted"),
    ("open", "Open a project of landmarks", _choose, "open_wanted"),
    ("open_folder", "Open a folder of landmarks or photos", _choose, "folder_wanted"),
    ("import", "Import landmarks", _choose, "import_wanted"),
    ("export", "Export landmarks", _choose_of_project, "export_wanted"),
    ("edit_schema", "Edit which landmarks the project has", _choose_of_project, "schema_wanted"),
    ("add_photos", "Add photos to the project", _choose_of_project, "photos_wanted"),
    ("save_copy", "Save a copy of the project", _choose_of_project, "copy_wanted"),
    ("close", "Close the project of landmarks", _choose_of_project, "close_wanted"),
)
DIGITISING: tuple[Command, ...] = (
    *(Command(f"landmarks.{name}", title, partial(act, what)) for name, title, act, what in _MENU),
    Command("landmarks.save", "Save the project of landmarks", _save),
    *(
        Command(f"landmarks.{row.action}", TITLES[row.action], partial(_act, row.action))
        for row in KEYS
    ),
)
