from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

import project_made as made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.project.edits import (
    Accept,
    AddPhotos,
    AddSpecimen,
    ChangeSchema,
    Clear,
    Edit,
    Place,
    Propose,
    ProtectedError,
    PutPhotos,
    PutSpecimen,
    Remark,
    RemovePhotos,
    RemoveSpecimen,
    SetPoint,
    SetState,
    Together,
)
from napari_dinosar.project.records import edit_from, edit_record
from napari_dinosar.project.state import PhotoEntry, Point, ProjectState, blank, same_specimen


def apply(state: ProjectState, edit: Edit) -> ProjectState:
    return edit.apply(state)


def digitised() -> ProjectState:
    state = made.state()
    for edit in (
        Place("1", "tip", (1.5, 2.25)),
        Place("1", "base", (3, 4), "occluded"),
        SetState("1", "left", "absent"),
        Propose("1", "right", (9, 9)),
        AddSpecimen("x", "2"),
        Remark("2", note="torn", scale=0.5, unit="mm", extras={"mask_seed": "1 2"}),
    ):
        state = apply(state, edit)
    return state


def assert_equal(one: ProjectState, other: ProjectState) -> None:
    assert one.schema == other.schema
    assert list(one.photos.items()) == list(other.photos.items())
    assert dict(one.ids_by_photo) == dict(other.ids_by_photo)
    assert set(one.specimens) == set(other.specimens)
    assert all(same_specimen(one.specimens[key], other.specimens[key]) for key in one.specimens)


SMALLER = Schema((LandmarkDefinition("right"), LandmarkDefinition("apex"), LandmarkDefinition("q")))
EDITS: list[Edit] = [
    Place("1", "tip", (0.1, 1 / 3)),
    Place("1", "base", (7, 7)),
    Place("3", "tip", (7, 7), "occluded"),
    Propose("1", "right", (1, 1), "occluded", "estimated"),
    Accept("1", "right"),
    SetState("1", "tip", "absent"),
    SetState("1", "base", "visible"),
    Clear("1", "left"),
    SetPoint("1", "left", Point("visible", "estimated", (0.5, 0.5))),
    Remark("2", note="", is_flagged=True, scale=0.0, unit="", extras={}),
    Remark("3", scale=2.5),
    AddSpecimen("new", "1"),
    RemoveSpecimen("2"),
    RemoveSpecimen("x"),
    PutSpecimen(Place("1", "tip", (5, 5)).apply(made.state()).specimens["1"]),
    AddPhotos((PhotoEntry("9", "nine.jpg"), PhotoEntry("10", "ten.jpg", (3, 4))), ("9", "10")),
    RemovePhotos(("2", "1")),
    RemovePhotos(("2", "3")),
    PutPhotos(
        (PhotoEntry("9", "nine.jpg"),),
        (blank("9", PhotoEntry("9", "nine.jpg"), made.schema()),),
        ("1",),
        ("2",),
    ),
    ChangeSchema(SMALLER, (("tip", "apex"),)),
    ChangeSchema(SMALLER, (("base", "right"), ("right", "q"))),
    Together((Place("1", "tip", (5, 5)), AddSpecimen("y", "3"), Place("y", "tip", (1, 1)))),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: str(edit.KIND))
def test_every_edit_is_undone_by_its_inverse_also_through_json(edit: Edit) -> None:
    before = digitised()
    there = edit_from(json.loads(json.dumps(edit_record(edit))))
    after = apply(before, there)
    assert_equal(after, apply(digitised(), edit))
    assert_equal(before, digitised())
    back = edit_from(json.loads(json.dumps(edit_record(edit.inverse(before)))))
    assert_equal(apply(after, back), before)


def test_placing_moves_and_keeps_a_hidden_one_hidden() -> None:
    state = apply(digitised(), Place("1", "base", (8, 8)))
    assert state.point("1", "base") == Point("occluded", "manual", (8.0, 8.0))
    assert apply(state, Place("1", "base", (8, 8), "visible")).point("1", "base").state == "visible"


def test_moving_a_proposal_makes_it_ones_own() -> None:
    assert apply(digitised(), Place("1", "right", (8, 8))).point("1", "right").source == "manual"


@pytest.mark.parametrize("landmark", ["tip", "base", "left"])
def test_a_machine_never_overwrites_what_a_person_decided(landmark: str) -> None:
    state = digitised()
    for source in ("proposed", "estimated"):
        with pytest.raises(ProtectedError, match="decided by a person"):
            apply(state, Propose("1", landmark, (1, 1), source=source))  # type: ignore[arg-type]


def test_nor_what_a_person_accepted_but_its_own_it_may() -> None:
    state = apply(digitised(), Propose("1", "right", (2, 2)))
    assert state.point("1", "right").xy == (2.0, 2.0)
    with pytest.raises(ProtectedError):
        apply(apply(state, Accept("1", "right")), Propose("1", "right", (3, 3)))


def test_absent_and_missing_have_no_position() -> None:
    for word in ("absent", "missing"):
        state = apply(digitised(), SetState("1", "tip", word))  # type: ignore[arg-type]
        assert state.point("1", "tip") == Point(word)  # type: ignore[arg-type]
        assert np.isnan(state.specimens["1"].digitised.xy[0]).all()


REFUSED: dict[str, Edit] = {
    "no specimen": Place("nobody", "tip", (1, 1)),
    "no landmark": Place("1", "nose", (1, 1)),
    "nan": Place("1", "tip", (float("nan"), 1)),
    "far": Place("1", "tip", (1e12, 1)),
    "not placed": SetState("3", "tip", "visible"),
    "nothing proposed": Accept("1", "tip"),
    "contradiction": SetPoint("1", "tip", Point("absent", "", (1, 1))),
    "scale": Remark("1", scale=float("inf")),
    "id taken": AddSpecimen("1", "2"),
    "no photo": AddSpecimen("z", "77"),
    "only one": RemoveSpecimen("1"),
    "photo twice": AddPhotos((PhotoEntry("9", "0.jpg"),), ("9",)),
    "ragged": PutSpecimen(ChangeSchema(SMALLER).apply(made.state()).specimens["1"]),
    "rename": ChangeSchema(SMALLER, (("nose", "apex"),)),
    "second of two": Together((Place("1", "tip", (5, 5)), Accept("3", "tip"))),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_whole(name: str) -> None:
    state = digitised()
    with pytest.raises(DinosarError):
        apply(state, REFUSED[name])
    assert_equal(state, digitised())


def test_landmarks_keep_their_points_by_name() -> None:
    turned = Schema(tuple(reversed(made.schema().landmarks)), category="leaf")
    state = apply(digitised(), ChangeSchema(turned))
    assert state.point("1", "tip") == digitised().point("1", "tip")
    renamed = apply(digitised(), ChangeSchema(SMALLER, (("tip", "apex"),)))
    assert renamed.point("1", "apex") == digitised().point("1", "tip")
    assert renamed.point("1", "q") == Point()


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.pop("xy"),
        lambda record: record.update(kind="of tomorrow"),
        lambda record: record.update(colour="red"),
    ],
)
def test_a_record_of_another_version_is_an_error(change: Callable[[object], object]) -> None:
    record = edit_record(Place("1", "tip", (1, 1)))
    change(record)
    with pytest.raises(DinosarError, match="newer version"):
        edit_from(record)
