"""What a comparison says in words: every number once, nothing that breaks the text."""

import re

from napari_dinosar.docks import remarks_text, summary_text
from napari_dinosar.docks.theme import ThemeColours, mixed

COLOURS = ThemeColours(
    "#222222", "#eeeeee", "#999999", "#444444", "#4455cc", "#ddbb11", "#aa1122", True
)


def text_of(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html))


def test_the_table_holds_the_numbers_of_the_summary(findings):
    text = text_of(summary_text.table_html(findings.summary, "topk_mean", COLOURS))
    scores = findings.summary["scores"]["topk_mean"]
    for direction in ("a_to_b", "b_to_a", "mean"):
        for name in ("mean", "median", "p95"):
            assert f"{scores[direction][name]:.3f}" in text
    assert str(scores["a_to_b"]["n"]) in text
    assert "Patches, top-k mean" in text
    homology = findings.summary["homology"]
    assert f"{homology['n_used']} of" in text
    assert f"{homology['dissimilarity']['median']:.3f}" in text


def test_the_headline_names_what_its_numbers_are(findings):
    text = text_of(summary_text.headline_html(findings.summary, "foreground", COLOURS))
    for words in ("best-match dissimilarity", "weighted dissimilarity", "Procrustes distance"):
        assert words in text
    assert f"{findings.summary['homology']['procrustes_distance']:.3f}" in text


def test_parts_that_were_not_asked_for_are_left_out(findings):
    summary = {**findings.summary, "scores": {}, "homology": None}
    assert text_of(summary_text.headline_html(summary, None, COLOURS)).strip() == ""
    table = summary_text.table_html(summary, None, COLOURS)
    assert "Homologous" not in table
    assert "Patches" not in table


def test_undefined_numbers_are_a_dash(findings):
    nothing = dict.fromkeys(findings.summary["homology"]["dissimilarity"])
    homology = {**findings.summary["homology"], "dissimilarity": nothing}
    summary = {**findings.summary, "homology": homology}
    assert "– – –" in text_of(summary_text.table_html(summary, None, COLOURS))


def test_names_warnings_and_notes_are_text_not_markup():
    html = remarks_text.warnings_html(["<b>A & B</b> differ."], COLOURS)
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html
    assert "1 warning" in html
    assert "No warnings" in remarks_text.warnings_html([], COLOURS)
    assert "2 notes" in remarks_text.notes_html(["<i>", "b"], COLOURS)
    assert "&lt;i&gt;" in remarks_text.notes_html(["<i>", "b"], COLOURS)


def test_the_title_says_what_ran(findings):
    text = text_of(summary_text.title_html(findings, COLOURS))
    assert "drawn, layers 9 10 11, foreground thresh" in text
    assert findings.a.name in text


def test_an_alignment_is_said_with_how_well_it_fits(findings):
    text = text_of(remarks_text.alignment_html(findings.alignment, COLOURS))
    assert "A laid over B , its photo" in text
    assert "similarity by landmarks, residual 1.8 px (1.2% of the centroid size)" in text
    by_masks = {"stage": "mask", "method": "similarity", "source": "masks", "residual_px": None,
                "iou": 0.834, "mirrored": True, "outside_share": 0.07}  # fmt: skip
    text = text_of(remarks_text.alignment_html(by_masks, COLOURS))
    assert "overlap (IoU) 0.83, 7% of A lies beyond B’s frame, mirrored" in text
    assert "residual" not in text
    assert remarks_text.alignment_html({"stage": "none"}, COLOURS) == ""


def test_colours_are_mixed():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#102030", "#ffffff", 0.0) == "#102030"


def test_small_numbers_have_one_more_decimal(findings):
    assert summary_text._decimals(findings.summary) == 3
    small = {"foreground": {"mean": {"mean": 0.031}}}
    assert summary_text._decimals({"scores": small, "homology": None}) == 4
