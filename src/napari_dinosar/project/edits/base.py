"""What every edit can do: be applied, and say what would undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.state import ProjectState


class ProtectedError(DinosarError):
    """A machine would have overwritten what a person decided."""


class Edit(Protocol):
    """One step of work. It is applied whole or refused with a DinosarError."""

    KIND: ClassVar[str]

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state after the edit; the one given stays as it is.

        Raises
        ------
        DinosarError
            If the edit does not fit the state: an unknown specimen or landmark, a position that no
            photo can have, a machine's point over one that a person placed.
        """

    def inverse(self, state: ProjectState) -> Edit:
        """Return what undoes the edit where it is about to be applied to a state."""


@dataclass(frozen=True, eq=False)
class Together:
    """Several edits as one: all are applied or none, and one undo takes them back."""

    KIND: ClassVar[str] = "together"
    edits: tuple[Edit, ...]

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state after all of them."""
        for edit in self.edits:
            state = edit.apply(state)
        return state

    def inverse(self, state: ProjectState) -> Edit:
        """Return their inverses, last first."""
        backwards: list[Edit] = []
        for edit in self.edits:
            backwards.append(edit.inverse(state))
            state = edit.apply(state)
        return Together(tuple(reversed(backwards)))
