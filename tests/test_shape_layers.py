"""Shapes that are made some at a time are those that are made in one go."""

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer

from napari_dinosar.layers import LAYER_KEY, LayerSpec
from napari_dinosar.shape_layers import Draft, update_shapes
from napari_dinosar.showing import show


def spec_of(count, **more):
    rng = np.random.default_rng(count)
    kwargs = {
        "shape_type": "path",
        "edge_color": rng.uniform(0, 1, (count, 4)),
        "edge_width": list(rng.uniform(1, 3, count)),
        "opacity": 0.9,
        **more,
    }
    lines = list(rng.uniform(0, 90, (count, 3, 2)))
    return LayerSpec("A noise", "shapes", "noise", "a", lines, kwargs, {})


def assert_same(layer, other):
    np.testing.assert_allclose(np.array(layer.data), np.array(other.data))
    np.testing.assert_allclose(layer.edge_color, other.edge_color)
    assert layer.edge_width == other.edge_width
    assert layer.shape_type == other.shape_type
    assert len(set(layer.z_index)) == 1


def test_a_layer_that_is_made_in_parts_is_that_which_is_made_at_once():
    spec = spec_of(7)
    draft = Draft(spec)
    assert [draft.go_on(3) for _ in range(3)] == [True, True, False]
    assert not draft.layer.visible
    assert_same(draft.layer, Layer.create(*spec.as_tuple()))
    assert draft.layer.opacity == 0.9
    assert LAYER_KEY in draft.layer.metadata


@pytest.mark.parametrize("is_there", [False, True])
def test_it_is_seen_once_it_is_shown(is_there):
    viewer, spec = ViewerModel(), spec_of(5)
    before = show(viewer, spec_of(3)) if is_there else None
    draft = Draft(spec)
    draft.go_on(5)
    layer = show(viewer, spec, draft.layer)
    assert layer.visible
    assert before is None or layer is before
    assert_same(layer, Layer.create(*spec.as_tuple()))


@pytest.mark.parametrize("count", [3, 5, 9])
def test_other_shapes_come_with_their_own_colours_and_widths(count):
    layer, spec = Layer.create(*spec_of(5).as_tuple()), spec_of(count)
    _, kwargs, _ = spec.as_tuple()
    update_shapes(layer, spec.data, kwargs)
    assert_same(layer, Layer.create(*spec.as_tuple()))


@pytest.mark.parametrize(("count", "colour"), [(5, (0, 0, 1, 1)), (6, (1, 0, 0, 1))])
def test_one_colour_for_all_that_a_person_changed_stays_while_no_shape_comes(count, colour):
    red = {"edge_color": "red", "edge_width": 2.0}
    layer, spec = Layer.create(*spec_of(5, **red).as_tuple()), spec_of(count, **red)
    layer.edge_color = "blue"
    _, kwargs, _ = spec.as_tuple()
    update_shapes(layer, spec.data, kwargs)
    np.testing.assert_array_equal(layer.edge_color, [colour] * count)
