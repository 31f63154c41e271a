"""Both specimens are masked in one way; attention masks come from the network itself."""

import numpy as np
import pytest

from napari_dinosar import DinosarError, Settings, compare
from napari_dinosar.core.errors import NeedsAttentionError

BASE = {"img_size": 256, "border_patches": 0, "matching_mode": "similarity", "mask_erode_px": 0}


def run(folder, backbone, **settings):
    return compare(
        folder / "A.png",
        folder / "B.png",
        Settings(**BASE, **settings),
        backbone=backbone,
        store=None,
    )


def test_the_percentile_keeps_what_the_network_looks_at_most(turned, network):
    some = run(turned, network, fg_mode="attn", attn_fg_thresh_pct=50)
    few = run(turned, network, fg_mode="attn", attn_fg_thresh_pct=80)
    assert some.a.foreground.mode == "attn"
    assert few.mask_a.mean() < some.mask_a.mean()
    assert not (few.mask_a & ~some.mask_a).any()
    assert few.mask_a.mean() == pytest.approx(0.2, abs=0.06)


def test_thresholds_layers_and_morphology_change_the_mask(turned, network):
    base = {"fg_mode": "attn", "attn_fg_thresh_pct": 70}
    plain = run(turned, network, **base).mask_a
    others = [
        {"attn_mask_layer": 0},
        {"attn_heads": [0]},
        {"attn_fg_thresh_mode": "absolute", "attn_fg_thresh": 0.5},
        {"attn_fg_morph": "close"},
        {"attn_fg_morph": "open"},
    ]
    for other in others:
        assert (run(turned, network, **{**base, **other}).mask_a != plain).any(), other


def test_intersection_and_union_hold_both_masks(turned, network):
    masks = {
        mode: run(turned, network, fg_mode=mode, attn_fg_thresh_pct=50).mask_a
        for mode in ("thresh", "attn", "attn_intersect", "attn_union")
    }
    np.testing.assert_array_equal(masks["attn_intersect"], masks["thresh"] & masks["attn"])
    np.testing.assert_array_equal(masks["attn_union"], masks["thresh"] | masks["attn"])


def test_a_backbone_without_attention_is_refused_by_name(turned):
    with pytest.raises(NeedsAttentionError, match=r"attn_union.*daisy"):
        run(turned, "daisy", fg_mode="attn_union")


def test_masks_may_be_files(turned, tmp_path):
    from PIL import Image

    for side, rows in (("a", 150), ("b", 200)):
        mask = np.zeros((300, 360), dtype=np.uint8)
        mask[60:rows, 60:300] = 255
        Image.fromarray(mask).save(tmp_path / f"{side}.png")
    result = compare(
        turned / "A.png",
        turned / "B.png",
        Settings(**BASE, fg_mode="layer"),
        backbone="daisy",
        mask_a=tmp_path / "a.png",
        mask_b=str(tmp_path / "b.png"),
        store=None,
    )
    assert result.mask_a.sum() == 90 * 240
    assert result.mask_b.sum() == 140 * 240
    assert result.findings.record["inputs"]["mask_a"]["path"].endswith("a.png")


def test_masks_without_effect_are_noted(turned):
    mask = np.ones((300, 360), dtype=bool)
    settings = Settings(**BASE, fg_mode="thresh")
    result = compare(
        turned / "A.png", turned / "B.png", settings, backbone="daisy", mask_a=mask, store=None
    )
    assert any("masks that were given" in note for note in result.notes)


def test_a_missing_layer_mask_is_said(turned):
    with pytest.raises(DinosarError, match=r"A\.png.*Labels"):
        run(turned, "daisy", fg_mode="layer")


def test_a_network_file_that_was_named_is_missed_aloud_even_by_auto(turned, tmp_path):
    with pytest.raises(DinosarError, match=r"mine\.onnx"):
        run(turned, "daisy", fg_mode="auto", rembg_session=tmp_path / "mine.onnx")


def test_a_model_that_was_named_and_is_not_here_is_noted_by_auto(turned, monkeypatch, tmp_path):
    for name in ("U2NET_HOME", "REMBG_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    named = run(turned, "daisy", fg_mode="auto", rembg_session="silueta")
    assert any("silueta is not on this machine" in note for note in named.notes)
    assert not run(turned, "daisy", fg_mode="auto").notes
