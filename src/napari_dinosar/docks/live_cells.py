"""The cells of a comparison for other landmarks, and the layers that show them. No Qt."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.steps import Step

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_dinosar.docks.answer import Answer
    from napari_dinosar.docks.live_inputs import Marks
    from napari_dinosar.layers import LayerSpec


def rebuilt(answer: Answer, marks: Marks) -> Answer | DinosarError:
    """Return a comparison with other landmarks and the layers that change, or why it cannot be.

    Parameters
    ----------
    answer : Answer
        The earlier comparison.
    marks : (Landmarks or None, Landmarks or None)
        In the pixels of the two photos.
    """
    from napari_dinosar.comparison import rehomologised
    from napari_dinosar.result_layers import landmark_specs

    assert answer.comparison is not None
    try:
        comparison = rehomologised(answer.comparison, *marks)
    except DinosarError as error:
        return error
    findings = comparison.findings
    specs = landmark_specs(findings, *answer.frames)
    return replace(answer, findings=findings, specs=specs, comparison=comparison, made={})


def found_again(answer: Answer, marks: Marks) -> Generator[Step, None, Answer | DinosarError]:
    """Find the cells again in a worker."""
    yield "Finding the cells again", 0, 0
    return rebuilt(answer, marks)


def made(spec: LayerSpec) -> Generator[Step, None, Layer]:
    """Make the shapes of a layer in a worker."""
    yield f"Preparing {spec.name}", 0, 0
    (layer,) = showing.made_layers([spec]).values()
    return layer
