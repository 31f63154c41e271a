"""A schema that is edited knows which landmark was which, and becomes one edit."""

import pytest

from napari_dinosar import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editing.schema_draft import Loss, SchemaDraft
from napari_dinosar.editing.schema_files import read_schema, write_schema
from napari_dinosar.project.edits import Place, SetState
from project_made import same_project, schema, state


@pytest.fixture
def draft():
    return SchemaDraft(schema())


def names(draft):
    return [row.name for row in draft.rows]


def test_an_untouched_schema_is_no_edit(draft):
    assert draft.schema() == schema()
    assert draft.edit() is None


def test_points_follow_a_landmark_that_is_renamed_and_moved(draft):
    project = Place("1", "tip", (5, 6)).apply(state())
    draft.rename(0, "apex")
    draft.move([0], 4)
    after = draft.edit().apply(project)
    assert after.schema.names == ("base", "left", "right", "apex")
    assert after.point("1", "apex").xy == (5, 6)
    assert after.schema.skeleton == ((3, 0), (1, 2))
    assert same_project(draft.edit().inverse(project).apply(after), project)


def test_names_can_be_exchanged(draft):
    project = Place("1", "tip", (5, 6)).apply(Place("1", "base", (7, 8)).apply(state()))
    draft.rename(0, "base")
    draft.rename(1, "tip")
    after = draft.edit().apply(project)
    assert (after.point("1", "base").xy, after.point("1", "tip").xy) == ((5, 6), (7, 8))


def test_a_landmark_that_comes_back_has_its_points(draft):
    project = Place("1", "tip", (5, 6)).apply(state())
    draft.remove([0])
    assert draft.losses(project) == (Loss("tip", 1),)
    draft.add("tip")
    assert draft.losses(project) == ()
    assert draft.edit().apply(project).point("1", "tip").xy == (5, 6)


def test_a_landmark_that_takes_the_name_of_another_brings_its_own_points(draft):
    project = Place("1", "tip", (5, 6)).apply(Place("1", "base", (7, 8)).apply(state()))
    draft.remove([0])
    draft.rename(0, "tip")
    assert draft.losses(project) == (Loss("tip", 1),)
    assert draft.edit().apply(project).point("1", "tip").xy == (7, 8)


def test_losses_are_counted(draft):
    project = state()
    for edit in (Place("1", "tip", (5, 6)), SetState("2", "tip", "absent")):
        project = edit.apply(project)
    draft.remove([0, 1])
    assert draft.losses(project) == (Loss("tip", 2),)
    assert draft.edges == [(draft.rows[0].key, draft.rows[1].key)]


def test_partners_are_always_mutual(draft):
    tip, base, left, right = (row.key for row in draft.rows)
    draft.pair(0, left)
    assert [row.partner for row in draft.rows] == [left, None, tip, None]
    draft.pair(1, right)
    draft.pair(2, base)
    assert [row.partner for row in draft.rows] == [None, left, base, None]
    draft.pair(2, None)
    assert all(row.partner is None for row in draft.rows)
    draft.pair(3, right)
    assert draft.rows[3].partner is None
    draft.schema()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("eye_L", "eye_R"),
        ("left eye", "right eye"),
        ("Left-eye", "Right-eye"),
        ("LEFT.1", "RIGHT.1"),
        ("l", "r"),
    ],
)
def test_names_tell_left_from_right(left, right):
    names = (left, "lens", "tail", right)
    draft = SchemaDraft(Schema(tuple(map(LandmarkDefinition, names))))
    assert draft.pair_by_name() == 1
    assert [one.partner for one in draft.schema().landmarks] == [right, "", "", left]
    assert draft.pair_by_name() == 0


def test_a_renamed_partner_stays_the_partner(draft):
    draft.rename(2, "sinister")
    assert draft.schema().landmarks[3].partner == "sinister"
    draft.remove([2])
    assert draft.schema().landmarks[2].partner == ""


@pytest.mark.parametrize(
    ("rows", "to", "order", "where"),
    [
        ([0], 2, "base tip left right", [1]),
        ([3], 0, "right tip base left", [0]),
        ([0, 2], 4, "base right tip left", [2, 3]),
        ([1, 2], 1, "tip base left right", [1, 2]),
        ([0], 0, "tip base left right", [0]),
    ],
)
def test_landmarks_are_moved(draft, rows, to, order, where):
    assert draft.move(rows, to) == where
    assert names(draft) == order.split()


def test_lines_are_drawn_once(draft):
    draft.edges.clear()
    draft.join_in_order([2, 0, 1])
    draft.join(draft.rows[1].key, draft.rows[0].key)
    assert draft.schema().skeleton == ((0, 1), (1, 2))


def test_what_is_unfinished_is_said(draft):
    draft.rename(0, "base")
    with pytest.raises(DinosarError, match="'base' twice"):
        draft.schema()
    draft.rename(0, "  ")
    with pytest.raises(DinosarError, match="without a name"):
        draft.edit()
    draft.remove(range(4))
    with pytest.raises(DinosarError, match="has no landmark"):
        draft.schema()


def test_new_landmarks_get_free_names(draft):
    draft.rename(0, "5")
    assert draft.rows[draft.add()].name == "6"


def test_another_schema_keeps_landmarks_of_the_same_name(draft):
    project = Place("1", "tip", (5, 6)).apply(state())
    draft.rename(1, "root")
    draft.take_over(Schema((LandmarkDefinition("root"), LandmarkDefinition("tip")), ((0, 1),)))
    edit = draft.edit()
    assert edit.renamed == (("base", "root"),)
    assert edit.apply(project).point("1", "tip").xy == (5, 6)


def test_a_schema_goes_to_a_file_and_comes_back(tmp_path):
    path = tmp_path / "schema.json"
    write_schema(path, schema())
    assert read_schema(path) == schema()
    write_schema(path, Schema((LandmarkDefinition("a"),)), overwrite=True)
    assert read_schema(path).names == ("a",)


def test_specimens_are_never_overwritten_by_a_schema(tmp_path):
    path = tmp_path / "leaves.json"
    path.write_text('{"images": [{"id": 1, "file_name": "a.png"}], "annotations": []}')
    before = path.read_bytes()
    for overwrite in (False, True):
        with pytest.raises(DinosarError, match="another name"):
            write_schema(path, schema(), overwrite=overwrite)
    assert path.read_bytes() == before


def test_schemas_come_from_other_formats(tmp_path):
    path = tmp_path / "marks.tps"
    path.write_text("LM=3\n1 2\n3 4\n5 6\nID=0\n")
    assert read_schema(path).names == ("1", "2", "3")
    path = tmp_path / "none.json"
    path.write_text('{"images": [], "annotations": []}')
    with pytest.raises(DinosarError, match="no landmarks"):
        read_schema(path)
