"""The settings as flags: made from the one tree of settings, read, and spoken of by their names."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any

from napari_dinosar.cli.flags import NONE, number, or_none, whole
from napari_dinosar.settings import Option, Settings, defaults, flag, has_effect, options, why_idle

_QUOTED = re.compile(r"'(\w+)'")
_WORD = re.compile(r"(?<![-\w])[a-z]+_\w+\b")
_SETTING = re.compile(r"^Settings? (?=--)")


def add_settings(command: argparse.ArgumentParser) -> None:
    """Add a flag for each setting, under the headings of the settings."""
    groups: dict[str, Any] = {}
    for name, option in options().items():
        if option.group not in groups:
            groups[option.group] = command.add_argument_group(option.group.lower())
        flags = (flag(name), *option.aliases)
        groups[option.group].add_argument(*flags, **_argument(name, option))


def given_settings(given: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were given, by name; `Settings` says what is wrong with them."""
    return {name: _unwrapped(getattr(given, name)) for name in options() if hasattr(given, name)}


def idle_notes(settings: Settings, given: Iterable[str]) -> dict[str, str]:
    """Return a sentence for each setting that was given and has no effect, default or not."""
    return {
        name: f"{flag(name)} has no effect here: it counts {_worded(why_idle(name, settings))}."
        for name in given
        if not has_effect(name, settings)
    }


def in_flags(message: str) -> str:
    """Return a message about settings with their flags in place of their names."""
    if not message.startswith("Setting"):
        return message
    named = _QUOTED.sub(lambda hit: flag(hit[1]) if hit[1] in options() else hit[0], message)
    return _worded(_SETTING.sub("", named))


def spoken_value(value: Any) -> str:
    """Return a value as it is written on the command line."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "on" if value else "off"
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _argument(name: str, option: Option) -> dict[str, Any]:
    """Return what argparse wants to know of a setting; its default is left to `Settings`."""
    argument: dict[str, Any] = {
        "dest": name,
        "default": argparse.SUPPRESS,
        "help": _help(name, option).replace("%", "%%"),
    }
    if option.kind == "switch":
        return argument | {"action": argparse.BooleanOptionalAction}
    if option.kind == "choice":
        return argument | {"choices": option.choices}
    if option.kind == "choices":
        return argument | {"choices": option.choices, "nargs": "+"}
    if option.kind == "model":
        return argument | {"metavar": "NAME_OR_FILE"}
    read = number if option.kind == "number" else whole
    argument["type"] = or_none(read) if option.optional else read
    argument["metavar"] = "X" if option.kind == "number" else "N"
    return argument | ({"nargs": "+"} if option.kind == "integers" else {})


def _help(name: str, option: Option) -> str:
    default = defaults()[name]
    shown = _worded(option.when_none) if default is None else spoken_value(default)
    unit = f" [{option.unit}]" if option.unit else ""
    choices = f": {', '.join(option.choices)}" if option.kind == "model" else ""
    return f"{option.help[:-1]}{choices}{unit} (default: {shown})"


def _unwrapped(value: Any) -> Any:
    """Return None for a list that is the word ``none`` alone."""
    return None if value == [None] else value


def _worded(text: str) -> str:
    return _WORD.sub(lambda hit: flag(hit[0]) if hit[0] in options() else hit[0], text)
