"""The colours of napari's theme, for the text and the figures that its style sheet cannot reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from napari.utils.theme import get_theme


@dataclass(frozen=True)
class ThemeColours:
    """Colours as ``#rrggbb``.

    Attributes
    ----------
    background : str
        Of the docks.
    text, muted : str
        Of what is to be read first, and of labels beside it.
    line : str
        Rules between rows, and frames.
    highlight, warning, error : str
        What asks for attention, the last two for a reason.
    is_dark : bool
        Whether the background is dark.
    """

    background: str
    text: str
    muted: str
    line: str
    highlight: str
    warning: str
    error: str
    is_dark: bool


def theme_colours(viewer: Any) -> ThemeColours:
    """Return the colours of the theme that a viewer shows.

    Parameters
    ----------
    viewer : napari.Viewer
        The viewer, or napari's public proxy of it.
    """
    theme = get_theme(viewer.theme)
    background, text = _hex(theme.background), _hex(theme.text)
    return ThemeColours(
        background=background,
        text=text,
        muted=mixed(text, background, 0.35),
        line=mixed(text, background, 0.75),
        highlight=_hex(theme.current),
        warning=_hex(theme.warning),
        error=_hex(theme.error),
        is_dark=theme.type == "dark",
    )


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour that lies ``share`` of the way from the first to the second."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(code: str) -> tuple[int, int, int]:
    red, green, blue = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def _hex(colour: Any) -> str:
    red, green, blue = colour.as_rgb_tuple()[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"
