"""What the command palette and the menus ask of a comparison that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.utils.notifications import show_warning
from napari.viewer import Viewer

if TYPE_CHECKING:
    from napari_dinosar.docks.compare_dock import CompareDock


def save_pair(viewer: Viewer) -> None:
    """Save the pair that is shown, with everything on it, as an SVG or a PNG."""
    dock = _dock_with_results(viewer)
    if dock is not None:
        dock.bar.picture.trigger()


def _dock_with_results(viewer: Viewer) -> CompareDock | None:
    """Return the Compare dock of a window; without a result in it, say what to do."""
    from napari_dinosar.docks.compare_dock import CompareDock

    for widget in viewer.window.dock_widgets.values():
        dock = getattr(widget, "__wrapped__", widget)
        if isinstance(dock, CompareDock) and dock.bar.export.isEnabled():
            return dock
    show_warning(
        "There is no comparison to save. Run one in the dock Compare specimens, or open a run."
    )
    return None
