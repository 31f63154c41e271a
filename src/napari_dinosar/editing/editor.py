"""The landmark editor as a model: what clicks and keys do to the project that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from psygnal import Signal

from napari_dinosar.core.digitised import MACHINE_SOURCES, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.editing import order
from napari_dinosar.editing.browsing import Browser
from napari_dinosar.editing.cursor import Cursor, Side
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
from napari_dinosar.project.state import Position, ProjectState, Specimen


class Editor(Browser):
    """Edits one landmark project at a time.

    Every change goes through here, whether a click, a key, a drag in napari or a script asked for
    it; whoever shows something listens to the signals. All methods belong to one thread.

    Signals
    -------
    edited : tuple of str
        Specimens that are other than before, those that went or came among them. The cursor
        stands on what is there already; that it moved is said last.
    listed : tuple of str
        Photos whose rows in the listing changed; those that went or came among them.
    schema_changed : no value
        The landmarks are others, or called or coloured otherwise.
    saved : no value
        What is saved may have changed; see `Project.is_saved`.
    """

    edited = Signal(tuple)
    listed = Signal(tuple)
    schema_changed = Signal()
    saved = Signal()

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
        """Put a landmark elsewhere by hand, and make it the current one.

        Parameters
        ----------
        specimen_id : str
            Whose; it need not be shown.
        landmark : int
            0-based place in the schema.
        xy : (float, float)
            Photo pixels, not rounded.
        """
        name = self.schema.landmarks[landmark].name
        self.apply(Place(specimen_id, name, xy))
        side = self.side_of(specimen_id)
        if side is not None:
            self.go_to_landmark(landmark, side)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the current landmark by some pixels of its photo, to the right and down."""
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
            if source in MACHINE_SOURCES
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

    def add_specimen(self, photo_id: str | None = None) -> None:
        """Add a specimen to a photo, by default that on side A, and go to it."""
        key = self._open().free_specimen_id()
        self.apply(AddSpecimen(key, photo_id or self.photo_id))
        self.go_to_specimen(key)

    def remove_specimen(self, specimen_id: str | None = None) -> None:
        """Remove a specimen, by default that on side A, from a photo that has others."""
        self.apply(RemoveSpecimen(specimen_id or self._at().specimen_id))

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
        """Tell everybody what an edit changed; where the person is has to be there by then."""
        state = self.state
        rows = self._listing().update(state)
        old, new = before.specimens, state.specimens
        changed = tuple(k for k in {**old, **new} if old.get(k) is not new.get(k))
        left, settled = self.cursor, self._settled(before)
        self.cursor = settled
        if state.schema != before.schema:
            self.schema_changed.emit()
        self.edited.emit(changed)
        if rows:
            self.listed.emit(rows)
        self.saved.emit()
        if self.cursor is settled and settled != left:
            if settled is not None:
                self.trail.visit(settled)
            self.moved.emit(settled, left)

    def _settled(self, before: ProjectState) -> Cursor | None:
        """Return where the person is now, on something that is there."""
        cursor, specimens = self.cursor, self.state.specimens
        landmark = 0 if cursor is None else min(cursor.landmark, self._last())
        if cursor is None or cursor.specimen_id not in specimens:
            # the partner may have gone with it, or be the one that is left
            key = self._nearest(before)
            return None if key is None else Cursor(key, None, landmark)
        if cursor.partner_id not in specimens:
            return Cursor(cursor.specimen_id, None, landmark)
        return replace(cursor, landmark=landmark)

    def _nearest(self, before: ProjectState) -> str | None:
        """Return the specimen that is nearest to where the person was; None without any."""
        gone = None if self.cursor is None else before.specimens.get(self.cursor.specimen_id)
        photos, ids = list(before.photos), self.state.ids_by_photo
        place = 0 if gone is None else photos.index(gone.photo_id)
        near = (*photos[place:], *reversed(photos[:place]), *ids)
        return next((ids[photo_id][0] for photo_id in near if photo_id in ids), None)

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
                self._move(Cursor(key, self._partner_of(specimen), self._at().landmark))
                side = "a"
            self.go_to_landmark(self._at().landmark if place is None else place, side)
            return


def _first_difference(old: Specimen | None, new: Specimen) -> int | None:
    """Return the first landmark in which two versions of a specimen differ, or None."""
    if old is None or len(old.digitised.states) != len(new.digitised.states):
        return None
    pairs = zip(old.points(), new.points(), strict=True)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), None)
