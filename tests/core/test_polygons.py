"""Points in polygons."""

import numpy as np
from skimage.draw import polygon2mask

from napari_dinosar.core.polygons import in_any_polygon, in_polygon

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]


def test_points_lie_within_or_without():
    xy = np.array([[(2.0, 2.0), (5.0, 2.0)], [(2.0, -0.1), (3.9, 0.1)]])
    assert in_polygon(xy, SQUARE).tolist() == [[True, False], [False, True]]
    assert in_polygon(xy, SQUARE[::-1]).tolist() == [[True, False], [False, True]]


def test_a_star_is_that_of_another_rasteriser():
    angle = np.arange(9) * 4 * np.pi / 9 + 0.1
    corners = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * 30.3 + 40.7
    y, x = np.mgrid[:81, :83]
    inside = in_polygon(np.stack([x, y], axis=-1).astype(float), corners)
    np.testing.assert_array_equal(inside, polygon2mask((81, 83), corners[:, ::-1]))


def test_a_point_on_a_shared_edge_lies_in_one_polygon():
    xy = np.array([(4.0, y) for y in np.linspace(0.0, 3.9, 14)])
    beside = np.add(SQUARE, (4.0, 0.0))
    assert (in_polygon(xy, SQUARE) ^ in_polygon(xy, beside)).all()


def test_several_polygons_are_joined_and_nan_lies_in_none():
    xy = np.array([(1.0, 1.0), (11.0, 11.0), (np.nan, 1.0), (7.0, 7.0)])
    inside = in_any_polygon(xy, [SQUARE, np.array(SQUARE) + 10.0])
    assert inside.tolist() == [True, True, False, False]
    assert not in_any_polygon(xy, []).any()
