"""An import becomes a project, or one edit of one, and never takes a person's point unasked."""

from dataclasses import replace

import numpy as np
import pytest

from napari_dinosar import DinosarError
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editing.import_plan import edits_into, new_project_from
from napari_dinosar.editing.importing import Import
from napari_dinosar.project.edits import Place, Propose, Remark, SetState
from napari_dinosar.project.store import Project
from project_made import same_project

NAMES = ("tip", "base")
SCHEMA = Schema(tuple(map(LandmarkDefinition, NAMES)), ((0, 1),), "leaf")
PHOTOS = ("a.png", "b.png", "c.png")


def imported(folder, *specimens, schema=SCHEMA):
    for name in PHOTOS:
        (folder / name).touch()
    sizes = dict.fromkeys(PHOTOS, (64, 48))
    return Import(folder / "marks.csv", "csv", Dataset(schema, specimens), folder, sizes)


def marks(key, photo, *xy, **more):
    return Digitised.from_points(key, photo, xy, **more)


@pytest.fixture
def project(tmp_path):
    for name in PHOTOS:
        (tmp_path / name).touch()
    with Project.new(tmp_path / "leaves.json", [tmp_path / "a.png"], SCHEMA) as made:
        yield made


def plan(project, found, **more):
    return edits_into(project.state, project.path.parent, found, found.dataset, **more)


def test_a_new_project_holds_all_that_the_file_says(tmp_path):
    curve = np.array([(1.0, 2.0), (3.0, 4.0)])
    first = marks("x1", "a.png", (1, 2), (3, 4), note="worn", scale=0.5, unit="mm", curves=(curve,))
    second = marks("x2", "a.png", (5, 6), (np.nan, np.nan), source="estimated", is_flagged=True)
    third = replace(marks("1", "b.png", (7, 8), (9, 9)), states=("visible", "occluded"))
    found = imported(tmp_path, first, second, third)
    with new_project_from(found, found.dataset, tmp_path / "new.json") as made:
        state = made.state
    assert state.schema == SCHEMA
    assert dict(state.ids_by_photo) == {"1": ("x1", "x2"), "2": ("1",)}
    one, two, three = (state.specimens[key].digitised for key in ("x1", "x2", "1"))
    assert (one.note, one.scale, one.unit, one.size_xy) == ("worn", 0.5, "mm", (64, 48))
    np.testing.assert_array_equal(one.curves[0], curve)
    assert (two.sources, two.is_flagged) == (("estimated", ""), True)
    assert three.states == ("visible", "occluded")


def test_nothing_is_overwritten_and_nothing_made_without_photos(tmp_path):
    found = imported(tmp_path, marks("1", "a.png", (1, 2), (3, 4)))
    path = tmp_path / "there.json"
    path.write_text("mine")
    with pytest.raises(DinosarError, match="exists already"):
        new_project_from(found, found.dataset, path)
    assert path.read_text() == "mine"
    lost = imported(tmp_path, marks("1", "elsewhere.png", (1, 2), (3, 4)))
    with pytest.raises(DinosarError, match="Choose the folder of the photos"):
        new_project_from(lost, lost.dataset, tmp_path / "new.json")
    assert not (tmp_path / "new.json").exists()


def test_an_empty_specimen_is_filled_and_photos_are_added(project, tmp_path):
    found = imported(
        tmp_path, marks("p", "a.png", (1, 2), (3, 4)), marks("q", "b.png", (5, 6), (7, 8))
    )
    planned = plan(project, found)
    assert (planned.n_photos, planned.n_specimens, planned.n_points) == (1, 1, 4)
    before = project.state
    project.apply(planned.edit)
    assert [one.file_name for one in project.state.photos.values()] == ["a.png", "b.png"]
    assert project.state.point("p", "base").xy == (3, 4)
    project.undo()
    assert same_project(project.state, before)


def test_the_journal_can_take_it(project, tmp_path):
    found = imported(tmp_path, marks("p", "a.png", (1, 2), (3, 4), note="ü"))
    project.apply(plan(project, found).edit)
    project.save()
    with Project.open(project.path) as again:
        assert same_project(again.state, project.state)


def test_what_a_person_placed_stays_unless_theirs_is_chosen(project, tmp_path):
    project.apply(Place("1", "tip", (20, 20)))
    found = imported(tmp_path, marks("p", "a.png", (23, 24), (3, 4)))
    planned = plan(project, found)
    (conflict,) = planned.conflicts
    assert (conflict.specimen_id, conflict.landmarks) == ("1", ("tip",))
    assert conflict.farthest_px == 5
    mine = planned.edit.apply(project.state)
    assert (mine.point("1", "tip").xy, mine.point("1", "base").xy) == ((20, 20), (3, 4))
    theirs = plan(project, found, choices={"1": "theirs"}).edit.apply(project.state)
    assert theirs.point("1", "tip").xy == (23, 24)


def test_what_a_person_called_absent_stays_too(project, tmp_path):
    project.apply(SetState("1", "tip", "absent"))
    found = imported(tmp_path, marks("1", "a.png", (23, 24), (3, 4)))
    planned = plan(project, found)
    assert planned.conflicts[0].landmarks == ("tip",)
    assert planned.edit.apply(project.state).point("1", "tip").state == "absent"


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_machine_never_replaces_a_person(project, tmp_path, choice):
    project.apply(Place("1", "tip", (20, 20)))
    found = imported(tmp_path, marks("1", "a.png", (1, 2), (3, 4), source="proposed"))
    planned = plan(project, found, choices={"1": choice})
    assert planned.conflicts == ()
    after = planned.edit.apply(project.state)
    assert after.point("1", "tip").xy == (20, 20)
    assert after.point("1", "base").source == "proposed"


def test_a_person_replaces_a_machine(project, tmp_path):
    project.apply(Propose("1", "tip", (20, 20)))
    found = imported(tmp_path, marks("1", "a.png", (1, 2), (np.nan, np.nan)))
    planned = plan(project, found)
    assert planned.conflicts == ()
    assert planned.edit.apply(project.state).point("1", "tip").source == "manual"


def test_the_same_again_changes_nothing(project, tmp_path):
    found = imported(tmp_path, marks("p", "a.png", (0.1, 47.7), (3, 4)))
    project.apply(plan(project, found).edit)
    turned = replace(found.dataset.specimens[0], xy=[(0.1, 48 - (48 - 47.7)), (3, 4)])
    again = imported(tmp_path, turned)
    assert plan(project, again).edit.edits == ()
    assert plan(project, again).conflicts == ()


def test_remarks_are_conflicts_as_well(project, tmp_path):
    project.apply(Remark("1", note="mine", scale=0.5, unit="mm"))
    found = imported(
        tmp_path, marks("1", "a.png", (1, 2), (3, 4), note="theirs", scale=0.7, unit="mm")
    )
    planned = plan(project, found)
    assert planned.conflicts[0].remarks == ("note", "scale")
    assert planned.edit.apply(project.state).specimen("1").digitised.note == "mine"
    theirs = plan(project, found, choices={"1": "theirs"}).edit.apply(project.state)
    assert theirs.specimen("1").digitised.scale == 0.7


def test_further_specimens_of_a_photo_come_beside_those_there(project, tmp_path):
    project.apply(Place("1", "tip", (20, 20)))
    found = imported(
        tmp_path, marks("p", "a.png", (1, 2), (3, 4)), marks("q", "a.png", (5, 6), (7, 8))
    )
    after = plan(project, found).edit.apply(project.state)
    assert after.ids_by_photo["1"] == ("1", "p", "q")


def test_an_id_of_another_photo_is_not_taken_twice(project, tmp_path):
    project.apply(Place("1", "tip", (20, 20)))
    found = imported(tmp_path, marks("1", "b.png", (1, 2), (3, 4)))
    after = plan(project, found).edit.apply(project.state)
    assert after.point("1", "tip").xy == (20, 20)
    assert after.on_photo("2")[0].specimen_id == "2"


def test_landmarks_go_by_name_in_whatever_order(project, tmp_path):
    schema = Schema((LandmarkDefinition("base"), LandmarkDefinition("tip")))
    found = imported(tmp_path, marks("p", "a.png", (1, 2), (3, 4)), schema=schema)
    after = plan(project, found).edit.apply(project.state)
    assert after.point("p", "tip").xy == (3, 4)


def test_numbers_go_by_their_order(project, tmp_path):
    schema = Schema((LandmarkDefinition("1"), LandmarkDefinition("2")))
    found = imported(tmp_path, marks("p", "a.png", (1, 2), (3, 4)), schema=schema)
    planned = plan(project, found)
    assert planned.new_landmarks == ()
    assert "in the order of the project" in planned.notes[0]
    assert planned.edit.apply(project.state).point("p", "base").xy == (3, 4)


def test_new_landmarks_come_only_when_they_are_wanted(project, tmp_path):
    schema = Schema(
        (
            LandmarkDefinition("tip"),
            LandmarkDefinition("left", "#E69F00", partner="right"),
            LandmarkDefinition("right", partner="left"),
        ),
        ((0, 1),),
    )
    found = imported(tmp_path, marks("p", "a.png", (1, 2), (3, 4), (5, 6)), schema=schema)
    without = plan(project, found)
    assert without.new_landmarks == ("left", "right")
    assert "left, right" in without.notes[0]
    assert without.edit.apply(project.state).schema == SCHEMA
    widened = plan(project, found, with_new_landmarks=True).edit.apply(project.state)
    assert widened.schema.names == ("tip", "base", "left", "right")
    assert widened.schema.skeleton == ((0, 1), (0, 2))
    assert widened.schema.landmarks[2].partner == "right"
    assert widened.point("p", "right").xy == (5, 6)


def test_specimens_whose_photo_is_not_there_are_left_out_aloud(project, tmp_path):
    found = imported(
        tmp_path, marks("p", "a.png", (1, 2), (3, 4)), marks("q", "gone.png", (5, 6), (7, 8))
    )
    planned = plan(project, found)
    assert planned.notes == ("Left out, since their photos were not found: q.",)
    assert "q" not in planned.edit.apply(project.state).specimens


def test_photos_outside_the_projects_folder_are_refused(project, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    with Project.new(inner / "p.json", _photo(inner), SCHEMA) as other:
        found = imported(tmp_path, marks("p", "b.png", (1, 2), (3, 4)))
        with pytest.raises(DinosarError, match="Put the file of the project beside"):
            plan(other, found)


def _photo(folder):
    (folder / "z.png").touch()
    return [folder / "z.png"]
