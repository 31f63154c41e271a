"""The first stage: photos, landmarks, masks and consensus are read."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import LandmarkPair, Landmarks, pair_landmarks
from napari_dinosar.core.mask_seed import Seed, checked_seed
from napari_dinosar.core.photo import Photo
from napari_dinosar.io.coco import CocoFile, read_coco
from napari_dinosar.io.photos import read_mask
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import PhotoInput, open_photo
from napari_dinosar.stages.run import Progress, Run

LandmarksInput: TypeAlias = "str | Path | Sequence[Landmarks | None] | None"
Labels: TypeAlias = NDArray[np.generic]
MaskInput: TypeAlias = "str | Path | Labels | None"
ConsensusInput: TypeAlias = "str | Path | SavedConsensus | None"


@dataclass(frozen=True, eq=False)
class Inputs:
    """The two photos with what was given for them.

    Attributes
    ----------
    photos : (Photo, Photo)
        A and B.
    landmarks : (Landmarks or None, Landmarks or None)
        Theirs, in photo pixels.
    pair : LandmarkPair or None
        The landmarks that both have, where they are used.
    masks : (array or None, array or None)
        Labels at photo size, specimen > 0.
    consensus : SavedConsensus or None
        Shape and grid that many pairs share.
    seeds : tuple of (float, float) or None
        Which part of a mask is the specimen, in photo pixels.
    record : dict
        Files and checksums of all but the photos, for run.yaml.
    """

    photos: tuple[Photo, Photo]
    landmarks: tuple[Landmarks | None, Landmarks | None]
    pair: LandmarkPair | None
    masks: tuple[Labels | None, Labels | None] = (None, None)
    consensus: SavedConsensus | None = None
    seeds: tuple[Seed | None, Seed | None] = (None, None)
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def landmarks_used(self) -> tuple[str, ...] | None:
        """Names of the landmarks that define the grid, or the alignment."""
        if self.pair is None:
            return None
        return self.pair.labels if self.consensus is None else self.consensus.names


def read_inputs(
    run: Run,
    sources: tuple[PhotoInput, PhotoInput],
    landmarks: LandmarksInput,
    specimens: tuple[str | None, str | None],
    masks: tuple[MaskInput, MaskInput],
    consensus: ConsensusInput,
    seeds: tuple[object, object] = (None, None),
) -> Generator[Progress, None, Inputs]:
    """Open both photos and all that was given for them; find the landmarks that they share."""
    photos = []
    for source, side in zip(sources, "AB", strict=True):
        yield run.begin(f"Reading photo {side}")
        with run.timed("read"):
            photos.append(open_photo(source, f"photo {side}", run.memory.session))
    first, second = photos
    marks = _landmarks_of((first, second), landmarks, specimens, run)
    labels = _masks_of(run, masks)
    saved = _consensus_of(run, consensus)
    places = _seeds_of(run, marks, seeds)
    first_marks, second_marks = (
        None if mark is None else replace(mark, mask_seed_xy=seed)
        for mark, seed in zip(marks, places, strict=True)
    )
    marks = first_marks, second_marks
    record: dict[str, Any] = {
        "landmarks": _file_record(landmarks),
        "consensus": _file_record(consensus),
    }
    for side, given, array in zip("ab", masks, labels, strict=True):
        record[f"mask_{side}"] = _file_record(given, array)
    for side, seed in zip("ab", places, strict=True):
        record[f"mask_seed_{side}"] = None if seed is None else list(seed)
    return Inputs(
        (first, second),
        marks,
        _pair((first, second), marks, run),
        labels,
        saved,
        places,
        record,
    )


def _masks_of(run: Run, masks: tuple[MaskInput, MaskInput]) -> tuple[Labels | None, Labels | None]:
    if run.settings.fg_mode != "layer":
        if any(mask is not None for mask in masks):
            run.note("The masks that were given have no effect: they count with fg_mode layer.")
        return None, None
    first, second = (read_mask(mask) if isinstance(mask, str | Path) else mask for mask in masks)
    return first, second


def _seeds_of(
    run: Run, marks: tuple[Landmarks | None, Landmarks | None], given: tuple[object, object]
) -> tuple[Seed | None, Seed | None]:
    """Return what was given, else what the landmarks say; None where masks are painted."""
    first, second = (
        checked_seed(seed, f"The mask seed of {side}")
        for seed, side in zip(given, "AB", strict=True)
    )
    if run.settings.fg_mode == "layer":
        if first is not None or second is not None:
            run.note("The mask seed has no effect: painted masks are taken as they are.")
        return None, None
    noted = [None if mark is None else mark.mask_seed_xy for mark in marks]
    return first or noted[0], second or noted[1]


def _consensus_of(run: Run, given: ConsensusInput) -> SavedConsensus | None:
    if given is None:
        return None
    if run.settings.matching_mode == "similarity":
        run.note("The consensus has no effect: it counts with matching_mode tps_homology or both.")
        return None
    default = Settings()
    for name in ("tps_cell_size", "tps_rows", "tps_cols", "tps_pad_cells", "tps_snap"):
        if getattr(run.settings, name) != getattr(default, name):
            run.note(f"Setting {name!r} has no effect here: the saved consensus has its own grid.")
    if isinstance(given, SavedConsensus):
        return given
    from napari_dinosar.io.run_reading import read_consensus

    return read_consensus(Path(given))


def _file_record(given: object, array: Labels | None = None) -> dict[str, Any] | None:
    """Return path and checksum of an input: of its file, or of the pixels that were handed over."""
    if isinstance(given, str | Path):
        path = Path(given).resolve()
        source = path / "arrays.npz" if path.is_dir() else path
        return {"path": str(path), "sha256": hashlib.sha256(source.read_bytes()).hexdigest()}
    if array is not None:
        return {
            "path": None,
            "sha256": hashlib.sha256(np.ascontiguousarray(array).data).hexdigest(),
        }
    return None if given is None else {"path": None, "sha256": None}


def _landmarks_of(
    photos: tuple[Photo, Photo],
    landmarks: LandmarksInput,
    specimens: tuple[str | None, str | None],
    run: Run,
) -> tuple[Landmarks | None, Landmarks | None]:
    """Return the landmarks of both photos, from a COCO file or as they were given."""
    if landmarks is None:
        if any(specimens):
            raise DinosarError(
                "A specimen was chosen without landmarks. Give the COCO keypoints file that "
                "lists it."
            )
        return None, None
    if isinstance(landmarks, str | Path):
        file = read_coco(Path(landmarks))
        first, second = (
            _from_file(file, photo, specimen, run)
            for photo, specimen in zip(photos, specimens, strict=True)
        )
        return first, second
    if any(specimens):
        run.note(
            "The choice of a specimen has no effect: it counts with a COCO file of landmarks, and "
            "those of two specimens were given."
        )
    given = tuple(landmarks)
    if len(given) != 2 or not all(mark is None or isinstance(mark, Landmarks) for mark in given):
        raise DinosarError(
            "Landmarks are the path of a COCO keypoints file or a pair of Landmarks, one for "
            "each photo."
        )
    return given[0], given[1]


def _from_file(file: CocoFile, photo: Photo, specimen: str | None, run: Run) -> Landmarks:
    key = photo.name if photo.path is None else photo.path
    marks = file.select(key, specimen_id=specimen)
    listed = file.size_xy(key)
    if listed is not None and listed != photo.size_xy:
        run.warn(
            f"{file.path.name} lists {photo.name} as {listed[0]} x {listed[1]} pixels, and the "
            f"photo has {photo.size_xy[0]} x {photo.size_xy[1]}: were its landmarks placed on a "
            f"copy of another size?"
        )
    return marks


def _pair(
    photos: tuple[Photo, Photo],
    landmarks: tuple[Landmarks | None, Landmarks | None],
    run: Run,
) -> LandmarkPair | None:
    """Pair the landmarks where something rests on them; say so where they cannot be had."""
    settings = run.settings
    for_cells = settings.matching_mode != "similarity"
    for_alignment = settings.align_stage != "none" and settings.align_by != "masks"
    first, second = landmarks
    if not (for_cells or for_alignment):
        return None
    if first is None or second is None:
        _say_lacking(photos, landmarks, run, for_cells)
        return None
    run.note(*_left_out(first, second))
    try:
        return pair_landmarks(first, second, photos[0].name, photos[1].name)
    except DinosarError as error:
        if for_cells or settings.align_by == "landmarks":
            raise
        run.warn(f"The masks are aligned, not the landmarks: {error}")
        return None


def _left_out(a: Landmarks, b: Landmarks) -> list[str]:
    """Return a sentence for the landmarks that both name and only one has."""
    said = []
    for here, there, side in ((a, b, "A"), (b, a, "B")):
        placed = {
            name
            for name, visibility in zip(there.labels, there.visibility, strict=True)
            if visibility > 0
        }
        absent = [
            name
            for name, visibility in zip(here.labels, here.visibility, strict=True)
            if visibility == 0 and name in placed
        ]
        if absent:
            said.append(f"Left out, since {side} has them marked as absent: {', '.join(absent)}.")
    return said


def _say_lacking(
    photos: tuple[Photo, Photo],
    landmarks: tuple[Landmarks | None, Landmarks | None],
    run: Run,
    for_cells: bool,
) -> None:
    lacking = [photo.name for photo, mark in zip(photos, landmarks, strict=True) if mark is None]
    settings, message = run.settings, f"No landmarks for {' and '.join(lacking)}"
    if settings.align_stage != "none" and settings.align_by == "landmarks":
        raise DinosarError(
            f"{message}: they are what 'align_by' asks for. Place landmarks, or align by masks."
        )
    if not for_cells:
        return
    message += ": homologous cells need them."
    if settings.matching_mode == "tps_homology":
        raise DinosarError(f"{message} Place landmarks, or choose the mode 'similarity'.")
    run.warn(f"{message} Only patches were compared.")
