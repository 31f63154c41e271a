"""Files dropped on napari: COCO keypoints as points, or a whole project, and runs as layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from napari_dinosar.core.errors import DinosarError

if TYPE_CHECKING:
    from napari_dinosar.core.photo import Photo
    from napari_dinosar.findings import Findings
    from napari_dinosar.layers import LayerSpec

MOST_AS_LAYERS = 2
"""Photos of a COCO file that are shown as points; one with more is a project to work on."""

LayerTuple: TypeAlias = "tuple[Any, dict[str, Any], str]"
Reader: TypeAlias = "Callable[[str | Sequence[str]], list[LayerTuple]]"


def get_reader(path: str | Sequence[str]) -> Reader | None:
    """Return a reader when every path is a COCO keypoints file, else None.

    Parameters
    ----------
    path : str or sequence of str
        What was dropped on napari or opened.
    """
    from napari_dinosar.editing.folders import is_project

    paths = _as_paths(path)
    return read_keypoints if paths and all(is_project(one) for one in paths) else None


def get_run_reader(path: str | Sequence[str]) -> Reader | None:
    """Return a reader when every path is the run.yaml of a run of ours, or its folder, else None.

    Parameters
    ----------
    path : str or sequence of str
        What was dropped on napari or opened.
    """
    from napari_dinosar.io.run_folder import RUN_FILE
    from napari_dinosar.io.run_reading import looks_like_run

    paths = [one / RUN_FILE if one.is_dir() else one for one in _as_paths(path)]
    return read_runs if paths and all(looks_like_run(one) for one in paths) else None


def read_runs(path: str | Sequence[str]) -> list[LayerTuple]:
    """Return all that runs found as layers, without running a network.

    A photo that is not found is stood for by its preview, with a warning.

    Raises
    ------
    DinosarError
        If a run is of another version, or a file of it is missing or damaged.
    """
    return [layer for one in _as_paths(path) for layer in _layers_of_run(one)]


def read_keypoints(path: str | Sequence[str]) -> list[LayerTuple]:
    """Return the landmarks of each photo found beside a COCO file as a Points layer.

    A file of many photos is opened in the Landmarks dock instead, where there is a window: then
    there are no layers to return, which napari takes for an answer.

    Raises
    ------
    DinosarError
        If a file cannot be read, or none of its photos lies beside it.
    """
    paths = _as_paths(path)
    if len(paths) == 1 and _opened_in_dock(paths[0]):
        nothing: list[Any] = [(None,)]  # what napari takes for "read, and there is no layer"
        return nothing
    return [layer for one in paths for layer in _layers_of(one)]


def _opened_in_dock(path: Path) -> bool:
    """Open a project in the Landmarks dock; return False where it belongs into layers."""
    from napari_dinosar.editing.folders import n_photos
    from napari_dinosar.io.coco import looks_like_coco

    # on a project of which nothing is placed yet, there are no points to show
    if looks_like_coco(path) and n_photos(path) <= MOST_AS_LAYERS:
        return False
    dock = _landmark_dock()
    if dock is None:
        return False
    dock.opening.open_path(path)
    return True


def _landmark_dock() -> Any:
    """Return the dock of the viewer that a file is dropped on, or None without a viewer."""
    from napari import current_viewer

    viewer = current_viewer()
    if viewer is None:
        return None
    from napari_dinosar.docks.finding import opened

    return opened(viewer, "dinosarLandmarks")


def _as_paths(path: str | Sequence[str]) -> list[Path]:
    return [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]


def _layers_of(path: Path) -> list[LayerTuple]:
    from napari_dinosar.io.coco import image_path, read_coco

    file = read_coco(path)
    layers: list[LayerTuple] = []
    problems: list[str] = []
    for image in file.images:
        try:
            photo = image_path(image, path.parent)
        except DinosarError as error:
            problems.append(str(error))
            continue
        if photo.is_file():
            layers += _points(file.specimens(image.id), photo.name)
        else:
            problems.append(f"{photo.name} is not beside {path.name}.")
    _tell(path, bool(layers), problems)
    return layers


def _points(specimens: Sequence[Any], photo: str) -> list[LayerTuple]:
    from napari_dinosar.layers import landmarks_spec

    specs = [landmarks_spec(replace(one, file_name=photo), None) for one in specimens]
    if len(specs) > 1:
        specs = [
            replace(spec, name=f"{spec.name}, specimen {one.specimen_id}")
            for spec, one in zip(specs, specimens, strict=True)
        ]
    return [spec.as_tuple() for spec in specs]


def _tell(path: Path, has_layers: bool, problems: Sequence[str]) -> None:
    """Warn of photos that were left out; without any photo there is nothing to show."""
    if not has_layers:
        reasons = " ".join(problems[:3]) or "It has no landmarks."
        raise DinosarError(
            f"{path.name}: no photo of it can be shown. {reasons} Put the photos into the file's "
            f"folder, or open the file with the button beside Landmarks in the Compare dock."
        )
    if problems:
        from napari.utils.notifications import show_warning

        left_out = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        show_warning(f"{path.name}: left out: {' '.join(problems[:3])}{left_out}")


def _layers_of_run(path: Path) -> list[LayerTuple]:
    import numpy as np

    from napari_dinosar.io.run_reading import find_photos, read_run, run_file
    from napari_dinosar.layers import beside, landmarks_spec
    from napari_dinosar.result_layers import comparison_specs

    file = run_file(path)
    findings = read_run(file)
    frames = {"a": np.eye(3), "b": np.eye(3)}
    frames["b"][1, 2] = beside(findings.a.size_xy[0])
    found = find_photos(findings, file.parent)
    photos, marks, problems = [], [], []
    for side, frame in frames.items():
        photo, problem = _photo(findings, side, found[side])
        problems += [problem] if problem else []
        photos.append(_photo_spec(findings, side, photo, frame))
        specimen = findings.side(side)
        if specimen.landmarks is not None:
            identity = specimen.photo_identity
            marks.append(landmarks_spec(specimen.landmarks, side, frame, identity))
    if problems:
        from napari.utils.notifications import show_warning

        show_warning(" ".join(problems))
    specs = [*photos, *comparison_specs(findings, frames["a"], frames["b"]), *marks]
    return [spec.as_tuple() for spec in specs]


def _photo(findings: Findings, side: str, path: Path | None) -> tuple[Photo | None, str]:
    """Return a photo of a run, or None and what the user is to know."""
    from napari_dinosar.io.photos import read_photo

    specimen = findings.side(side)
    known = f"Photo {side.upper()}, {specimen.name} (sha256 {specimen.sha256[:12]}…),"
    if specimen.path is None:
        return None, f"{known} came from a layer and from no file: its preview is shown."
    if path is None:
        return None, (
            f"{known} was not found where it lay, nor beside the run: its preview is shown. Put "
            f"it into the folder of the run and open the run again."
        )
    try:
        photo = read_photo(path)
    except DinosarError as error:
        return None, f"{known} cannot be read, and its preview is shown: {error}"
    if photo.size_xy != specimen.size_xy:
        return None, f"{known} is read in another size than it was: its preview is shown."
    return photo, ""


def _photo_spec(findings: Findings, side: str, photo: Photo | None, frame: Any) -> LayerSpec:
    """Describe a photo of a run, or its preview drawn as large as the photo."""
    from napari_dinosar.layers import photo_spec
    from napari_dinosar.result_layers import preview_spec

    if photo is not None:
        return photo_spec(photo, side, float(frame[1, 2]))
    return preview_spec(findings.side(side), side, frame)
