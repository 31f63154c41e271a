"""What the keys of looking closer do, as far as it needs no page of a dock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from napari_dinosar.inspection.inspected import Inspection


def inspection_actions(inspection: Inspection) -> dict[str, Callable[[], object]]:
    """Return actions by the names of `inspection.keys.KEYS`.

    Those of crops and flags belong to the pages that show them.

    Parameters
    ----------
    inspection : Inspection
        What is walked through.
    """
    cells, matches, probing = inspection.cells, inspection.matches, inspection.probing
    return {
        "next_cell": partial(cells.walk, 1),
        "previous_cell": partial(cells.walk, -1),
        "first_cell": partial(cells.walk_to, 0),
        "next_match": partial(matches.walk, 1),
        "previous_match": partial(matches.walk, -1),
        "clear": partial(let_go, inspection),
        "freeze": partial(_freeze, inspection),
        "keep": probing.keep,
        "undo": partial(_undo, inspection),
        "redo": partial(_redo, inspection),
    }


def let_go(inspection: Inspection) -> None:
    """Let the probe go where there is one, else what is selected."""
    if inspection.probing.result is not None:
        inspection.probing.clear()
        return
    inspection.cells.select()
    inspection.matches.select()


def _freeze(inspection: Inspection) -> None:
    inspection.probing.freeze(not inspection.probing.is_frozen)


def _undo(inspection: Inspection) -> None:
    inspection.flags.undo()  # those of the comparison that is shown now


def _redo(inspection: Inspection) -> None:
    inspection.flags.redo()
