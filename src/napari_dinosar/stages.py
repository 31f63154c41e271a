"""The stages of a comparison, each a generator of progress that returns what it made."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.backbones import Backbone, best_available, load_backbone, resolve_layers
from napari_dinosar.backbones.cutout import rembg_model_path
from napari_dinosar.core.errors import DinosarError, NeedsAttentionError
from napari_dinosar.core.foreground import Foreground, landmarks_outside_warning, valid_patches
from napari_dinosar.core.homology import CellSide, Homology, HomologyOptions, compute_homology
from napari_dinosar.core.landmarks import (
    LandmarkPair,
    Landmarks,
    outside_warning,
    pair_landmarks,
)
from napari_dinosar.core.matching import Matches, attention_matches, demo_matches
from napari_dinosar.core.photo import Photo
from napari_dinosar.core.similarity import BestMatches, best_matches
from napari_dinosar.io.coco import CocoFile, read_coco
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import (
    Cache,
    PhotoInput,
    Specimen,
    encode,
    find_foreground,
    open_photo,
    patch_side,
    place_on_canvas,
)

LandmarksInput: TypeAlias = "str | Path | Sequence[Landmarks | None] | None"
Labels: TypeAlias = NDArray[np.generic]

MOST_PATCH_RATIO = 1.5
"""Where one specimen has this many times the other's patches, best-match distances are skewed."""


class Progress(NamedTuple):
    """How far a comparison has come: the stage that begins now, and steps done of all."""

    stage: str
    done: int
    total: int


@dataclass
class Run:
    """What the stages of one comparison share: settings, memory, step count, warnings, times."""

    settings: Settings
    cache: Cache
    total: int = 10
    done: int = 0
    warnings: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)

    def begin(self, stage: str) -> Progress:
        """Return the progress to report before a stage."""
        progress = Progress(stage, self.done, self.total)
        self.done += 1
        return progress

    def warn(self, *sentences: str | None) -> None:
        """Keep each warning once."""
        for sentence in sentences:
            if sentence and sentence not in self.warnings:
                self.warnings.append(sentence)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds of a block to a stage."""
        begin = time.perf_counter()
        yield
        self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - begin


@dataclass(frozen=True, eq=False)
class Inputs:
    """The two photos with their landmarks, and the landmarks that they share."""

    photos: tuple[Photo, Photo]
    landmarks: tuple[Landmarks | None, Landmarks | None]
    pair: LandmarkPair | None


def read_inputs(
    run: Run,
    sources: tuple[PhotoInput, PhotoInput],
    landmarks: LandmarksInput,
    specimens: tuple[str | None, str | None],
) -> Generator[Progress, None, Inputs]:
    """Open both photos and find the landmarks that they share."""
    photos = []
    for source, side in zip(sources, "AB", strict=True):
        yield run.begin(f"Reading photo {side}")
        with run.timed("read"):
            photos.append(open_photo(source, f"photo {side}", run.cache))
    first, second = photos
    marks = _landmarks_of((first, second), landmarks, specimens, run)
    return Inputs((first, second), marks, _pair((first, second), marks, run))


def load(
    run: Run, backbone: Backbone | str | Path | None
) -> Generator[Progress, None, tuple[Backbone, tuple[int, ...], tuple[int, ...]]]:
    """Return the backbone, the layers whose tokens and the layers whose attention are wanted."""
    yield run.begin("Preparing the backbone")
    with run.timed("load"):
        if backbone is None or isinstance(backbone, str | Path):
            network = load_backbone(best_available() if backbone is None else backbone)
        else:
            network = backbone
    if run.settings.match_flavor == "attention" and not network.has_attention:
        raise NeedsAttentionError(
            f"The 'attention' match flavour ranks patches by attention, and the backbone "
            f"{network.name!r} has none. Choose the 'demo' flavour or a DINO network."
        )
    layers = resolve_layers(run.settings.layers, network.depth)
    wanted = run.settings.attn_layers if network.has_attention else ()
    return network, layers, resolve_layers(wanted, network.depth)


def find_foregrounds(
    run: Run, photos: tuple[Photo, Photo], masks: tuple[Labels | None, Labels | None]
) -> Generator[Progress, None, tuple[Foreground, Foreground]]:
    """Mask both specimens in one and the same way.

    With ``auto``, rembg is used where its model is here; when it fails for one photo, both are
    masked by colour distance.
    """
    session = run.settings.rembg_session
    mode = run.settings.fg_mode
    fall_back = mode == "auto"
    if mode == "auto":
        mode = "thresh" if rembg_model_path(session) is None else "rembg"
    found: list[Foreground] = []
    for photo, labels, side in zip(photos, masks, "AB", strict=True):
        yield run.begin(f"Finding specimen {side}")
        with run.timed("foreground"):
            try:
                found.append(find_foreground(photo, mode, session, labels, run.cache))
            except DinosarError as error:
                if mode == "thresh" or not fall_back:
                    raise
                run.warn(f"Both specimens were masked by colour distance (thresh): {error}")
                mode = "thresh"
                earlier = photos[: len(found) + 1]
                found = [find_foreground(one, mode, session, None, run.cache) for one in earlier]
    first, second = found
    return first, second


def encode_specimens(
    run: Run,
    inputs: Inputs,
    foregrounds: tuple[Foreground, Foreground],
    network: Backbone,
    layers: Sequence[int],
    attention_layers: Sequence[int],
) -> Generator[Progress, None, tuple[Specimen, Specimen]]:
    """Place both specimens on their canvases and encode them."""
    specimens = []
    sides = zip(inputs.photos, inputs.landmarks, foregrounds, "AB", strict=True)
    for photo, landmarks, foreground, side in sides:
        yield run.begin(f"Encoding {side} with {network.name}")
        with run.timed("canvas"):
            canvas = place_on_canvas(photo, foreground, run.settings, network.patch_size, run.cache)
            patches = valid_patches(
                canvas,
                fg_thresh=run.settings.fg_thresh,
                border_patches=run.settings.border_patches,
                name=photo.name,
            )
        run.warn(*photo.warnings, *foreground.warnings, *canvas.warnings, *patches.warnings)
        if landmarks is not None:
            run.warn(
                *landmarks.warnings,
                outside_warning(landmarks, photo.size_xy, photo.name),
                landmarks_outside_warning(foreground, landmarks.xy, photo.name),
            )
        with run.timed("encode"):
            encoding = encode(network, canvas, layers, attention_layers, run.cache)
        side_tokens = patch_side(encoding, patches, network.patch_size)
        specimens.append(
            Specimen(photo, landmarks, foreground, canvas, patches, encoding, side_tokens)
        )
    first, second = specimens
    run.warn(*_size_warnings(first, second))
    return first, second


def match_patches(
    run: Run, a: Specimen, b: Specimen
) -> Generator[Progress, None, tuple[BestMatches, Matches] | None]:
    """Find best matches both ways and the correspondences to show, unless only cells count."""
    yield run.begin("Matching patches")
    if run.settings.matching_mode == "tps_homology":
        return None
    with run.timed("match"):
        best = best_matches(a.side.flat_tokens, b.side.flat_tokens, agg=run.settings.layer_agg)
        correspondences = _correspondences(a, b, best, run.settings)
    run.warn(*correspondences.warnings)
    return best, correspondences


def compare_cells(
    run: Run, a: Specimen, b: Specimen, pair: LandmarkPair | None
) -> Generator[Progress, None, Homology | None]:
    """Lay the grid of homologous cells over both specimens and compare cell with cell."""
    yield run.begin("Comparing homologous cells")
    if pair is None:
        return None
    settings = run.settings
    with run.timed("homology"):
        homology = compute_homology(
            a.canvas.map.to_canvas(pair.xy_a),
            b.canvas.map.to_canvas(pair.xy_b),
            _cell_side(a),
            _cell_side(b),
            agg=settings.layer_agg,
            options=HomologyOptions(
                cell_size=settings.tps_cell_size,
                rows=settings.tps_rows,
                cols=settings.tps_cols if settings.tps_cols is not None else settings.tps_rows,
                pad_cells=settings.tps_pad_cells,
                snap=settings.tps_snap,
                smoothing=settings.tps_smoothing,
                min_coverage=settings.tps_min_coverage,
                use_outside_hull=settings.use_outside_hull,
            ),
        )
    run.warn(*pair.warnings, *homology.warnings)
    return homology


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
    """Pair the landmarks where cells are asked for; say so where they cannot be had."""
    if run.settings.matching_mode == "similarity":
        return None
    first, second = landmarks
    if first is None or second is None:
        lacking = [
            photo.name for photo, mark in zip(photos, landmarks, strict=True) if mark is None
        ]
        message = f"No landmarks for {' and '.join(lacking)}: homologous cells need them."
        if run.settings.matching_mode == "tps_homology":
            raise DinosarError(f"{message} Place landmarks, or choose the mode 'similarity'.")
        run.warn(f"{message} Only patches were compared.")
        return None
    return pair_landmarks(first, second, photos[0].name, photos[1].name)


def _correspondences(a: Specimen, b: Specimen, best: BestMatches, settings: Settings) -> Matches:
    if settings.match_flavor == "attention" and a.attention is not None:
        return attention_matches(a.side, b.side, best, a.attention, settings.top_matches)
    return demo_matches(
        a.side,
        b.side,
        best,
        agg=settings.layer_agg,
        mutual=settings.demo_mutual,
        ratio=settings.demo_ratio,
        topn=settings.demo_topn,
        verify=settings.demo_verify,
        ransac_reproj=settings.demo_ransac_reproj,
        mirror=settings.demo_mirror,
        seed=settings.seed,
    )


def _cell_side(specimen: Specimen) -> CellSide:
    side = specimen.side
    return CellSide(
        tokens=side.tokens,
        valid=side.valid,
        mask=specimen.canvas.mask,
        patch_size=side.patch_size,
    )


def _size_warnings(a: Specimen, b: Specimen) -> list[str]:
    warnings = []
    few, many = sorted((a.n_valid, b.n_valid))
    if many > MOST_PATCH_RATIO * few:
        warnings.append(
            f"A has {a.n_valid} valid patches and B has {b.n_valid}: best-match dissimilarity "
            f"falls as the other specimen has more, so the two directions are not comparable."
        )
    if a.canvas.rgb.shape != b.canvas.rgb.shape:
        warnings.append(
            "The canvases differ in shape, and a network's tokens change with the shape. Use "
            "the square canvas to compare like with like."
        )
    return warnings
