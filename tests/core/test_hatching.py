"""Hatching runs through the marked cells and through no others, in as few lines as it takes."""

from itertools import pairwise

import numpy as np
import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.hatching import diagonals, hatching


def lattice(rows, cols, step=10.0):
    y, x = np.mgrid[: rows + 1, : cols + 1] * step
    return np.stack([x, y], axis=-1)


def cells_of(path, step=10.0):
    """Return the cells whose inside a line crosses, from its own pieces."""
    middles = (path[1:] + path[:-1]) / 2 / step
    return {(int(y), int(x)) for x, y in middles}


def test_one_line_runs_from_corner_to_corner_of_all_cells_that_follow_one_another():
    lines = hatching(lattice(3, 3), np.eye(3, dtype=bool))
    assert len(lines) == 1
    np.testing.assert_allclose(lines[0], [[0, 0], [10, 10], [20, 20], [30, 30]])


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_lines_cross_each_marked_cell_and_no_other(lines):
    mask = np.random.default_rng(lines).random((7, 11)) < 0.4
    found = hatching(lattice(7, 11), mask, lines)
    crossed = set().union(*(cells_of(path) for path in found))
    assert crossed == {tuple(place) for place in np.argwhere(mask)}
    assert len(found) <= (2 * lines - 1) * mask.sum()


def test_each_cell_has_as_many_lines_as_are_asked_for():
    found = hatching(lattice(1, 1), [[True]], 3)
    assert len(found) == 5
    ends = sorted(tuple(np.round(path[0], 3)) for path in found)
    assert ends == [(0, 0), (0, 3.333), (0, 6.667), (3.333, 0), (6.667, 0)]


def test_a_full_grid_has_one_line_a_diagonal():
    assert len(hatching(lattice(40, 50), np.ones((40, 50), bool))) == 89


def test_lines_follow_the_nodes_of_a_warped_grid():
    nodes = lattice(4, 5)
    nodes += np.random.default_rng(1).normal(0, 2, nodes.shape)
    mask = np.ones((4, 5), bool)
    for path in hatching(nodes, mask):
        assert all((np.abs(nodes - point).sum(axis=-1) < 1e-9).any() for point in path)
    matrix, shift = np.array([[1.2, 0.3], [-0.4, 0.9]]), np.array([5.0, -7.0])
    straight, sheared = hatching(nodes, mask, 2), hatching(nodes @ matrix.T + shift, mask, 2)
    for one, other in zip(straight, sheared, strict=True):
        np.testing.assert_allclose(other, one @ matrix.T + shift)


def test_cells_without_a_place_are_left_out():
    nodes = lattice(2, 2)
    nodes[0, 0] = np.nan
    found = hatching(nodes, np.ones((2, 2), bool))
    assert np.isfinite(np.concatenate(found)).all()
    assert set().union(*(cells_of(path) for path in found)) == {(0, 1), (1, 0), (1, 1)}
    assert hatching(lattice(2, 2), np.zeros((2, 2), bool)) == []


@pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("lines", [1, 2, 16])
def test_a_cell_with_any_corner_that_has_no_place_is_left_out(corner, lines):
    nodes = lattice(1, 3)
    nodes[corner] = np.nan
    found = hatching(nodes, np.ones((1, 3), bool), lines)
    assert np.isfinite(np.concatenate(found)).all()
    left = {(0, 2)} if corner[1] else {(0, 1), (0, 2)}
    assert set().union(*(cells_of(path) for path in found)) == left


def test_diagonals_follow_one_another_from_corner_to_corner_alone():
    nodes = lattice(9, 12)
    nodes[4, 5] = np.nan
    mask = np.random.default_rng(1).random((9, 12)) < 0.6
    mask[[3, 4], [4, 5]] = True  # the cells that end and begin there
    pieces = [
        (*start, *end) for path in diagonals(nodes, mask) for start, end in pairwise(path.tolist())
    ]
    expected = [
        (*nodes[row, col], *nodes[row + 1, col + 1])
        for row, col in np.argwhere(mask)
        if np.isfinite(nodes[[row, row + 1], [col, col + 1]]).all()
    ]
    assert sorted(pieces) == sorted(expected)


@pytest.mark.parametrize(
    ("nodes", "mask", "lines"),
    [
        (lattice(2, 2), np.ones((3, 2), bool), 1),
        (lattice(2, 2), np.ones(4, bool), 1),
        (lattice(2, 2), np.ones((2, 2), bool), 0),
        (lattice(2, 2), np.ones((2, 2), bool), 17),
    ],
)
def test_what_cannot_be_hatched_is_refused(nodes, mask, lines):
    with pytest.raises(DinosarError, match="hatched"):
        hatching(nodes, mask, lines)
