"""A person looks, doubts and verifies in a real window, by clicks and keys alone.

The pair is one drawn planthopper twice, the second time with a spot on its wing: what differs, and
where, is known. ``DINOSAR_PICTURES`` names a folder that keeps pictures of the window.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from hand import Hand
from napari_dinosar import Settings
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.figure_dialog import Figures
from napari_dinosar.docks.inspect.opening import find_inspect
from napari_dinosar.findings.flags import REASONS
from napari_dinosar.inspection.flags import excluded_cells
from napari_dinosar.io.flag_files import read_flags
from napari_dinosar.layers import role_of, side_of
from napari_dinosar.showing import show_landmarks, show_photo
from napari_dinosar.synthetic import PlantedChange, draw_specimen

pytestmark = pytest.mark.needs_gl

SIZE_XY = (600, 400)
SPOT = PlantedChange("spot", along=0.55, across=0.55)
SETTINGS = Settings(fg_mode="thresh", img_size=384, tps_cell_size=14, matching_mode="both")
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
KEY = Qt.Key


@pytest.fixture(scope="module")
def pair() -> tuple[Any, Any]:
    return (
        draw_specimen("obscura", 1, size_xy=SIZE_XY),
        draw_specimen("obscura", 1, size_xy=SIZE_XY, changes=(SPOT,), photo_seed=9),
    )


@pytest.fixture
def compare(make_napari_viewer: Any, pair: Any, tmp_path: Path, monkeypatch: Any) -> Any:
    """A window in which the pair has just been compared."""
    monkeypatch.setenv("DINOSAR_CACHE_DIR", str(tmp_path / "cache"))
    viewer = make_napari_viewer(show=True)
    viewer.window.resize(1500, 950)
    _, dock = viewer.window.add_plugin_dock_widget("napari-dinosar", "Compare specimens")
    for side, one in zip("ab", pair, strict=True):
        layer = show_photo(viewer, photo_from_array(one.rgb, one.name), side)
        show_landmarks(viewer, one.landmarks, side, layer)
    dock.form.set_settings(SETTINGS)
    dock.backbone.choose_built_in()
    run(dock)
    yield dock
    dock.jobs.cancel()


def run(dock: Any) -> None:
    seen: list[Any] = []
    dock.compared.connect(seen.append)
    dock.failed.connect(seen.append)
    dock.run()
    wait_for(lambda: seen)
    assert not isinstance(seen[0], Exception), seen[0]
    wait_for(lambda: find_inspect(dock._viewer) is not None)
    QTest.qWait(400)


def wait_for(condition: Any, ms: int = 60_000) -> None:
    for _ in range(ms // 20):
        if condition():
            return
        QTest.qWait(20)
    raise AssertionError("It did not happen in time.")


def layer(viewer: Any, role: str, side: str | None = "a") -> Any:
    return next(one for one in viewer.layers if (role_of(one), side_of(one)) == (role, side))


def middle(inspection: Any, cell: int, side: str = "a") -> Any:
    return inspection.cells.facts.corners_xy(cell, side).mean(axis=0)


def covered(pair: Any, inspection: Any) -> set[int]:
    """Return the cells whose middle the planted spot covers in B."""
    (region,) = pair[1].changed_regions
    places = {
        cell: np.rint(middle(inspection, cell, "b")).astype(int)
        for cell in range(len(inspection.cells.facts))
        if inspection.cells.facts.used[cell]
    }
    return {cell for cell, (x, y) in places.items() if region[y, x]}


def test_cells_are_looked_at_flagged_and_kept(
    compare: Any, pair: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    viewer = compare._viewer
    dock = find_inspect(viewer)
    inspection = dock.inspection
    hand = Hand(viewer)
    hand.picture("1 compared")
    spot = covered(pair, inspection)
    top = [int(cell) for cell in inspection.cells.order[:3]]
    assert spot & set(top), "the planted spot is not among the highest cells"

    # a click on a cell in A turns to it, everywhere
    hand.click(middle(inspection, top[0]))
    assert inspection.cells.cells == (top[0],)
    assert dock.isVisible()
    assert dock.tabs.currentWidget() is dock.cell_page
    assert layer(viewer, "selected").visible  # where one clicks at once, elsewhere soon after it
    wait_for(lambda: not dock.layers.selection.is_busy)
    assert layer(viewer, "selected", "b").visible
    hand.picture("2 a cell that was clicked")

    # Down walks from the most to the least different; Control adds, in the other photo too
    viewer.layers.selection.active = layer(viewer, "photo")
    hand.key(KEY.Key_Down)
    assert inspection.cells.cells == (top[1],)
    hand.key(KEY.Key_Up)
    hand.click(middle(inspection, top[2], "b"), "b", CONTROL)
    assert inspection.cells.cells == (top[0], top[2])
    tables = dock.show_tables()
    QTest.qWait(100)
    chosen = {index.row() for index in tables.cells.view.selectionModel().selectedRows()}
    assert len(chosen) == 2
    for name in ("b", "w", "r"):
        hand.key(getattr(KEY, f"Key_{name.upper()}"))
        QTest.qWait(50)
    hand.picture("3 two cells, and the table")

    # F flags what is selected; the statistics follow at once, and can be taken back
    before = inspection.flags.statistics().cells_without
    hand.key(KEY.Key_F)
    flagged = {(one.row, one.col) for one in inspection.flags.sheet.cells}
    across = inspection.findings.cells.shape[1]
    assert flagged == {divmod(cell, across) for cell in (top[0], top[2])}
    assert inspection.flags.sheet.cells[0].remark.reason in REASONS
    after = inspection.flags.statistics()
    assert after.cells_without["max"] <= before["max"]
    assert after.cells_without["n"] == before["n"] - 2
    assert after.cells_without["mean"] < before["mean"]
    assert layer(viewer, "flagged").visible
    dock.show_page("flags")
    hand.picture("4 flagged")

    # a region that is drawn round the spot leaves all its cells out
    (region,) = pair[1].changed_regions
    rows, cols = np.nonzero(region)
    box = [(cols.min() - 6, rows.min() - 6), (cols.max() + 6, rows.min() - 6),
           (cols.max() + 6, rows.max() + 6), (cols.min() - 6, rows.max() + 6)]  # fmt: skip
    dock.flags_page.region_bar.buttons["b"].click()
    assert "Draw around" in dock.status.text()
    hand.stroke(box, "b")
    wait_for(lambda: inspection.flags.sheet.regions)
    QTest.qWait(50)
    # the lasso is put away, and what was active is so again
    assert viewer.layers.selection.active == layer(viewer, "photo")
    assert not dock.status.text()
    left_out = excluded_cells(inspection.findings, inspection.flags.sheet)
    assert spot <= set(np.flatnonzero(left_out))
    hand.picture("5 a region")

    # flags come along with the run, and come back with it
    parent = tmp_path / "runs"
    parent.mkdir()
    monkeypatch.setattr(dialogs, "folder_to_write", lambda *_: parent)
    monkeypatch.setattr(dialogs, "figures", lambda *_: Figures((), (), 100, ""))
    compare.bar.run_folder.trigger()
    wait_for(lambda: inspection.folder is not None and not compare.jobs.busy)
    folder = inspection.folder
    assert read_flags(folder).cells == inspection.flags.sheet.cells
    sheet = inspection.flags.sheet
    compare.opening.open(folder)
    wait_for(lambda: inspection.comparison is None and not compare.presenter.is_busy)
    assert inspection.flags.sheet == sheet
    assert inspection.folder == folder
    QTest.qWait(300)
    hand.picture("6 the run, opened again")


def test_one_window_probes_measures_and_is_left_alone(compare: Any, pair: Any) -> None:
    """One window for three stories: to open and compare takes longer than any of them."""
    probe_places_and_follow_landmarks(compare, pair)
    let_noise_hide_what_did_not_change(compare, pair)
    close_the_dock_and_bring_it_back(compare)


def probe_places_and_follow_landmarks(compare: Any, pair: Any) -> None:
    viewer = compare._viewer
    dock = find_inspect(viewer)
    probing = dock.inspection.probing
    hand = Hand(viewer)
    eye = pair[0].landmarks.xy[1]
    step = hand.px_per_step

    def is_followed() -> bool:
        # the screen sends moves of its own, without Shift, which end what is on its way
        hand.move(eye, modifiers=SHIFT)
        found = probing.result
        return found is not None and np.abs(np.array(found.at_xy) - eye).max() <= 0.51 * step

    wait_for(is_followed)
    # one individual in two photos: what is like its eye is its eye
    there = pair[1].landmarks.xy[1]
    patch_px = probing.probe.side("b").patch_px(tuple(there))
    assert np.hypot(*(np.array(probing.result.match.xy) - there)) < 2 * patch_px
    heat = layer(viewer, "probe_map", "b")
    assert heat.visible
    assert np.nanmax(heat.data) == pytest.approx(probing.result.similarity, abs=1e-6)
    dock.show_page("probe")
    hand.picture("7 a probe")

    # Shift and a click hold it; moving on changes nothing
    hand.click(eye, modifiers=SHIFT)
    assert probing.is_frozen
    held = probing.result
    hand.move(eye + 60, modifiers=SHIFT)
    QTest.qWait(80)
    assert probing.result is held
    # kept, and another one beside it
    hand.key(KEY.Key_K)
    hand.click(pair[0].landmarks.xy[5])
    assert probing.kept is held
    assert probing.difference is not None
    hand.picture("8 two probes")
    probing.forget_kept()
    probing.follow(pair[0].landmarks.labels[4], "b")
    assert probing.result.side == "b"
    assert layer(viewer, "probe_map", "a").visible
    hand.key(KEY.Key_Escape)
    assert probing.result is None
    assert not heat.visible


def let_noise_hide_what_did_not_change(compare: Any, pair: Any) -> None:
    viewer = compare._viewer
    dock = find_inspect(viewer)
    inspection = dock.inspection
    dock.show_page("context")
    dock.context_page.measuring.form.draws.setValue(3)
    dock.context_page.measuring.measure.click()
    wait_for(lambda: inspection.noise is not None)
    noise = inspection.noise
    spot = covered(pair, inspection)
    is_noise = noise.is_noise.ravel()
    others = [cell for cell in np.flatnonzero(noise.is_known.ravel()) if cell not in spot]
    top = [cell for cell in inspection.cells.order[:3] if cell in spot]
    assert not is_noise[top].any()
    assert is_noise[others].mean() > 0.3
    QTest.qWait(100)
    assert layer(viewer, "noise").visible
    Hand(viewer).picture("9 noise")
    dock.context_page.hatched.click()
    QApplication.processEvents()
    assert not layer(viewer, "noise").visible


def close_the_dock_and_bring_it_back(compare: Any) -> None:
    viewer = compare._viewer
    dock = find_inspect(viewer)
    inspection = dock.inspection
    hand = Hand(viewer)
    cell = int(inspection.cells.order[0])
    hand.click(middle(inspection, cell))
    viewer.window.remove_dock_widget(dock)
    QApplication.processEvents()
    assert not layer(viewer, "selected").visible
    inspection.cells.select()
    hand.click(middle(inspection, cell))
    assert inspection.cells.cells == ()
    # and the button of Compare brings it back
    QTest.mouseClick(compare.bar.inspect, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    again = find_inspect(viewer)
    assert again is not None
    hand.click(middle(inspection, cell))
    assert inspection.cells.cells == (cell,)
