"""The work behind Run, without a window: stages, first uses and the answer."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_dinosar import DinosarError, Settings
from napari_dinosar.docks import first_use
from napari_dinosar.docks.answer import answer
from napari_dinosar.docks.backbone_shelf import BackboneShelf
from napari_dinosar.docks.request import Means, gather

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)


def request_for(viewer, settings=SETTINGS, masks=(None, None)):
    layers = viewer.layers
    return gather(
        (layers["A: a.png"], layers["B: b.png"]),
        (layers["A landmarks"], layers["B landmarks"]),
        masks,
        settings,
        Means("patchwork"),
    )


def finish(steps):
    stages = []
    while True:
        try:
            stages.append(next(steps))
        except StopIteration as end:
            return end.value, stages


@pytest.fixture
def viewer(drawn_pair, fill):
    viewer = ViewerModel()
    fill(viewer, drawn_pair)
    return viewer


def test_the_answer_holds_the_comparison_and_its_layers(viewer, patchwork):
    found, stages = finish(answer(request_for(viewer), BackboneShelf()))
    assert found.findings.backbone["name"] == "patchwork"
    assert found.findings.cells is not None
    assert [spec.role for spec in found.specs][:2] == ["mask", "mask"]
    assert {"attention", "cells", "cell_map", "correspondences"} <= {s.role for s in found.specs}
    assert all(done <= total for _, done, total in stages if total)
    assert "Finding specimen A" in [stage for stage, _, _ in stages]


def test_a_painted_mask_is_used(viewer, patchwork, drawn_pair):
    masks = tuple(viewer.add_labels(one.mask.astype(int)) for one in drawn_pair)
    settings = Settings(fg_mode="layer", img_size=256, border_patches=1)
    found, _ = finish(answer(request_for(viewer, settings, masks), BackboneShelf()))
    np.testing.assert_array_equal(found.findings.a.mask, drawn_pair[0].mask)


def test_it_can_be_stopped_before_every_stage(viewer, patchwork):
    _, stages = finish(answer(request_for(viewer), BackboneShelf()))
    for count in range(1, len(stages) + 1):
        steps = answer(request_for(viewer), BackboneShelf())
        for _ in range(count):
            next(steps)
        steps.close()
        assert len(viewer.layers) == 4


def test_missing_photos_and_masks_are_errors_that_say_so(viewer, patchwork):
    with pytest.raises(DinosarError, match="specimen A"):
        gather((None, viewer.layers[0]), (None, None), (None, None), SETTINGS, Means("patchwork"))
    settings = Settings(fg_mode="layer")
    with pytest.raises(DinosarError, match=r"[Mm]ask|Labels"):
        finish(answer(request_for(viewer, settings), BackboneShelf()))


def test_a_backbone_is_loaded_once_and_leaves_a_core(monkeypatch):
    calls = []

    def load(key, **options):
        calls.append((key, options))
        return object()

    monkeypatch.setattr("napari_dinosar.backbones.load_backbone", load)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    shelf = BackboneShelf()
    assert shelf.load("one") is shelf.load("one")
    shelf.load(Path("two.pth"), accept_licence=True)
    shelf.load("one", "cpu", "fp32")
    asked = {"device": "auto", "precision": "auto", "threads": 7}
    assert calls == [
        ("one", asked),
        (Path("two.pth"), {**asked, "accept_licence": True}),
        ("one", {**asked, "device": "cpu", "precision": "fp32"}),
    ]


def test_first_uses_are_announced(monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "rembg", raising=False)
    found = tmp_path / "u2net.onnx"
    monkeypatch.setattr("napari_dinosar.backbones.cutout.rembg_model_path", lambda _: found)
    assert first_use.needs_rembg(Settings(fg_mode="auto"))
    assert not first_use.needs_rembg(Settings(fg_mode="thresh"))
    monkeypatch.setattr("napari_dinosar.backbones.cutout.rembg_model_path", lambda _: None)
    assert not first_use.needs_rembg(Settings(fg_mode="auto"))
    assert first_use.preparing("x", "no_such_module") == "Preparing x … (first use)"
    assert first_use.preparing("x", "sys") == "Preparing x"


def test_the_brush_may_go_on_while_the_worker_compares(viewer, drawn_pair):
    masks = tuple(viewer.add_labels(one.mask.astype(int)) for one in drawn_pair)
    request = request_for(viewer, replace(SETTINGS, fg_mode="layer"), masks)
    masks[0].data[:] = 0
    np.testing.assert_array_equal(request.masks[0] > 0, drawn_pair[0].mask)
