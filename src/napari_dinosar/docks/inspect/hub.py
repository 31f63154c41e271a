"""The one inspection of each window: what Compare shows is what the other docks look at."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from napari_dinosar.inspection.inspected import Inspection

_INSPECTIONS: WeakKeyDictionary[Any, Inspection] = WeakKeyDictionary()


def inspection_of(viewer: Any) -> Inspection:
    """Return the inspection of a viewer, made when it is first asked for.

    Parameters
    ----------
    viewer : napari.Viewer
        The viewer, or napari's public proxy of it.
    """
    bare = getattr(viewer, "__wrapped__", viewer)
    if bare not in _INSPECTIONS:
        _INSPECTIONS[bare] = Inspection()
    return _INSPECTIONS[bare]
