"""What was found lies on the photos, in their pixels, under names that never change."""

from dataclasses import replace

import numpy as np
import pytest
from napari.layers import Layer
from napari.plugins.io import save_layers
from npe2 import PluginManifest

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.layers import LAYER_KEY, role_of, side_of
from napari_dinosar.result_layers import attention_specs, comparison_specs

B_FRAME = np.array([[2.0, 0.0, 5.0], [0.0, 2.0, 400.0], [0.0, 0.0, 1.0]])


@pytest.fixture(scope="module")
def comparison():
    a, b = draw(1), draw(1, angle_deg=5, shift_xy=(4, 2))
    marks = tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b))
    settings = Settings(fg_mode="thresh", img_size=256, border_patches=1)
    return compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=marks)


@pytest.fixture(scope="module")
def layers(comparison):
    specs = comparison_specs(comparison.findings, np.eye(3), B_FRAME)
    return {spec.name: Layer.create(*spec.as_tuple()) for spec in specs}


def test_names_and_roles_are_the_same_every_time(layers):
    assert list(layers) == [
        "A mask",
        "B mask",
        "Cell dissimilarity",
        "B to A grid",
        "A to B grid",
        "A cells",
        "B cells",
        "Correspondences",
    ]
    assert [(role_of(layer), side_of(layer)) for layer in layers.values()] == [
        ("mask", "a"),
        ("mask", "b"),
        ("cell_map", None),
        ("tps_grid", "a"),
        ("tps_grid", "b"),
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


def attended(findings):
    """Return the findings as a network with two heads would have made them."""
    random = np.random.default_rng(0)
    sides = {}
    for letter in "ab":
        side = findings.side(letter)
        attention = random.random((1, 2, *side.valid.shape)).astype(np.float32)
        sides[letter] = replace(side, attention=attention, attention_layers=(3,))
    return replace(findings, **sides, record={**findings.record, "attention_layer": 3})


def test_attention_lies_on_the_patches_of_the_photo(comparison):
    """The centre of an attention pixel is the photo position of its patch."""
    specs = comparison_specs(attended(comparison.findings), np.eye(3), B_FRAME)
    layer = Layer.create(*next(spec for spec in specs if spec.role == "attention").as_tuple())
    row = comparison.patches_a_to_b.iloc[7]
    np.testing.assert_allclose(
        layer.data_to_world((row["row"], row["col"])), [row["y"], row["x"]], atol=1e-9
    )
    assert layer.contrast_limits[0] < layer.contrast_limits[1]


def test_attention_of_both_is_on_one_scale_and_any_head_can_be_shown(comparison):
    findings = attended(comparison.findings)
    frames = {"a": np.eye(3), "b": B_FRAME}
    mean_a, mean_b = attention_specs(findings, frames)
    assert mean_a.kwargs["contrast_limits"] == mean_b.kwargs["contrast_limits"]
    on_b, on_a = findings.b.fill > 0, findings.a.fill > 0
    np.testing.assert_allclose(mean_b.data[on_b], findings.b.attention[0].mean(axis=0)[on_b])
    assert np.isnan(mean_b.data[~on_b]).all()
    (head, _) = attention_specs(findings, frames, layer=3, head=1)
    np.testing.assert_array_equal(head.data[on_a], findings.a.attention[0, 1][on_a])
    assert head.metadata["attention_head"] == 1


def test_attention_of_a_turned_or_tilted_canvas_lies_on_the_photo(comparison):
    findings = attended(comparison.findings)
    turn = np.array([[0.8, -0.6, 30.0], [0.6, 0.8, -20.0], [0.0, 0.0, 1.0]])
    for tilt in (0.0, 3e-4):
        matrix = turn.copy()
        matrix[2, 0] = tilt
        a = replace(findings.a, photo_to_canvas=matrix @ findings.a.photo_to_canvas)
        (spec, _) = attention_specs(replace(findings, a=a), {"a": B_FRAME, "b": B_FRAME})
        layer = Layer.create(*spec.as_tuple())
        photo_xy = np.array([170.0, 105.0])
        col, row = np.floor((a.to_canvas(photo_xy) + 0.5) / a.patch_size).astype(int)
        world = B_FRAME @ [photo_xy[1], photo_xy[0], 1]
        layer.visible = True
        value = layer.get_value(tuple(world[:2]), world=True)
        assert value == pytest.approx(a.attention_of(3)[row, col])


def test_the_deformation_grids_pass_through_the_landmarks_of_the_photo(comparison):
    specs = comparison_specs(comparison.findings, np.eye(3), B_FRAME)
    grids = {spec.side: spec for spec in specs if spec.role == "tps_grid"}
    marks = comparison.findings.b.landmarks.xy[:, ::-1]
    nodes = np.concatenate(grids["b"].data)
    assert nodes.min(axis=0) == pytest.approx(marks.min(axis=0), abs=25)
    assert nodes.max(axis=0) == pytest.approx(marks.max(axis=0), abs=25)
    assert grids["b"].name == "A to B grid"


def test_napari_saves_all_layers_into_a_folder(comparison, tmp_path, npe2pm):
    npe2pm.register(PluginManifest.from_distribution("napari"))
    specs = comparison_specs(comparison.findings, np.eye(3), B_FRAME)
    layers = [Layer.create(*spec.as_tuple()) for spec in specs]
    assert len(save_layers(str(tmp_path / "all"), layers)) == len(specs)


def test_the_spread_of_layers_is_a_layer_where_it_was_asked_for(comparison):
    findings = comparison.findings
    spread = np.where(findings.a.valid, 0.1, np.nan)
    sides = {letter: replace(findings.side(letter), layer_std=spread) for letter in "ab"}
    names = [spec.name for spec in comparison_specs(replace(findings, **sides), np.eye(3), B_FRAME)]
    assert {"A layer spread", "B layer spread"} <= set(names)


def test_an_alignment_shows_a_over_b(comparison):
    findings = comparison.findings
    canvas_b = findings.b.canvas_mask.shape
    shown = replace(
        findings,
        aligned_rgb=np.zeros((*canvas_b, 3), dtype=np.uint8),
        record={
            **findings.record,
            "alignment": {"stage": "mask", "matrix": np.eye(3).tolist()},
        },
    )
    specs = {s.role: s for s in comparison_specs(shown, np.eye(3), B_FRAME)}
    over, mask = specs["aligned_photo"], specs["aligned_mask"]
    layer = Layer.create(*over.as_tuple())
    first_xy = findings.b.to_photo((0.0, 0.0))
    np.testing.assert_allclose(
        layer.data_to_world((0, 0, 0))[:2] if layer.ndim == 3 else layer.data_to_world((0, 0)),
        [2 * first_xy[1] + 5, 2 * first_xy[0] + 400],
    )
    eroded_outside = findings.a.canvas_mask & ~mask.data.astype(bool)
    assert not eroded_outside.any()
    assert over.data.shape[2] == 4
    assert set(np.unique(over.data[..., 3])) <= {0, 255}
    moved = findings.b.to_photo(findings.a.to_canvas(findings.a.landmarks.xy))
    np.testing.assert_allclose(specs["aligned_landmarks"].data[:, ::-1], moved)
    assert not any(specs[role].kwargs["visible"] for role in ("aligned_photo", "aligned_mask"))


def test_the_cell_map_lies_below_both_photos_and_has_holes(layers, comparison):
    cell_map = layers["Cell dissimilarity"]
    assert cell_map.data.shape == comparison.homology.used.shape
    assert np.isnan(cell_map.data).any()
    assert cell_map.extent.world[0][0] > 220
