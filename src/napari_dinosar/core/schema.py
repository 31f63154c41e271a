"""The landmarks that a project places: their names, order, definitions, partners and edges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from napari_dinosar.core.errors import DinosarError

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class LandmarkDefinition:
    """What one landmark is.

    Attributes
    ----------
    name : str
        Unique in its schema.
    colour : str
        ``#RRGGBB``, or empty for the program's own.
    definition : str
        Where on a specimen it lies, in words.
    partner : str
        Name of the landmark on the other side of the body; empty on the midline.
    """

    name: str
    colour: str = ""
    definition: str = ""
    partner: str = ""


@dataclass(frozen=True)
class Schema:
    """Which landmarks are placed on every specimen, in this order.

    Attributes
    ----------
    landmarks : tuple of LandmarkDefinition
        In the order in which they are placed.
    skeleton : tuple of (int, int)
        Pairs of 0-based landmarks that are joined by a line.
    category : str
        What is digitised, as COCO names its category.

    Raises
    ------
    DinosarError
        If a name is empty or stands twice, a colour is none, a partner is unknown or not mutual,
        or an edge leads to no landmark.
    """

    landmarks: tuple[LandmarkDefinition, ...]
    skeleton: tuple[tuple[int, int], ...] = ()
    category: str = "specimen"

    def __post_init__(self) -> None:
        """Refuse what cannot be a schema."""
        names = self.names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DinosarError(
                f"The schema names {', '.join(map(repr, twice))} twice. Give each landmark a name "
                "of its own."
            )
        for landmark in self.landmarks:
            self._check(landmark)
        for edge in self.skeleton:
            if len(set(edge)) != 2 or not all(0 <= end < len(names) for end in edge):
                raise DinosarError(
                    f"The schema joins landmarks {edge[0] + 1} and {edge[1] + 1}, and it has "
                    f"{len(names)}. Join two different landmarks that it has."
                )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the landmarks, in order."""
        return tuple(landmark.name for landmark in self.landmarks)

    def index(self, name: str) -> int:
        """Return where a landmark stands.

        Raises
        ------
        DinosarError
            If there is none of that name.
        """
        if name not in self.names:
            raise DinosarError(
                f"The schema has no landmark {name!r}; it has {', '.join(self.names)}."
            )
        return self.names.index(name)

    def _check(self, landmark: LandmarkDefinition) -> None:
        if not landmark.name.strip():
            raise DinosarError("The schema has a landmark without a name. Name it.")
        if landmark.colour and not _COLOUR.fullmatch(landmark.colour):
            raise DinosarError(
                f"The colour of landmark {landmark.name!r} is {landmark.colour!r}; write it as "
                "#RRGGBB."
            )
        if not landmark.partner:
            return
        partner = next((one for one in self.landmarks if one.name == landmark.partner), None)
        if partner is None or partner.partner != landmark.name or partner is landmark:
            raise DinosarError(
                f"Landmark {landmark.name!r} has {landmark.partner!r} as its partner, which is "
                "not mutual. Name both as each other's partner, or neither."
            )
