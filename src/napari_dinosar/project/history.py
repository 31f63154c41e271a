"""Undo and redo of a project's edits, across photos."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field

from napari_dinosar.project.edits import Edit
from napari_dinosar.project.records import edit_record

DEPTH = 1000
"""How many edits can be undone."""


@dataclass(frozen=True, eq=False)
class Step:
    """An edit that was applied, and what takes it back.

    Attributes
    ----------
    edit, inverse : Edit
        There and back.
    version_before, version_after : int
        Which version of the project it led from, and to; undoing it leads back to the former.
    """

    edit: Edit
    inverse: Edit
    version_before: int
    version_after: int


@dataclass(eq=False)
class History:
    """The steps that can be undone and redone; a new edit ends what could be redone."""

    done: deque[Step] = field(default_factory=lambda: deque(maxlen=DEPTH))
    undone: list[Step] = field(default_factory=list)

    def record(self, step: Step) -> None:
        """Add an edit that was applied."""
        self.done.append(step)
        self.undone.clear()

    def undo(self) -> None:
        """Note that the last step was taken back."""
        self.undone.append(self.done.pop())

    def redo(self) -> None:
        """Note that the step undone last was applied again."""
        self.done.append(self.undone.pop())

    def follow(self, kind: str, step: Step) -> int:
        """Go the way of a session that is replayed, and return the version that it leads to.

        Parameters
        ----------
        kind : str
            ``do``, ``undo`` or ``redo``; what undoes a step from before this history began is a
            step of its own.
        step : Step
            What was applied.
        """
        if kind == "undo" and self.done and _say_the_same(self.done[-1].inverse, step.edit):
            self.undo()
            return self.undone[-1].version_before
        if kind == "redo" and self.undone and _say_the_same(self.undone[-1].edit, step.edit):
            self.redo()
            return self.done[-1].version_after
        self.record(step)
        return step.version_after


def _say_the_same(one: Edit, other: Edit) -> bool:
    return json.dumps(edit_record(one)) == json.dumps(edit_record(other))
