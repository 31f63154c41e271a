"""The words of the editor's panels: keys as they are read, tooltips, states, times."""

from __future__ import annotations

from datetime import datetime

from napari_dinosar.core.digitised import MACHINE_SOURCES
from napari_dinosar.editing.keys import IS_MAC, key
from napari_dinosar.project.state import Point, Specimen

_CAPS = {
    "Control": "Ctrl",
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "Return": "Enter",
    "Backspace": "Backspace",
    "PageUp": "Page ↑",
    "PageDown": "Page ↓",
}


_MAC_CAPS = {**_CAPS, "Control": "⌘", "Alt": "⌥", "Shift": "⇧"}


def caps(name: str, *, is_mac: bool = IS_MAC) -> tuple[str, ...]:
    """Return the key caps of a key of the table, as ``Shift-Right`` names it."""
    known = _MAC_CAPS if is_mac else _CAPS
    return tuple(known.get(part, part.upper() if len(part) == 1 else part) for part in parts(name))


def parts(name: str) -> tuple[str, ...]:
    """Return the modifiers of a key and the key itself."""
    return tuple(name.split("-"))


def tooltip(action: str) -> str:
    """Return what a control that does an action of the table says of itself."""
    row = key(action)
    head = f"{row.title} ({' or '.join(dict.fromkeys('+'.join(caps(one)) for one in row.keys))})"
    return f"{head}\n{row.more}" if row.more else head


def state_word(point: Point) -> str:
    """Return one word for a landmark; what a machine placed is called by that before all else."""
    if point.source in MACHINE_SOURCES:
        return point.source
    if point.source == "accepted" and point.state == "visible":
        return "accepted"
    return {"visible": "placed"}.get(point.state, point.state)


def state_sentence(point: Point) -> str:
    """Return what is known of a landmark, for a tooltip."""
    said = {
        "missing": "Not placed yet.",
        "absent": "Absent: the specimen does not show it.",
        "visible": "Placed.",
        "occluded": "Occluded: hidden, and placed where it must be.",
    }[point.state]
    more = {
        "proposed": " Proposed by a machine; nobody has accepted it.",
        "estimated": " Estimated by a machine; nobody has accepted it.",
        "accepted": " Proposed by a machine, and accepted.",
    }.get(point.source, "")
    return said + more


def counts(specimen: Specimen) -> str:
    """Return how far a specimen is, as ``7/12 placed, 1 absent``."""
    points = specimen.points()
    by_machine = [one for one in points if one.source in MACHINE_SOURCES]
    n_placed = sum(one.xy is not None for one in points) - len(by_machine)
    text = f"{n_placed}/{len(points)} placed"
    n_absent = sum(one.state == "absent" for one in points)
    if n_absent:
        text += f", {n_absent} absent"
    for source in MACHINE_SOURCES:
        n = sum(one.source == source for one in by_machine)
        if n:
            text += f", {n} {source}"
    return text


def number_of(n: int, word: str) -> str:
    """Return a number of things, as ``1 edit`` or ``3 edits``."""
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def clock_time(when: datetime, today: datetime | None = None) -> str:
    """Return a time as ``14:03``, with the day where it is not today.

    Parameters
    ----------
    when : datetime
        With its zone.
    today : datetime, optional
        A moment of today; now by default.
    """
    local = when.astimezone()
    day = (today or datetime.now()).astimezone().date()
    if local.date() == day:
        return f"{local:%H:%M}"
    year = f" {local.year}" if local.year != day.year else ""
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"


def clock_time_of(text: str) -> str:
    """Return a time that is written as ISO 8601 as `clock_time` does; what is none, as it is."""
    try:
        return clock_time(datetime.fromisoformat(text))
    except ValueError:
        return text
