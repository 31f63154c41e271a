"""A schema while somebody edits it: it may be unfinished, and knows which landmark was which."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.project.edits import ChangeSchema
from napari_dinosar.project.state import ProjectState

# a word of its own, as in eye_L, left-eye, or Left eye
_LEFT = re.compile(r"(?<![^\W_])(left|l)(?![^\W_])", re.IGNORECASE)
_RIGHTS = {"left": "right", "l": "r"}


@dataclass(frozen=True)
class DraftLandmark:
    """One landmark of a draft.

    Attributes
    ----------
    key : int
        What it is known by, however it is called.
    name, colour, definition : str
        As of `LandmarkDefinition`.
    partner : int or None
        Key of the landmark on the other side.
    was : str
        What the project calls it; empty for one that is new.
    """

    key: int
    name: str
    colour: str = ""
    definition: str = ""
    partner: int | None = None
    was: str = ""


@dataclass(frozen=True)
class Loss:
    """Points that would go with a landmark.

    Attributes
    ----------
    name : str
        What the project calls it.
    n_points : int
        On how many specimens it is decided: placed, or called absent.
    """

    name: str
    n_points: int


class SchemaDraft:
    """The landmarks of a schema being edited.

    Parameters
    ----------
    schema : Schema
        Where it begins.
    is_of_project : bool
        Whether a project has these landmarks, so that its points follow them.

    Attributes
    ----------
    rows : list of DraftLandmark
        In their order.
    edges : list of (int, int)
        Keys of landmarks that are joined.
    category : str
        What is digitised.
    """

    def __init__(self, schema: Schema, *, is_of_project: bool = True) -> None:
        self._keys = itertools.count()
        self.rows: list[DraftLandmark] = []
        self.edges: list[tuple[int, int]] = []
        self.category = schema.category
        self._was = schema if is_of_project else Schema((), category=schema.category)
        self._fill(schema, dict(zip(schema.names, schema.names, strict=True)))
        if not is_of_project:
            self.rows = [replace(row, was="") for row in self.rows]

    def take_over(self, schema: Schema) -> None:
        """Begin again with another schema; landmarks of the same name stay the same."""
        here = {row.name: row.was for row in self.rows if row.was}
        lost = {name: name for name in self._was.names if name not in here.values()}
        self.category = schema.category
        self._fill(schema, {**lost, **here})

    def row(self, key: int) -> int:
        """Return where a landmark stands."""
        return next(place for place, row in enumerate(self.rows) if row.key == key)

    def name_of(self, key: int | None) -> str:
        """Return what a landmark is called; nothing for None."""
        return "" if key is None else self.rows[self.row(key)].name

    def add(self, name: str = "") -> int:
        """Add a landmark at the end, under a free name where none is given; return its row."""
        if not name:
            names = {row.name for row in self.rows}
            numbers = map(str, itertools.count(len(self.rows) + 1))
            name = next(one for one in numbers if one not in names)
        self.rows.append(DraftLandmark(next(self._keys), name))
        return len(self.rows) - 1

    def rename(self, row: int, name: str) -> None:
        """Call a landmark otherwise; its points stay its own."""
        self.rows[row] = replace(self.rows[row], name=name.strip())

    def colour(self, row: int, colour: str) -> None:
        """Give a landmark a colour, ``#RRGGBB``, or an empty text for the program's own."""
        self.rows[row] = replace(self.rows[row], colour=colour)

    def define(self, row: int, definition: str) -> None:
        """Say where a landmark lies."""
        self.rows[row] = replace(self.rows[row], definition=definition)

    def pair(self, row: int, partner: int | None) -> None:
        """Make a landmark, by its key, the partner of another, and no one else's; None for none."""
        mine = self.rows[row].key
        if partner == mine:
            return
        apart = {mine, partner, self.rows[row].partner}
        for place, one in enumerate(self.rows):
            if one.key in apart or (one.partner in (mine, partner) and one.partner is not None):
                self.rows[place] = replace(one, partner=None)
        if partner is not None:
            other = self.row(partner)
            self.rows[row] = replace(self.rows[row], partner=partner)
            self.rows[other] = replace(self.rows[other], partner=mine)

    def pair_by_name(self) -> int:
        """Make landmarks partners whose names differ in L and R, or left and right, alone.

        Returns
        -------
        int
            How many pairs came about; landmarks that have a partner keep it.
        """
        by_name = {row.name: row for row in self.rows}
        n_pairs = 0
        for place, row in enumerate(self.rows):
            other = by_name.get(_on_the_right(row.name))
            if other is not None and row.partner is None and other.partner is None:
                self.pair(place, other.key)
                n_pairs += 1
        return n_pairs

    def move(self, rows: Iterable[int], to: int) -> list[int]:
        """Move landmarks before the one at a place; return where they stand then."""
        chosen = sorted(set(rows))
        moved = [self.rows[row] for row in chosen]
        to -= sum(row < to for row in chosen)
        rest = [one for place, one in enumerate(self.rows) if place not in chosen]
        to = min(max(to, 0), len(rest))
        self.rows = [*rest[:to], *moved, *rest[to:]]
        return list(range(to, to + len(moved)))

    def remove(self, rows: Iterable[int]) -> None:
        """Remove landmarks, with the lines to them."""
        gone = {self.rows[row].key for row in rows}
        self.rows = [
            replace(one, partner=None) if one.partner in gone else one
            for one in self.rows
            if one.key not in gone
        ]
        self.edges = [edge for edge in self.edges if not gone & set(edge)]

    def join(self, first: int, second: int) -> None:
        """Join two landmarks, by their keys, by a line, once."""
        if first != second and {first, second} not in map(set, self.edges):
            self.edges.append((first, second))

    def join_in_order(self, rows: Sequence[int]) -> None:
        """Join landmarks one after another."""
        keys = [self.rows[row].key for row in sorted(rows)]
        for first, second in itertools.pairwise(keys):
            self.join(first, second)

    def schema(self) -> Schema:
        """Return the schema.

        Raises
        ------
        DinosarError
            If it is not finished: a name is missing or stands twice, or there is no landmark.
        """
        if not self.rows:
            raise DinosarError("The schema has no landmark. Add one.")
        place = {one.key: number for number, one in enumerate(self.rows)}
        landmarks = tuple(
            LandmarkDefinition(one.name, one.colour, one.definition, self.name_of(one.partner))
            for one in self.rows
        )
        edges = tuple((place[first], place[second]) for first, second in self.edges)
        return Schema(landmarks, edges, self.category.strip() or "specimen")

    def edit(self) -> ChangeSchema | None:
        """Return what makes the project's schema this one, or None where it is this one.

        Raises
        ------
        DinosarError
            As `schema`.
        """
        schema = self.schema()
        renamed = tuple((row.was, row.name) for row in self.rows if row.was not in ("", row.name))
        if schema == self._was and not renamed:
            return None
        return ChangeSchema(schema, renamed)

    def losses(self, state: ProjectState) -> tuple[Loss, ...]:
        """Return which points of a project would go with landmarks that are removed.

        A new landmark of the same name takes the points of the one that was removed.
        """
        kept = {row.was or row.name for row in self.rows}
        gone = [name for name in self._was.names if name not in kept]
        counts = {name: _n_decided(state, name) for name in gone}
        return tuple(Loss(name, count) for name, count in counts.items() if count)

    def _fill(self, schema: Schema, was: Mapping[str, str]) -> None:
        keys = {name: next(self._keys) for name in schema.names}
        self.rows = [
            DraftLandmark(
                keys[one.name],
                one.name,
                one.colour,
                one.definition,
                keys.get(one.partner),
                was.get(one.name, ""),
            )
            for one in schema.landmarks
        ]
        names = schema.names
        self.edges = [(keys[names[a]], keys[names[b]]) for a, b in schema.skeleton]


def _on_the_right(name: str) -> str:
    """Return what the right landmark of a left one is called; nothing for all others."""
    found = _LEFT.search(name)
    if found is None:
        return ""
    right = _RIGHTS[found[1].lower()]
    if found[1].isupper():
        right = right.upper()
    elif found[1][0].isupper():
        right = right.capitalize()
    return name[: found.start(1)] + right + name[found.end(1) :]


def _n_decided(state: ProjectState, name: str) -> int:
    place = state.schema.index(name)
    return sum(one.digitised.states[place] != "missing" for one in state.specimens.values())
