"""What clicks and keys do to a project, and where they lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editing.cursor import Cursor
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.edits import (
    ChangeSchema,
    Clear,
    Place,
    Propose,
    RemovePhotos,
    SetState,
    Together,
)
from napari_dinosar.project.store import Project


def states(editor: Editor, specimen_id: str = "1") -> tuple[str, ...]:
    return editor.state.specimen(specimen_id).digitised.states


def heard(signal: Any) -> list[Any]:
    """Return what a signal says from now on."""
    said: list[Any] = []
    signal.connect(lambda *values: said.append(values), check_nargs=False)
    return said


def place_all(editor: Editor, *specimen_ids: str) -> None:
    edits = [
        Place(key, name, (10.0 + 3 * place, 20.0 + place**2))
        for key in specimen_ids
        for place, name in enumerate(editor.schema.names)
    ]
    editor.apply(Together(tuple(edits)))


class TestPlacing:
    def test_a_click_places_and_goes_to_the_next_missing_one(self, editor: Editor) -> None:
        editor.click((1.25, 2.5))
        assert editor.state.point("1", "tip").xy == (1.25, 2.5)
        assert editor.state.point("1", "tip").source == "manual"
        assert editor.landmark.name == "base"

    def test_what_is_decided_is_passed_over(self, editor: Editor) -> None:
        editor.apply(Place("1", "base", (5, 5)))
        editor.apply(SetState("1", "left", "absent"))
        editor.click((1, 2))
        assert editor.landmark.name == "right"

    def test_the_last_open_landmark_may_lie_before_the_current_one(self, editor: Editor) -> None:
        editor.go_to_landmark(3)
        editor.click((1, 2))
        assert editor.landmark.name == "tip"

    def test_after_the_last_one_it_stays_and_says_what_to_do(self, editor: Editor) -> None:
        said = heard(editor.told)
        for place in range(4):
            editor.click((place, place))
        assert editor.cursor == Cursor("1", None, 3)
        assert "next photo" in said[-1][0]

    def test_quick_mode_moves_what_is_clicked_again(self, editor: Editor) -> None:
        editor.click((1, 2))
        editor.step_landmark(-1)
        editor.click((9, 9.5))
        assert editor.state.point("1", "tip").xy == (9, 9.5)
        assert editor.landmark.name == "tip"

    def test_sequential_mode_moves_nothing_and_says_why(self, editor: Editor) -> None:
        editor.set_mode("sequential")
        editor.click((1, 2))
        editor.step_landmark(-1)
        said = heard(editor.told)
        editor.click((9, 9))
        assert editor.state.point("1", "tip").xy == (1, 2)
        assert "tip is placed" in said[0][0]

    def test_through_all_photos_the_same_landmark_follows(self, editor: Editor) -> None:
        editor.set_mode("through")
        editor.go_to_landmark(2)
        visited = []
        for _ in range(3):
            visited.append(editor.photo_id)
            editor.click((3, 3))
        assert visited == ["1", "2", "3"]
        assert all(editor.state.point(key, "left").xy == (3, 3) for key in "123")
        assert editor.cursor == Cursor("3", None, 2)

    def test_through_mode_passes_photos_that_have_it(self, editor: Editor) -> None:
        editor.apply(Place("2", "tip", (1, 1)))
        editor.set_mode("through")
        editor.click((3, 3))
        assert editor.photo_id == "3"

    def test_a_machines_place_is_no_decision(self, editor: Editor) -> None:
        editor.apply(Propose("1", "base", (4, 4)))
        editor.click((1, 1))
        assert editor.landmark.name == "base"
        editor.click((5, 5))
        assert editor.state.point("1", "base").source == "manual"

    def test_without_landmarks_a_click_says_what_is_missing(
        self, project: Project, editor: Editor
    ) -> None:
        editor.apply(ChangeSchema(Schema(())))
        with pytest.raises(DinosarError, match="no landmarks yet"):
            editor.click((1, 1))


class TestStates:
    def test_absent_has_no_place_and_goes_on(self, editor: Editor) -> None:
        editor.set_state("absent")
        assert states(editor)[0] == "absent"
        assert editor.state.point("1", "tip").xy is None
        assert editor.landmark.name == "base"

    def test_absent_again_takes_it_back(self, editor: Editor) -> None:
        editor.set_state("absent")
        editor.step_landmark(-1)
        editor.set_state("absent")
        assert states(editor)[0] == "missing"

    def test_occluded_keeps_the_place_and_again_is_visible(self, editor: Editor) -> None:
        editor.click((1, 2))
        editor.step_landmark(-1)
        editor.set_state("occluded")
        assert editor.point.state == "occluded"
        assert editor.point.xy == (1, 2)
        editor.set_state("occluded")
        assert editor.point.state == "visible"

    def test_what_is_not_placed_cannot_be_occluded(self, editor: Editor) -> None:
        with pytest.raises(DinosarError, match="not placed"):
            editor.set_state("occluded")
        assert states(editor)[0] == "missing"

    def test_accepting_keeps_the_place_and_goes_on(self, editor: Editor) -> None:
        editor.apply(Propose("1", "tip", (4, 4)))
        editor.accept()
        assert editor.state.point("1", "tip").source == "accepted"
        assert editor.landmark.name == "base"

    def test_accepting_all_is_one_step(self, editor: Editor) -> None:
        editor.apply(Propose("1", "tip", (4, 4)))
        editor.apply(Propose("1", "left", (5, 4), source="estimated"))
        editor.apply(Place("1", "base", (1, 1)))
        editor.accept_all()
        sources = editor.specimen.digitised.sources
        assert sources == ("accepted", "manual", "accepted", "")
        editor.undo()
        sources = editor.specimen.digitised.sources
        assert sources == ("proposed", "manual", "estimated", "")

    def test_nothing_to_accept_is_said(self, editor: Editor) -> None:
        with pytest.raises(DinosarError, match="no proposal"):
            editor.accept()
        said = heard(editor.told)
        editor.accept_all()
        assert "no proposals" in said[0][0]

    def test_clearing(self, editor: Editor) -> None:
        editor.click((1, 2))
        editor.step_landmark(-1)
        editor.clear()
        assert states(editor)[0] == "missing"
        said = heard(editor.told)
        editor.clear()
        assert "nothing to clear" in said[0][0]

    def test_nudges_are_exact_and_make_a_proposal_the_persons(self, editor: Editor) -> None:
        editor.apply(Propose("1", "tip", (4, 4)))
        editor.nudge(0.1, 0.0)
        editor.nudge(0.0, -1.0)
        assert editor.point.xy == (4.1, 3.0)
        assert editor.point.source == "manual"


class TestGoingAbout:
    def test_it_opens_at_the_first_photo_that_is_not_complete(self, project: Project) -> None:
        editor = Editor()
        editor.open(project)
        place_all(editor, "1")
        again = Editor()
        again.open(project)
        assert again.photo_id == "2"

    def test_a_photo_opens_at_its_first_open_landmark(self, editor: Editor) -> None:
        editor.apply(Place("2", "tip", (1, 1)))
        editor.step_photo(1)
        assert (editor.photo_id, editor.landmark.name) == ("2", "base")

    def test_photos_end_and_say_so(self, editor: Editor) -> None:
        said = heard(editor.told)
        editor.step_photo(-1)
        assert (editor.photo_id, "first photo" in said[0][0]) == ("1", True)
        editor.step_photo(1)
        editor.step_photo(1)
        editor.step_photo(1)
        assert (editor.photo_id, "last photo" in said[1][0]) == ("3", True)

    def test_photos_that_a_list_does_not_show_are_passed_over(self, editor: Editor) -> None:
        editor.step_photo(1, ["1", "3"])
        assert editor.photo_id == "3"

    def test_it_goes_on_from_a_photo_that_the_list_does_not_show(self, editor: Editor) -> None:
        editor.go_to_photo("2")
        editor.step_photo(1, ["1", "3"])
        assert editor.photo_id == "3"
        editor.go_to_photo("2")
        editor.step_photo(-1, ["1", "3"])
        assert editor.photo_id == "1"

    def test_the_next_incomplete_photo(self, editor: Editor) -> None:
        place_all(editor, "2")
        editor.step_incomplete()
        assert editor.photo_id == "3"
        editor.step_incomplete()
        assert editor.photo_id == "1"
        place_all(editor, "3")
        said = heard(editor.told)
        editor.step_incomplete()
        assert (editor.photo_id, "complete" in said[0][0]) == ("1", True)

    def test_landmarks_go_round(self, editor: Editor) -> None:
        editor.step_landmark(-1)
        assert editor.landmark.name == "right"
        editor.step_landmark(1)
        assert editor.landmark.name == "tip"
        with pytest.raises(DinosarError, match="from 1 to 4"):
            editor.go_to_landmark(4)

    def test_specimens_of_one_photo(self, editor: Editor) -> None:
        editor.add_specimen()
        assert editor.specimen.specimen_id == "4"
        assert editor.photo_id == "1"
        editor.step_specimen(1)
        assert editor.specimen.specimen_id == "1"
        editor.go_to_specimen("4")
        editor.remove_specimen()
        assert editor.specimen.specimen_id == "1"
        editor.undo()
        assert set(editor.state.ids_by_photo["1"]) == {"1", "4"}

    def test_moves_are_told_once_and_only_when_they_are_moves(self, editor: Editor) -> None:
        moves = heard(editor.moved)
        editor.go_to_landmark(0)
        assert moves == []
        editor.step_landmark(1)
        assert moves == [(Cursor("1", None, 1), Cursor("1", None, 0))]

    def test_without_a_project_everything_says_so(self) -> None:
        editor = Editor()
        for act in (editor.clear, editor.undo, editor.step_incomplete, editor.accept_all):
            with pytest.raises(DinosarError, match="No landmark project is open"):
                act()

    def test_a_project_that_loses_its_photos(self, editor: Editor) -> None:
        editor.apply(RemovePhotos(("1", "2", "3")))
        assert editor.cursor is None
        with pytest.raises(DinosarError, match="no photos yet"):
            editor.click((1, 1))
        editor.undo()
        assert editor.cursor is not None

    def test_fewer_landmarks_keep_the_cursor_inside(self, editor: Editor) -> None:
        editor.go_to_landmark(3)
        changes = heard(editor.schema_changed)
        editor.apply(ChangeSchema(Schema((LandmarkDefinition("tip"),))))
        assert (editor.landmark.name, len(changes)) == ("tip", 1)


class TestPairs:
    def test_a_then_b_for_each_landmark(self, editor: Editor) -> None:
        editor.pair_with("2")
        order = []
        for place in range(8):
            assert editor.cursor is not None
            order.append((editor.cursor.landmark, editor.cursor.side))
            editor.click((place, place))
        assert order == [(n, side) for n in range(4) for side in "ab"]
        assert editor.state.point("2", "tip").xy == (1, 1)

    def test_where_the_click_lands_decides(self, editor: Editor) -> None:
        editor.pair_with("2")
        editor.click((7, 7), "b")
        assert editor.state.point("2", "tip").xy == (7, 7)
        assert editor.state.point("1", "tip").xy is None
        assert editor.cursor == Cursor("1", "2", 0, "a")

    def test_it_begins_at_the_first_that_is_open_on_either(self, editor: Editor) -> None:
        editor.apply(Place("1", "tip", (1, 1)))
        editor.pair_with("2")
        assert editor.cursor == Cursor("1", "2", 0, "b")

    def test_one_photo_cannot_be_beside_itself(self, editor: Editor) -> None:
        editor.add_specimen()
        with pytest.raises(DinosarError, match="on one photo"):
            editor.pair_with("1")

    def test_stepping_leaves_the_partner_out(self, editor: Editor) -> None:
        editor.pair_with("2")
        editor.step_photo(1)
        assert editor.cursor == Cursor("3", "2", 0)

    def test_going_to_the_partners_photo_by_another_specimen_ends_the_pair(
        self, editor: Editor
    ) -> None:
        editor.step_photo(1)
        editor.add_specimen()
        editor.go_to_specimen("1")
        editor.pair_with("2")
        editor.go_to_specimen("4")
        assert editor.cursor == Cursor("4", None, 0)

    def test_a_partner_that_goes_leaves_one_alone(self, editor: Editor) -> None:
        editor.pair_with("2")
        editor.apply(RemovePhotos(("2",)))
        assert editor.cursor is not None
        assert not editor.is_paired

    def test_a_first_one_that_goes_leaves_one_alone(self, editor: Editor) -> None:
        editor.pair_with("2")
        editor.apply(RemovePhotos(("1",)))
        assert editor.cursor is not None
        assert not editor.is_paired
        assert editor.specimen.specimen_id in ("2", "3")


class TestUndo:
    def test_it_goes_to_where_the_edit_was(self, editor: Editor) -> None:
        editor.click((1, 2))
        editor.go_to_photo("3")
        editor.click((5, 5))
        editor.undo()
        assert editor.photo_id == "3"
        editor.undo()
        assert (editor.photo_id, editor.landmark.name) == ("1", "tip")
        assert states(editor)[0] == "missing"
        editor.redo()
        assert editor.state.point("1", "tip").xy == (1, 2)
        editor.redo()
        assert editor.photo_id == "3"

    def test_a_thousand_steps(self, editor: Editor) -> None:
        editor.click((0, 0))
        editor.go_to_landmark(0)
        for step in range(1200):
            editor.click((step / 16, 1.0))
        for _ in range(1000):
            editor.undo()
        assert editor.state.point("1", "tip").xy == (199 / 16, 1.0)
        said = heard(editor.told)
        editor.undo()
        assert "nothing to undo" in said[0][0]

    def test_in_a_pair_it_goes_to_the_side(self, editor: Editor) -> None:
        editor.pair_with("2")
        editor.click((1, 1))
        editor.click((2, 2))
        editor.undo()
        assert editor.cursor == Cursor("1", "2", 0, "b")


class TestSignals:
    def test_an_edit_tells_specimens_and_photos(self, editor: Editor) -> None:
        edited, listed, saved = (heard(one) for one in (editor.edited, editor.listed, editor.saved))
        editor.click((1, 2))
        assert edited == [(("1",),)]
        assert listed == [(("1",),)]
        assert saved

    def test_a_moved_point_leaves_the_list_alone(self, editor: Editor) -> None:
        editor.click((1, 2))
        listed = heard(editor.listed)
        editor.move_point("1", 0, (3, 3))
        assert listed == []
        assert editor.landmark.name == "tip"

    def test_a_refused_edit_says_nothing_and_changes_nothing(self, editor: Editor) -> None:
        edited = heard(editor.edited)
        with pytest.raises(DinosarError, match="no position"):
            editor.click((float("inf"), 0))
        assert edited == []
        assert editor.project is not None
        assert editor.project.n_unsaved == 0

    def test_closing(self, editor: Editor, tmp_path: Path) -> None:
        opened, moved = heard(editor.opened), heard(editor.moved)
        editor.click((1, 2))
        editor.close()
        assert (len(opened), moved[-1][0], editor.cursor) == (1, None, None)
        again = Project.open(tmp_path / "landmarks.json")
        assert again.recovered[0].photo_ids == ("1",)
        again.close()


class TestReference:
    def test_it_is_the_last_specimen_that_has_the_landmark(self, editor: Editor) -> None:
        assert editor.reference is None
        editor.click((1, 2))
        editor.go_to_photo("2")
        reference = editor.reference
        assert reference is not None
        assert reference.specimen_id == "1"
        editor.go_to_landmark(1)
        assert editor.reference is None

    def test_before_any_was_visited_it_is_the_nearest_in_the_list(self, editor: Editor) -> None:
        place_all(editor, "1", "3")
        editor.go_to_photo("2")
        editor.trail._visited.clear()
        reference = editor.reference
        assert reference is not None
        assert reference.specimen_id == "1"
        assert not editor.trail.has_seen("1")
        editor.apply(Clear("1", editor.landmark.name))
        reference = editor.reference
        assert reference is not None
        assert reference.specimen_id == "3"

    def test_the_latest_comes_first_and_a_pinned_one_before_it(self, editor: Editor) -> None:
        place_all(editor, "1", "2")
        for photo_id in "123":
            editor.go_to_photo(photo_id)
        reference = editor.reference
        assert reference is not None
        assert reference.specimen_id == "2"
        editor.trail.pinned_id = "1"
        reference = editor.reference
        assert reference is not None
        assert reference.specimen_id == "1"
