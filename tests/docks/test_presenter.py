"""What was found comes into the viewer step by step; its attention is swapped in place."""

import numpy as np
import pytest
from qtpy.QtWidgets import QWidget

from findings_made import made
from napari_dinosar.docks.answer import Answer
from napari_dinosar.docks.presenter import Presenter
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find

FRAMES = (np.eye(3), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 333.0], [0.0, 0.0, 1.0]]))


@pytest.fixture
def presenter(viewer, results_panel, qtbot):
    dock = QWidget()
    qtbot.addWidget(dock)
    return Presenter(viewer, dock)


def present(presenter, qtbot, findings):
    with qtbot.waitSignal(presenter.finished, timeout=20_000):
        presenter.present(Answer(findings, comparison_specs(findings, *FRAMES), FRAMES))


def choose(presenter, layer, head):
    row = presenter.panel.attention
    row.layer.setCurrentIndex(row.layer.findData(layer))
    row.head.setCurrentIndex(row.head.findData(head))
    row.head.activated.emit(row.head.currentIndex())


def test_another_head_takes_the_place_of_what_is_shown(viewer, presenter, qtbot):
    findings = made()
    present(presenter, qtbot, findings)
    count = len(viewer.layers)
    layers = {side: find(viewer, "attention", side) for side in "ab"}
    assert not any(layer.visible for layer in layers.values())
    layers["a"].opacity = 0.3
    choose(presenter, 9, 1)
    for side, layer in layers.items():
        specimen = findings.side(side)
        chosen = np.where(specimen.fill > 0, specimen.attention[0, 1], np.nan)
        np.testing.assert_array_equal(layer.data, chosen)
        assert layer.visible
    assert len(viewer.layers) == count
    assert layers["a"].opacity == 0.3
    choose(presenter, 11, None)
    mean = np.where(findings.b.fill > 0, findings.b.attention[1].mean(axis=0), np.nan)
    np.testing.assert_allclose(layers["b"].data, mean, rtol=1e-6)


def test_both_photos_are_shown_on_one_scale(viewer, presenter, qtbot):
    findings = made()
    present(presenter, qtbot, findings)
    choose(presenter, 9, 2)
    limits = [find(viewer, "attention", side).contrast_limits for side in "ab"]
    values = np.concatenate([s.attention[0, 2][s.valid] for s in (findings.a, findings.b)])
    np.testing.assert_allclose(limits, [np.percentile(values, [2, 98])] * 2, rtol=1e-6)


def test_what_the_next_result_lacks_is_taken_away(viewer, presenter, qtbot):
    present(presenter, qtbot, made())
    before = {layer.metadata["napari-dinosar"]["role"] for layer in viewer.layers}
    assert {"aligned_photo", "attention", "layer_std", "cells", "cell_map", "tps_grid"} <= before
    present(presenter, qtbot, made(cells=False, alignment=False, attention=False, layer_std=False))
    roles = {layer.metadata["napari-dinosar"]["role"] for layer in viewer.layers}
    assert roles == {"mask", "correspondences"}
    assert presenter.panel.attention.isHidden()
    assert presenter.findings.cells is None


def test_layers_leave_one_at_a_time_so_that_the_window_lives(viewer, presenter, qtbot):
    present(presenter, qtbot, made())
    count, seen = len(viewer.layers), []
    presenter.stepped.connect(lambda stage, *_: seen.append((stage, len(viewer.layers))))
    present(presenter, qtbot, made(cells=False, alignment=False, attention=False, layer_std=False))
    leaving = [left for stage, left in seen if stage.startswith("Removing")]
    assert leaving == list(range(count, count - len(leaving), -1))
    assert count - len(leaving) == len(viewer.layers)
