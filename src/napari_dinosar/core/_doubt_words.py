"""Doubts about landmarks, put into sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from napari_dinosar.core._shape_look import Look


@dataclass(frozen=True)
class Doubt:
    """What may be wrong with some landmarks of a specimen.

    Attributes
    ----------
    kind : str
        ``outlier``: they lie far from where they are usual; ``swap``: exchanged they would not.
    landmarks : tuple of int
        0-based places.
    sentence : str
        What is odd, with its number.
    severity : float
        Usual scatters from where they are expected, of the farthest one.
    """

    kind: Literal["outlier", "swap"]
    landmarks: tuple[int, ...]
    sentence: str
    severity: float


@dataclass(frozen=True)
class Words:
    """Sentences about one specimen, measured by a number of finished ones."""

    n: int
    names: tuple[str, ...]

    def outlier(self, place: int, far: float, meant: int | None) -> Doubt:
        hint = "" if meant is None else f", about where {self._called(meant)} belongs"
        sentence = (
            f"Landmark {self._called(place)} lies {_times(far)} the usual scatter from where it "
            f"is on the {self.n} finished specimens{hint}."
        )
        return Doubt("outlier", (place,), sentence, far)

    def swap(self, pair: tuple[int, int], before: Look, after: Look) -> Doubt:
        was = float(before.at(np.array(pair)).max())
        sentence = (
            f"Landmarks {self._called(pair[0])} and {self._called(pair[1])} may be exchanged: the "
            f"other way round they lie {_times(float(after.at(np.array(pair)).max()))} the usual "
            f"scatter from where they are on the {self.n} finished specimens, now {_times(was)}."
        )
        return Doubt("swap", pair, sentence, was)

    def other_way_round(self, before: Look, after: Look, pairs: tuple[int, ...]) -> Doubt:
        was = float(np.median(before.far))
        fits = (
            f"landmarks lie {_times(float(np.median(after.far)))} the usual scatter from where "
            f"they are on the {self.n} finished specimens (median), now {_times(was)}."
        )
        if pairs:
            sentence = (
                f"Left and right may be exchanged, or the photo is mirrored: with all "
                f"{len(pairs) // 2} pairs of partners the other way round {fits}"
            )
        else:
            sentence = f"The specimen or its photo may be mirrored: turned over, its {fits}"
        landmarks = pairs or tuple(before.places.tolist())
        return Doubt("swap", landmarks, sentence, float(before.far.max()))

    def hopeless(self, look: Look) -> Doubt:
        places = tuple(look.places[look.outliers].tolist())
        sentence = (
            f"{len(places)} of {len(look.places)} landmarks lie far from where they are on the "
            f"{self.n} finished specimens (median {_times(float(np.median(look.far)))} the usual "
            "scatter): they may be in another order, or of another kind of specimen."
        )
        return Doubt("outlier", places, sentence, float(look.far.max()))

    def _called(self, place: int) -> str:
        number = str(place + 1)
        name = self.names[place]
        return number if name == number else f"{number} ({name})"


def _times(far: float) -> str:
    return f"{far:.1f} times" if far < 10 else f"{far:.0f} times"
