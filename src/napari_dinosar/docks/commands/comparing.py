"""Commands of the Compare dock, and of the looks of what it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import preferences
from napari_dinosar.docks.commands.command import Command, press
from napari_dinosar.docks.finding import found, opened

BUSY = "Something is still running in the dock Compare specimens: wait for it, or cancel it."
IDLE = "Nothing is running that could be cancelled."
NOTHING = "There is no comparison to save. Run one in the dock Compare specimens, or open a run."
NO_CELLS = "The comparison has no consensus: compare with landmarks on both photos."
DOCK = "dinosarCompare"


def _run(viewer: Any) -> None:
    press(opened(viewer, DOCK).bar.run, BUSY)


def _cancel(viewer: Any) -> None:
    dock = found(viewer, DOCK)
    if dock is None or not dock.bar.cancel.isEnabled():
        raise DinosarError(IDLE)
    dock.bar.cancel.click()


def _export(entry: str, viewer: Any) -> None:
    """Choose an entry of the menu Export, where there is something to write."""
    dock = found(viewer, DOCK)
    if dock is None or not dock.bar.export.isEnabled():
        raise DinosarError(NOTHING)
    press(getattr(dock.bar, entry), NO_CELLS)


def _open_run(entry: str, viewer: Any) -> None:
    head = opened(viewer, DOCK).inputs.head
    if not head.isEnabled():
        raise DinosarError(BUSY)
    getattr(head, entry).trigger()


def _reset(_viewer: Any) -> None:
    preferences.reset()


def _command(name: str, title: str, act: Callable[..., None], *given: str) -> Command:
    return Command(name, title, partial(act, *given) if given else act)


COMPARING: tuple[Command, ...] = (
    _command("compare.run", "Run the comparison that is set up", _run),
    _command("compare.cancel", "Cancel the comparison that is running", _cancel),
    _command("compare.open_run", "Open a run by its run.yaml", _open_run, "file"),
    _command("compare.open_run_folder", "Open a run by its folder", _open_run, "folder"),
    _command("compare.export_run", "Export the run folder", _export, "run_folder"),
    _command("compare.export_figures", "Export figures", _export, "figures"),
    _command("save_pair", "Save the compared pair as a picture", _export, "picture"),
    _command("compare.export_consensus", "Export the consensus", _export, "consensus"),
    _command("compare.reset_looks", "Reset how layers look to the defaults", _reset),
)
