"""What is typed above a table finds the rows that have all of it."""

import numpy as np
import pytest

from napari_dinosar import DinosarError
from napari_dinosar.inspection.row_filter import rows_found

COLUMNS = {
    "row": np.array([0.0, 0, 1, 1]),
    "rank": np.array([1.0, 2, np.nan, 3]),
    "reason": np.array(["", "", "too little specimen", "Folded"], dtype=object),
    "flag": np.array(["leg", "glare", "", "leg"], dtype=object),
}


def found(text, columns=COLUMNS):
    return np.flatnonzero(rows_found(text, columns)).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("leg", [0, 3]),
        ("LEG folded", [3]),
        ("litt", [2]),
        ("leg glare", []),
        ("rank > 1", [1, 3]),
        ("rank>=1 row=0", [0, 1]),
        ("row != 0", [2, 3]),
        ("ra <= 2 leg", [0]),
        ("ROW<1", [0, 1]),
    ],
)
def test_words_and_comparisons(text, rows):
    assert found(text) == rows


def test_a_missing_number_is_never_found():
    assert 2 not in found("rank < 99") + found("rank >= 0") + found("rank != 1")


def test_the_name_itself_goes_before_longer_ones():
    columns = {"row_end": np.array([9.0]), "row": np.array([1.0])}
    assert found("row = 1", columns) == [0]


def test_what_cannot_be_compared_is_said():
    with pytest.raises(DinosarError, match=r"'size' is no column .*: these are row, rank\."):
        found("size > 3")
    with pytest.raises(DinosarError, match="'leg' is no number to compare rank with"):
        found("rank = leg")
    with pytest.raises(DinosarError, match="'flag' is no column of numbers"):
        found("flag = 1")


def test_a_table_of_numbers_has_no_words():
    assert found("leg", {"rank": np.arange(3.0)}) == []
    assert found("", {"rank": np.arange(3.0)}) == [0, 1, 2]
