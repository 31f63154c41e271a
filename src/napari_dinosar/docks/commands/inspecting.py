"""Commands of the Inspect dock and its tables, with every row of its table of keys."""

from __future__ import annotations

from functools import partial
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.commands.command import Command, press
from napari_dinosar.docks.finding import opened
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.keys import KEYS

NOTHING = "There is no comparison to look at. Run one in the dock Compare specimens, or open a run."
NO_PROBE = "Nothing is probed yet: hold Shift and move over one of the photos."
NO_LANDMARKS = "The comparison has no landmarks on both photos that could be probed."
CANNOT_MEASURE = "The noise floor cannot be measured now: the page Context says why."
IDLE = "No noise floor is being measured."
NOT_COMPARED = "No probe is kept that others are compared with."
NOT_FLAGGED = "Nothing is flagged."
NO_TABLE = "There are no numbers yet that could be saved."
NO_FLOOR = "Measure the noise floor first: it says which cells are hatched."
DOCK = "dinosarInspect"

TITLES = {
    "next_cell": "Go to the next cell",
    "previous_cell": "Go to the previous cell",
    "first_cell": "Go to the most different cell",
    "clear": "Let go of the probe, else of what is selected",
    "next_match": "Go to the next match",
    "previous_match": "Go to the previous match",
    "rectified": "Show the crops rectified, or as photographed",
    "blink": "Blink between the crops of A and B",
    "swipe": "Swipe over the crops of A and B",
    "flag_cell": "Flag the selected cells",
    "unflag_cell": "Unflag the selected cells",
    "undo": "Undo the last flag",
    "redo": "Redo the flag that was undone last",
    "freeze": "Freeze the probe, or let it go",
    "keep": "Keep the probe to compare the next ones with",
}
"""What each row of `inspection.keys.KEYS` does, from a verb on."""


def needed(viewer: Any) -> Inspection:
    """Return the inspection of the comparison that is shown; without one, say how to come by it."""
    inspection = inspection_of(viewer)
    if inspection.findings is None:
        raise DinosarError(NOTHING)
    return inspection


def _act(action: str, viewer: Any) -> None:
    needed(viewer)
    opened(viewer, DOCK).actions[action]()


def _act_on_crops(action: str, viewer: Any) -> None:
    """Change how crops are shown, on the page that shows some."""
    needed(viewer)
    dock = opened(viewer, DOCK)
    if dock.tabs.currentWidget() not in (dock.cell_page, dock.match_page):
        dock.show_page("cell")
    dock.actions[action]()


def _act_on_probe(action: str, viewer: Any) -> None:
    probing = needed(viewer).probing
    if probing.result is None:
        raise DinosarError(probing.obstacle or NO_PROBE)
    opened(viewer, DOCK).actions[action]()


def _export_probe(viewer: Any) -> None:
    probing = needed(viewer).probing
    if not probing.results:
        raise DinosarError(probing.obstacle or NO_PROBE)
    opened(viewer, DOCK).probe_page.export.write_probes()


def _export_landmarks(viewer: Any) -> None:
    """Write how far from each landmark the network finds its like."""
    probing = needed(viewer).probing
    if probing.probe is None or probing.probe.comparison.pair is None:
        raise DinosarError(probing.obstacle or NO_LANDMARKS)
    opened(viewer, DOCK).probe_page.export.write_landmarks()


def _list_landmarks(viewer: Any) -> None:
    """List how far from each landmark the network finds its like."""
    probing = needed(viewer).probing
    dock = opened(viewer, DOCK)
    dock.show_page("probe")
    press(dock.probe_page.landmarks.button, probing.obstacle or NO_LANDMARKS)


def _end_comparison(viewer: Any) -> None:
    """Show the last probe alone."""
    probing = needed(viewer).probing
    if probing.kept is None:
        raise DinosarError(NOT_COMPARED)
    probing.forget_kept()


def _clear_flags(viewer: Any) -> None:
    needed(viewer)
    dock = opened(viewer, DOCK)
    dock.show_page("flags")
    press(dock.flags_page.buttons.clear, NOT_FLAGGED)


def _hatch(viewer: Any) -> None:
    if needed(viewer).noise is None:
        raise DinosarError(NO_FLOOR)
    opened(viewer, DOCK).context_page.hatched.click()


def _save_context(viewer: Any) -> None:
    needed(viewer)
    dock = opened(viewer, DOCK)
    dock.show_page("context")
    press(dock.context_page.table.write, NO_TABLE)


def _measure(viewer: Any) -> None:
    needed(viewer)
    dock = opened(viewer, DOCK)
    dock.show_page("context")
    press(dock.context_page.measuring.measure, CANNOT_MEASURE)


def _cancel_measuring(viewer: Any) -> None:
    needed(viewer)
    press(opened(viewer, DOCK).context_page.measuring.cancel, IDLE)


def _exclude(side: str, viewer: Any) -> None:
    """Take the tool that draws a region into the hand, or put it away."""
    needed(viewer)
    dock = opened(viewer, DOCK)
    dock.show_page("flags")
    dock.flags_page.region_bar.buttons[side].click()


def _page(name: str, viewer: Any) -> None:
    opened(viewer, DOCK).show_page(name)


def _tables(name: str, viewer: Any) -> Any:
    """Return one of the tables, in front."""
    from napari_dinosar.docks.inspect.tables.tables_panel import dock_tables

    panel = dock_tables(viewer, needed(viewer))
    page = getattr(panel, name)
    panel.tabs.setCurrentWidget(page)
    return page


def _open_table(name: str, viewer: Any) -> None:
    _tables(name, viewer)


def _save_table(name: str, viewer: Any) -> None:
    press(_tables(name, viewer).bar.save, "The table has no rows that could be saved.")


_ACTS = {
    "rectified": _act_on_crops,
    "blink": _act_on_crops,
    "swipe": _act_on_crops,
    "freeze": _act_on_probe,
    "keep": _act_on_probe,
}
"""Rows that need more than a comparison."""

_PAGES = {
    "cell": "Show the selected cell closer",
    "match": "Show the selected match closer",
    "probe": "Show the probe",
    "flags": "Show what is flagged",
    "context": "Show what the numbers can be compared with",
}
INSPECTING: tuple[Command, ...] = (
    *(
        Command(
            f"inspect.{row.action}",
            TITLES[row.action],
            partial(_ACTS.get(row.action, _act), row.action),
        )
        for row in KEYS
    ),
    *(
        Command(f"inspect.show_{name}", title, partial(_page, name))
        for name, title in _PAGES.items()
    ),
    Command("inspect.export_probe", "Export the probe with its maps", _export_probe),
    Command("inspect.export_landmarks", "Export how landmarks are matched", _export_landmarks),
    Command("inspect.list_landmarks", "List how landmarks are matched", _list_landmarks),
    Command("inspect.end_comparison", "End the comparison of two probes", _end_comparison),
    Command("inspect.clear_flags", "Clear all flags and regions", _clear_flags),
    Command("inspect.exclude_in_a", "Exclude a region in A", partial(_exclude, "a")),
    Command("inspect.exclude_in_b", "Exclude a region in B", partial(_exclude, "b")),
    Command("inspect.measure_noise", "Measure the noise floor", _measure),
    Command("inspect.cancel_noise", "Cancel measuring the noise floor", _cancel_measuring),
    Command("inspect.hatch_noise", "Hatch the cells under the noise floor, or not", _hatch),
    Command("inspect.save_context", "Save the numbers beside those of noise", _save_context),
    Command("inspect.open_cells", "Open the table of cells", partial(_open_table, "cells")),
    Command("inspect.open_matches", "Open the table of matches", partial(_open_table, "matches")),
    Command("inspect.save_cells", "Save the table of cells", partial(_save_table, "cells")),
    Command("inspect.save_matches", "Save the table of matches", partial(_save_table, "matches")),
)
