"""Generators are run to their end, and what they yield is told in order."""

import pytest

from napari_dinosar.core.steps import ended


def counting(n):
    yield from range(n)
    return "made"


def test_what_was_made_is_returned_and_each_step_told_before_the_next_begins():
    told = []
    assert ended(counting(3)) == ended(counting(3), told.append) == "made"
    assert told == [0, 1, 2]


def test_an_error_ends_it():
    def failing():
        yield 0
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        ended(failing())
