"""Keeps the mean shape of a project's finished specimens, and doubts about others by it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from napari_dinosar.core.digitised import PLACED, Digitised
from napari_dinosar.core.shape_watch import Doubt, MeanShape, doubts, fit_mean_shape
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.state import Specimen

MOST_SPECIMENS = 400
"""Of more finished specimens this many are taken, evenly: a mean of them is as good."""

_BY_HAND = ("manual", "accepted")


class Watch:
    """Watches what is placed; it suggests and changes nothing.

    Finished is a specimen whose landmarks are all placed by a person, or accepted by one, and
    that is not flagged. A specimen is never judged by itself. An edit only marks what it changed:
    the mean is fitted when doubts are asked for, and not again for edits of the specimens that
    are shown.

    Parameters
    ----------
    editor : Editor
        Whose project is watched.

    Signals
    -------
    changed : no value
        Doubts may be others than before.
    """

    changed = Signal()

    _finished: dict[str, NDArray[np.float64]]
    _waiting: set[str] | None  # whose marks are to be looked at; None for all
    _places: dict[str, int]
    _mean: MeanShape | None
    _left_out: tuple[str, MeanShape | None] | None
    _answer: tuple[Specimen, MeanShape, tuple[Doubt, ...]] | None

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._forget()
        editor.opened.connect(self._on_other_landmarks)
        editor.schema_changed.connect(self._on_other_landmarks)
        editor.edited.connect(self._on_edited)

    def doubts(self, specimen_id: str) -> tuple[Doubt, ...]:
        """Return what may be wrong with a specimen, the gravest first.

        Parameters
        ----------
        specimen_id : str
            Which one; of one that is not there nothing is said.
        """
        if self._editor.project is None:
            return ()
        specimen = self._editor.state.specimens.get(specimen_id)
        if specimen is None or specimen.digitised.counts_y_up:
            return ()
        mean = self._mean_without(specimen_id)
        if mean is None:
            return ()
        asked = self._answer
        if asked is None or asked[0] is not specimen or asked[1] is not mean:
            asked = self._answer = (specimen, mean, self._judged(specimen, mean))
        return asked[2]

    def _judged(self, specimen: Specimen, mean: MeanShape) -> tuple[Doubt, ...]:
        schema = self._editor.schema
        partners = [
            (place, schema.index(landmark.partner))
            for place, landmark in enumerate(schema.landmarks)
            if landmark.partner
        ]
        sides = [pair for pair in partners if pair[0] < pair[1]]
        return doubts(mean, specimen.digitised.xy, schema.names, sides)

    def _mean_without(self, specimen_id: str) -> MeanShape | None:
        """Return the mean of all finished specimens but one; None where they are too few."""
        cursor = self._editor.cursor
        shown = {specimen_id, *(cursor.shown_ids if cursor else ())}
        if self._waiting is None or not self._waiting <= shown:
            self._fit()
        if self._mean is None or specimen_id not in self._places:
            return self._mean
        if self._left_out is None or self._left_out[0] != specimen_id:
            self._left_out = (specimen_id, self._mean.without(self._places[specimen_id]))
        return self._left_out[1]

    def _fit(self) -> None:
        specimens = self._editor.state.specimens
        waiting = specimens.keys() if self._waiting is None else self._waiting
        for key in waiting:
            specimen = specimens.get(key)
            if specimen is not None and _is_finished(specimen.digitised):
                self._finished[key] = specimen.digitised.xy
            else:
                self._finished.pop(key, None)
        self._waiting, self._left_out = set(), None
        keys = list(self._finished)
        if len(keys) > MOST_SPECIMENS:
            chosen = np.linspace(0, len(keys) - 1, MOST_SPECIMENS).round().astype(int)
            keys = [keys[place] for place in chosen]
        self._places = {key: place for place, key in enumerate(keys)}
        self._mean = fit_mean_shape([self._finished[key] for key in keys]) if keys else None

    def _on_edited(self, specimen_ids: tuple[str, ...]) -> None:
        if self._waiting is not None:
            self._waiting.update(specimen_ids)
        self.changed.emit()

    def _on_other_landmarks(self) -> None:
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self._finished, self._places = {}, {}
        self._waiting = self._mean = self._left_out = self._answer = None


def _is_finished(marks: Digitised) -> bool:
    return (
        not marks.is_flagged
        and not marks.counts_y_up
        and all(state in PLACED for state in marks.states)
        and all(source in _BY_HAND for source in marks.sources)
        and bool((marks.xy != marks.xy[:1]).any())
    )
