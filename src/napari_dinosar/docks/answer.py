"""The work behind Run: a comparison, and the layers that show it. No Qt."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.backbones import BUILT_IN
from napari_dinosar.core.steps import Step
from napari_dinosar.docks import first_use
from napari_dinosar.docks.backbone_shelf import BackboneShelf
from napari_dinosar.docks.request import Request
from napari_dinosar.settings import Settings

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_dinosar.comparison import Comparison
    from napari_dinosar.findings import Findings
    from napari_dinosar.findings.flags import FlagSheet
    from napari_dinosar.inspection.noise_result import NoiseFloor
    from napari_dinosar.layers import LayerSpec
    from napari_dinosar.stages import Progress


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found, and the layers that show it.

    Attributes
    ----------
    findings : Findings
        Of a comparison, or of a run that was opened.
    specs : list of LayerSpec
        From the bottom to the top.
    frames : (array, array)
        Each photo's map to the world, (3, 3).
    comparison : Comparison or None
        With all that a comparison with other landmarks starts from; None for a run that was opened.
    request : Request or None
        What was asked for; None for a run that was opened.
    folder : Path or None
        The folder of a run that was opened.
    sheet : FlagSheet or None
        What is flagged in it.
    noise : NoiseFloor or None
        Its noise floor, where the folder holds one.
    made : dict of (str, str or None) to Layer
        Layers that were made beforehand, by role and side; each is taken out where it is shown.
    """

    findings: Findings
    specs: list[LayerSpec]
    frames: tuple[Any, Any]
    comparison: Comparison | None = None
    request: Request | None = None
    folder: Path | None = None
    sheet: FlagSheet | None = None
    noise: NoiseFloor | None = None
    made: dict[tuple[str, str | None], Layer] = field(default_factory=dict)


def answer(request: Request, shelf: BackboneShelf) -> Generator[Step, None, Answer]:
    """Run a comparison for a request.

    Parameters
    ----------
    request : Request
        What to compare and how.
    shelf : BackboneShelf
        Where a loaded backbone is kept.

    Yields
    ------
    (str, int, int)
        Before each stage its name, steps done and in all; a stage that imports a large library
        first says so.

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
    from napari_dinosar.docks.inspect.canvas.compared_photos import photo_to_compare

    means = request.means
    modules = () if means.backbone == BUILT_IN else ("torch",)
    yield Progress(first_use.preparing("the backbone", *modules), 0, 0)
    backbone = shelf.load(means.backbone, means.device, request.settings.precision)
    yield Progress("Reading the photos", 0, 0)
    photo_a, photo_b = (photo_to_compare(layer) for layer in request.photos)
    steps = iter_compare(
        photo_a,
        photo_b,
        request.settings,
        backbone=backbone,
        landmarks=request.landmarks,
        mask_a=request.masks[0],
        mask_b=request.masks[1],
        consensus=means.consensus,
        store="default" if means.keeps_encodings else None,
    )
    comparison = yield from _announced(steps, request.settings)
    found = yield from prepared(comparison.findings, request.frames)
    return replace(found, comparison=comparison, request=request)


def prepared(findings: Findings, frames: tuple[Any, Any]) -> Generator[Step, None, Answer]:
    """Make the layers of what was found, and what they need the first time.

    Parameters
    ----------
    findings : Findings
        What is to be shown.
    frames : (array, array)
        Each photo's map to the world, (3, 3).
    """
    from napari_dinosar import showing
    from napari_dinosar.docks import histogram  # noqa: F401 - so that the panel need not wait
    from napari_dinosar.result_layers import comparison_specs

    specs = comparison_specs(findings, *frames)
    if first_use.has_new_kinds(specs):
        yield "Preparing the layers … (first use)", 1, 1
        first_use.make_new_kinds(specs)
    made = showing.made_layers(specs)
    yield "Preparing the layers", 1, 1  # the last moment to cancel
    return Answer(findings, specs, frames, made=made)


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
