"""Places of the world become photo pixels without rounding, wherever the photo lies."""

import numpy as np
import pytest

from editor_layers_made import HEIGHT, WIDTH, XY, sheet
from napari_dinosar.editor_layers import places

# twice as large, and 100 to the right
FRAME = np.array([[2.0, 0.0, 5.0], [0.0, 2.0, 100.0], [0.0, 0.0, 1.0]])


def test_world_and_photo_undo_each_other():
    one = sheet(frame=FRAME)
    assert places.in_world(one, (10.25, 20.5)).tolist() == [46.0, 120.5]
    assert places.xy_at(one, (46.0, 120.5)) == pytest.approx((10.25, 20.5))


@pytest.mark.parametrize(
    ("xy", "is_inside"),
    [
        ((-0.5, -0.5), True),
        ((WIDTH - 0.5, HEIGHT - 0.5), True),
        ((-0.51, 3), False),
        ((3, 48), False),
    ],
)
def test_the_photo_ends_half_a_pixel_beyond_its_outermost_centres(xy, is_inside):
    assert (places.xy_at(sheet(), (xy[1], xy[0])) is not None) == is_inside


def test_nothing_is_inside_a_photo_of_unknown_size():
    assert places.xy_at(sheet(size_xy=None), (3, 3)) is None
    assert places.xy_at(None, (3, 3)) is None


def test_a_point_is_dragged_to_the_edge_at_most():
    assert places.nearest_xy(sheet(), (1000.0, -7.0)) == (-0.5, HEIGHT - 0.5)
    assert places.nearest_xy(sheet(), (7.25, 3.5)) == (3.5, 7.25)


def test_the_nearest_landmark_is_found_with_its_distance_in_the_world():
    far, grip = places.nearest(sheet(frame=FRAME), (46.0, 123.5))
    assert far == pytest.approx(3.0)
    assert (grip.side, grip.landmark, grip.xy) == ("a", 0, XY[0])
    far, grip = places.nearest(sheet(), (8.0, 50.0))
    assert grip.landmark == 3
    assert far == pytest.approx(0.75)
