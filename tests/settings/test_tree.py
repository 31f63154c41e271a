"""Settings: one tree, checked once."""

import dataclasses

import numpy as np
import pytest

from napari_dinosar import DinosarError, Settings
from napari_dinosar.settings import Option, defaults, flag, options


def test_every_setting_describes_itself():
    for name, option in options().items():
        assert isinstance(option, Option)
        assert option.help.endswith("."), name
        assert option.group, name
        assert bool(option.choices) == (option.kind in ("choice", "choices", "model")), name
        assert bool(option.when_none) == option.optional, name


def test_defaults_are_valid_and_survive_a_round_trip():
    settings = Settings()
    assert Settings.from_mapping(settings.as_mapping()) == settings
    assert defaults()["tps_cell_size"] == 16


def test_lists_become_tuples_and_numpy_numbers_plain_ones():
    settings = Settings(
        layers=np.array([6, 7]), tps_cell_size=np.int64(24), fg_thresh=np.float32(0)
    )
    assert settings.layers == (6, 7)
    assert type(settings.tps_cell_size) is int
    assert type(settings.fg_thresh) is float
    assert settings.as_mapping()["layers"] == [6, 7]


def test_settings_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().seed = 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fg_mode", "magic"),
        ("fg_mode", 3),
        ("layers", "6 7"),
        ("layers", []),
        ("layers", [1, 1]),
        ("layers", [1.5]),
        ("layers", 3),
        ("tps_cell_size", 0),
        ("tps_cell_size", 2.5),
        ("tps_cell_size", "16"),
        ("tps_cell_size", None),
        ("tps_cell_size", True),
        ("fg_thresh", float("nan")),
        ("fg_thresh", 1.01),
        ("crop", "yes"),
        ("crop", 2),
        ("demo_ratio", 0),
        ("seed", -1),
        ("score_mode", "best"),
        ("score_mode", []),
        ("score_mode", ["foreground", "foreground"]),
        ("score_mode", ["foreground", 3]),
        ("rembg_session", "bria"),
        ("rembg_session", "network.pth"),
        ("rembg_session", 5),
        ("attn_layers", []),
        ("attn_heads", "0"),
        ("attn_fg_thresh_pct", 100.5),
        ("precision", "int8"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value):
    with pytest.raises(DinosarError, match=name):
        Settings(**{name: value})


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"tps_cols": 3}, "tps_cols"),
        ({"tps_rows": 3, "tps_snap": True}, "tps_snap"),
        ({"tps_rows": 4, "tps_pad_cells": 2}, "tps_pad_cells"),
        ({"tps_rows": 4, "tps_cols": 2}, "tps_cols"),
        ({"score_mode": "demo_inliers", "match_flavor": "attention"}, "match_flavor"),
        ({"align_by": "masks", "align_method": "homography"}, "align_method"),
    ],
)
def test_contradictions_are_refused(values, named):
    with pytest.raises(DinosarError, match=named):
        Settings(**values)


def test_one_score_mode_may_be_given_as_a_word():
    assert Settings(score_mode="topk_mean").score_mode == ("topk_mean",)
    assert Settings().as_mapping()["score_mode"] == ["foreground"]


def test_a_network_of_ones_own_is_named_by_its_path(tmp_path):
    path = tmp_path / "Mine.ONNX"
    assert Settings(rembg_session=path).rembg_session == str(path)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(DinosarError, match=r"'cell_size'.*tps_cell_size"):
        Settings.from_mapping({"cell_size": 3})


def test_flags_are_the_fields_with_hyphens():
    assert flag("tps_cell_size") == "--tps-cell-size"
