"""Which settings have no effect beside the others, so that none is ever ignored in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from napari_dinosar.settings.option import Requirement
from napari_dinosar.settings.tree import Settings, defaults, options


def has_effect(name: str, settings: Settings) -> bool:
    """Return whether a setting can change anything, the others being as they are."""
    needs = options()[name].needs
    return not needs or any(_is_met(requirement, settings) for requirement in needs)


def why_idle(name: str, settings: Settings) -> str:
    """Return when a setting would have an effect; empty where it has one."""
    if has_effect(name, settings):
        return ""
    return "only with " + ", or with ".join(
        " and ".join(dict.fromkeys(_conditions(requirement, settings)))
        for requirement in options()[name].needs
    )


def idle(settings: Settings) -> tuple[str, ...]:
    """Return a sentence for each setting that was changed and has no effect.

    Parameters
    ----------
    settings : Settings
        The settings of a run; those at their defaults are not spoken of.
    """
    return tuple(
        f"Setting {name!r} has no effect here: it counts {why_idle(name, settings)}."
        for name, default in defaults().items()
        if getattr(settings, name) != default and not has_effect(name, settings)
    )


def _conditions(requirement: Requirement, settings: Settings) -> Iterator[str]:
    """Yield what is needed, and what those settings need in turn where they have no effect."""
    for other, values in requirement.items():
        yield _spoken(other, values)
        if not has_effect(other, settings):
            for deeper in options()[other].needs[:1]:
                yield from _conditions(deeper, settings)


def _is_met(requirement: Requirement, settings: Settings) -> bool:
    return all(
        has_effect(other, settings) and _is_one_of(getattr(settings, other), values)
        for other, values in requirement.items()
    )


def _is_one_of(value: Any, wanted: tuple[Any, ...]) -> bool:
    if isinstance(value, tuple):
        return any(item in wanted for item in value)
    return value in wanted


def _spoken(name: str, values: tuple[Any, ...]) -> str:
    words = ["on" if value is True else "off" if value is False else str(value) for value in values]
    if None in values:
        return f"{name} not given"
    return f"{name} {' or '.join(words)}"
