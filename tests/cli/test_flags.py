"""Flags are taken as they are written; what cannot be understood is named."""

import pytest

from napari_dinosar.cli import main, parser
from napari_dinosar.settings import options

COMPARE = ("compare", "A.jpg", "B.jpg")


def refused(capsys, *words):
    with pytest.raises(SystemExit) as end:
        main([*COMPARE, *words])
    assert end.value.code == 2
    return capsys.readouterr().err


def test_every_setting_has_its_flag_and_its_default_is_left_to_the_settings():
    given = parser().parse_args(COMPARE)
    for name in options():
        assert not hasattr(given, name), name


def test_lists_take_negative_numbers_and_several_words():
    words = ["--layers", "-3", "-2", "-1", "--attn-layers", "-1", "--attn-heads", "0", "2"]
    given = parser().parse_args([*COMPARE, *words, "--score-mode", "foreground", "bidirectional"])
    assert given.layers == [-3, -2, -1]
    assert given.attn_layers == [-1]
    assert given.attn_heads == [0, 2]
    assert given.score_mode == ["foreground", "bidirectional"]


def test_switches_go_on_and_off_under_all_their_names():
    given = parser().parse_args([*COMPARE, "--no-crop", "--tps-grid-snap", "--no-demo-mutual"])
    assert (given.crop, given.tps_snap, given.demo_mutual) == (False, True, False)


def test_an_optional_value_can_be_taken_back():
    given = parser().parse_args([*COMPARE, "--tps-rows", "none", "--demo-ransac-reproj", "none"])
    assert given.tps_rows is None
    assert given.demo_ransac_reproj is None


def test_a_misspelt_flag_is_guessed(capsys):
    error = refused(capsys, "--demo-ratoi", "0.9")
    assert "'--demo-ratoi'" in error
    assert "did you mean --demo-ratio?" in error


def test_an_abbreviation_is_not_taken(capsys):
    assert "--tps-cell" in refused(capsys, "--tps-cell", "20")


def test_two_names_of_one_value_are_not_both_taken(capsys):
    error = refused(capsys, "--backbone", "daisy", "--dinov3-local-ckpt", "x.pth")
    assert "--backbone daisy and --dinov3-local-ckpt x.pth" in error


def test_the_last_of_a_repeated_flag_counts():
    given = parser().parse_args([*COMPARE, "--outdir", "one", "--outdir", "two"])
    assert str(given.output_dir) == "two"


def test_help_fits_and_names_every_flag(capsys):
    with pytest.raises(SystemExit) as end:
        main(["compare", "--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    for name in options():
        assert f"--{name.replace('_', '-')}" in shown, name
