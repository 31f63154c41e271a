"""What was found lies on the photos, in their pixels, under names that never change."""

from dataclasses import replace

import numpy as np
import pytest
from napari.layers import Layer

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.layers import LAYER_KEY, role_of, side_of
from napari_dinosar.result_layers import comparison_specs

B_FRAME = np.array([[2.0, 0.0, 5.0], [0.0, 2.0, 400.0], [0.0, 0.0, 1.0]])


@pytest.fixture(scope="module")
def comparison():
    a, b = draw(1), draw(1, angle_deg=5, shift_xy=(4, 2))
    marks = tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b))
    settings = Settings(fg_mode="thresh", img_size=256, border_patches=1)
    return compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=marks)


@pytest.fixture(scope="module")
def layers(comparison):
    specs = comparison_specs(comparison, np.eye(3), B_FRAME)
    return {spec.name: Layer.create(*spec.as_tuple()) for spec in specs}


def test_names_and_roles_are_the_same_every_time(layers):
    assert list(layers) == [
        "A mask",
        "B mask",
        "Cell dissimilarity",
        "A cells",
        "B cells",
        "Correspondences",
    ]
    assert [(role_of(layer), side_of(layer)) for layer in layers.values()] == [
        ("mask", "a"),
        ("mask", "b"),
        ("cell_map", None),
        ("cells", "a"),
        ("cells", "b"),
        ("correspondences", None),
    ]


def test_metadata_is_one_key_of_plain_values(layers):
    for layer in layers.values():
        assert list(layer.metadata) == [LAYER_KEY]
        assert layer.metadata[LAYER_KEY]["backbone"] == "daisy"


def test_cells_are_in_photo_pixels_and_shown_on_the_photo(layers, comparison):
    cells = layers["B cells"]
    first = comparison.cells.iloc[0]
    np.testing.assert_allclose(cells.data[0][0], [first["y1_b"], first["x1_b"]])
    world = np.array(cells.data_to_world(cells.data[0][0]))
    np.testing.assert_allclose(world, [2 * first["y1_b"] + 5, 2 * first["x1_b"] + 400])


def test_cells_carry_the_table_and_grey_where_unused(layers, comparison):
    cells = layers["A cells"]
    assert list(cells.features.columns) == list(comparison.cells.columns)
    unused = ~comparison.cells["used"].to_numpy()
    assert unused.any()
    colours = cells.face_color[unused]
    np.testing.assert_allclose(colours[:, 0], colours[:, 1])
    assert len(np.unique(cells.face_color[~unused], axis=0)) > 5


def test_lines_run_from_a_to_b_in_the_world(layers, comparison):
    lines = layers["Correspondences"]
    match = comparison.matches.iloc[-1]
    begin, end = (np.array(lines.data_to_world(point)) for point in lines.data[-1])
    np.testing.assert_allclose(begin, [match["y_a"], match["x_a"]])
    np.testing.assert_allclose(end, [2 * match["y_b"] + 5, 2 * match["x_b"] + 400])


def test_attention_lies_on_the_patches_of_the_photo(comparison):
    """The centre of an attention pixel is the photo position of its patch."""
    attention = np.random.default_rng(0).random((1, 3, 16, 16)).astype(np.float32)
    encoding = replace(comparison.a.encoding, attention=attention, attention_layers=(0,))
    a = replace(comparison.a, encoding=encoding)
    specs = comparison_specs(replace(comparison, a=a), np.eye(3), B_FRAME)
    layer = Layer.create(*next(spec for spec in specs if spec.role == "attention").as_tuple())
    row = comparison.patches_a_to_b.iloc[7]
    np.testing.assert_allclose(
        layer.data_to_world((row["row"], row["col"])), [row["y"], row["x"]], atol=1e-9
    )
    assert layer.contrast_limits[0] < layer.contrast_limits[1]


def test_the_cell_map_lies_below_both_photos_and_has_holes(layers, comparison):
    cell_map = layers["Cell dissimilarity"]
    assert cell_map.data.shape == comparison.homology.used.shape
    assert np.isnan(cell_map.data).any()
    assert cell_map.extent.world[0][0] > 220
