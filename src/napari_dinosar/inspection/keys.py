"""The keys of looking closer: one table that feeds bindings, tooltips and the help."""

from __future__ import annotations

from napari_dinosar.editing.keys import Key

CELLS, MATCHES, CROPS, FLAGS, PROBE = "Cells", "Matches", "Crops", "Flags", "Probe"

KEYS: tuple[Key, ...] = (
    Key(
        "next_cell",
        ("Down",),
        "Next cell",
        "From the most to the least different, then those that do not count.",
        CELLS,
        repeats=True,
    ),
    Key("previous_cell", ("Up",), "Previous cell", "", CELLS, repeats=True),
    Key("first_cell", ("Home",), "The most different cell", "", CELLS),
    Key(
        "clear",
        ("Escape",),
        "Let go",
        "The probe first, where there is one; then the selected cells and matches.",
        CELLS,
    ),
    Key(
        "next_match",
        ("Shift-Down",),
        "Next match",
        "In the order of their rank.",
        MATCHES,
        repeats=True,
    ),
    Key("previous_match", ("Shift-Up",), "Previous match", "", MATCHES, repeats=True),
    Key(
        "rectified",
        ("r",),
        "Rectified",
        "Bends both crops to the mean shape, so that homologous places lie on each other; again "
        "shows them as photographed.",
        CROPS,
    ),
    Key("blink", ("b",), "Blink", "Shows A and B in turns at the same place.", CROPS),
    Key("swipe", ("w",), "Swipe", "Lays A over B up to a line that you drag.", CROPS),
    Key("flag_cell", ("f",), "Flag the selected cells", "", FLAGS),
    Key("unflag_cell", ("Shift-F",), "Take their flags away", "", FLAGS),
    Key("undo", ("Control-Z",), "Undo", "Takes the last flag, region or removal back.", FLAGS),
    Key("redo", ("Control-Shift-Z", "Control-Y"), "Redo", "Does it again.", FLAGS),
    Key(
        "freeze",
        ("g",),
        "Freeze the probe",
        "It stays where it is whatever the mouse does; again lets it go.",
        PROBE,
    ),
    Key("keep", ("k",), "Keep the probe", "The next ones are compared with it.", PROBE),
)


def key(action: str) -> Key:
    """Return the row of an action."""
    return next(one for one in KEYS if one.action == action)
