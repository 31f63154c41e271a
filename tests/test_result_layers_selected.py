"""Lines of what is selected: light on dark, the current one wider and on top, ends in the world."""

import numpy as np
import pytest

from findings_made import made
from napari_dinosar import palette
from napari_dinosar.result_layers.matches import correspondence_spec
from napari_dinosar.result_layers.selected import (
    CASING,
    CURRENT,
    MAP_OUTLINE,
    match_lines,
    match_width,
    outline_width,
    selected_cells_spec,
    selected_matches_spec,
    strokes,
)


@pytest.fixture(scope="module")
def findings():
    return made()


def test_each_line_has_a_dark_one_under_it_and_the_current_one_comes_first_and_on_top():
    plain, current = [np.zeros((2, 2)), np.ones((3, 2))], [np.full((2, 2), 7.0)]
    found = strokes(plain, current, 4.0)
    assert len(found) == 6
    for number, line in enumerate((current[0], *plain)):
        below, above = 2 * number, 2 * number + 1
        assert found.lines[below] is found.lines[above] is line
        width = 4.0 * (CURRENT if number == 0 else 1.0)
        assert (found.widths[below], found.widths[above]) == (width * CASING, width)
        np.testing.assert_array_equal(found.colours[below], palette.WIRE_SHADOW)
        np.testing.assert_array_equal(found.colours[above], palette.WIRE)
        assert found.heights[below] < found.heights[above]
    assert min(found.heights[:2]) > max(found.heights[2:])
    part = found.part(2, 4)
    assert (part.lines, part.widths) == (found.lines[2:4], found.widths[2:4])
    np.testing.assert_array_equal(part.colours, found.colours[2:4])
    assert part.heights == found.heights[2:4]


def test_a_match_leads_from_its_place_in_a_to_that_in_b_through_the_world(findings):
    turned = np.array([[0.0, -2.0, 300.0], [2.0, 0.0, -5.0], [0.0, 0.0, 1.0]])
    table = findings.tables["matches"]
    lines = match_lines(findings, [3, 0], turned)
    for line, number in zip(lines, (3, 0), strict=True):
        row = table.iloc[number]
        there = turned @ (row["y_b"], row["x_b"], 1.0)
        np.testing.assert_allclose(line, [(row["y_a"], row["x_a"]), there[:2]])
    assert match_lines(findings, [], turned) == []


def test_widths_follow_the_longer_side_of_the_photo(findings):
    assert outline_width(findings, "a") == pytest.approx(320 / 320)
    assert outline_width(findings, None) == MAP_OUTLINE


def test_a_selected_match_is_as_wide_as_the_others(findings):
    others = correspondence_spec(findings, np.eye(3), np.eye(3), visible=True)
    assert match_width(findings) == others.kwargs["edge_width"]


def test_the_metadata_say_what_is_selected(findings):
    cells = selected_cells_spec(findings, "b", np.eye(3), (4, 2), 2)
    assert (cells.metadata["cells"], cells.metadata["current"]) == ([4, 2], 2)
    assert (cells.name, cells.side) == ("B selected cells", "b")
    matches = selected_matches_spec(findings, np.eye(3), (1,), 1)
    assert (matches.metadata["matches"], matches.metadata["current"]) == ([1], 1)
