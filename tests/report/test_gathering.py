"""What a comparison says: all score modes, the spread of layers, and how it was made."""

import numpy as np
import pytest

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.backbones import load_backbone
from napari_dinosar.core.similarity import unit_tokens
from napari_dinosar.findings import LAYER_STD, RUN_VERSION
from napari_dinosar.settings import options
from networks import write_small_network


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = write_small_network(tmp_path_factory.mktemp("network") / "small.pth")
    a, b = draw(1), draw(2, angle_deg=4)
    marks = tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b))
    settings = Settings(
        fg_mode="thresh",
        img_size=256,
        border_patches=0,
        score_mode=options()["score_mode"].choices,
        report_layer_std=True,
        demo_ratio=1.0,
    )
    return compare(
        a.rgb, b.rgb, settings, backbone=load_backbone(path), landmarks=marks, store=None,
        command=["compare", "A", "B"],
    )  # fmt: skip


def test_every_score_mode_is_there_both_ways_with_its_mean(result):
    scores = result.summary["scores"]
    assert tuple(scores) == options()["score_mode"].choices
    for mode, directions in scores.items():
        there, back, mean = (directions[name]["mean"] for name in ("a_to_b", "b_to_a", "mean"))
        assert mean == pytest.approx((there + back) / 2), mode
    assert "n_eff" in scores["attention_weighted"]["a_to_b"]
    pooled = scores["bidirectional"]["a_to_b"]["n"]
    assert pooled == sum(scores["foreground"][way]["n"] for way in ("a_to_b", "b_to_a"))
    assert scores["topk_mean"]["a_to_b"]["mean"] > scores["foreground"]["a_to_b"]["mean"]
    assert any("demo_inliers" in warning for warning in result.warnings)


def test_the_spread_is_that_of_the_layers_at_the_match_itself(result):
    row = result.patches_a_to_b.iloc[5]
    tokens_a, tokens_b = (unit_tokens(side.encoding.tokens) for side in (result.a, result.b))
    at_a = tokens_a[:, int(row["row"]), int(row["col"])]
    at_b = tokens_b[:, int(row["match_row"]), int(row["match_col"])]
    cosines = (at_a * at_b).sum(axis=1)
    assert row["similarity"] == pytest.approx(cosines.mean(), abs=1e-6)
    assert row[LAYER_STD] == pytest.approx(cosines.std(), abs=1e-6)
    shown = result.findings.a.layer_std
    assert shown[int(row["row"]), int(row["col"])] == row[LAYER_STD]
    assert np.isnan(shown[~result.findings.a.valid]).all()


def test_the_spread_of_cells_is_there_where_they_count(result):
    cells = result.cells
    assert cells.loc[cells["used"], LAYER_STD].notna().all()
    assert cells.loc[~cells["used"], LAYER_STD].isna().all()
    mean = cells.loc[cells["used"], LAYER_STD].mean()
    assert result.summary["homology"]["layer_std"] == pytest.approx(mean)


def test_the_record_says_how_it_was_made(result):
    record = result.findings.record
    assert record["format_version"] == RUN_VERSION
    assert record["command"] == ["compare", "A", "B"]
    assert set(record["settings"]) == set(options())
    assert record["layers"] == [1, 2, 3]
    assert record["attention_layer"] == 3
    assert record["backbone"]["precision"] == "fp32"
    assert record["landmarks_used"] == list(NAMES)
    assert record["cutout"] is None
    assert {"read", "foreground", "encode", "match", "homology"} <= set(record["timings_s"])
