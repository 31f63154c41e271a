"""The keys of the landmark editor: one table that feeds bindings, tooltips and the help."""

from __future__ import annotations

import sys
from dataclasses import dataclass

IS_MAC = sys.platform == "darwin"
"""Whether Control in the table is the Command key."""


@dataclass(frozen=True)
class Key:
    """What a key does.

    Attributes
    ----------
    action : str
        Name of the action; unique in the table.
    keys : tuple of str
        As napari writes them, ``Shift-Right``; any of them will do. On a Mac Control is Command.
    title : str
        A few words for a button or a row of the help.
    more : str
        A sentence for the tooltip.
    group : str
        Heading in the help.
    repeats : bool
        Whether it goes on while the key is held.
    """

    action: str
    keys: tuple[str, ...]
    title: str
    more: str
    group: str
    repeats: bool = False


LANDMARK, PHOTO, POINT, VIEW, EDIT = "Landmark", "Photo", "Current landmark", "View", "Work"

KEYS: tuple[Key, ...] = (
    Key("previous_landmark", ("Up",), "Previous landmark", "", LANDMARK, repeats=True),
    Key("next_landmark", ("Down",), "Next landmark", "", LANDMARK, repeats=True),
    Key(
        "cycle_mode",
        ("m",),
        "Next mode",
        "Sequential: a click never moves what is placed. Quick: it does. Through: after a click "
        "the same landmark on the next photo follows.",
        LANDMARK,
    ),
    Key("previous_photo", ("Left", "a"), "Previous photo", "", PHOTO, repeats=True),
    Key("next_photo", ("Right", "d"), "Next photo", "", PHOTO, repeats=True),
    Key(
        "next_incomplete",
        ("Shift-Right",),
        "Next incomplete photo",
        "The nearest photo after this one on which a landmark is open.",
        PHOTO,
        repeats=True,
    ),
    Key(
        "previous_incomplete",
        ("Shift-Left",),
        "Previous incomplete photo",
        "The nearest photo before this one on which a landmark is open.",
        PHOTO,
        repeats=True,
    ),
    Key("next_specimen", ("PageDown",), "Next specimen on the photo", "", PHOTO, repeats=True),
    Key(
        "previous_specimen", ("PageUp",), "Previous specimen on the photo", "", PHOTO, repeats=True
    ),
    Key(
        "flag",
        ("f",),
        "Flag the specimen",
        "Marks the specimen to be looked at again; again takes the flag away.",
        PHOTO,
    ),
    Key(
        "absent",
        ("x",),
        "Absent",
        "The specimen does not show this landmark: it has no place and none is made up. Again "
        "makes it missing.",
        POINT,
    ),
    Key(
        "occluded",
        ("o",),
        "Occluded",
        "The landmark is hidden and placed where it must be; drawn as a ring. Again takes it back.",
        POINT,
    ),
    Key(
        "clear",
        ("Backspace", "Delete"),
        "Clear",
        "Makes the landmark missing again.",
        POINT,
    ),
    Key(
        "accept",
        ("Return", "Enter"),
        "Accept the proposal",
        "Takes over what a machine proposed for this landmark.",
        POINT,
    ),
    Key(
        "accept_all",
        ("Shift-Return", "Shift-Enter"),
        "Accept all proposals",
        "Takes over all that a machine proposed for this specimen, as one step.",
        POINT,
    ),
    Key("nudge_left", ("Alt-Left",), "1 px to the left", "", POINT, repeats=True),
    Key("nudge_right", ("Alt-Right",), "1 px to the right", "", POINT, repeats=True),
    Key("nudge_up", ("Alt-Up",), "1 px up", "", POINT, repeats=True),
    Key("nudge_down", ("Alt-Down",), "1 px down", "", POINT, repeats=True),
    Key("nudge_left_finely", ("Alt-Shift-Left",), "0.1 px to the left", "", POINT, repeats=True),
    Key("nudge_right_finely", ("Alt-Shift-Right",), "0.1 px to the right", "", POINT, repeats=True),
    Key("nudge_up_finely", ("Alt-Shift-Up",), "0.1 px up", "", POINT, repeats=True),
    Key("nudge_down_finely", ("Alt-Shift-Down",), "0.1 px down", "", POINT, repeats=True),
    Key("centre", ("c",), "Centre on the landmark", "Brings the landmark into the middle.", VIEW),
    Key("loupe", ("l",), "Loupe", "A magnified view that follows the pointer.", VIEW),
    Key(
        "undo",
        ("Control-Z",),
        "Undo",
        "Takes the last step back, on whichever photo.",
        EDIT,
        repeats=True,
    ),
    Key("redo", ("Control-Shift-Z", "Control-Y"), "Redo", "Does it again.", EDIT, repeats=True),
    Key("help", ("h",), "All keys", "", EDIT),
)


def key(action: str) -> Key:
    """Return the row of an action."""
    return next(one for one in KEYS if one.action == action)
