"""The colours of the editor's panels before they are told others, and those of the landmarks."""

from __future__ import annotations

from napari.settings import get_settings

from napari_dinosar import palette
from napari_dinosar.core.schema import Schema
from napari_dinosar.docks.theme import ThemeColours, theme_colours

MINE, THEIRS = "#56B4E9", "#E69F00"
"""Two versions of one photo, told apart by their shapes as well."""


def first_colours() -> ThemeColours:
    """Return the colours of the theme that napari starts with."""
    return theme_colours(get_settings().appearance)


def landmark_colour(schema: Schema, landmark: int) -> str:
    """Return the colour of a landmark, ``#RRGGBB``: its own, or one of a cycle."""
    return palette.landmark_colour(landmark, schema.landmarks[landmark].colour)


def quiet(colours: ThemeColours) -> str:
    """Return the style of text that is not to be read first."""
    return f"color: {colours.muted}; background: transparent;"
