"""DeepLabCut's tables are read with one animal or several, and written for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from landmark_datasets import (
    FUZZ,
    ROUND_TRIPS,
    assert_alike,
    check_mutation,
    datasets,
    mutations,
    there_and_back,
)
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files import format_of, read_landmarks, write_landmarks

SINGLE = """scorer,me,me,me,me
bodyparts,eye,eye,tip,tip
coords,x,y,x,y
labeled-data/video/img005.png,1.5,2,,
labeled-data/video/img006.png,3,4,5,6
"""
SEVERAL = """scorer,,,me,me,me,me
individuals,,,a,a,b,b
bodyparts,,,eye,eye,eye,eye
coords,,,x,y,x,y
labeled-data,video,img005.png,1.5,2,,
labeled-data,video,img006.png,3,4,5,6
"""


def read(tmp_path, text):
    file = tmp_path / "CollectedData_me.csv"
    file.write_bytes(text.encode())
    assert format_of(file) == "deeplabcut"
    return read_landmarks(file)


def test_a_line_is_a_photo(tmp_path):
    dataset = read(tmp_path, SINGLE)
    first, second = dataset.specimens
    assert dataset.schema.names == ("eye", "tip")
    assert first.file_name == "labeled-data/video/img005.png"
    assert first.states == ("visible", "missing")
    assert second.xy.tolist() == [[3, 4], [5, 6]]
    assert (dataset.warnings, first.counts_y_up) == ((), False)


def test_individuals_are_specimens_and_come_back(tmp_path):
    dataset = read(tmp_path, SEVERAL)
    names = [one.specimen_id.rsplit("/", 1)[1] for one in dataset.specimens]
    assert names == ["img005.png a", "img006.png a", "img006.png b"]
    losses = write_landmarks(tmp_path / "again.csv", dataset, "deeplabcut")
    assert_alike(dataset, read_landmarks(tmp_path / "again.csv"), "file_name", "extras")
    assert losses == ()


def test_likelihoods_are_left_out_and_told(tmp_path):
    text = "scorer,n,n,n\nbodyparts,e,e,e\ncoords,x,y,likelihood\n0,1,2,0.9\n"
    dataset = read(tmp_path, text)
    assert dataset.specimens[0].xy.tolist() == [[1, 2]]
    assert "'likelihood' of the landmarks is left out" in dataset.warnings[0]


@given(dataset=datasets())
@ROUND_TRIPS
def test_positions_come_back(tmp_path, dataset):
    named = tuple(replace(one, specimen_id=one.file_name) for one in dataset.specimens)
    whole = replace(dataset, specimens=named)
    assert_alike(whole, there_and_back(tmp_path, whole, "deeplabcut"), "file_name", "sources")


def test_ids_that_are_lost_are_told(tmp_path):
    dataset = read(tmp_path, SINGLE)
    other = replace(dataset, specimens=(replace(dataset.specimens[0], specimen_id="mine"),))
    assert write_landmarks(tmp_path / "a.csv", other, "deeplabcut")[-1].endswith("names (mine).")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SINGLE.replace("bodyparts", "parts"), "this one has no bodyparts"),
        (SINGLE.replace("tip,tip", "tip,end"), "one column x and one column y"),
        (SINGLE.replace("3,4,5,6", "3,4,5"), "line 5: not every line has 5 cells"),
        (SINGLE.replace("3,4,5,6", "3,4,5,six"), "line 5: 'six' is not a number"),
        (SINGLE.replace("x,y,x,y", "a,b,c,d"), "names no x and y"),
        (SINGLE.replace("labeled-data/video/img005.png", ""), "line 4: no photo is named"),
        ("\n".join(SINGLE.splitlines()[:3]), "has no specimen"),
        (SINGLE.replace("eye,eye", ","), "has a column without a name"),
    ],
)
def test_damage_is_named(tmp_path, text, message):
    with pytest.raises(DinosarError, match=message) as caught:
        read(tmp_path, text)
    assert "CollectedData_me.csv" in str(caught.value)


@pytest.mark.parametrize("text", [SINGLE, SEVERAL], ids=["single", "several"])
def test_no_damaged_file_ends_in_a_foreign_error(tmp_path, text):
    @given(content=mutations(text.encode()))
    @FUZZ
    def check(content):
        check_mutation(tmp_path / "damaged.csv", content, "deeplabcut")

    check()
