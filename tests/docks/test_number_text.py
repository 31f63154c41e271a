"""Numbers that are read have a minus sign; a hyphen is for what other programs read."""

import math

import numpy as np
import pytest

from napari_dinosar.docks.number_text import number_text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-1.026, 2, "−1.03"), (0.5, 3, "0.500"), (-0.0004, 3, "0.000"), (-0.4, 0, "0"),
     (np.float64(-12.5), 1, "−12.5"), (3, 0, "3"), (None, 2, "–"), (math.nan, 2, "–"),
     (-math.inf, 2, "–")],
)  # fmt: skip
def test_a_number_is_written_as_in_print(value, decimals, text):
    assert number_text(value, decimals) == text


def test_a_change_shows_its_sign():
    assert [number_text(value, 1, "+") for value in (0.25, -0.25)] == ["+0.2", "−0.2"]
