"""The words of the docks cover the settings and nothing else."""

import pytest

from napari_dinosar import DinosarError, Settings
from napari_dinosar.docks import setting_words, wording
from napari_dinosar.settings import defaults, options


def test_every_word_belongs_to_a_setting():
    assert set(setting_words.LABELS) == set(options())
    assert all(options()[name].optional for name in setting_words.WHEN_NONE)
    for name, words in setting_words.CHOICES.items():
        assert set(words) == set(options()[name].choices)


@pytest.mark.parametrize("name", options())
def test_a_setting_is_described(name):
    label, tooltip = wording.label(name), wording.tooltip(name)
    assert label
    assert "_" not in label
    assert options()[name].help in tooltip
    assert f"--{name.replace('_', '-')}" in tooltip


def test_the_default_stands_in_the_tooltip():
    assert "Default: 16 px." in wording.tooltip("tps_cell_size")
    assert "Default: the last three." in wording.tooltip("layers")
    assert "Default: off." in wording.tooltip("tps_snap")


def test_all_that_is_missing_for_an_effect_is_said():
    said = wording.when_it_counts("attn_fg_kernel", Settings())
    assert "‘Tidy up’ is take off specks or fill gaps or specks, then gaps" in said
    assert "‘Foreground’ is attention or automatic and attention" in said
    said = wording.when_it_counts("attn_fg_kernel", Settings(fg_mode="attn"))
    assert "‘Foreground’" not in said
    assert "‘Rows’ is from the cell size" in wording.when_it_counts(
        "tps_cell_size", Settings(tps_rows=4)
    )


def test_values_without_words_of_their_own_are_shown_as_they_are():
    name = "rembg_session"
    words = wording.choice_words(name, options()[name])
    assert ("u2net", "u2net") in words
    assert defaults()[name] in [value for _, value in words]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("-3 -2 -1", (-3, -2, -1)),
        ("6,7;8, 9", (6, 7, 8, 9)),
        ("[0]", (0,)),
        ("  ", None),
        ("", None),
    ],
)
def test_whole_numbers_are_read(text, values):
    assert wording.parse_integers(text) == values
    assert wording.parse_integers(wording.format_integers(values)) == values


@pytest.mark.parametrize("text", ["6 7 x", "1.5", "-", "1-2", "9" * 30])
def test_other_text_is_refused_with_an_example(text):
    with pytest.raises(DinosarError, match="6 7 8 9"):
        wording.parse_integers(text)
