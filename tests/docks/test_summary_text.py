"""What a comparison says in words: every number once, nothing that breaks the text."""

import re

import pytest

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.docks import summary_text
from napari_dinosar.docks.theme import ThemeColours, mixed

COLOURS = ThemeColours(
    "#222222", "#eeeeee", "#999999", "#444444", "#4455cc", "#ddbb11", "#aa1122", True
)


@pytest.fixture(scope="module")
def comparison():
    a, b = draw(1), draw(1, angle_deg=5)
    marks = [Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b)]
    settings = Settings(fg_mode="thresh", img_size=256, border_patches=1)
    return compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=marks)


def text_of(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html))


def test_the_table_holds_the_numbers_of_the_summary(comparison):
    text = text_of(summary_text.table_html(comparison.summary, COLOURS))
    scores = comparison.summary["scores"]["foreground"]
    for direction in ("a_to_b", "b_to_a", "mean"):
        for name in ("mean", "median", "p95"):
            assert f"{scores[direction][name]:.4f}" in text
    assert str(scores["a_to_b"]["n"]) in text
    homology = comparison.summary["homology"]
    assert f"{homology['n_used']} of" in text
    assert f"{homology['dissimilarity']['median']:.4f}" in text


def test_the_headline_names_what_its_numbers_are(comparison):
    text = text_of(summary_text.headline_html(comparison.summary, COLOURS))
    for words in ("best-match dissimilarity", "weighted dissimilarity", "Procrustes distance"):
        assert words in text
    assert f"{comparison.summary['homology']['procrustes_distance']:.4f}" in text


def test_parts_that_were_not_asked_for_are_left_out(comparison):
    summary = {**comparison.summary, "scores": {}, "homology": None}
    assert text_of(summary_text.headline_html(summary, COLOURS)).strip() == ""
    assert "Homologous" not in summary_text.table_html(summary, COLOURS)


def test_undefined_numbers_are_a_dash(comparison):
    nothing = dict.fromkeys(comparison.summary["homology"]["dissimilarity"])
    homology = {**comparison.summary["homology"], "dissimilarity": nothing}
    text = text_of(summary_text.table_html({**comparison.summary, "homology": homology}, COLOURS))
    assert "– – –" in text


def test_names_and_warnings_are_text_not_markup():
    html = summary_text.warnings_html(["<b>A & B</b> differ."], COLOURS)
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html
    assert "1 warning" in html
    assert "No warnings" in summary_text.warnings_html([], COLOURS)


def test_the_title_says_what_ran(comparison):
    text = text_of(summary_text.title_html(comparison, COLOURS))
    assert "daisy, layers 0, foreground thresh" in text
    assert comparison.a.name in text


def test_colours_are_mixed():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#102030", "#ffffff", 0.0) == "#102030"


def test_small_numbers_have_one_more_decimal(comparison):
    nothing = {**comparison.summary["homology"], "dissimilarity": {"mean": None}}
    assert summary_text._decimals(comparison.summary) == 4
    large = {"foreground": {"mean": {"mean": 0.31}}}
    assert summary_text._decimals({"scores": large, "homology": nothing}) == 3
