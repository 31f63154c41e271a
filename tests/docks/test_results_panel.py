"""The panel shows one comparison in words and histograms, wide or narrow, in either theme."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QBoxLayout

from findings_made import made
from napari_dinosar.docks.results_panel import EMPTY, LOW_PX, WIDE_PX, WIDER_PX, ResultsPanel
from napari_dinosar.docks.theme import theme_colours


@pytest.fixture
def panel(viewer, qtbot):
    panel = ResultsPanel(viewer)
    qtbot.addWidget(panel)
    return panel


def choose(panel, mode):
    index = panel.mode.findData(mode)
    panel.mode.setCurrentIndex(index)
    panel.mode.activated.emit(index)


def axes_of(panel):
    return panel._canvas.figure.axes


def colour_of(canvas):
    red, green, blue = (round(255 * part) for part in canvas.figure.get_facecolor()[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_at_first_it_says_what_will_appear(panel):
    assert panel.title.text() == EMPTY
    assert panel.findings is None
    assert panel.mode.isHidden()
    assert panel.attention.isHidden()


def test_a_comparison_fills_it_and_can_be_copied(panel, findings):
    panel.show_findings(findings)
    for label in (panel.headline, panel.title, panel.alignment, panel.table, panel.warnings):
        assert label.text()
        assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert findings.warnings
    assert f"{len(findings.warnings)} warning" in panel.warnings.text()
    titles = [axes.get_title(loc="left") for axes in axes_of(panel)]
    assert titles[:2] == ["Foreground: number of patches", "Number of homologous cells"]
    assert axes_of(panel)[2].get_xlabel().startswith("colour of a cell")


def test_every_score_mode_that_was_asked_for_can_be_looked_at(panel, findings):
    panel.show_findings(findings)
    modes = [panel.mode.itemData(index) for index in range(panel.mode.count())]
    assert modes == list(findings.samples)
    for mode in modes:
        choose(panel, mode)
        numbers = findings.summary["scores"][mode]
        assert f"{numbers['mean']['mean']:.3f}" in panel.headline.text()
        assert f"{numbers['b_to_a']['p95']:.3f}" in panel.table.text()
        marks = sorted(line.get_xdata()[0] for line in axes_of(panel)[0].lines)
        wanted = [numbers[way][name] for way in ("a_to_b", "b_to_a") for name in ("mean", "p95")]
        assert marks == pytest.approx(sorted(wanted))
    panel.show_findings(findings)
    assert panel.mode.currentData() == modes[-1]


def test_weights_count_in_the_bars(panel, findings):
    panel.show_findings(findings)
    choose(panel, "attention_weighted")
    assert axes_of(panel)[0].get_title(loc="left").endswith("sum of weights")
    outlines = [patch for patch in axes_of(panel)[0].patches if patch.get_label().startswith("A →")]
    weights = findings.samples["attention_weighted"]["a_to_b"].weights
    assert outlines[0].get_data().values.sum() == pytest.approx(weights.sum())


def test_values_that_are_the_same_both_ways_are_drawn_once(panel, findings):
    one = findings.samples["bidirectional"]["a_to_b"]
    same = {"a_to_b": one, "b_to_a": one}
    panel.show_findings(replace(findings, samples={**findings.samples, "bidirectional": same}))
    choose(panel, "bidirectional")
    labels = [text.get_text() for text in axes_of(panel)[0].get_legend().get_texts()]
    assert labels == ["A and B"]


def test_the_scale_has_the_range_of_the_cells(panel, findings):
    panel.show_findings(findings)
    values = findings.cells.dissimilarity[findings.cells.used]
    for axes in axes_of(panel)[1:]:
        assert axes.get_xlim() == pytest.approx((values.min(), values.max()))
    counts = axes_of(panel)[1].collections[0].get_paths()
    assert sum(path.vertices[:, 1].max() for path in counts) == len(values)


def test_parts_that_were_not_compared_are_left_out(panel, findings):
    panel.show_findings(findings)
    panel.show_findings(made(cells=False))
    assert len(axes_of(panel)) == 1
    assert "Homologous" not in panel.table.text()
    panel.show_findings(made(matches=False, alignment=False, attention=False))
    assert len(axes_of(panel)) == 2
    assert "Patches" not in panel.table.text()
    assert panel.mode.isHidden()
    assert panel.alignment.isHidden()
    assert panel.attention.isHidden()


def test_settings_without_effect_are_said(panel, findings):
    note = "Setting 'topk' has no effect here."
    panel.show_findings(replace(findings, record={**findings.record, "notes": [note]}))
    assert note.replace("'", "&#x27;") in panel.notes.text()
    panel.show_findings(replace(findings, record={**findings.record, "notes": []}))
    assert panel.notes.text() == ""


def test_the_layers_and_heads_that_were_kept_are_offered(panel, findings, qtbot):
    panel.show_findings(findings)
    row = panel.attention
    assert [row.layer.itemText(i) for i in range(row.layer.count())] == ["9", "11"]
    assert row.layer.currentData() == findings.attention_layer == 11
    assert [row.head.itemText(i) for i in range(row.head.count())] == ["mean", "0", "1", "2"]
    row.layer.setCurrentIndex(0)
    with qtbot.waitSignal(row.chosen) as caught:
        row.layer.activated.emit(0)
    assert caught.args == [9, None]
    row.head.setCurrentIndex(2)
    with qtbot.waitSignal(row.chosen) as caught:
        row.head.activated.emit(2)
    assert caught.args == [9, 1]


def test_it_turns_with_its_width(panel, findings, qtbot):
    panel.show_findings(findings)
    panel.show()
    for width, direction in (
        (WIDE_PX + 60, QBoxLayout.Direction.LeftToRight),
        (320, QBoxLayout.Direction.TopToBottom),
    ):
        panel.resize(width, 400)
        qtbot.waitUntil(lambda direction=direction: panel._columns.direction() == direction)
    assert panel.minimumSizeHint().width() <= 300


def test_in_a_wide_window_the_table_stands_beside_the_words(panel, findings, qtbot):
    panel.show_findings(findings)
    panel.show()
    panel.resize(WIDER_PX + 100, 300)
    qtbot.waitUntil(lambda: panel.table.mapTo(panel, panel.table.rect().topLeft()).y() < 60)
    panel.resize(WIDER_PX - 100, 300)
    qtbot.waitUntil(lambda: panel.table.mapTo(panel, panel.table.rect().topLeft()).y() > 100)


def test_in_a_low_window_the_table_is_on_top(panel, findings, qtbot):
    panel.show_findings(findings)
    panel.show()

    def is_below(first, second):
        tops = [part.mapTo(panel, part.rect().topLeft()).y() for part in (first, second)]
        return tops[0] > tops[1]

    panel.resize(WIDER_PX - 100, LOW_PX - 1)
    qtbot.waitUntil(lambda: is_below(panel.headline, panel.table))
    panel.resize(WIDER_PX - 100, LOW_PX)
    qtbot.waitUntil(lambda: is_below(panel.table, panel.headline))
    panel.resize(WIDE_PX - 100, LOW_PX - 1)
    assert is_below(panel.table, panel.headline)


def test_it_follows_the_theme(viewer, panel, findings):
    panel.show_findings(findings)
    for theme in ("light", "dark"):
        viewer.theme = theme
        colours = theme_colours(viewer)
        assert colours.is_dark == (theme == "dark")
        assert colour_of(panel._canvas) == colours.background
        assert colours.muted in panel.table.text()


def test_cleared_it_is_empty_again(panel, findings):
    panel.show_findings(findings)
    panel.clear()
    assert panel.title.text() == EMPTY
    assert panel.headline.text() == panel.table.text() == panel.warnings.text() == ""
    assert panel.findings is None
    assert panel._canvas.isHidden()


def test_a_mode_without_values_has_no_axes(panel, findings):
    nothing = {way: replace(one, values=np.empty(0)) for way, one in
               findings.samples["demo_inliers"].items()}  # fmt: skip
    panel.show_findings(replace(findings, samples={**findings.samples, "demo_inliers": nothing}))
    choose(panel, "demo_inliers")
    assert axes_of(panel)[0].get_title(loc="left").startswith("Number of homologous")


def test_theme_colours_need_nothing_but_the_theme():
    assert theme_colours(SimpleNamespace(theme="dark")).background.startswith("#")
