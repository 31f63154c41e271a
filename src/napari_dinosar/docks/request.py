"""What the dock asks for when Run is pressed, and the work that answers it. No Qt."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.backbones import BUILT_IN
from napari_dinosar.docks import first_use, pairing
from napari_dinosar.docks.backbone_shelf import BackboneShelf
from napari_dinosar.layers import frame_of
from napari_dinosar.settings import Settings

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_dinosar.comparison import Comparison
    from napari_dinosar.core.landmarks import Landmarks
    from napari_dinosar.layers import LayerSpec
    from napari_dinosar.stages import Progress


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
    backbone : str or Path
        Name of a backbone, or a checkpoint.
    frames : (array, array)
        Each photo's map to the world, (3, 3).
    """

    photos: tuple[Layer, Layer]
    landmarks: tuple[Landmarks | None, Landmarks | None]
    masks: tuple[Any, Any]
    settings: Settings
    backbone: str | Path
    frames: tuple[Any, Any]


def gather(
    photos: tuple[Layer | None, Layer | None],
    landmarks: tuple[Layer | None, Layer | None],
    masks: tuple[Layer | None, Layer | None],
    settings: Settings,
    backbone: str | Path,
) -> Request:
    """Place the two photos beside each other and take everything from the layers as it is now.

    Parameters
    ----------
    photos, landmarks, masks : tuple of Layer or None
        Of A and B, as they are chosen.
    settings : Settings
        All that decides the numbers.
    backbone : str or Path
        Name of a backbone, or a checkpoint.

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
        backbone=backbone,
        frames=(frame_of(a), frame_of(b)),
    )


def _labels(mask: Layer | None) -> Any:
    return None if mask is None else mask.data


@dataclass(frozen=True, eq=False)
class Answer:
    """A comparison, and the layers that show it from the bottom to the top."""

    comparison: Comparison
    specs: list[LayerSpec]


def answer(request: Request, shelf: BackboneShelf) -> Generator[Progress, None, Answer]:
    """Run a comparison for a request.

    Parameters
    ----------
    request : Request
        What to compare and how.
    shelf : BackboneShelf
        Where a loaded backbone is kept.

    Yields
    ------
    Progress
        Before each stage; a stage that imports a large library first says so.

    Returns
    -------
    Answer
        The comparison and its layers.

    Raises
    ------
    DinosarError
        If something is wrong with the inputs.
    """
    from napari_dinosar.stages import Progress

    yield Progress(first_use.preparing("the comparison", "napari_dinosar.docks.histogram"), 0, 0)
    from napari_dinosar.comparison import iter_compare
    from napari_dinosar.docks import histogram  # noqa: F401 - so that the panel need not wait
    from napari_dinosar.layers import photo_from_layer
    from napari_dinosar.result_layers import comparison_specs

    modules = () if request.backbone == BUILT_IN else ("torch",)
    yield Progress(first_use.preparing("the backbone", *modules), 0, 0)
    backbone = shelf.load(request.backbone)
    yield Progress("Reading the photos", 0, 0)
    photo_a, photo_b = (photo_from_layer(layer) for layer in request.photos)
    steps = iter_compare(
        photo_a,
        photo_b,
        request.settings,
        backbone=backbone,
        landmarks=request.landmarks,
        mask_a=request.masks[0],
        mask_b=request.masks[1],
    )
    comparison = yield from _announced(steps, request.settings)
    specs = comparison_specs(comparison, *request.frames)
    if first_use.has_new_kinds(specs):
        yield Progress("Preparing the layers … (first use)", 1, 1)
        first_use.make_new_kinds(specs)
    yield Progress("Preparing the layers", 1, 1)  # the last moment to cancel
    return Answer(comparison, specs)


def _announced(
    steps: Generator[Progress, None, Comparison], settings: Settings
) -> Generator[Progress, None, Comparison]:
    """Pass progress on; say so where rembg will be imported, which takes its time once."""
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            comparison: Comparison = end.value
            return comparison
        if progress.stage.startswith("Finding specimen") and first_use.needs_rembg(settings):
            slow = " … (first use of rembg: up to a minute)"
            progress = progress._replace(stage=progress.stage + slow)
        yield progress
