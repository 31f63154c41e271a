"""The landmark editor as a model: one open project, a cursor in it, and what clicks and keys do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from psygnal import Signal

from napari_dinosar.core.digitised import State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editing import order
from napari_dinosar.editing.cursor import MODES, Cursor, Mode, Side
from napari_dinosar.editing.trail import Trail
from napari_dinosar.project.edits import (
    Accept,
    AddSpecimen,
    Clear,
    Edit,
    Place,
    Remark,
    RemoveSpecimen,
    SetState,
    Together,
)
from napari_dinosar.project.listing import Listing
from napari_dinosar.project.state import Point, Position, ProjectState, Specimen
from napari_dinosar.project.store import Project


class Editor:
    """Edits one landmark project at a time.

    Every change goes through here, whether a click, a key, a drag in napari or a script asked for
    it; whoever shows something listens to the signals. All methods belong to one thread.

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
        The cursor went from one place to another.
    edited : tuple of str
        Specimens that are other than before, those that went or came among them. Emitted before
        the cursor moves on.
    listed : tuple of str
        Photos whose rows in the listing changed; those that went or came among them.
    schema_changed : no value
        The landmarks are others, or called or coloured otherwise.
    saved : no value
        What is saved may have changed; see `Project.is_saved`.
    mode_changed : str
        A click does something else.
    told : str
        What the person is to do or to know next; one sentence.
    """

    opened = Signal()
    moved = Signal(object, object)
    edited = Signal(tuple)
    listed = Signal(tuple)
    schema_changed = Signal()
    saved = Signal()
    mode_changed = Signal(str)
    told = Signal(str)

    def __init__(self) -> None:
        self.project: Project | None = None
        self.listing: Listing | None = None
        self.cursor: Cursor | None = None
        self.mode: Mode = "quick"
        self.trail = Trail()

    # -- the project --------------------------------------------------------------------------

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

    # -- where the person is ------------------------------------------------------------------

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
        """Where to look how the current landmark was placed: the pinned specimen, or the last one.

        None where no specimen seen before has the landmark.
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
        self._move(Cursor(specimen_id, cursor.partner_id, landmark, "a"))

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
                f"There is no landmark {landmark + 1}; there are {self._last() + 1}."
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
            The photos to go through, as a list shows them; all by default.
        """
        keys = list(self.state.photos if photo_ids is None else photo_ids)
        partner = self.on("b")
        skipped = {partner.photo_id} if partner is not None else set()
        here = self.photo_id
        place = keys.index(here) if here in keys else (-1 if step == 1 else len(keys))
        ahead = keys[place + 1 :] if step == 1 else keys[:place][::-1] if place > 0 else []
        following = next((key for key in ahead if key not in skipped), None)
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
        here = Cursor(cursor.specimen_id, specimen_id, 0, "b")
        self._move(order.after_placing(self.state, replace(here, landmark=self._last())) or here)

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

    # -- edits --------------------------------------------------------------------------------

    def click(self, xy: Position, side: Side | None = None) -> None:
        """Place the current landmark, and go on to what is open next.

        Parameters
        ----------
        xy : (float, float)
            Photo pixels, not rounded.
        side : str, optional
            The photo that was clicked on: where the click lands decides, not whose turn it is.
        """
        cursor = self._at()
        where: Side = side or cursor.side
        specimen_id = cursor.on(where)
        if specimen_id is None:
            raise DinosarError("No specimen is shown on that side.")
        if not self.schema.landmarks:
            raise DinosarError(
                "The project has no landmarks yet. Name them in its landmark scheme first."
            )
        here = replace(cursor, side=where)
        is_set = not order.is_open(self.state.specimen(specimen_id).point(here.landmark))
        if is_set and self.mode == "sequential":
            self.told.emit(
                f"{self.landmark.name} is placed and stays where it is. Drag it to move it, or "
                "press M: in quick mode a click moves it."
            )
            return
        self.apply(Place(specimen_id, self.landmark.name, xy))
        if is_set and self.mode == "quick":
            self._move(here)
            return
        self._go_on(here)

    def move_point(self, specimen_id: str, landmark: int, xy: Position) -> None:
        """Put a landmark elsewhere by hand, and make it the current one."""
        name = self.schema.landmarks[landmark].name
        self.apply(Place(specimen_id, name, xy))
        side = self.side_of(specimen_id)
        if side is not None:
            self.go_to_landmark(landmark, side)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the current landmark by some pixels of its photo."""
        xy = self.point.xy
        if xy is None:
            self.told.emit(f"{self.landmark.name} is not placed yet: click where it lies.")
            return
        self.apply(Place(self._at().due_id, self.landmark.name, (xy[0] + dx, xy[1] + dy)))

    def set_state(self, state: State) -> None:
        """Call the current landmark visible, occluded or absent; absent goes on to the next one.

        Asked for again, absent becomes missing and occluded becomes visible.
        """
        now = self.point.state
        again = {"absent": "missing", "occluded": "visible"}.get(state, state)
        wanted: State = again if now == state else state  # type: ignore[assignment]
        self.apply(SetState(self._at().due_id, self.landmark.name, wanted))
        if wanted == "absent":
            self._go_on(self._at())

    def clear(self) -> None:
        """Make the current landmark missing again."""
        if self.point.state == "missing":
            self.told.emit(f"{self.landmark.name} is not placed: there is nothing to clear.")
            return
        self.apply(Clear(self._at().due_id, self.landmark.name))

    def clear_points(self, specimen_id: str, landmarks: Iterable[int]) -> None:
        """Make some landmarks missing again, as one edit."""
        names = [self.schema.landmarks[place].name for place in landmarks]
        if names:
            self.apply(Together(tuple(Clear(specimen_id, name) for name in names)))

    def accept(self) -> None:
        """Take over the proposal for the current landmark, and go on to the next open one."""
        self.apply(Accept(self._at().due_id, self.landmark.name))
        self._go_on(self._at())

    def accept_all(self) -> None:
        """Take over all proposals for the specimen whose turn it is, as one edit."""
        sources = self.specimen.digitised.sources
        key = self._at().due_id
        names = [
            landmark.name
            for landmark, source in zip(self.schema.landmarks, sources, strict=True)
            if source in order.MACHINE_SOURCES
        ]
        if not names:
            self.told.emit("This specimen has no proposals.")
            return
        self.apply(Together(tuple(Accept(key, name) for name in names)))

    def remark(
        self,
        *,
        note: str | None = None,
        is_flagged: bool | None = None,
        scale: float | None = None,
        unit: str | None = None,
        extras: dict[str, str] | None = None,
    ) -> None:
        """Change what is noted of the specimen whose turn it is; None leaves a part as it is."""
        key = self._at().due_id
        self.apply(Remark(key, note, is_flagged, scale, unit, extras))

    def toggle_flag(self) -> None:
        """Flag the specimen whose turn it is, or take its flag away."""
        self.remark(is_flagged=not self.specimen.digitised.is_flagged)

    def add_specimen(self) -> None:
        """Add a specimen to the photo on side A, and go to it."""
        key = self._open().free_specimen_id()
        self.apply(AddSpecimen(key, self.photo_id))
        self.go_to_specimen(key)

    def remove_specimen(self) -> None:
        """Remove the specimen on side A from a photo that has others."""
        self.apply(RemoveSpecimen(self._at().specimen_id))

    def apply(self, edit: Edit) -> None:
        """Apply any edit.

        Raises
        ------
        DinosarError
            If it does not fit; nothing has changed then.
        """
        before = self.state
        self._open().apply(edit)
        self._take(before)

    def undo(self) -> None:
        """Take the last edit back, and go to where it was."""
        self._retrace("undo")

    def redo(self) -> None:
        """Apply again what was undone last, and go to where it is."""
        self._retrace("redo")

    def refresh(self, before: ProjectState) -> None:
        """Take note that the project changed otherwise: it was merged, or edits were recovered."""
        self._take(before)

    def note_saved(self) -> None:
        """Say to all who show it that the project was saved, or could not be."""
        self.saved.emit()

    # -- inside -------------------------------------------------------------------------------

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

    def _last(self) -> int:
        return max(len(self.schema.landmarks) - 1, 0)

    def _move(self, cursor: Cursor) -> None:
        before = self.cursor
        if cursor == before:
            return
        self.cursor = cursor
        self.trail.visit(cursor)
        self.moved.emit(cursor, before)

    def _go_on(self, cursor: Cursor) -> None:
        if self.mode == "through" and cursor.partner_id is None:
            following = order.next_without(
                self.state, tuple(self.state.photos), cursor.specimen_id, cursor.landmark
            )
            if following is None:
                self.told.emit(f"{self.landmark.name} is decided on all photos.")
                return
            self._move(Cursor(following, None, cursor.landmark))
            return
        onwards = order.after_placing(self.state, cursor)
        if onwards is None:
            self._move(cursor)
            self.told.emit("All landmarks are decided. Right arrow: next photo.")
            return
        self._move(onwards)

    def _take(self, before: ProjectState) -> None:
        """Tell everybody what an edit changed, and keep the cursor on something that is there."""
        state = self.state
        rows = self._listing().update(state)
        old, new = before.specimens, state.specimens
        changed = tuple(k for k in {**old, **new} if old.get(k) is not new.get(k))
        if state.schema != before.schema:
            self.schema_changed.emit()
        self.edited.emit(changed)
        if rows:
            self.listed.emit(rows)
        self.saved.emit()
        self._stay_inside(before)

    def _stay_inside(self, before: ProjectState) -> None:
        cursor, specimens = self.cursor, self.state.specimens
        if cursor is None or cursor.specimen_id not in specimens:
            gone = before.specimens.get(cursor.specimen_id) if cursor else None
            left = self.state.ids_by_photo.get(gone.photo_id, ()) if gone else ()
            keys = [*left, *specimens]
            if not keys:
                self.cursor = None
                self.moved.emit(None, cursor)
                return
            # the partner may have gone with it, or be the one that is left
            self._move(Cursor(keys[0], None, min(cursor.landmark if cursor else 0, self._last())))
            return
        if cursor.partner_id is not None and cursor.partner_id not in specimens:
            cursor = Cursor(cursor.specimen_id, None, cursor.landmark)
        self._move(replace(cursor, landmark=min(cursor.landmark, self._last())))

    def _retrace(self, way: Literal["undo", "redo"]) -> None:
        before = self.state
        project = self._open()
        step = project.undo() if way == "undo" else project.redo()
        if step is None:
            self.told.emit(f"There is nothing to {way}.")
            return
        self._take(before)
        self._look_at(before)

    def _look_at(self, before: ProjectState) -> None:
        """Go to the first landmark that differs from before, on whichever photo it is."""
        for key, specimen in self.state.specimens.items():
            old = before.specimens.get(key)
            if old is specimen:
                continue
            place = _first_difference(old, specimen)
            side = self.side_of(key)
            if side is None:
                cursor = self._at()
                self._move(Cursor(key, cursor.partner_id, cursor.landmark))
                side = "a"
            self.go_to_landmark(self._at().landmark if place is None else place, side)
            return


def _first_difference(old: Specimen | None, new: Specimen) -> int | None:
    """Return the first landmark in which two versions of a specimen differ, or None."""
    if old is None or len(old.digitised.states) != len(new.digitised.states):
        return None
    pairs = zip(old.points(), new.points(), strict=True)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), None)
