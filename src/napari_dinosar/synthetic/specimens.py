"""Draws whole specimens with their landmarks and planted differences, and writes them as files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.synthetic.anatomy import (
    LANDMARK_NAMES,
    PLAN_SIZE,
    SKELETON,
    Species,
    individual,
)
from napari_dinosar.synthetic.body_painting import (
    paint_body,
    paint_bristles,
    paint_dust,
    paint_tegula,
)
from napari_dinosar.synthetic.photo import SUPERSAMPLE, Pose, develop, seen_by_camera, strike_pose
from napari_dinosar.synthetic.pigment import PlantedChange
from napari_dinosar.synthetic.plans import SPECIES
from napari_dinosar.synthetic.raster import Floats, Sheet
from napari_dinosar.synthetic.venation import Venation, grow_veins
from napari_dinosar.synthetic.wing_painting import paint_wing

DEFAULT_SIZE = (900, 600)
SMALLEST_SIDE, LARGEST_SIDE = 120, 4000
KEYPOINTS_FILE = "synthetic_keypoints.json"


@dataclass(frozen=True, eq=False)
class SyntheticSpecimen:
    """A drawn photo, and everything that is known about it because it was drawn.

    Attributes
    ----------
    name : str
        Name of the photo's file.
    species : str
        Key of `SPECIES`.
    rgb : (H, W, 3) uint8
        The photo.
    landmarks : Landmarks
        All of `LANDMARK_NAMES`, exact.
    mask : (H, W) bool
        The specimen without its pin and shadows.
    changes : tuple of PlantedChange
        What was planted.
    changed_regions : tuple of (H, W) bool
        For each change the pixels that it covers.
    pose : Pose
        From plan units to photo pixels, and back: places of two specimens of one species that
        have the same plan position correspond.
    """

    name: str
    species: str
    rgb: NDArray[np.uint8]
    landmarks: Landmarks
    mask: NDArray[np.bool_]
    changes: tuple[PlantedChange, ...]
    changed_regions: tuple[NDArray[np.bool_], ...]
    pose: Pose


def draw_specimen(
    species: str,
    seed: int,
    *,
    size_xy: tuple[int, int] = DEFAULT_SIZE,
    changes: Sequence[PlantedChange] = (),
    photo_seed: int | None = None,
) -> SyntheticSpecimen:
    """Draw one pinned planthopper from the side.

    Parameters
    ----------
    species : str
        ``"obscura"`` (dark wings with a pale margin) or ``"marmorata"`` (mottled, broader).
    seed : int
        The individual: shape, veins, pattern, texture. Not negative.
    size_xy : (int, int)
        Width and height of the photo, 120 to 4000 px each.
    changes : sequence of PlantedChange
        Differences to paint on the wing. All else is the same as without them.
    photo_seed : int, optional
        How the individual lies, is lit and photographed; by default its own number. Two photos
        of one individual share `seed` and differ in `photo_seed`.

    Returns
    -------
    SyntheticSpecimen

    Raises
    ------
    DinosarError
        For a species that there is not, a negative seed, or a photo size out of bounds.
    """
    plan = _checked_species(species, seed, size_xy)
    form, skin, wing_skin, veins_of, dirt = _streams(seed, 5)
    (light,) = _streams((seed if photo_seed is None else photo_seed) + 7_000_003, 1)
    pose = strike_pose(form, light, size_xy)
    drawn = individual(plan, form)
    veins = grow_veins(drawn, drawn.wing, veins_of)
    scale = SUPERSAMPLE * min(size_xy[0] / PLAN_SIZE[0], size_xy[1] / PLAN_SIZE[1])
    sheet = Sheet.blank(scale, PLAN_SIZE)
    paint_body(sheet, drawn, skin)
    box, coverage = paint_wing(sheet, drawn, drawn.wing, veins, wing_skin, changes)
    paint_tegula(sheet, drawn, skin)
    paint_bristles(sheet, drawn, skin)
    paint_dust(sheet, drawn.wing.outline_xy, 36, dirt)
    paint_dust(sheet, np.array(drawn.pleura + drawn.head), 14, dirt)
    maps: list[Floats] = []
    for share in coverage:
        maps.append(np.zeros_like(sheet.alpha))
        maps[-1][box.slices] = share
    rgb, alpha, maps = seen_by_camera(sheet, maps, pose, size_xy)
    name = (
        f"{species}_{seed:03d}.png"
        if photo_seed is None
        else f"{species}_{seed:03d}_{photo_seed}.png"
    )
    return SyntheticSpecimen(
        name=name,
        species=species,
        rgb=develop(rgb, alpha, light),
        landmarks=_landmarks(drawn, veins, pose, name),
        mask=alpha > 0.5,
        changes=tuple(changes),
        changed_regions=tuple(share > 0.5 for share in maps),
        pose=pose,
    )


def synthetic_trio(
    size_xy: tuple[int, int] = DEFAULT_SIZE,
) -> tuple[SyntheticSpecimen, SyntheticSpecimen, SyntheticSpecimen]:
    """Return two specimens of one species, the second with a planted spot, and one of another."""
    return (*synthetic_pair(size_xy), draw_specimen("marmorata", 3, size_xy=size_xy))


def synthetic_pair(
    size_xy: tuple[int, int] = DEFAULT_SIZE,
) -> tuple[SyntheticSpecimen, SyntheticSpecimen]:
    """Return two specimens of one species; the second has a spot that the first has not."""
    spot = PlantedChange("spot", along=0.60, across=0.60)
    return (
        draw_specimen("obscura", 1, size_xy=size_xy),
        draw_specimen("obscura", 2, size_xy=size_xy, changes=(spot,)),
    )


def write_synthetic_pair(
    folder: str | Path, size_xy: tuple[int, int] = DEFAULT_SIZE
) -> tuple[Path, Path, Path]:
    """Write the two specimens of one species as PNG files with a COCO keypoints file.

    Parameters
    ----------
    folder : str or Path
        Is made where it does not exist. Files of these names are replaced.
    size_xy : (int, int)
        Width and height of the photos.

    Returns
    -------
    (Path, Path, Path)
        Photo A, photo B, keypoints.

    Raises
    ------
    DinosarError
        When the folder cannot be written to.
    """
    from PIL import Image

    from napari_dinosar.io.coco_document import coco_document

    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        specimens = synthetic_pair(size_xy)
        for specimen in specimens:
            Image.fromarray(specimen.rgb).save(folder / specimen.name)
        entries = [(photo_from_array(s.rgb, s.name), s.landmarks, s.mask) for s in specimens]
        text = json.dumps(coco_document(entries), indent=1)
        (folder / KEYPOINTS_FILE).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DinosarError(
            f"The synthetic pair cannot be written to {folder}: {error.strerror or error}. "
            f"Choose a folder that you may write to."
        ) from error
    first, second = (folder / specimen.name for specimen in specimens)
    return first, second, folder / KEYPOINTS_FILE


def _checked_species(species: str, seed: int, size_xy: tuple[int, int]) -> Species:
    if species not in SPECIES:
        raise DinosarError(f"There is no species {species!r} to draw, only {', '.join(SPECIES)}.")
    if seed < 0:
        raise DinosarError(f"The seed of a specimen is not negative; it is {seed}.")
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in size_xy):
        raise DinosarError(
            f"A specimen is drawn on {SMALLEST_SIDE} to {LARGEST_SIDE} pixels a side, not "
            f"{size_xy[0]} x {size_xy[1]}."
        )
    return SPECIES[species]


def _streams(seed: int, count: int) -> list[np.random.Generator]:
    """Return independent random streams: a change in one part leaves the others alone."""
    children = np.random.SeedSequence(seed).spawn(count)
    return [np.random.Generator(np.random.PCG64(child)) for child in children]


def _landmarks(species: Species, veins: Venation, pose: Pose, name: str) -> Landmarks:
    places = {**species.points, **veins.forks}
    plan_xy = np.array([places[label] for label in LANDMARK_NAMES], float)
    return Landmarks.from_points(
        pose.to_photo(plan_xy), LANDMARK_NAMES, skeleton=SKELETON, file_name=name, image_id=name
    )
