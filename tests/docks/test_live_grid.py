"""Landmarks that are moved in a shown comparison: wires, cells, numbers, files, refusals."""

import json

import numpy as np
import pytest
import yaml

from drawn import NAMES
from napari_dinosar import Settings
from napari_dinosar.docks import live_grid, live_rebuild
from napari_dinosar.docks.hover import text_at
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.io.run_reading import read_run
from napari_dinosar.layers import LAYER_KEY, role_of, tag_of
from napari_dinosar.showing import find

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)
SHOWN = (("cells", "a"), ("cells", "b"), ("cell_map", None), ("tps_grid", "a"), ("tps_grid", "b"))


class Mouse:
    """The left button, as the dock sees it."""

    pressed = False

    def __call__(self):
        return self.pressed


@pytest.fixture
def mouse(monkeypatch):
    mouse = Mouse()
    monkeypatch.setattr(live_grid, "is_mouse_pressed", mouse)
    return mouse


@pytest.fixture
def dock(viewer, compare_dock, patchwork, mouse, drawn_pair, fill):
    compare_dock.form.set_settings(SETTINGS)
    fill(viewer, drawn_pair)
    return compare_dock


@pytest.fixture
def compared(dock, qtbot):
    run(dock, qtbot)
    return dock


def run(dock, qtbot):
    with qtbot.waitSignal(dock.compared, timeout=30_000):
        dock.bar.run.click()
    settle(dock, qtbot)
    return dock.findings


def settle(dock, qtbot):
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not dock.live.rebuild.is_busy, timeout=20_000)


def moved(layer, by_yx=(6.0, -8.0), index=2):
    data = np.array(layer.data)
    data[index] += by_yx
    return data


def wires(viewer):
    return [find(viewer, "wire", side) for side in "ab"]


def drag(viewer, dock, mouse, qtbot, side="b", steps=4):
    """Drag a landmark as a tool does that sets the data, and let go."""
    layer = find(viewer, "landmarks", side)
    mouse.pressed = True
    for _ in range(steps):
        layer.data = moved(layer, (2.0, -3.0))
        qtbot.wait(5)
    mouse.pressed = False
    layer.data = moved(layer, (1.0, 0.0))
    settle(dock, qtbot)


def shown(viewer):
    """Return what layers show: positions, values and colours."""
    found = {}
    for role, side in SHOWN:
        layer = find(viewer, role, side)
        found[role, side] = [np.array(part) for part in layer.data]
        if role == "cells":
            found[role, side] += [layer.face_color, layer.features["dissimilarity"].to_numpy()]
    return found


def assert_same(first, second):
    for key, parts in first.items():
        for one, other in zip(parts, second[key], strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


def test_wires_follow_and_cells_wait_for_the_release(viewer, compared, mouse, qtbot):
    earlier, before = compared.findings, shown(viewer)
    layer = find(viewer, "landmarks", "b")
    mouse.pressed = True
    layer.data = moved(layer)
    qtbot.waitUntil(lambda: all(wire is not None and wire.visible for wire in wires(viewer)))
    places = [np.array(wire.data) for wire in wires(viewer)]
    layer.data = moved(layer)
    qtbot.waitUntil(lambda: not np.array_equal(wires(viewer)[1].data, places[1]))
    assert compared.findings is earlier
    assert_same(before, shown(viewer))
    mouse.pressed = False
    qtbot.waitUntil(lambda: compared.findings is not earlier, timeout=10_000)  # without any event
    settle(compared, qtbot)
    assert not any(wire.visible for wire in wires(viewer))
    assert compared.live.banner.isHidden()


def test_napari_s_own_tool_holds_its_data_event_back(viewer, compared, mouse, qtbot):
    layer = find(viewer, "landmarks", "a")
    start = np.array(layer.data[1])
    layer._set_drag_start({1}, start)
    mouse.pressed = True
    with layer.events.data.blocker():
        layer._move({1}, start + np.array([3.0, 4.0]))
    qtbot.waitUntil(lambda: all(wire is not None and wire.visible for wire in wires(viewer)))


def test_after_a_drag_all_is_as_after_a_run(viewer, compared, mouse, qtbot, tmp_path):
    first = compared.findings
    drag(viewer, compared, mouse, qtbot)
    live, layers = compared.findings, shown(viewer)
    panel = compared.presenter.panel
    assert panel.findings is live
    table = panel.table.text()
    assert live.summary["homology"] != first.summary["homology"]
    write_findings(tmp_path / "live", live)
    fresh = run(compared, qtbot)
    assert fresh is not live
    assert live.summary == fresh.summary
    for name, expected in fresh.tables.items():
        assert live.tables[name].equals(expected)
    assert_same(layers, shown(viewer))
    assert panel.table.text() == table
    write_findings(tmp_path / "fresh", fresh)
    for name in ("summary.json", "cells.csv", "landmarks.csv"):
        if (tmp_path / "fresh" / name).exists():
            assert (tmp_path / "live" / name).read_bytes() == (
                tmp_path / "fresh" / name
            ).read_bytes()
    records = [
        yaml.safe_load((tmp_path / run / "run.yaml").read_text()) for run in ("live", "fresh")
    ]
    for record in records:
        del record["created"], record["timings_s"]
    assert records[0] == records[1]
    assert json.loads((tmp_path / "live" / "summary.json").read_text())["homology"]


def test_matches_and_masks_are_left_alone(viewer, compared, mouse, qtbot):
    kept = [
        layer
        for layer in viewer.layers
        if role_of(layer) in ("correspondences", "mask", "attention")
    ]
    data = [layer.data for layer in kept]
    drag(viewer, compared, mouse, qtbot)
    assert len(kept) >= 5
    assert all(layer in viewer.layers for layer in kept)
    for layer, then in zip(kept, data, strict=True):
        np.testing.assert_array_equal(layer.data, then)


def test_a_key_or_an_undo_counts_as_a_release(viewer, compared, qtbot):
    layer, before, earlier = find(viewer, "landmarks", "a"), shown(viewer), compared.findings
    there = np.array(layer.data)
    layer.data = moved(layer)
    settle(compared, qtbot)
    assert compared.findings is not earlier
    assert all(wire is None for wire in wires(viewer))
    layer.data = there
    settle(compared, qtbot)
    assert_same(before, shown(viewer))


def test_a_landmark_that_is_cleared_leaves_the_grid(viewer, compared, qtbot):
    layer = find(viewer, "landmarks", "a")
    layer.selected_data = {1}
    layer.remove_selected()
    settle(compared, qtbot)
    assert NAMES[1] not in compared.findings.cells.names
    assert compared.findings.record["landmarks_used"] == [n for n in NAMES if n != NAMES[1]]


def test_what_the_user_set_of_a_layer_stays(viewer, compared, mouse, qtbot):
    cells, grid = find(viewer, "cells", "a"), find(viewer, "tps_grid", "b")
    cells.opacity, grid.visible = 0.25, True
    active = viewer.layers.selection.active
    drag(viewer, compared, mouse, qtbot)
    assert (cells.opacity, grid.visible) == (0.25, True)
    assert viewer.layers.selection.active is active
    order = [role_of(layer) for layer in viewer.layers]
    assert max(i for i, role in enumerate(order) if role == "wire") < order.index("landmarks")


def test_unusable_landmarks_leave_the_last_good_wires(viewer, compared, mouse, qtbot):
    earlier, layer = compared.findings, find(viewer, "landmarks", "b")
    mouse.pressed = True
    layer.data = moved(layer)
    qtbot.waitUntil(lambda: all(wire is not None and wire.visible for wire in wires(viewer)))
    good = np.array(wires(viewer)[1].data)
    both = np.array(layer.data)
    both[2] = both[3]
    qtbot.wait(100)
    layer.data = both
    qtbot.waitUntil(lambda: "same spot" in compared.bar.status.text())
    np.testing.assert_array_equal(wires(viewer)[1].data, good)
    mouse.pressed = False
    layer.data = both + 0.0
    settle(compared, qtbot)
    assert compared.findings is earlier
    assert "same spot" in compared.live.banner.label.text().replace("\u200b", "")
    assert find(viewer, "cells", "a").name == "A cells (outdated)"
    layer.data = moved(layer)
    settle(compared, qtbot)
    assert compared.live.banner.isHidden()
    assert find(viewer, "cells", "a").name == "A cells"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda dock, viewer: dock.form.set_value("tps_cell_size", 20.0), "Settings"),
        (lambda dock, viewer: setattr(find(viewer, "photo", "a"), "data",
                                      255 - find(viewer, "photo", "a").data), "Another photo"),
    ],
)  # fmt: skip
def test_what_else_was_changed_needs_a_run(viewer, compared, qtbot, change, said):
    earlier, layer = compared.findings, find(viewer, "landmarks", "a")
    change(compared, viewer)
    layer.data = moved(layer)
    settle(compared, qtbot)
    assert compared.findings is earlier
    assert said in compared.live.banner.label.text().replace("\u200b", "")
    assert not compared.live.banner.isHidden()
    cells = find(viewer, "cells", "b")
    assert cells.name == "B cells (outdated)"
    world = cells.data_to_world(cells.data[len(cells.data) // 2].mean(axis=0))
    assert "outdated" in text_at(viewer.layers, world)
    run(compared, qtbot)
    assert compared.live.banner.isHidden()
    assert find(viewer, "cells", "b").name == "B cells"


def test_of_another_photo_nobody_says_that_its_landmarks_were_changed(viewer, compared, qtbot):
    photo, marks = (find(viewer, role, "b") for role in ("photo", "landmarks"))
    photo.metadata = {LAYER_KEY: {**tag_of(photo), "sha256": "0" * 64}}
    marks.metadata = {LAYER_KEY: {**tag_of(marks), "photo_sha256": "0" * 64}}
    marks.data = moved(marks)
    settle(compared, qtbot)
    said = compared.live.banner.label.text().replace("\u200b", "")
    assert said.startswith("Another photo is chosen")
    assert "Landmarks were changed" not in said


def test_the_status_bar_tells_of_the_cells_as_they_are(viewer, compared, qtbot):
    cells, layer = find(viewer, "cells", "a"), find(viewer, "landmarks", "a")
    viewer.layers.selection.active = cells
    viewer.mouse_over_canvas = True
    viewer.cursor.position = cells.data_to_world(cells.data[0].mean(axis=0))
    assert viewer.status["layer_name"] == "A cells"
    compared.form.set_value("tps_cell_size", 20.0)
    layer.data = moved(layer)
    settle(compared, qtbot)
    qtbot.waitUntil(lambda: viewer.status["layer_name"] == "A cells (outdated)")
    run(compared, qtbot)
    qtbot.waitUntil(lambda: viewer.status["layer_name"] == "A cells")
    # what was looked up as the mouse left the canvas arrives after it
    viewer.mouse_over_canvas = False
    layer.data = moved(layer)
    settle(compared, qtbot)
    qtbot.waitUntil(lambda: viewer.status == "")


def test_an_alignment_by_landmarks_needs_a_run(viewer, dock, qtbot):
    dock.form.set_value("align_stage", "image")
    earlier, layer = run(dock, qtbot), find(viewer, "landmarks", "a")
    layer.data = moved(layer)
    settle(dock, qtbot)
    assert dock.findings is earlier
    assert "how A is laid over B" in dock.live.banner.label.text().replace("\u200b", "")


def test_an_opened_run_has_wires_and_needs_a_run(viewer, compared, mouse, qtbot, tmp_path):
    path = write_findings(tmp_path / "run", compared.findings)
    assert read_run(path).cells is not None
    with qtbot.waitSignal(compared.compared, timeout=30_000):
        compared.opening.open(path)
    settle(compared, qtbot)
    assert compared.live.banner.isHidden()
    layer = find(viewer, "landmarks", "b")
    mouse.pressed = True
    layer.data = moved(layer)
    qtbot.waitUntil(lambda: all(wire is not None and wire.visible for wire in wires(viewer)))
    mouse.pressed = False
    settle(compared, qtbot)
    qtbot.waitUntil(lambda: not compared.live.banner.isHidden())
    assert not any(wire.visible for wire in wires(viewer))


def test_many_cells_are_found_in_a_worker_and_the_last_wish_counts(
    viewer, compared, qtbot, monkeypatch
):
    monkeypatch.setattr(live_rebuild, "MOST_CELLS_AT_ONCE", 0)
    layer = find(viewer, "landmarks", "a")
    for _ in range(3):
        layer.data = moved(layer, (1.0, 1.0))
        qtbot.wait(1)
    settle(compared, qtbot)
    qtbot.waitUntil(
        lambda: np.array_equal(compared.findings.a.landmarks.xy[:, ::-1], layer.data),
        timeout=20_000,
    )
    settle(compared, qtbot)
    live = shown(viewer)
    run(compared, qtbot)
    assert_same(live, shown(viewer))


def test_only_the_chosen_landmarks_are_watched(viewer, compared, qtbot):
    earlier, layer = compared.findings, find(viewer, "landmarks", "a")
    compared.a.landmarks.choose(None)
    settle(compared, qtbot)
    compared.live.banner.hide()
    layer.data = moved(layer)
    settle(compared, qtbot)
    assert "No landmarks" in " ".join(compared.findings.warnings)
    assert earlier.cells is not None
    assert find(viewer, "cells", "a") is None
