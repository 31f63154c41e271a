"""What the dock asks for when Run is pressed, taken from the layers. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_dinosar.docks import pairing
from napari_dinosar.layers import frame_of
from napari_dinosar.settings import Settings

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_dinosar.core.landmarks import Landmarks


@dataclass(frozen=True)
class Means:
    """By what a comparison is computed, beside its settings.

    Attributes
    ----------
    backbone : str or Path
        Name of a backbone, or a checkpoint.
    device : str
        Where it computes.
    keeps_encodings : bool
        Whether encodings are read from disk and written there.
    consensus : Path or None
        A saved mean shape with its grid.
    """

    backbone: str | Path
    device: str = "auto"
    keeps_encodings: bool = True
    consensus: Path | None = None


@dataclass(frozen=True, eq=False)
class Request:
    """Everything that one comparison needs, taken from the layers when Run is pressed.

    Attributes
    ----------
    photos : (Layer, Layer)
        Image layers of A and B.
    landmarks : (Landmarks or None, Landmarks or None)
        In the pixels of their photos.
    masks : (array or None, array or None)
        Painted labels, where the foreground mode is ``layer``.
    settings : Settings
        All that decides the numbers.
    means : Means
        By what it is computed.
    frames : (array, array)
        Each photo's map to the world, (3, 3).
    """

    photos: tuple[Layer, Layer]
    landmarks: tuple[Landmarks | None, Landmarks | None]
    masks: tuple[Any, Any]
    settings: Settings
    means: Means
    frames: tuple[Any, Any]


def gather(
    photos: tuple[Layer | None, Layer | None],
    landmarks: tuple[Layer | None, Layer | None],
    masks: tuple[Layer | None, Layer | None],
    settings: Settings,
    means: Means,
) -> Request:
    """Place the two photos beside each other and take everything from the layers as it is now.

    Parameters
    ----------
    photos, landmarks, masks : tuple of Layer or None
        Of A and B, as they are chosen.
    settings : Settings
        All that decides the numbers.
    means : Means
        By what it is computed.

    Raises
    ------
    DinosarError
        If a photo is missing or landmarks cannot be read.
    """
    a, b = pairing.chosen_photos(*photos)
    companions = [*zip(landmarks, (a, b), strict=True), *zip(masks, (a, b), strict=True)]
    pairing.arrange(a, b, companions)
    return Request(
        photos=(a, b),
        landmarks=(pairing.landmarks_on(a, landmarks[0]), pairing.landmarks_on(b, landmarks[1])),
        masks=(_labels(masks[0]), _labels(masks[1])),
        settings=settings,
        means=means,
        frames=(frame_of(a), frame_of(b)),
    )


def _labels(mask: Layer | None) -> Any:
    # a copy: the brush may go on while the worker compares
    return None if mask is None else np.array(mask.data)
