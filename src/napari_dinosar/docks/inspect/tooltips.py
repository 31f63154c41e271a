"""Tooltips that end with the key that does the same."""

from __future__ import annotations

from napari_dinosar.docks.landmarks.panels.words import caps
from napari_dinosar.inspection.keys import key


def keyed(text: str, action: str) -> str:
    """Return a tooltip with the keys of an action of `inspection.keys.KEYS`.

    Parameters
    ----------
    text : str
        What the control does.
    action : str
        Name of the action.
    """
    names = " or ".join("+".join(caps(name)) for name in key(action).keys)
    return f"{text} ({names})"
