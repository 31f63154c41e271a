"""Cells that are found again for other landmarks: in a worker, step by step, the last wish wins."""

from dataclasses import replace

import numpy as np
import pytest

from napari_dinosar import Settings, palette
from napari_dinosar.docks import live_cells, live_rebuild
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.inspection.cell_values import shown_values
from napari_dinosar.layers import tag_of
from napari_dinosar.showing import find


@pytest.fixture
def dock(viewer, compare_dock, patchwork, qtbot, monkeypatch, drawn_pair, fill):
    compare_dock.form.set_settings(Settings(fg_mode="thresh", img_size=256, border_patches=1))
    fill(viewer, drawn_pair)
    with qtbot.waitSignal(compare_dock.compared, timeout=30_000):
        compare_dock.bar.run.click()
    qtbot.wait(20)
    monkeypatch.setattr(live_rebuild, "MOST_CELLS_AT_ONCE", 0)
    return compare_dock


@pytest.fixture
def found(monkeypatch):
    """Return the landmarks that cells were found for."""
    asked, rebuilt = [], live_cells.rebuilt

    def noted(answer, marks):
        asked.append(marks)
        return rebuilt(answer, marks)

    monkeypatch.setattr(live_cells, "rebuilt", noted)
    return asked


def move(viewer, by_yx, side="a"):
    layer = find(viewer, "landmarks", side)
    data = np.array(layer.data)
    data[2] += by_yx
    layer.data = data


def whole(dock, qtbot):
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not dock.live.rebuild.is_busy, timeout=20_000)


def corners(viewer, side="a"):
    return np.array(find(viewer, "cells", side).data)


def assert_in_step(viewer, dock):
    """All that is shown is of the landmarks as they are."""
    cells = dock.findings.tables["cells"]
    np.testing.assert_allclose(
        dock.findings.a.landmarks.xy[:, ::-1], find(viewer, "landmarks", "a").data
    )
    for side in "ab":
        expected = np.stack(
            [cells[[f"y{k}_{side}", f"x{k}_{side}"]].to_numpy(float) for k in range(1, 5)], axis=1
        )
        np.testing.assert_allclose(corners(viewer, side), expected, rtol=1e-5)
    np.testing.assert_allclose(
        find(viewer, "cell_map", None).data, dock.findings.cells.dissimilarity, rtol=1e-5
    )
    assert dock.live.rebuild.is_whole
    assert dock.live.banner.isHidden()


def test_one_release_is_worked_on_once_however_often_it_is_told(viewer, dock, found, qtbot):
    move(viewer, (3.0, -4.0))
    for _ in range(3):
        dock.live._look()
        qtbot.wait(1)
    whole(dock, qtbot)
    assert len(found) == 1
    assert_in_step(viewer, dock)


def test_the_numbers_need_not_wait_for_the_shapes(viewer, dock, qtbot):
    told = []
    before = corners(viewer)
    inspection_of(viewer).shown.connect(
        lambda: told.append(("numbers", np.array_equal(before, corners(viewer))))
    )
    dock.live.rebuilt.connect(
        lambda _: told.append(("cells", np.array_equal(before, corners(viewer))))
    )
    move(viewer, (3.0, -4.0))
    whole(dock, qtbot)
    assert told == [("numbers", True), ("cells", False)]
    assert_in_step(viewer, dock)


def test_landmarks_that_go_back_before_the_cells_are_there_take_the_wish_back(
    viewer, dock, found, qtbot
):
    move(viewer, (3.0, -4.0))
    dock.live._look()
    move(viewer, (-3.0, 4.0))
    dock.live._look()
    whole(dock, qtbot)
    assert len(found) == 1
    assert_in_step(viewer, dock)


def test_a_drag_between_numbers_and_cells_that_ends_where_it_began_still_brings_the_cells(
    viewer, dock, qtbot
):
    rebuild = dock.live.rebuild
    inspection_of(viewer).shown.connect(rebuild.drop)
    move(viewer, (3.0, -4.0))
    whole(dock, qtbot)
    assert not rebuild.is_whole
    inspection_of(viewer).shown.disconnect(rebuild.drop)
    dock.live._look()
    whole(dock, qtbot)
    assert_in_step(viewer, dock)


@pytest.mark.parametrize("most", [0, 10_000])
def test_cells_keep_the_value_that_they_are_coloured_by(viewer, dock, qtbot, monkeypatch, most):
    monkeypatch.setattr(live_rebuild, "MOST_CELLS_AT_ONCE", most)
    inspection = inspection_of(viewer)
    inspection.colouring.choose("coverage")
    move(viewer, (3.0, -4.0))
    whole(dock, qtbot)
    expected = palette.cell_colours(shown_values(inspection).values.ravel())
    for side in "ab":
        layer = find(viewer, "cells", side)
        np.testing.assert_allclose(layer.face_color, expected)
        assert tag_of(layer)["shows"] == "coverage"


def test_a_new_comparison_is_shown_whole_though_cells_were_on_their_way(viewer, dock, qtbot):
    presenter, again = dock.presenter, replace(dock.presenter.answer)
    shown = []
    presenter.finished.connect(lambda _: shown.append(presenter.answer))
    move(viewer, (6.0, -8.0))
    qtbot.waitUntil(lambda: dock.live.rebuild.is_busy)
    with qtbot.waitSignal(presenter.finished, timeout=20_000):
        presenter.present(again)
    assert shown == [again], "the cells of before do not take its place half way"
    whole(dock, qtbot)
    assert_in_step(viewer, dock)
