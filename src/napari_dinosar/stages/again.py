"""A comparison with other landmarks: only what rests on landmarks is found again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.steps import ended
from napari_dinosar.report import Compared, PatchFindings
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Memory
from napari_dinosar.stages.comparing import compare_cells
from napari_dinosar.stages.encoding import warn_of_specimens
from napari_dinosar.stages.inputs import Inputs, read_inputs
from napari_dinosar.stages.network import Network, load
from napari_dinosar.stages.run import Run, Said

OTHER_SEED = (
    "The place that says which part of a mask is the specimen was moved, and the mask depends on "
    "it: run the comparison again."
)


@dataclass(frozen=True, eq=False)
class Basis:
    """What a comparison with other landmarks takes over from an earlier one.

    Attributes
    ----------
    inputs : Inputs
        Photos, masks and consensus, and the landmarks of last time.
    network : Network
        The backbone with its layers.
    memory : Memory
        What was read and encoded.
    said : Said
        Warnings and notes from masks to alignment.
    compared : Compared
        What the stages made.
    patches : PatchFindings
        What is found of patches.
    """

    inputs: Inputs
    network: Network
    memory: Memory
    said: Said
    compared: Compared
    patches: PatchFindings


def more_than_cells(settings: Settings) -> str:
    """Return why landmarks decide more than the cells under the settings; empty where they don't.

    Parameters
    ----------
    settings : Settings
        Those of the comparison.
    """
    if settings.align_stage != "none" and settings.align_by != "masks":
        return (
            "The landmarks also decide how A is laid over B, so that all of the comparison "
            "depends on them: run it again."
        )
    return ""


def compare_again(
    basis: Basis, landmarks: tuple[Landmarks | None, Landmarks | None]
) -> tuple[Run, Inputs, Compared]:
    """Run the stages that rest on landmarks, and repeat what the others said.

    Parameters
    ----------
    basis : Basis
        The earlier comparison.
    landmarks : (Landmarks or None, Landmarks or None)
        In the pixels of the two photos.

    Raises
    ------
    DinosarError
        If the landmarks cannot be used.
    """
    earlier = basis.compared
    run = Run(earlier.settings, basis.memory)
    inputs = _inputs(run, basis, landmarks)
    ended(load(run, basis.network.backbone))
    run.say_again(basis.said)
    a, b = (
        replace(specimen, landmarks=marks)
        for specimen, marks in zip((earlier.a, earlier.b), inputs.landmarks, strict=True)
    )
    warn_of_specimens(run, a, b)
    if earlier.matched is not None:
        run.warn(*earlier.matched[1].warnings)
    compared = replace(
        earlier,
        a=a,
        b=b,
        homology=ended(compare_cells(run, a, b, inputs)),
        landmarks_used=inputs.landmarks_used,
        inputs=inputs.record,
    )
    return run, inputs, compared


def _inputs(run: Run, basis: Basis, landmarks: tuple[Landmarks | None, Landmarks | None]) -> Inputs:
    """Return the inputs with other landmarks; files are named as they were the first time."""
    given = basis.inputs
    for marks, seed in zip(landmarks, given.seeds, strict=True):
        has_other = marks is not None and marks.mask_seed_xy not in (None, seed)
        if has_other and run.settings.fg_mode != "layer":
            raise DinosarError(OTHER_SEED)
    found = ended(
        read_inputs(
            run, given.photos, landmarks, (None, None), given.masks, given.consensus, given.seeds
        )
    )
    record = {**given.record, "landmarks": found.record["landmarks"]}
    return replace(given, landmarks=found.landmarks, pair=found.pair, record=record)
