"""Outlines of cells: each edge between in and out once, closed, holes and touching corners too."""

import numpy as np
import pytest

from napari_dinosar.core.outlines import outline_nodes, outlines

SHAPE = (6, 9)
NODES = np.stack(np.meshgrid(np.arange(SHAPE[1] + 1.0), np.arange(SHAPE[0] + 1.0)), axis=-1)


def cells_of(*places):
    return [row * SHAPE[1] + col for row, col in places]


def area(line):
    x, y = line[:-1].T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


def lengths(line):
    return np.linalg.norm(np.diff(line, axis=0), axis=1)


def test_no_cells_have_no_outline():
    assert outlines(SHAPE, [], NODES) == []


def test_one_cell_is_a_closed_square_with_the_cell_to_the_right():
    (line,) = outlines(SHAPE, cells_of((2, 3)), NODES)
    assert line.shape == (5, 2)
    np.testing.assert_array_equal(line[0], line[-1])
    assert {tuple(xy) for xy in line} == {(3, 2), (4, 2), (4, 3), (3, 3)}
    assert area(line) == 1.0  # clockwise with y down


def test_a_block_has_no_lines_inside():
    block = cells_of(*((row, col) for row in (1, 2) for col in (4, 5, 6)))
    (line,) = outlines(SHAPE, block, NODES)
    assert lengths(line).sum() == 10
    assert area(line) == 6


def test_the_whole_grid_is_its_border():
    (line,) = outlines(SHAPE, range(54), NODES)
    assert lengths(line).sum() == 30


def test_a_hole_has_a_line_of_its_own_the_other_way_round():
    ring = cells_of(*((r, c) for r in range(3) for c in range(3) if (r, c) != (1, 1)))
    found = sorted(map(area, outlines(SHAPE, ring, NODES)))
    assert found == [-1.0, 9.0]


def test_cells_that_touch_at_a_corner_share_a_line():
    (line,) = outlines(SHAPE, cells_of((1, 1), (2, 2)), NODES)
    assert len(line) == 9
    assert area(line) == 2.0


def test_cells_apart_have_lines_of_their_own():
    assert len(outlines(SHAPE, cells_of((0, 0), (5, 8), (3, 4)), NODES)) == 3


@pytest.mark.parametrize("seed", range(6))
def test_every_edge_between_in_and_out_is_drawn_once(seed):
    rng = np.random.default_rng(seed)
    inside = rng.random(SHAPE) < (seed + 1) / 8
    drawn = []
    for trail in outline_nodes(SHAPE, np.flatnonzero(inside)):
        assert trail[0] == trail[-1]
        drawn += [
            frozenset(pair) for pair in zip(trail[:-1].tolist(), trail[1:].tolist(), strict=True)
        ]
    padded = np.pad(inside, 1)
    expected = np.sum(padded[1:] != padded[:-1]) + np.sum(padded[:, 1:] != padded[:, :-1])
    assert len(drawn) == len(set(drawn)) == expected


def test_lines_follow_the_warp():
    bent = NODES + 0.2 * np.sin(NODES[..., ::-1])
    (line,) = outlines(SHAPE, cells_of((2, 3)), bent)
    assert {tuple(xy) for xy in line} == {tuple(bent[y, x]) for y in (2, 3) for x in (3, 4)}
