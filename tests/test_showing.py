"""Results appear once, and are updated in place after that."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image, Shapes

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare, shape_layers
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.layers import frame_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import (
    find,
    made_layers,
    outdated,
    place_side_by_side,
    retire,
    show,
    show_landmarks,
    show_photo,
)

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)


@pytest.fixture(scope="module")
def pair():
    a, b = draw(1), draw(1, angle_deg=5, shift_xy=(4, 2))
    marks = tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b))

    def run(settings=SETTINGS, landmarks=marks):
        return compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=landmarks)

    return run


@pytest.fixture
def viewer():
    return ViewerModel()


def specs_of(comparison):
    return comparison_specs(comparison.findings, np.eye(3), np.eye(3))


def test_a_second_run_updates_the_layers_in_place(viewer, pair):
    for spec in specs_of(pair()):
        show(viewer, spec)
    before = list(viewer.layers)
    for cell_size in (12, 24, 16):
        result = pair(replace(SETTINGS, tps_cell_size=cell_size))
        for spec in specs_of(result):
            show(viewer, spec)
        assert list(viewer.layers) == before
        cells = find(viewer, "cells", "b")
        assert len(cells.data) == len(result.cells) == len(cells.features)
        assert set(cells.shape_type) == {"polygon"}
        np.testing.assert_allclose(
            cells.features["dissimilarity"], result.cells["dissimilarity"], equal_nan=True
        )
        assert len(cells.face_color) == len(result.cells)
        np.testing.assert_array_equal(
            find(viewer, "cell_map", None).data.shape, result.homology.used.shape
        )
    lines = find(viewer, "correspondences", None)
    assert set(lines.shape_type) == {"line"}
    assert len(lines.data) == len(result.matches)


def test_what_the_user_chose_for_a_layer_is_kept(viewer, pair):
    for spec in specs_of(pair()):
        show(viewer, spec)
    cells, cell_map = find(viewer, "cells", "a"), find(viewer, "cell_map", None)
    cells.visible, cells.opacity, cell_map.colormap = False, 0.25, "magma"
    for spec in specs_of(pair(replace(SETTINGS, tps_cell_size=20))):
        show(viewer, spec)
    assert (cells.visible, cells.opacity) == (False, 0.25)
    assert cell_map.colormap.name == "magma"


def test_results_that_are_no_longer_there_are_taken_away(viewer, pair):
    viewer.add_points([(1, 2)], name="mine")
    for spec in specs_of(pair()):
        show(viewer, spec)
    specs = specs_of(pair(replace(SETTINGS, matching_mode="similarity"), None))
    for layer in outdated(viewer, specs):
        retire(viewer, layer)
    assert find(viewer, "cells", "a") is None
    assert find(viewer, "correspondences", None) is not None
    assert "mine" in viewer.layers


def test_photos_lie_side_by_side_with_a_gap(viewer):
    photos = [photo_from_array(draw(seed).rgb, f"{seed}.png") for seed in (1, 2)]
    a, b = show_photo(viewer, photos[0], "a"), show_photo(viewer, photos[1], "b")
    assert b.translate[1] == pytest.approx(320 * 1.04, abs=0.5)
    assert a.translate[1] == 0


def test_landmarks_follow_their_photo(viewer):
    one = draw(1)
    show_photo(viewer, photo_from_array(one.rgb, "1.png"), "a")
    b = show_photo(viewer, photo_from_array(one.rgb, "2.png"), "b")
    marks = Landmarks.from_points(one.landmarks_xy, names=NAMES, file_name="2.png")
    layer = show_landmarks(viewer, marks, "b", b)
    np.testing.assert_allclose(layer.data, one.landmarks_xy[:, ::-1])
    np.testing.assert_allclose(
        layer.data_to_world(layer.data[0]), b.data_to_world(one.landmarks_xy[0][::-1])
    )
    show_landmarks(viewer, replace(marks, names=NAMES[::-1]), "b", b)
    assert list(layer.features["name"]) == list(NAMES[::-1])


def test_layers_that_overlap_are_put_beside_each_other_and_others_left(viewer):
    a, b = Image(np.zeros((40, 60))), Image(np.zeros((50, 30)), scale=(2, 2))
    place_side_by_side(a, b)
    assert b.extent.world[0][1] > a.extent.world[1][1]
    where = tuple(b.translate)
    place_side_by_side(a, b)
    assert tuple(b.translate) == where
    frame = frame_of(b)
    assert frame[0, 0] == 2


def test_a_painted_mask_is_never_overwritten(viewer, pair):
    for spec in specs_of(pair()):
        show(viewer, spec)
    painted = find(viewer, "mask", "a")
    painted.data[:10, :10] = 3
    mine = painted.data.copy()
    for spec in specs_of(pair()):
        show(viewer, spec)
    np.testing.assert_array_equal(painted.data, mine)
    assert painted in viewer.layers
    assert painted.name == "A mask (painted)"
    fresh = find(viewer, "mask", "a")
    assert fresh is not painted
    assert not fresh.data[:10, :10].any()


def test_a_painted_mask_that_was_compared_stays_as_it_is(viewer, pair):
    specs = specs_of(pair())
    for spec in specs:
        show(viewer, spec)
    painted = find(viewer, "mask", "b")
    painted.data[painted.data > 0] = 5
    for spec in specs:
        show(viewer, spec)
    assert find(viewer, "mask", "b") is painted
    assert painted.data.max() == 5


def test_layers_that_were_made_beforehand_are_those_that_are_shown(viewer, pair):
    specs = specs_of(pair())
    made = made_layers(specs)
    assert set(made) == {(spec.role, spec.side) for spec in specs if spec.kind == "shapes"}
    for spec in specs:
        layer = show(viewer, spec, made.get((spec.role, spec.side)))
        assert layer is made.get((spec.role, spec.side), layer)


@pytest.mark.parametrize(
    ("cell_size", "is_handed_over"), [(12, True), (16, True), (24, True), (12, False), (24, False)]
)
def test_what_was_made_beforehand_comes_into_the_layer_that_is_there(
    viewer, pair, monkeypatch, cell_size, is_handed_over
):
    if not is_handed_over:  # as with a napari that keeps its shapes elsewhere
        monkeypatch.setattr(shape_layers, "_hand_over", lambda layer, made: False)
    for spec in specs_of(pair()):
        show(viewer, spec)
    before = list(viewer.layers)
    find(viewer, "cells", "a").opacity = 0.3
    specs = specs_of(pair(replace(SETTINGS, tps_cell_size=cell_size)))
    made = made_layers(specs)
    for spec in specs:
        show(viewer, spec, made.get((spec.role, spec.side)))
    assert list(viewer.layers) == before
    for spec in specs:
        if spec.kind != "shapes":
            continue
        layer = find(viewer, spec.role, spec.side)
        np.testing.assert_allclose(np.concatenate(layer.data), np.concatenate(spec.data))
        if "features" in spec.kwargs:
            assert len(layer.features) == len(spec.data)
        if spec.role == "cells":
            np.testing.assert_allclose(layer.face_color, spec.kwargs["face_color"], atol=1e-6)
            middle = spec.data[0].mean(axis=0)
            assert layer.get_value(middle)[0] == 0
    assert find(viewer, "cells", "a").opacity == 0.3


def test_shapes_are_handed_over_only_where_napari_keeps_them_as_it_did():
    one, other = (Shapes([np.eye(2) + n], shape_type="path") for n in range(2))
    assert shape_layers._hand_over(one, other)
    np.testing.assert_array_equal(one.data[0], other.data[0])
    assert not shape_layers._hand_over(one, SimpleNamespace(nshapes=1))
    assert not shape_layers._hand_over(SimpleNamespace(_data_view=None, nshapes=1), other)


def test_a_napari_that_keeps_the_view_elsewhere_takes_flat_shapes_all_the_same():
    for layer in (SimpleNamespace(), SimpleNamespace(_slicing_state=SimpleNamespace())):
        taken = []
        with shape_layers.flat(layer):
            taken.append(layer)
        assert taken == [layer]


def test_a_result_does_not_become_the_active_layer(viewer, pair):
    photo = viewer.add_image(np.zeros((4, 4)))
    for spec in specs_of(pair()):
        show(viewer, spec)
    assert viewer.layers.selection.active is photo
    assert set(viewer.layers.selection) == {photo}


def test_a_layer_can_go_below_another(viewer, pair):
    *lower, cells = [spec for spec in specs_of(pair()) if spec.role in ("cell_map", "cells")]
    top = show(viewer, cells)
    for spec in lower:
        show(viewer, spec, below=top)
    assert list(viewer.layers)[-1] is top


def test_a_result_comes_while_the_window_looks_in_3d(viewer, pair):
    for spec in specs_of(pair()):
        show(viewer, spec)
    viewer.dims.ndisplay = 3
    result = pair(replace(SETTINGS, tps_cell_size=24))
    specs = specs_of(result)
    made = made_layers(specs[:-1])
    for spec in specs:
        show(viewer, spec, made.get((spec.role, spec.side)))
    viewer.dims.ndisplay = 2
    cells = find(viewer, "cells", "b")
    assert len(cells.data) == len(result.cells)
    assert cells._data_view.ndisplay == 2
