from __future__ import annotations

from dataclasses import replace

import pytest

import project_made as made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.project.edits import (
    AddPhotos,
    AddSpecimen,
    ChangeSchema,
    Clear,
    Edit,
    Place,
    Remark,
    RemovePhotos,
    RemoveSpecimen,
    Together,
)
from napari_dinosar.project.merging import differing_photos, edits_between, merge
from napari_dinosar.project.state import PhotoEntry, ProjectState


def after(*edits: Edit, state: ProjectState | None = None) -> ProjectState:
    return Together(edits).apply(state or made.state())


BASE = after(Place("1", "tip", (1, 1)), Place("2", "tip", (2, 2)))


def files(state: ProjectState) -> dict[str, list[tuple[float, float] | None]]:
    """The first landmark of each specimen by the name of the photo's file."""
    return {
        photo.file_name: [one.point(0).xy for one in state.on_photo(key)]
        for key, photo in state.photos.items()
    }


def test_each_side_brings_its_photos() -> None:
    mine = after(Place("1", "tip", (5, 5)), Clear("2", "tip"), state=BASE)
    theirs = after(Place("3", "tip", (6, 6)), Remark("3", note="n"), state=BASE)
    merged = merge(BASE, mine, theirs)
    assert (merged.only_mine, merged.only_theirs, merged.conflicts) == (("1", "2"), ("3",), ())
    assert files(merged.state({})) == {"0.jpg": [(5, 5)], "1.jpg": [None], "2.jpg": [(6, 6)]}


@pytest.mark.parametrize(("choice", "xy"), [("mine", (5, 5)), ("theirs", (6, 6))])
def test_a_conflict_is_decided_by_a_choice(choice: str, xy: tuple[int, int]) -> None:
    mine = after(Place("1", "tip", (5, 5)), state=BASE)
    theirs = after(Place("1", "tip", (6, 6)), state=BASE)
    merged = merge(BASE, mine, theirs)
    assert [one.photo.photo_id for one in merged.conflicts] == ["1"]
    assert files(merged.state({"1": choice}))["0.jpg"] == [xy]  # type: ignore[dict-item]


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    mine = after(Place("1", "tip", (5, 5)), state=BASE)
    assert merge(BASE, mine, mine).conflicts == ()


def test_photos_that_one_side_removed() -> None:
    mine = after(RemovePhotos(("1", "3")), state=BASE)
    theirs = after(Place("1", "tip", (6, 6)), state=BASE)
    merged = merge(BASE, mine, theirs)
    (conflict,) = merged.conflicts
    assert conflict.mine == ()
    assert merged.only_mine == ("3",)
    assert files(merged.state({"1": "mine"})) == {"1.jpg": [(2, 2)]}
    assert files(merged.state({"1": "theirs"})) == {"0.jpg": [(6, 6)], "1.jpg": [(2, 2)]}
    turned = merge(BASE, theirs, mine)
    assert files(turned.state({"1": "mine"})) == {"1.jpg": [(2, 2)], "0.jpg": [(6, 6)]}


def test_photos_that_both_added_under_one_id_stay_two() -> None:
    mine = after(
        AddPhotos((PhotoEntry("4", "m.jpg"),), ("4",)), Place("4", "tip", (5, 5)), state=BASE
    )
    theirs = after(
        AddPhotos((PhotoEntry("4", "t.jpg"),), ("4",)), Place("4", "tip", (6, 6)), state=BASE
    )
    merged = merge(BASE, mine, theirs).state({})
    assert files(merged) | {"m.jpg": [(5, 5)], "t.jpg": [(6, 6)]} == files(merged)
    assert len(merged.photos) == 5


def test_specimens_of_both_sides_under_one_id_stay_two() -> None:
    mine = after(AddSpecimen("4", "1"), Place("4", "tip", (5, 5)), state=BASE)
    theirs = after(AddSpecimen("4", "2"), Place("4", "tip", (6, 6)), state=BASE)
    merged = merge(BASE, mine, theirs).state({})
    assert files(merged)["0.jpg"] == [(1, 1), (5, 5)]
    assert files(merged)["1.jpg"] == [(2, 2), (6, 6)]


def test_the_order_of_landmarks_and_their_looks_merge() -> None:
    turned = Schema(tuple(reversed(made.schema().landmarks)), category="leaf")
    mine = after(ChangeSchema(turned), Place("1", "tip", (5, 5)), state=BASE)
    theirs = after(Place("3", "tip", (6, 6)), state=BASE)
    for one, other in ((mine, theirs), (theirs, mine)):
        merged = merge(BASE, one, other)
        assert merged.conflicts == ()
        state = merged.state({})
        assert state.schema == turned
        assert [state.point(key, "tip").xy for key in "123"] == [(5, 5), (2, 2), (6, 6)]


def test_other_landmarks_are_refused() -> None:
    fewer = Schema(made.schema().landmarks[:2], category="leaf")
    with pytest.raises(DinosarError, match="different landmarks"):
        merge(BASE, BASE, after(ChangeSchema(fewer), state=BASE))


def test_specimens_of_a_photo_come_back_in_their_order() -> None:
    before = AddSpecimen("9", "2").apply(made.state())
    edit = edits_between(before, RemoveSpecimen("2").apply(before))
    without = edit.apply(before)
    assert without.ids_by_photo["2"] == ("9",)
    assert edit.inverse(before).apply(without).ids_by_photo["2"] == ("2", "9")


def test_the_edit_between_two_states_leads_from_one_to_the_other_and_back() -> None:
    other = after(
        AddPhotos((PhotoEntry("9", "n.jpg"),), ("77",)),
        Place("77", "tip", (5, 5)),
        AddSpecimen("4", "1"),
        RemovePhotos(("2",)),
        ChangeSchema(replace(made.schema(), skeleton=())),
        state=BASE,
    )
    edit = edits_between(BASE, other)
    assert made.same_project(edit.apply(BASE), other)
    back = edit.inverse(BASE).apply(other)
    assert differing_photos(back, BASE) == ()
    assert edits_between(BASE, BASE).edits == ()
