"""What the stages of a comparison made, before it is summed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from napari_dinosar.backbones import Backbone
from napari_dinosar.core.alignment import Alignment
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.matching import Matches
from napari_dinosar.core.similarity import BestMatches
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Specimen


@dataclass(frozen=True, eq=False)
class Compared:
    """What the stages of a comparison made, before it is summed up.

    Attributes
    ----------
    settings : Settings
        All that decided the numbers.
    backbone : Backbone
        What made the tokens.
    a, b : Specimen
        The two sides.
    matched : (BestMatches, Matches) or None
        Best matches and correspondences.
    homology : Homology or None
        The cells.
    alignment : Alignment or None
        How A was laid over B.
    landmarks_used : tuple of str or None
        Names of the common landmarks.
    inputs : mapping
        Files and checksums of all but the photos.
    command : sequence of str or None
        The command line, where there was one.
    """

    settings: Settings
    backbone: Backbone
    a: Specimen
    b: Specimen
    matched: tuple[BestMatches, Matches] | None
    homology: Homology | None
    alignment: Alignment | None
    landmarks_used: tuple[str, ...] | None
    inputs: Mapping[str, Any]
    command: Sequence[str] | None = None
