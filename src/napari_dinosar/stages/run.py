"""What the stages of one comparison share: settings, memory, progress, warnings and times."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from napari_dinosar.settings import Settings, idle
from napari_dinosar.specimen import Memory

N_STAGES = 10


class Said(NamedTuple):
    """Warnings and notes of a part of a comparison."""

    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    def after(self, earlier: Said) -> Said:
        """Return what was said since an earlier moment."""
        return Said(
            self.warnings[len(earlier.warnings) :],
            self.notes[len(earlier.notes) :],
        )


class Progress(NamedTuple):
    """How far a comparison has come: the stage that begins now, and steps done of all."""

    stage: str
    done: int
    total: int


@dataclass
class Run:
    """What the stages of one comparison share.

    Attributes
    ----------
    settings : Settings
        All that decides the numbers.
    memory : Memory
        What was read and encoded before.
    total, done : int
        Steps in all, and those that have begun.
    warnings : list of str
        What the reader of the numbers must know.
    notes : list of str
        Settings and inputs that have no effect.
    timings : dict
        Seconds of each stage.
    """

    settings: Settings
    memory: Memory
    total: int = N_STAGES
    done: int = 0
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count the steps and note the settings that cannot matter."""
        self.total += self.settings.align_stage != "none"
        self.notes.extend(idle(self.settings))

    def begin(self, stage: str) -> Progress:
        """Return the progress to report before a stage."""
        progress = Progress(stage, self.done, self.total)
        self.done += 1
        return progress

    def warn(self, *sentences: str | None) -> None:
        """Keep each warning once."""
        _keep(self.warnings, sentences)

    def note(self, *sentences: str | None) -> None:
        """Keep once that a setting or an input has no effect."""
        _keep(self.notes, sentences)

    def said(self) -> Said:
        """Return all that was said so far."""
        return Said(tuple(self.warnings), tuple(self.notes))

    def say_again(self, said: Said) -> None:
        """Say what a part said that need not be run again."""
        self.warn(*said.warnings)
        self.note(*said.notes)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds of a block to a stage."""
        begin = time.perf_counter()
        yield
        self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - begin


def _keep(kept: list[str], sentences: tuple[str | None, ...]) -> None:
    for sentence in sentences:
        if sentence and sentence not in kept:
            kept.append(sentence)
