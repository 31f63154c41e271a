"""Photos and keypoints files that are opened from the dock and become layers."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

from napari.layers import Layer
from napari.utils.notifications import show_warning
from qtpy.QtWidgets import QWidget

from napari_dinosar import showing
from napari_dinosar.core.steps import Step
from napari_dinosar.docks import dialogs, landmark_layers, pairing
from napari_dinosar.docks.by_program import by_program
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.pair_room import bare, come_back
from napari_dinosar.docks.specimen_input import SpecimenInput
from napari_dinosar.layers import frame_of, photo_identity

if TYPE_CHECKING:
    from napari_dinosar.core.landmarks import Landmarks
    from napari_dinosar.core.photo import Photo
    from napari_dinosar.io.coco import CocoFile


class FileOpening:
    """Asks for files, reads them in a worker and shows them as layers.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go.
    jobs : Jobs
        The dock's worker.
    window : QWidget
        Parent of the dialogs.
    inputs : tuple of SpecimenInput
        The two sides.
    """

    def __init__(
        self, viewer: Any, jobs: Jobs, window: QWidget, inputs: tuple[SpecimenInput, SpecimenInput]
    ) -> None:
        self._viewer = viewer
        self._jobs = jobs
        self._window = window
        self._inputs = inputs
        self._hidden: list[ReferenceType[Layer]] = []

    def open_photo(self, side: SpecimenInput) -> None:
        """Let the user choose a photo and show it on a side."""
        path = dialogs.file_to_open(self._window, f"Photo {side.side.upper()}", dialogs.PHOTOS)
        if path is not None:
            self._jobs.start(_read_photo, path, on_result=partial(self._show_photo, side))

    def open_landmarks(self, side: SpecimenInput) -> None:
        """Let the user choose a keypoints file and show its landmarks on the chosen photos."""
        if side.photo.layer() is None:
            show_warning(f"Choose photo {side.side.upper()} first: landmarks lie on a photo.")
            return
        path = dialogs.file_to_open(self._window, "COCO keypoints", dialogs.KEYPOINTS)
        if path is not None:
            self._jobs.start(_read_coco, path, on_result=partial(self._show_landmarks, side))

    def show_results(self) -> None:
        """Show again what was hidden for a photo: there are results for what is shown now.

        What looks closer is told of them afterwards, and hides what is not of them.
        """
        hidden, self._hidden = [one() for one in self._hidden], []
        for layer in hidden:
            if layer is not None and layer in self._viewer.layers:
                with by_program():
                    layer.visible = True

    def _show_photo(self, side: SpecimenInput, photo: Photo) -> None:
        """Show a photo in place of the side's earlier one, whose results it does not bear."""
        layer = showing.show_photo(self._viewer, photo, side.side)
        layer.name = f"{side.side.upper()}: {photo.name}"
        findings = inspection_of(self._viewer).findings
        if findings is None or not_compared(self._viewer, findings):
            self._hide_results()
        else:
            self.show_results()
        side.photo.refresh()
        side.photo.choose(layer)
        side.choose_landmarks()  # the same layer may show another photo now
        marks = side.landmarks.layer()
        if marks is None:
            bare(self._viewer.layers, side.side, layer)
        else:
            come_back(marks)
        self._viewer.reset_view()

    def _hide_results(self) -> None:
        for layer in self._viewer.layers:
            if pairing.is_result(layer) and layer.visible:
                # napari's public proxy of a layer is gone at once
                self._hidden.append(ref(getattr(layer, "__wrapped__", layer)))
                with by_program():
                    layer.visible = False

    def _show_landmarks(self, side: SpecimenInput, file: CocoFile) -> None:
        """Show what the file has for the side's photo, and for the other side if that lacks any."""
        for one in self._inputs:
            photo = one.photo.layer()
            if photo is None or (one is not side and one.landmarks.layer() is not None):
                continue
            key = self._key(file, photo, may_ask=one is side)
            landmarks = None if key is None else self._specimen(file, key, one.side)
            if landmarks is not None:
                self._put(replace(landmarks, file_name=pairing.photo_name(photo)), one, photo)

    def _key(self, file: CocoFile, photo: Layer, may_ask: bool) -> str | int | None:
        """Return what the file calls a photo; where it does not know it, the user may say."""
        name = pairing.photo_name(photo)
        if name in file:
            return name
        keys = list(file)
        if not may_ask or not keys:
            return None
        names = {image.id: image.file_name or str(image.id) for image in file.images}
        index = dialogs.one_of(
            self._window,
            "Landmarks of another photo",
            f"{file.path.name} does not list {name}. Whose landmarks are to be shown on it?",
            [names.get(key, str(key)) for key in keys],
        )
        return None if index is None else keys[index]

    def _specimen(self, file: CocoFile, key: str | int, side: str) -> Landmarks | None:
        specimens = file.specimens(key)
        if len(specimens) == 1:
            return specimens[0]
        index = dialogs.one_of(
            self._window,
            f"Specimen {side.upper()}",
            f"{file.path.name} has {len(specimens)} specimens on this photo. Which one is "
            f"{side.upper()}?",
            [f"{one.specimen_id} ({one.present.sum()} landmarks)" for one in specimens],
        )
        return None if index is None else specimens[index]

    def _put(self, landmarks: Landmarks, side: SpecimenInput, photo: Layer) -> None:
        layer = landmark_layers.show(
            self._viewer, landmarks, side.side, frame_of(photo), photo_identity(photo)
        )
        side.landmarks.refresh()
        side.landmarks.choose(layer)


def _read_photo(path: Path) -> Generator[Step, None, Photo]:
    yield f"Reading {path.name}", 0, 0
    from napari_dinosar.io.photos import read_photo

    return read_photo(path)


def _read_coco(path: Path) -> Generator[Step, None, CocoFile]:
    yield f"Reading {path.name}", 0, 0
    from napari_dinosar.io.coco import read_coco

    return read_coco(path)
