"""Where the panel of results is docked: below the canvas, or beside it in a low window."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive

from napari_dinosar.docks.results_panel import ResultsPanel

RESULTS_NAME = "Results (DINOSAR)"
LOW_PX = 760
"""Below this window height the canvas has no room to give."""


def dock_panel(viewer: Any, panel: ResultsPanel | None) -> ResultsPanel:
    """Return the panel, docked anew where it is closed or missing.

    It lies below the canvas, where a pair of photos leaves room; in a low window it shares the
    place of the Compare dock.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window it is docked in.
    panel : ResultsPanel or None
        The one that was used before.
    """
    if panel is not None and isalive(panel) and panel.parent() is not None:
        return panel
    fresh = ResultsPanel(viewer)
    is_low = viewer.window.geometry()[3] < LOW_PX
    dock = viewer.window.add_dock_widget(
        fresh, name=RESULTS_NAME, area="right" if is_low else "bottom", tabify=is_low
    )
    dock.show()
    dock.raise_()
    return fresh
