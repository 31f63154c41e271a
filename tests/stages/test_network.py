"""Which layers are wanted, and what is said where they cannot matter."""

import pytest

from napari_dinosar import DinosarError, Settings, compare
from napari_dinosar.core.errors import NeedsAttentionError

BASE = {
    "fg_mode": "thresh", "img_size": 256, "border_patches": 0, "matching_mode": "similarity",
}  # fmt: skip


def run(folder, backbone, **settings):
    return compare(
        folder / "A.png",
        folder / "B.png",
        Settings(**BASE, **settings),
        backbone=backbone,
        store=None,
    )


def test_the_last_attention_layer_ranks_unless_one_is_named(turned, network):
    default = run(turned, network, attn_layers=[0, 2])
    assert default.a.encoding.attention_layers == (0, 2)
    assert default.findings.attention_layer == 2
    named = run(turned, network, attn_layers=[0, 2], attn_layer=1)
    assert named.a.encoding.attention_layers == (0, 2, 1)
    assert named.findings.attention_layer == 1
    assert (named.attention_a != default.attention_a).any()


def test_heads_decide_what_ranks(turned, network):
    both = run(turned, network)
    one = run(turned, network, attn_heads=[1])
    assert (one.attention_a == both.a.encoding.attention[0, 1]).all()
    with pytest.raises(DinosarError, match="head"):
        run(turned, network, attn_heads=[7])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"attn_heads": [0]}, "attn_heads"),
        ({"attn_layers": [0]}, "attn_layers"),
        ({"layer_agg": "median"}, "layer_agg"),
        ({"report_layer_std": True}, "report_layer_std"),
        ({"precision": "bf16"}, "precision"),
        ({"topk": 3}, "topk"),
    ],
)
def test_what_has_no_effect_with_daisy_is_noted(turned, settings, said):
    assert any(said in note for note in run(turned, "daisy", **settings).notes)


def test_nothing_is_noted_by_default(turned, network):
    assert run(turned, network).notes == ()


@pytest.mark.parametrize(
    "settings", [{"match_flavor": "attention"}, {"score_mode": "attention_weighted"}]
)
def test_attention_is_asked_of_networks_only(turned, settings):
    with pytest.raises(NeedsAttentionError, match="daisy"):
        run(turned, "daisy", **settings)


def test_another_precision_than_that_of_the_backbone_is_refused(turned, network):
    with pytest.raises(DinosarError, match="precision"):
        run(turned, network, precision="bf16")


def test_one_block_named_twice_is_refused_by_the_setting(turned, network):
    with pytest.raises(DinosarError, match=r"'layers'.*twice"):
        run(turned, network, layers=[3, -1])
    with pytest.raises(DinosarError, match=r"'attn_layer'.*no layer 9"):
        run(turned, network, attn_layer=9)


def test_a_missing_consensus_is_said_by_its_name(turned, tmp_path):
    with pytest.raises(DinosarError, match=r"shape\.npz"):
        compare(
            turned / "A.png",
            turned / "B.png",
            Settings(**{**BASE, "matching_mode": "both"}),
            backbone="daisy",
            landmarks=turned / "keypoints.json",
            consensus=tmp_path / "shape.npz",
            store=None,
        )


def test_heads_that_there_are_not_are_refused_before_anything_is_encoded(
    turned, network, monkeypatch
):
    def encode(*_, **__):
        pytest.fail("the network ran")

    monkeypatch.setattr(network, "encode", encode)
    with pytest.raises(DinosarError, match="2 heads"):
        run(turned, network, attn_heads=[7])
