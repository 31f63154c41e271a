"""How a scale, and all that a specimen keeps from other programs, is read and written."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from napari_dinosar.core.digitised import Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.words import number_of
from napari_dinosar.project.state import Specimen

_LONGEST = 60


def full_name(specimen: Specimen, here: Sequence[str]) -> str:
    """Return the id of a specimen, and its number in the list of photos where there are several.

    Parameters
    ----------
    specimen : Specimen
        Which one.
    here : sequence of str
        The specimens of its photo.
    """
    key = specimen.specimen_id
    return key if len(here) == 1 else f"{key} ({list(here).index(key) + 1} of {len(here)})"


def scale_text(scale: float | None) -> str:
    """Return a scale as it stands in its field; nothing where there is none."""
    return "" if scale is None else repr(scale).removesuffix(".0")


def read_scale(text: str) -> float:
    """Return the scale that was written; 0, which takes it away, for nothing.

    Raises
    ------
    DinosarError
        If it is no positive number.
    """
    words = text.strip().replace(",", ".")
    if not words:
        return 0.0
    try:
        scale = float(words)
    except ValueError:
        scale = float("nan")
    if not (isfinite(scale) and scale > 0):
        raise DinosarError(
            f"{text.strip()!r} is no scale. Write the units per pixel as a positive number, as "
            "0.0125."
        )
    return scale


def pixels_text(scale: float | None, unit: str) -> str:
    """Return how many pixels a unit has."""
    return "" if scale is None else f"{1 / scale:.5g} px per {unit or 'unit'}"


def kept_text(marks: Digitised, hidden: str) -> str:
    """Return what is kept with a specimen and not changed here; empty where there is nothing.

    Parameters
    ----------
    marks : Digitised
        The specimen.
    hidden : str
        Key of the extras that is shown elsewhere.
    """
    lines = []
    if marks.curves:
        points = ", ".join(str(len(curve)) for curve in marks.curves)
        lines.append(f"{number_of(len(marks.curves), 'curve')} kept ({points} points)")
    for key, value in marks.extras.items():
        if key != hidden:
            short = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
            lines.append(f"{key}: {short}")
    return "\n".join(lines)
