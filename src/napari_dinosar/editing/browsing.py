"""An open landmark project and where a person is in it: photo, specimen, landmark, side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editing import order
from napari_dinosar.editing.cursor import MODES, Cursor, Mode, Side
from napari_dinosar.editing.trail import Trail
from napari_dinosar.project.listing import Listing
from napari_dinosar.project.state import Point, ProjectState, Specimen
from napari_dinosar.project.store import Project


class Browser:
    """Goes about in one landmark project at a time; `editor.Editor` adds the edits.

    Attributes
    ----------
    project : Project or None
        What is open.
    listing : Listing or None
        Its photos with their progress.
    cursor : Cursor or None
        Where the person is; None without a project or photos.
    mode : str
        One of `MODES`.
    trail : Trail
        Which specimens were visited, and which one is the reference.

    Signals
    -------
    opened : no value
        Another project is open, or none.
    moved : Cursor or None, Cursor or None
        The cursor went to the first place from the second.
    mode_changed : str
        A click does something else.
    pinned : no value
        Another specimen is the reference, or none is pinned; see `pin`.
    told : str
        What the person is to do or to know next; one sentence.
    """

    opened = Signal()
    moved = Signal(object, object)
    mode_changed = Signal(str)
    pinned = Signal()
    told = Signal(str)

    def __init__(self) -> None:
        self.project: Project | None = None
        self.listing: Listing | None = None
        self.cursor: Cursor | None = None
        self.mode: Mode = "quick"
        self.trail = Trail()

    def open(self, project: Project) -> None:
        """Begin to edit a project at its first photo that is not complete.

        A project that was open before stays open for whoever opened it; close it first.
        """
        self.project = project
        self.listing = Listing(project.state)
        self.trail = Trail()
        self.cursor = None
        self.opened.emit()
        first = self.listing.next_incomplete(None) or next(iter(project.state.photos), None)
        if first is not None:
            self.go_to_photo(first)

    def close(self, *, discard: bool = False) -> None:
        """Close the project; what is not saved is offered when it is opened again.

        Parameters
        ----------
        discard : bool
            Whether edits that are not saved are given up.
        """
        if self.project is None:
            return
        self.project.close(discard=discard)
        self.project = self.listing = None
        before, self.cursor = self.cursor, None
        self.opened.emit()
        self.moved.emit(None, before)

    @property
    def state(self) -> ProjectState:
        """What the project holds now."""
        return self._open().state

    @property
    def schema(self) -> Schema:
        """The landmarks."""
        return self.state.schema

    def photo_path(self, photo_id: str) -> Path:
        """Return where a photo lies."""
        return self._open().photo_path(photo_id)

    @property
    def specimen(self) -> Specimen:
        """The specimen whose turn it is."""
        return self.state.specimen(self._at().due_id)

    @property
    def landmark(self) -> LandmarkDefinition:
        """The current landmark."""
        return self.schema.landmarks[self._at().landmark]

    @property
    def point(self) -> Point:
        """The current landmark of the specimen whose turn it is."""
        return self.specimen.point(self._at().landmark)

    @property
    def photo_id(self) -> str:
        """The photo of the specimen on side A."""
        return self.state.specimen(self._at().specimen_id).photo_id

    @property
    def is_paired(self) -> bool:
        """Whether two specimens are shown side by side."""
        return self.cursor is not None and self.cursor.partner_id is not None

    def on(self, side: Side) -> Specimen | None:
        """Return the specimen on a side, or None."""
        key = None if self.cursor is None else self.cursor.on(side)
        return None if key is None else self.state.specimens.get(key)

    def side_of(self, specimen_id: str) -> Side | None:
        """Return the side that shows a specimen, or None."""
        sides: tuple[Side, ...] = ("a", "b")
        cursor = self.cursor
        return next((one for one in sides if cursor and cursor.on(one) == specimen_id), None)

    @property
    def reference(self) -> Specimen | None:
        """Where to look how the current landmark was placed, the pinned specimen or the last one.

        Where none was seen before, the nearest one in the list; None where none has the landmark.
        """
        return self.trail.reference(self.state, self._at())

    def go_to_photo(self, photo_id: str) -> None:
        """Go to the first specimen of a photo that is not complete, or to its first."""
        self.state.photo(photo_id)
        ids = self.state.ids_by_photo[photo_id]
        specimens = [self.state.specimens[key] for key in ids]
        waiting = [one for one in specimens if not one.digitised.is_complete]
        self.go_to_specimen((waiting or specimens)[0].specimen_id)

    def go_to_specimen(self, specimen_id: str) -> None:
        """Go to a specimen, at its first landmark that is open; through all photos at the same."""
        specimen = self.state.specimen(specimen_id)
        cursor = self.cursor or Cursor(specimen_id)
        if specimen_id == cursor.partner_id:
            self._move(replace(cursor, side="b"))
            return
        landmark = cursor.landmark
        if self.mode != "through":
            found = order.open_landmark(specimen, 0) if specimen.points() else None
            landmark = min(landmark, self._last()) if found is None else found
        self._move(Cursor(specimen_id, self._partner_of(specimen), landmark, "a"))

    def go_to_landmark(self, landmark: int, side: Side | None = None) -> None:
        """Make a landmark the current one.

        Parameters
        ----------
        landmark : int
            0-based place in the schema.
        side : str, optional
            Whose; the side whose turn it is by default.
        """
        if not 0 <= landmark <= self._last():
            raise DinosarError(
                f"There is no landmark {landmark + 1}; choose one from 1 to {self._last() + 1}."
            )
        cursor = self._at()
        self._move(replace(cursor, landmark=landmark, side=side or cursor.side))

    def step_landmark(self, step: Literal[1, -1]) -> None:
        """Go to the landmark before or after, around the end."""
        self.go_to_landmark((self._at().landmark + step) % (self._last() + 1))

    def step_photo(self, step: Literal[1, -1], photo_ids: Iterable[str] | None = None) -> None:
        """Go to the photo before or after, and stay at the ends.

        Parameters
        ----------
        step : int
            1 forwards, -1 backwards.
        photo_ids : iterable of str, optional
            The photos to go through, as a filtered list shows them; all by default. The present
            one need not be among them.
        """
        order_of_all = list(self.state.photos)
        place = order_of_all.index(self.photo_id)
        ahead = order_of_all[place + 1 :] if step == 1 else order_of_all[:place][::-1]
        partner = self.on("b")
        shown = set(order_of_all if photo_ids is None else photo_ids)
        shown -= {partner.photo_id} if partner is not None else set()
        following = next((key for key in ahead if key in shown), None)
        if following is None:
            self.told.emit(f"This is the {'last' if step == 1 else 'first'} photo.")
            return
        self.go_to_photo(following)

    def step_incomplete(self, step: Literal[1, -1] = 1) -> None:
        """Go to the nearest photo that is not complete, around the end."""
        following = self._listing().next_incomplete(self.photo_id, step=step)
        if following is None:
            self.told.emit("All other photos are complete.")
            return
        self.go_to_photo(following)

    def step_specimen(self, step: Literal[1, -1]) -> None:
        """Go to the specimen before or after on the same photo, around the end."""
        ids = self.state.ids_by_photo[self.photo_id]
        place = ids.index(self._at().specimen_id)
        if len(ids) == 1:
            self.told.emit("There is one specimen on this photo.")
            return
        self.go_to_specimen(ids[(place + step) % len(ids)])

    def pair_with(self, specimen_id: str | None) -> None:
        """Show a specimen of another photo beside the current one; None shows one alone."""
        cursor = self._at()
        if specimen_id is None:
            self._move(Cursor(cursor.specimen_id, None, cursor.landmark))
            return
        other = self.state.specimen(specimen_id)
        if other.photo_id == self.photo_id:
            raise DinosarError(
                "The two specimens are on one photo, which is shown already. Choose another photo "
                "to be shown beside this one."
            )
        here = Cursor(cursor.specimen_id, specimen_id)
        self._move(order.first_open(self.state, here) or here)

    def set_mode(self, mode: Mode) -> None:
        """Choose what a click does where the current landmark is placed."""
        if mode not in MODES:
            raise DinosarError(f"There is no mode {mode!r}; choose one of {', '.join(MODES)}.")
        if mode != self.mode:
            self.mode = mode
            self.mode_changed.emit(mode)

    def cycle_mode(self) -> None:
        """Choose the next mode."""
        self.set_mode(MODES[(MODES.index(self.mode) + 1) % len(MODES)])

    def pin(self, specimen_id: str | None) -> None:
        """Make a specimen the reference for good; None takes the last one seen again."""
        if specimen_id is not None:
            self.state.specimen(specimen_id)
        self.trail.pinned_id = specimen_id
        self.pinned.emit()

    def _open(self) -> Project:
        if self.project is None:
            raise DinosarError("No landmark project is open. Open one, or make a new one.")
        return self.project

    def _listing(self) -> Listing:
        self._open()
        assert self.listing is not None
        return self.listing

    def _at(self) -> Cursor:
        if self.cursor is None:
            self._open()
            raise DinosarError("The project has no photos yet. Add some first.")
        return self.cursor

    def _partner_of(self, specimen: Specimen) -> str | None:
        """Return the specimen to be shown beside one: none that is on the same photo."""
        partner = self.on("b")
        if partner is None or partner.photo_id == specimen.photo_id:
            return None
        return partner.specimen_id

    def _last(self) -> int:
        return max(len(self.schema.landmarks) - 1, 0)

    def _move(self, cursor: Cursor) -> None:
        before = self.cursor
        if cursor == before:
            return
        self.cursor = cursor
        self.trail.visit(cursor)
        self.moved.emit(cursor, before)
