"""COCO keypoints files: read, looked up by photo, and recognised among other JSON."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.io._coco_lookup import PhotoIndex, path_parts
from napari_dinosar.io._coco_records import Annotation, CocoImage, coco_object, keypoints_of
from napari_dinosar.io._coco_sniff import looks_like_coco
from napari_dinosar.io._coco_values import load_json
from napari_dinosar.io.coco_document import coco_document
from napari_dinosar.io.masks import decode_mask

__all__ = [
    "CocoFile",
    "CocoImage",
    "UnknownPhotoError",
    "coco_document",
    "image_path",
    "looks_like_coco",
    "read_coco",
]

_STDOUT_LOCK = Lock()
_LONGEST_NAME_BYTES = 255
_LONGEST_PATH_BYTES = 1024


class UnknownPhotoError(DinosarError, KeyError):
    """A photo that a COCO file does not list, or without landmarks in it."""

    def __str__(self) -> str:
        """Return the message as it is, not quoted as KeyError does."""
        return str(self.args[0])


@dataclass(frozen=True, eq=False, repr=False)
class CocoFile(Mapping[str | int, Landmarks]):
    """The landmarks of a COCO file, looked up by photo.

    A photo is found by its id (number or text), its file name as the file gives it, the last
    part of its path, or that without its suffix, in this order. Iteration gives the ids of the
    photos that have landmarks. A specimen is an annotation; where a photo has several, indexing
    is an error that lists them, and `select` takes one.

    Attributes
    ----------
    path : Path
        The file that was read.
    images : tuple of CocoImage
        All photos that it lists, with landmarks or without.
    """

    path: Path
    images: tuple[CocoImage, ...]
    _annotations: Mapping[str, tuple[Annotation, ...]]
    _index: PhotoIndex = field(init=False)

    def __post_init__(self) -> None:
        """Index the photos by all that they may be called."""
        object.__setattr__(self, "_index", PhotoIndex(self.images))

    def __getitem__(self, key: str | int) -> Landmarks:
        """Return the landmarks of a photo's only specimen."""
        return self.select(key)

    def __iter__(self) -> Iterator[str | int]:
        """Iterate over the ids of photos that have landmarks."""
        return (image.id for image in self.images if self._annotations.get(str(image.id)))

    def __len__(self) -> int:
        """Return the number of photos that have landmarks."""
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        """Tell whether a photo has landmarks, of one specimen or of several."""
        try:
            return isinstance(key, str | int | PathLike) and bool(self.specimens(key))
        except UnknownPhotoError:
            return False

    def __repr__(self) -> str:
        """Return the file's name and how many photos have landmarks."""
        return f"<CocoFile {self.path}: landmarks on {len(self)} of {len(self.images)} photos>"

    def specimens(self, key: str | int | PathLike[str]) -> tuple[Landmarks, ...]:
        """Return the landmarks of all specimens on a photo, in the file's order.

        Parameters
        ----------
        key : str, int or Path
            The photo's id or file name.

        Returns
        -------
        tuple of Landmarks
            Empty when the photo has none.

        Raises
        ------
        UnknownPhotoError
            If the file does not list the photo.
        """
        return tuple(one.landmarks for one in self._annotations.get(self._image_id(key), ()))

    def select(
        self, key: str | int | PathLike[str], specimen_id: str | int | None = None
    ) -> Landmarks:
        """Return the landmarks of one specimen on a photo.

        Parameters
        ----------
        key : str, int or Path
            The photo's id or file name.
        specimen_id : str or int, optional
            The annotation's id; needed only where the photo has several.

        Returns
        -------
        Landmarks
            The landmarks.

        Raises
        ------
        DinosarError
            If there is no such photo or specimen, or the choice is open; the ids are listed.
        """
        return self._annotation(key, specimen_id).landmarks

    def size_xy(self, key: str | int | PathLike[str]) -> tuple[int, int] | None:
        """Return the width and height that the file gives for a photo, or None.

        Parameters
        ----------
        key : str, int or Path
            The photo's id or file name.
        """
        image_id = self._image_id(key)
        return next(image.size_xy for image in self.images if str(image.id) == image_id)

    def mask(
        self, key: str | int | PathLike[str], specimen_id: str | int | None = None
    ) -> NDArray[np.bool_] | None:
        """Return the mask of one specimen, (H, W), or None when none is stored as run lengths.

        Polygons are not rasterised.

        Raises
        ------
        DinosarError
            As for `select`, and for a damaged mask.
        """
        annotation = self._annotation(key, specimen_id)
        if not isinstance(annotation.segmentation, dict):
            return None
        return decode_mask(
            annotation.segmentation,
            f"The mask of annotation {annotation.specimen_id} in {self.path}",
        )

    def _annotation(
        self, key: str | int | PathLike[str], specimen_id: str | int | None
    ) -> Annotation:
        found = self._annotations.get(self._image_id(key), ())
        if not found:
            raise UnknownPhotoError(f"{self.path} has no landmarks for the photo {_text(key)}.")
        ids = listed([one.specimen_id for one in found])
        if specimen_id is not None:
            chosen = [one for one in found if one.specimen_id == str(specimen_id)]
            if not chosen:
                raise DinosarError(
                    f"{self.path} has no specimen {specimen_id} on the photo {_text(key)}; "
                    f"it has {ids}."
                )
            return chosen[0]
        if len(found) > 1:
            raise DinosarError(
                f"{self.path} has {len(found)} specimens on the photo {_text(key)}; choose "
                f"one by its annotation id (--specimen-a, --specimen-b): {ids}."
            )
        return found[0]

    def _image_id(self, key: str | int | PathLike[str]) -> str:
        found = self._index.find(_text(key))
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownPhotoError(
                f"{self.path} lists several photos that {_text(key)} may mean: ids {listed(found)}."
            )
        names = [image.file_name or str(image.id) for image in self.images]
        raise UnknownPhotoError(
            f"{self.path} does not list the photo {_text(key)}; it lists {listed(names)}."
        )


def read_coco(path: str | PathLike[str]) -> CocoFile:
    """Read a COCO keypoints file.

    Ids may be numbers or text; categories may be missing, and then landmarks have no names.
    Visibility may be COCO's 0, 1, 2 or only 0 and 1. A landmark of visibility 0 is absent even
    where the file gives it a position. Annotations without a list of keypoints are left out.

    Parameters
    ----------
    path : str or Path
        The JSON file.

    Returns
    -------
    CocoFile
        A mapping from image id or file name to `Landmarks`.

    Raises
    ------
    DinosarError
        If the file cannot be read, is not COCO, or holds something that cannot be meant; the
        message names the file and the annotation.
    """
    file = Path(path)
    images, annotations = keypoints_of(coco_object(load_json(file), str(file)), str(file))
    return CocoFile(file, tuple(images.values()), _by_image(annotations))


def image_path(image: CocoImage, folder: str | PathLike[str]) -> Path:
    """Return where a photo of a COCO file lies when the file's names are relative to a folder.

    Parameters
    ----------
    image : CocoImage
        The photo.
    folder : str or Path
        Usually the folder of the COCO file.

    Returns
    -------
    Path
        Inside the folder; whether the photo is there is not checked.

    Raises
    ------
    DinosarError
        If the file name is missing or too long, or is absolute, has a drive, or leads out of the
        folder by ``..``: a keypoints file must not decide what else is opened on a machine.
    """
    name = image.file_name
    if not name:
        raise DinosarError(f"Photo {image.id} of the COCO file has no file name.")
    parts = path_parts(name)
    drives = [part for part in parts if re.match("[A-Za-z]:", part)]
    if parts[0] == "" or ".." in parts or drives or "\0" in name:
        raise DinosarError(
            f"The file name {name!a} of photo {image.id} leads out of the folder of its COCO "
            "file and is not opened; write it relative to that folder."
        )
    longest = max(len(part.encode()) for part in parts)
    if longest > _LONGEST_NAME_BYTES or len(name.encode()) > _LONGEST_PATH_BYTES:
        raise DinosarError(
            f"The file name of photo {image.id} is longer than a disk can hold: {name[:40]!a}..."
        )
    return Path(folder).joinpath(*parts)


def _by_image(annotations: list[Annotation]) -> dict[str, tuple[Annotation, ...]]:
    """Group annotations by photo with COCO's own index, on records that it cannot trip over."""
    from pycocotools.coco import COCO

    index = COCO()
    index.dataset = {
        "annotations": [
            {"id": one.specimen_id, "image_id": one.image_id, "annotation": one}
            for one in annotations
        ]
    }
    with _STDOUT_LOCK, redirect_stdout(io.StringIO()):
        index.createIndex()
    return {
        image_id: tuple(record["annotation"] for record in records)
        for image_id, records in index.imgToAnns.items()
    }


def _text(key: str | int | PathLike[str]) -> str:
    return str(key) if isinstance(key, int) else fspath(key)
