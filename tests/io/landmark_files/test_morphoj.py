"""MorphoJ's tables are read with any delimiter, and written so that MorphoJ skips the header."""

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
from napari_dinosar.io.landmark_files.morphoj import morphoj_text

TEXT = "ID\tx1\ty1\tx2\ty2\nfirst one\t1.5\t2\t3\t4\nsecond\tNaN\tNaN\t-7\t8e1\n"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.split("\n", 1)[1],
        TEXT.replace("\t", ";").replace("\n", "\r\n"),
        TEXT.replace("\t", ",").replace("NaN", ""),
        "\ufeff" + TEXT,
    ],
)
def test_lines_are_specimens(tmp_path, text):
    file = tmp_path / "morphoj.txt"
    file.write_bytes(text.encode())
    assert format_of(file) == "morphoj"
    first, second = read_landmarks(file).specimens
    assert (first.specimen_id, first.xy.tolist()) == ("first one", [[1.5, 2], [3, 4]])
    assert (second.states, second.xy[1].tolist()) == (("missing", "visible"), [-7, 80])


@given(dataset=datasets(names=("1", "2", "3")))
@ROUND_TRIPS
def test_positions_come_back(tmp_path, dataset):
    assert_alike(dataset, there_and_back(tmp_path, dataset, "morphoj"))


def test_what_it_cannot_hold_is_said(tmp_path):
    file = tmp_path / "morphoj.txt"
    file.write_text(TEXT)
    dataset = read_landmarks(file)
    losses = write_landmarks(tmp_path / "again.txt", dataset, "morphoj")
    assert [loss.split(";")[0] for loss in losses] == [
        "MorphoJ's text does not say where y counts from",
        "MorphoJ leaves out specimens with missing landmarks, which are NaN here (second).",
    ]
    up = tuple(replace(one, counts_y_up=True) for one in dataset.specimens)
    assert len(morphoj_text(replace(dataset, specimens=up)).losses) == 1
    with pytest.raises(DinosarError, match="half of the shapes would be mirrored"):
        morphoj_text(replace(dataset, specimens=(up[0], dataset.specimens[1])))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\t1\t2\t3\n", "line 1: x and y of each landmark follow the label 'a', and there are 3"),
        ("a\t1\t2\nb\t1\tx\n", "line 2: 'x' is not a number"),
        ("a 1 2\n", "line 1: x and y|has no specimen"),
        ("ID\tx1\ty1\n", "has no specimen"),
        ("a" + "\t1" * 4002, "too many to be read"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, message):
    file = tmp_path / "morphoj.txt"
    file.write_text(text)
    with pytest.raises(DinosarError, match=message) as caught:
        read_landmarks(file, "morphoj")
    assert "morphoj.txt" in str(caught.value)


@given(content=mutations(TEXT.encode()))
@FUZZ
def test_no_damaged_file_ends_in_a_foreign_error(tmp_path, content):
    check_mutation(tmp_path / "damaged.txt", content, "morphoj")
