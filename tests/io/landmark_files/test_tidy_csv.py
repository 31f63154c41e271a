"""The tidy table holds all that is known of specimens, and takes plain tables of others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark_datasets import (
    FUZZ,
    ROUND_TRIPS,
    assert_alike,
    check_mutation,
    datasets,
    mutations,
    there_and_back,
)
from napari_dinosar.core.digitised import SOURCES, STATES, Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io.landmark_files import format_of, read_landmarks, write_landmarks

FULL = """specimen,landmark,x,y,visibility,source,photo,scale,note,extras,curve
a,eye,1.5,2,2,manual,a.jpg,0.5,"two
lines, a comma","{""k"": ""v""}",
a,tip,,,absent,,,,,,
a,1,3,4,,,,,,,1
b,eye,5,6,1,accepted,b.jpg,,,,
"""
FIELDS = (
    "sources", "file_name", "size_xy", "scale", "unit", "note", "is_flagged", "counts_y_up",
    "extras",
)  # fmt: skip


def written(tmp_path, text, name="table.csv"):
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_all_columns_are_read(tmp_path):
    dataset = read_landmarks(written(tmp_path, FULL))
    a, b = dataset.specimens
    assert dataset.schema.names == ("eye", "tip")
    assert (a.states, b.states) == (("visible", "absent"), ("occluded", "missing"))
    assert (a.sources, b.sources) == (("manual", ""), ("accepted", ""))
    assert (a.note, a.scale, a.extras) == ("two\nlines, a comma", 0.5, {"k": "v"})
    assert a.curves[0].tolist() == [[3, 4]]
    assert a.file_name == "a.jpg"


@pytest.mark.parametrize(
    "text",
    [
        "specimen,landmark,x,y\na,eye,1.5,2\n",
        "Specimen;Landmark;X;Y\r\na;eye;1.5;2\r\n",
        "\ufefflandmark\ty\tx\tspecimen\neye\t2\t1.5\ta",
        "\n\nspecimen,landmark,x,y,visibility\n\na , eye, 1.5 ,2,2.0\n,,,,\n",
    ],
)
def test_a_plain_table_of_any_delimiter_and_order_is_read(tmp_path, text):
    file = written(tmp_path, text)
    assert format_of(file) == "csv"
    one = read_landmarks(file).specimens[0]
    assert (one.specimen_id, one.xy.tolist(), one.states) == ("a", [[1.5, 2]], ("visible",))
    assert one.sources == ("manual",)


def test_an_unknown_column_is_told(tmp_path):
    dataset = read_landmarks(written(tmp_path, "specimen,landmark,x,y,sex\na,eye,1,2,f\n"))
    assert "left out: sex" in dataset.warnings[0]


@given(
    dataset=datasets(states=STATES, sources=SOURCES[1:], curves=True, y_up=True),
    note=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
    scale=st.floats(1e-6, 1e6),
)
@ROUND_TRIPS
def test_all_comes_back(tmp_path, dataset, note, scale):
    first = replace(
        dataset.specimens[0],
        note=note, scale=scale, unit="µm", is_flagged=True, extras={"tps": "RADII=1\n2", "ä": ""},
    )  # fmt: skip
    whole = replace(dataset, specimens=(first, *dataset.specimens[1:]))
    assert_alike(whole, there_and_back(tmp_path, whole, "csv"), *FIELDS)


@pytest.mark.parametrize("note", ["\r", "\n", " a\r\n", '"', "\x85", "0"])
def test_a_note_comes_back_with_its_line_ends(tmp_path, note):
    dataset = read_landmarks(written(tmp_path, FULL))
    noted = replace(dataset, specimens=(replace(dataset.specimens[0], note=note),))
    (tmp_path / "table.csv").unlink()
    assert there_and_back(tmp_path, noted, "csv").specimens[0].note == note


def test_of_the_schema_only_names_are_held(tmp_path):
    schema = Schema(
        (LandmarkDefinition("a", "#00ff00"), LandmarkDefinition("b")), ((0, 1),), "leaf"
    )
    losses = write_landmarks(tmp_path / "t.csv", Dataset(schema, ()), "csv")
    assert [loss.removeprefix("A tidy table cannot hold ") for loss in losses] == [
        "the skeleton.", "colours and definitions of landmarks.", "the name of the category.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("specimen,landmark,x\na,b,1\n", "line 1: a tidy table has the columns"),
        ("specimen,landmark,x,y,x\na,b,1,2,3\n", "line 1: a tidy table has the columns"),
        ("specimen,landmark,x,y\na,b,1\n", "line 2: 3 cells, and the first line has 4"),
        ("specimen,landmark,x,y\na,b,1,two\n", "line 2: 'two' is not a number"),
        ("specimen,landmark,x,y\na,b,1,2\na,b,1,2\n", "line 3: specimen 'a' has its landmark 'b'"),
        ("specimen,landmark,x,y,visibility\na,b,1,2,3\n", "line 2: visibility is 2, 1, 0"),
        ("specimen,landmark,x,y,visibility\na,b,,,2\n", "line 2: the landmark is visible and has"),
        ("specimen,landmark,x,y,source\na,b,1,2,me\n", "line 2: source is manual"),
        ("specimen,landmark,x,y,scale\na,b,1,2,3\na,c,1,2,4\n", "line 3: scale of specimen 'a'"),
        ("specimen,landmark,x,y,scale\na,b,1,2,-3\n", "'-3' must be above 0"),
        ("specimen,landmark,x,y,extras\na,b,1,2,[]\n", "extras must be a JSON object"),
        ("specimen,landmark,x,y,extras\na,b,1,2,[\n", "extras are no JSON"),
        ('specimen,landmark,x,y\na,b,1,"2\n', "line 2: unexpected end"),
        ("specimen,landmark,x,y\n", "has no specimen"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, message):
    with pytest.raises(DinosarError, match=message) as caught:
        read_landmarks(written(tmp_path, text), "csv")
    assert "table.csv" in str(caught.value)


def test_ids_that_stand_twice_are_refused(tmp_path):
    dataset = read_landmarks(written(tmp_path, FULL))
    twice = replace(dataset, specimens=dataset.specimens[:1] * 2)
    with pytest.raises(DinosarError, match="'a' stands twice"):
        write_landmarks(tmp_path / "new.csv", twice)


@given(content=mutations(FULL.encode()))
@FUZZ
def test_no_damaged_file_ends_in_a_foreign_error(tmp_path, content):
    check_mutation(tmp_path / "damaged.csv", content, "csv")
