"""Findings are the comparison as plain data, in the pixels of the photos."""

from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, draw
from findings_made import made
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.findings import LAYER_STD, TABLES, mapped, table


@pytest.fixture(scope="module")
def comparison():
    a, b = draw(1), draw(1, angle_deg=5, shift_xy=(4, 2))
    marks = tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b))
    settings = Settings(
        fg_mode="thresh", img_size=256, border_patches=1, score_mode=["foreground", "topk_mean"]
    )
    return compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=marks, store=None)


def test_photo_and_canvas_agree_with_the_live_maps(comparison):
    canvas_xy = np.array([[7.5, 7.5], [100.0, 30.0]])
    for live, side in (
        (comparison.a, comparison.findings.a),
        (comparison.b, comparison.findings.b),
    ):
        photo_xy = live.canvas.map.to_photo(canvas_xy)
        np.testing.assert_allclose(side.to_photo(canvas_xy), photo_xy, atol=1e-9)
        np.testing.assert_allclose(side.to_canvas(photo_xy), canvas_xy, atol=1e-9)
        size = side.patch_size
        centre = live.canvas.map.to_photo([3 * size + (size - 1) / 2, 2 * size + (size - 1) / 2])
        np.testing.assert_allclose(mapped(side.patch_to_photo, [3.0, 2.0]), centre, atol=1e-9)


def test_nodes_are_in_photo_pixels(comparison):
    cells, table_of_cells = comparison.findings.cells, comparison.cells
    first = table_of_cells.iloc[0]
    np.testing.assert_allclose(cells.nodes_b_xy[0, 0], [first["x1_b"], first["y1_b"]])
    np.testing.assert_allclose(cells.cell_xy, comparison.homology.grid.cell_xy)


def test_the_record_gives_back_settings_and_backbone(comparison):
    findings = comparison.findings
    assert findings.settings == comparison.settings
    assert findings.backbone["name"] == "daisy"
    assert findings.a.size_xy == (320, 220)
    assert findings.warnings == comparison.warnings


def test_statistics_rest_on_the_samples_that_are_kept(comparison):
    for mode, directions in comparison.findings.samples.items():
        for direction, sample in directions.items():
            numbers = comparison.summary["scores"][mode][direction]
            assert numbers["n"] == len(sample.values)
            assert numbers["mean"] == pytest.approx(np.average(sample.values))


def test_the_mean_over_heads_may_be_of_some_of_them():
    side = made().a
    layer = side.attention_layers[-1]
    heads = side.attention[-1]
    np.testing.assert_allclose(side.attention_of(layer), heads.mean(axis=0))
    np.testing.assert_array_equal(side.attention_of(layer, 1), heads[1])
    np.testing.assert_allclose(side.attention_of(layer, [0, -1]), heads[[0, -1]].mean(axis=0))
    with pytest.raises(KeyError):
        side.attention_of(99)
    with pytest.raises(KeyError):
        replace(side, attention=None).attention_of(layer)


@pytest.mark.parametrize("name", TABLES)
def test_tables_keep_their_columns_and_types_even_without_rows(name):
    empty = table(name, {})
    assert LAYER_STD not in empty.columns
    assert len(empty) == 0
    for column, kind in TABLES[name].items():
        if column != LAYER_STD and kind != "str":
            assert str(empty[column].dtype) == kind


def test_landmarks_come_in_the_order_of_the_names_that_are_asked_for():
    side = made().a
    marks = side.landmarks
    wanted = marks.names[::-1]
    np.testing.assert_array_equal(side.landmarks_xy(wanted), marks.xy[::-1])
    assert side.landmarks_xy([*wanted, "a third wing"]) is None
    assert replace(side, landmarks=None).landmarks_xy(wanted) is None
