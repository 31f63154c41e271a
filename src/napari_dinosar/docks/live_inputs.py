"""Whether a shown comparison still rests on what is chosen, all but its landmarks. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import pairing
from napari_dinosar.layers import landmarks_from_layer, role_of, tag_of

if TYPE_CHECKING:
    from napari_dinosar.core.landmarks import Landmarks
    from napari_dinosar.docks.answer import Answer
    from napari_dinosar.docks.inputs import Inputs
    from napari_dinosar.findings import Findings

Marks = tuple["Landmarks | None", "Landmarks | None"]

OPENED = "This run was opened from files, and its tokens are not kept there."
OTHER_PHOTO = "Another photo is chosen now than the one that was compared."
OTHER_SETTINGS = "Settings were changed as well."
OTHER_MEANS = "Another backbone or consensus is chosen now."
OTHER_MASK = "A mask was painted on as well."


def landmarks_now(inputs: Inputs) -> Marks:
    """Return the landmarks of both sides as they stand in their layers.

    Raises
    ------
    DinosarError
        If a layer cannot be landmarks.
    """
    first, second = (_on_photo(side.photo.layer(), side.landmarks.layer()) for side in inputs.sides)
    return first, second


def _on_photo(photo: Any, points: Any) -> Landmarks | None:
    if points is None:
        return None
    if photo is None or role_of(points) == "landmarks":
        return landmarks_from_layer(points)
    return pairing.landmarks_on(photo, points)


def are_those_of(findings: Findings, marks: Marks) -> bool:
    """Tell whether landmarks are those that a comparison was made with."""
    return are_same((findings.a.landmarks, findings.b.landmarks), marks)


def are_same(first: Marks, second: Marks) -> bool:
    """Tell whether landmarks have the same places under the same names on both sides."""
    return all(_placed(one) == _placed(other) for one, other in zip(first, second, strict=True))


def _placed(marks: Landmarks | None) -> dict[str, tuple[float, float, int]] | None:
    """Return the landmarks that have a place, by name."""
    if marks is None:
        return None
    rows = zip(marks.labels, marks.xy.tolist(), marks.visibility.tolist(), strict=True)
    return {label: (x, y, flag) for label, (x, y), flag in rows if flag > 0}


def is_same_photo(findings: Findings, inputs: Inputs) -> bool:
    """Tell whether photos and landmarks of both sides say that they are those of a comparison."""
    for specimen, side in zip((findings.a, findings.b), inputs.sides, strict=True):
        for layer, key in ((side.photo.layer(), "sha256"), (side.landmarks.layer(), PHOTO_KEY)):
            said = None if layer is None else tag_of(layer).get(key)
            if said not in (None, specimen.sha256):
                return False
    return True


PHOTO_KEY = "photo_sha256"


def obstacle(answer: Answer, pixels: tuple[Any, ...], inputs: Inputs, marks: Marks) -> str:
    """Return why cells cannot be found for other landmarks without a run; empty where they can.

    Parameters
    ----------
    answer : Answer
        What is shown.
    pixels : tuple of array
        Data of the two photos' layers when it was shown.
    inputs : Inputs
        What is chosen now.
    marks : (Landmarks or None, Landmarks or None)
        The landmarks as they are now.
    """
    from napari_dinosar.stages import OTHER_SEED, more_than_cells

    request = answer.request
    if not is_same_photo(answer.findings, inputs):
        return OTHER_PHOTO
    if answer.comparison is None or request is None:
        return OPENED
    refusal = more_than_cells(request.settings)
    if refusal:
        return refusal
    if _seeds(marks) != _seeds(request.landmarks):
        return OTHER_SEED
    photos = tuple(side.photo.layer() for side in inputs.sides)
    shown = zip(photos, request.photos, pixels, strict=True)
    if any(now is None or now is not then or now.data is not data for now, then, data in shown):
        return OTHER_PHOTO
    try:
        settings = inputs.form.settings()
    except DinosarError:
        return OTHER_SETTINGS
    if settings != request.settings:
        return OTHER_SETTINGS
    if inputs.means(settings) != request.means:
        return OTHER_MEANS
    return "" if _same_masks(request.masks, inputs) else OTHER_MASK


def _seeds(marks: Marks) -> list[tuple[float, float] | None]:
    return [None if mark is None else mark.mask_seed_xy for mark in marks]


def _same_masks(masks: tuple[Any, Any], inputs: Inputs) -> bool:
    for then, side in zip(masks, inputs.sides, strict=True):
        now = side.mask.layer()
        if then is not None and (now is None or not np.array_equal(then, now.data)):
            return False
    return True
