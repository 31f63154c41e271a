"""COCO keypoints files dropped on napari: a Points layer for each photo that lies beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from napari_dinosar.core.errors import DinosarError

LayerTuple: TypeAlias = "tuple[Any, dict[str, Any], str]"
Reader: TypeAlias = "Callable[[str | Sequence[str]], list[LayerTuple]]"


def get_reader(path: str | Sequence[str]) -> Reader | None:
    """Return a reader when every path is a COCO keypoints file, else None.

    Parameters
    ----------
    path : str or sequence of str
        What was dropped on napari or opened.
    """
    from napari_dinosar.io.coco import looks_like_coco

    paths = _as_paths(path)
    return read_keypoints if paths and all(looks_like_coco(one) for one in paths) else None


def read_keypoints(path: str | Sequence[str]) -> list[LayerTuple]:
    """Return the landmarks of each photo found beside a COCO file as a Points layer.

    Raises
    ------
    DinosarError
        If a file cannot be read, or none of its photos lies beside it.
    """
    return [layer for one in _as_paths(path) for layer in _layers_of(one)]


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
