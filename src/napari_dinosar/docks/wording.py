"""The words that the docks put on settings: labels, choices, tooltips, and lists of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.setting_words import CHOICES, LABELS, WHEN_NONE
from napari_dinosar.settings import (
    Option,
    Requirement,
    Settings,
    defaults,
    flag,
    has_effect,
    options,
)


def label(name: str) -> str:
    """Return what stands before a setting's control, with the unit."""
    words = LABELS.get(name, name.replace("_", " ").capitalize())
    unit = options()[name].unit
    return f"{words} ({unit.split()[-1]})" if unit else words


def choice_words(name: str, option: Option) -> list[tuple[str, str]]:
    """Return the choices of a setting as pairs of plain words and value."""
    return [(word(name, value), value) for value in option.choices]


def word(name: str, value: Any) -> str:
    """Return what stands for a value of a setting."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(word(name, one) for one in value)
    if isinstance(value, str):
        return CHOICES.get(name, {}).get(value, value)
    return when_none(name) if value is None else f"{value:g}"


def when_none(name: str) -> str:
    """Return what the program does with a setting that is left to it."""
    return WHEN_NONE.get(name, options()[name].when_none)


def tooltip(name: str) -> str:
    """Return what a setting does, its unit, its default and its command-line flag."""
    option, default = options()[name], defaults()[name]
    unit = option.unit if default is not None else ""
    shown = f"{word(name, default)} {unit}".strip()
    return f"{option.help}\n\nDefault: {shown}. Command line: {flag(name)}"


def when_it_counts(name: str, settings: Settings) -> str:
    """Return a sentence on what must be chosen elsewhere for a setting to have an effect."""
    ways = [
        " and ".join(dict.fromkeys(_conditions(requirement, settings)))
        for requirement in options()[name].needs
    ]
    return f"Has no effect now: it counts only where {', or '.join(ways)}."


def _conditions(requirement: Requirement, settings: Settings) -> Iterator[str]:
    """Yield what is needed, and what those settings need in turn where they have no effect."""
    for other, values in requirement.items():
        yield f"‘{label(other)}’ is {' or '.join(word(other, value) for value in values)}"
        if not has_effect(other, settings):
            for deeper in options()[other].needs[:1]:
                yield from _conditions(deeper, settings)


def parse_integers(text: str) -> tuple[int, ...] | None:
    """Read whole numbers that are parted by spaces or commas; no text is None.

    Raises
    ------
    DinosarError
        If something else than whole numbers stands there.
    """
    words = re.split(r"[\s,;]+", text.strip().strip("[]()"))
    if words == [""]:
        return None
    wrong = [word for word in words if not re.fullmatch(r"[-+]?\d{1,9}", word)]
    if wrong:
        raise DinosarError(
            f"{wrong[0]!r} is not a whole number. Write whole numbers with spaces between them, "
            f"such as 6 7 8 9."
        )
    return tuple(int(word) for word in words)


def format_integers(values: tuple[int, ...] | None) -> str:
    """Return whole numbers as `parse_integers` reads them."""
    return "" if values is None else " ".join(map(str, values))
