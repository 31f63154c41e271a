"""No setting is ignored in silence: each says when it has an effect."""

import pytest

from napari_dinosar import Settings
from napari_dinosar.settings import defaults, has_effect, idle, options, why_idle


def test_defaults_have_nothing_to_say():
    assert idle(Settings()) == ()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"topk": 3}, {"topk"}),
        ({"topk": 3, "score_mode": ["foreground", "topk_mean"]}, set()),
        ({"top_matches": 9}, {"top_matches"}),
        ({"top_matches": 9, "match_flavor": "attention"}, set()),
        ({"demo_mirror": True}, {"demo_mirror"}),
        ({"demo_mirror": True, "demo_verify": True}, set()),
        ({"seed": 4}, {"seed"}),
        ({"seed": 4, "demo_verify": True}, set()),
        ({"seed": 4, "align_stage": "image", "align_method": "homography"}, set()),
        ({"seed": 4, "align_method": "homography"}, {"seed", "align_method"}),
        ({"tps_rows": 9, "tps_cell_size": 8}, {"tps_cell_size"}),
        ({"matching_mode": "similarity", "tps_pad_cells": 0}, {"tps_pad_cells"}),
        ({"matching_mode": "tps_homology", "demo_ratio": 0.8}, {"demo_ratio"}),
        ({"fg_mode": "thresh", "rembg_session": "u2netp"}, {"rembg_session"}),
        ({"fg_mode": "attn", "rembg_session": "u2netp"}, {"rembg_session"}),
        ({"fg_mode": "attn", "attn_fg_thresh": 0.1}, {"attn_fg_thresh"}),
        ({"attn_fg_thresh": 0.1}, {"attn_fg_thresh"}),
        ({"fg_mode": "attn", "attn_fg_thresh_mode": "absolute", "attn_fg_thresh": 0.1}, set()),
        ({"fg_mode": "attn", "attn_fg_kernel": 5}, {"attn_fg_kernel"}),
        ({"align_mirror": True}, {"align_mirror"}),
        ({"align_mirror": True, "align_stage": "mask"}, set()),
    ],
)
def test_what_has_no_effect_is_said_by_name(values, named):
    said = idle(Settings(**values))
    assert {sentence.split("'")[1] for sentence in said} == named


def test_a_requirement_of_a_requirement_counts():
    """RANSAC's threshold needs RANSAC, which needs the demo flavour, which needs patches."""
    verified = {"demo_verify": True, "demo_ransac_reproj": 3.0}
    assert has_effect("demo_ransac_reproj", Settings(**verified))
    assert not has_effect("demo_ransac_reproj", Settings(match_flavor="attention", **verified))
    assert not has_effect("demo_ransac_reproj", Settings(matching_mode="tps_homology", **verified))


def test_the_reason_names_the_other_setting_and_its_values():
    assert why_idle("topk", Settings()) == "only with score_mode topk_mean"
    assert why_idle("tps_cell_size", Settings(tps_rows=9)) == (
        "only with matching_mode tps_homology or both and tps_rows not given"
    )
    assert why_idle("topk", Settings(score_mode="topk_mean")) == ""
    assert why_idle("attn_fg_thresh", Settings()) == (
        "only with attn_fg_thresh_mode absolute and fg_mode attn or attn_intersect or attn_union"
    )


def test_requirements_name_settings_and_values_that_there_are():
    for name, option in options().items():
        for requirement in option.needs:
            for other, values in requirement.items():
                assert other in options(), (name, other)
                for value in values:
                    Settings(**{**_context(other, value), other: value})


def _context(name, value):
    return {"align_stage": "image"} if name == "align_method" and value != defaults()[name] else {}
