"""How our layers look: as the page in Preferences says, which remembers what a person changes."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks import preferences
from napari_dinosar.docks.by_program import by_program, is_by_program
from napari_dinosar.docks.recolouring import COLOUR_OF, is_difference, recolour
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.layers import role_of
from napari_dinosar.palette import COLORMAP_NAMES, COLORMAPS

SETTLE_MS = 400
"""A slider is dragged through many values; the last one is remembered."""

GROUPS = {"opacity": "opacity", "blending": "blending", "visible": "shown", "colormap": "colours"}
"""Groups of the page by the event of napari's layers."""

LEARNT = ("opacity", "blending", "colormap")
"""What is remembered. A layer is hidden to see what lies below it: nobody wants the next
comparison without its cells for that, so what is shown at first is said on the page alone."""

AUTOMATIC, ALWAYS, NEVER = "where there are no cells", "always", "never"
"""What the page can say of correspondences, which hide cells and stand in for them."""


class Looks(QObject):
    """Dresses layers of ours as the page in Preferences says, and remembers changes on it.

    What is set with napari's own controls, or by a script, is taken for the next layers of that
    role, but for what is hidden or shown; what the program does `by_program` is not.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers.
    parent : QObject
        The dock; with it everything ends.
    """

    _is_writing = False  # of all windows: what is remembered in one changes nothing in another

    def __init__(self, viewer: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._waiting: dict[tuple[str, str], Any] = {}
        self._timer = single_shot(self, SETTLE_MS, self.remember)
        page = preferences.page()
        if page is None:
            return
        for kind in set(COLOUR_OF.values()):
            COLORMAPS.choose(kind, getattr(page.colours, kind))
        for layer in viewer.layers:
            self._follow(layer)
        viewer.layers.events.inserted.connect(self._on_inserted)
        self._seen = {group: _said(group) for group in GROUPS.values()}
        page.events.changed.connect(self._on_page)
        COLORMAPS.changed.connect(self._on_colormap)

    def remember(self) -> None:
        """Write what was changed on the page, without waiting any longer."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        Looks._is_writing = True
        try:
            for (group, name), value in waiting.items():
                preferences.write(group, name, value)
        finally:
            Looks._is_writing = False

    def _on_inserted(self, event: Any) -> None:
        if isalive(self):
            with by_program():
                dress(event.value, self._has_cells)
            self._follow(event.value)

    def _follow(self, layer: Any) -> None:
        if role_of(layer) is None:
            return
        for kind in LEARNT:
            if kind in layer.events.emitters:
                layer.events.emitters[kind].connect(self._on_look)

    def _on_look(self, event: Any) -> None:
        """Take note of what a person did to a layer."""
        role = role_of(event.source) if isalive(self) and not is_by_program() else None
        if role is None:
            return
        kind = event.type
        if kind == "colormap" and is_difference(event.source):
            return
        name = COLOUR_OF.get(role, role) if kind == "colormap" else role
        value = _VALUES[kind](event.source)
        if kind != "colormap" or value in COLORMAP_NAMES:
            self._waiting[GROUPS[kind], name] = value
            self._timer.start()

    def _on_page(self, event: Any) -> None:
        """Let what is shown look as the page says now."""
        if not isalive(self):
            return
        # napari's dialog changes a whole group at once, and then names none of its parts
        group = event.key.partition(".")[0]
        before, now = self._seen.get(group, {}), _said(group)
        self._seen[group] = now
        for name in [name for name, value in now.items() if value != before.get(name)]:
            if group == "colours":
                COLORMAPS.choose(name, now[name])
            elif not self._is_writing:
                self._dress(name, group)

    def _dress(self, role: str, group: str) -> None:
        with by_program():
            for layer in self._viewer.layers:
                if role_of(layer) == role:
                    dress(layer, self._has_cells, group)

    def _on_colormap(self, kind: str) -> None:
        if isalive(self):
            with by_program():
                recolour(self._viewer, kind)

    def _has_cells(self) -> bool:
        return any(role_of(layer) == "cells" for layer in self._viewer.layers)


def _said(group: str) -> dict[str, Any]:
    """Return what a group of the page says, by the names of its parts."""
    return dict(getattr(preferences.page(), group)) if group in GROUPS.values() else {}


def dress(layer: Any, has_cells: Any, group: str | None = None) -> None:
    """Let a layer look as the page says; of what it says nothing, the layer keeps.

    Parameters
    ----------
    layer : Layer
        Any layer; only those of ours are touched.
    has_cells : callable
        Tells whether the viewer shows cells.
    group : str, optional
        One group of the page; all of them by default.
    """
    role = role_of(layer)
    for kind, of_page in GROUPS.items():
        if role is None or group not in (None, of_page) or kind == "colormap":
            continue
        value = preferences.read(of_page, role)
        if value == AUTOMATIC and group is None:
            continue  # a new layer is made so, whichever of the layers come first
        if kind == "visible" and role == "correspondences" and value is not None:
            value = value == ALWAYS or (value == AUTOMATIC and not has_cells())
        if kind == "opacity" and value is not None:
            value = value / 100
        if value is not None and getattr(layer, kind) != value:
            setattr(layer, kind, value)


_VALUES = {
    "opacity": lambda layer: round(100 * layer.opacity),
    "blending": lambda layer: str(layer.blending),
    "colormap": lambda layer: str(layer.colormap.name),
}
