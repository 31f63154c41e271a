"""What a project holds as a dataset, for files in other formats."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.steps import Step
from napari_dinosar.io.landmark_files.photo_sizes import photo_size
from napari_dinosar.project.state import ProjectState, Specimen
from napari_dinosar.project.store import Project

SUFFIXES = {
    "coco": ".json",
    "tps": ".tps",
    "tps-na": ".tps",
    "csv": ".csv",
    "morphoj": ".txt",
    "deeplabcut": ".csv",
}
"""What files of the formats that are written are called, the usual ones first."""

_PHOTOS_BETWEEN_STEPS = 50


def dataset_of(state: ProjectState, *, with_blank: bool = False) -> Dataset:
    """Return the specimens of a project.

    Parameters
    ----------
    state : ProjectState
        The project.
    with_blank : bool
        Whether those on which nothing is noted yet are among them.
    """
    chosen = (one for one in state.specimens.values() if with_blank or not one.is_blank)
    return Dataset(state.schema, tuple(_sized(one, state) for one in chosen))


def with_photo_sizes(project: Project) -> Generator[Step, None, dict[str, tuple[int, int]]]:
    """Yield (stage, done, total), and return the sizes of photos that the project does not know.

    Formats that count y from the bottom need them; only the beginnings of files are read.
    """
    unknown = [one for one in project.state.photos.values() if one.size_xy is None]
    paths = {one.photo_id: path for one in unknown if (path := _path(project, one.photo_id))}
    sizes: dict[str, tuple[int, int]] = {}
    for number, (photo_id, path) in enumerate(paths.items()):
        if number % _PHOTOS_BETWEEN_STEPS == 0:
            yield "Sizes of photos", number, len(paths)
        size = photo_size(path)
        if size is not None:
            sizes[photo_id] = size
    return sizes


def sized(state: ProjectState, sizes: dict[str, tuple[int, int]]) -> ProjectState:
    """Return a project that knows further sizes of its photos."""
    photos = {
        key: replace(one, size_xy=one.size_xy or sizes.get(key))
        for key, one in state.photos.items()
    }
    return replace(state, photos=photos)


def _sized(one: Specimen, state: ProjectState) -> Digitised:
    size = one.digitised.size_xy or state.photos[one.photo_id].size_xy
    return replace(one.digitised, size_xy=size)


def _path(project: Project, photo_id: str) -> Path | None:
    try:
        return project.photo_path(photo_id)
    except DinosarError:  # a name that leads nowhere has no size
        return None
