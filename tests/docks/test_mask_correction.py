"""A mask that was painted on is noticed, offered, and only its own specimen encoded again."""

import numpy as np
import pytest

from napari_dinosar import Settings
from napari_dinosar.comparison import SESSION_CACHE
from napari_dinosar.showing import find

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)


@pytest.fixture
def dock(viewer, compare_dock, patchwork, drawn_pair, fill, qtbot):
    SESSION_CACHE.clear()
    fill(viewer, drawn_pair)
    compare_dock.form.set_settings(SETTINGS)
    compare_dock.backbone.computing.keep.setChecked(False)
    run(compare_dock, qtbot)
    return compare_dock


def run(dock, qtbot):
    with qtbot.waitSignal(dock.compared, timeout=30_000):
        dock.run()


def banner(dock):
    return dock.inputs.correction


def says(dock, text):
    return not banner(dock).isHidden() and text in banner(dock).label.text()


def use(dock):
    banner(dock).findChild(object, "useMasks").click()


def paint(mask):
    mask.brush_size = 40
    mask.paint((150, 60), 1)


def test_masks_as_they_were_shown_are_not_spoken_of(viewer, dock, qtbot):
    find(viewer, "mask", "a").visible = True
    run(dock, qtbot)
    qtbot.wait(600)
    assert banner(dock).isHidden()


def test_a_stroke_is_noticed_and_undoing_it_as_well(viewer, dock, qtbot):
    mask = find(viewer, "mask", "b")
    mask.visible = True
    paint(mask)
    qtbot.waitUntil(lambda: says(dock, "You corrected the mask of B."))
    mask.undo()
    qtbot.waitUntil(lambda: banner(dock).isHidden())
    for side in "ab":
        find(viewer, "mask", side).data = np.ones_like(find(viewer, "mask", side).data)
    qtbot.waitUntil(lambda: says(dock, "You corrected the masks of A and B."))


def test_corrected_masks_are_used_and_only_what_changed_is_encoded(
    viewer, dock, qtbot, patchwork, monkeypatch
):
    encoded = []
    encode = patchwork.encode
    monkeypatch.setattr(patchwork, "encode", lambda rgb, *args, **kw: encoded.append(rgb) or
                        encode(rgb, *args, **kw), raising=False)  # fmt: skip
    before = dock.findings
    mask = find(viewer, "mask", "a")
    paint(mask)
    qtbot.waitUntil(lambda: says(dock, "of A"))
    use(dock)
    assert banner(dock).isHidden()
    assert dock.form.settings().fg_mode == "layer"
    assert dock.a.mask.layer() is mask
    run(dock, qtbot)
    assert len(encoded) == 1
    assert dock.findings.a.mask.sum() > before.a.mask.sum()
    np.testing.assert_array_equal(dock.findings.b.mask, before.b.mask)
    assert find(viewer, "mask", "a") is mask
    qtbot.wait(600)
    assert banner(dock).isHidden()
    mask.paint((40, 200), 1)
    run(dock, qtbot)
    assert len(encoded) == 2


def test_without_the_mask_of_the_other_photo_nothing_is_offered(viewer, dock, qtbot):
    viewer.layers.remove(find(viewer, "mask", "b"))
    paint(find(viewer, "mask", "a"))
    qtbot.wait(600)
    assert banner(dock).isHidden()
