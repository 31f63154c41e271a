"""The device and the encodings on disk are chosen beside the backbone and reach the comparison."""

import sys
from types import SimpleNamespace

import pytest
from napari.components import ViewerModel

from napari_dinosar.docks.computing import ComputeChoice, accelerators
from napari_dinosar.docks.inputs import Inputs


@pytest.fixture
def choice(qtbot):
    choice = ComputeChoice()
    qtbot.addWidget(choice)
    return choice


def offered(choice):
    return [choice.device.itemData(index) for index in range(choice.device.count())]


def test_at_first_the_device_is_left_to_the_program(choice):
    assert choice.chosen_device() == "auto"
    assert offered(choice) == ["auto", "cpu"]
    assert choice.keeps_encodings()


def test_accelerators_are_offered_when_they_are_known(choice):
    choice.device.setCurrentIndex(1)
    choice.offer(("cuda:0", "mps"))
    assert offered(choice) == ["auto", "cuda:0", "mps", "cpu"]
    assert choice.chosen_device() == "cpu"
    choice.device.setCurrentIndex(1)
    choice.offer(())
    assert choice.chosen_device() == "cuda:0"


def test_accelerators_are_asked_of_a_torch_that_is_loaded_already(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert accelerators() == ()
    assert "torch" not in sys.modules
    torch = SimpleNamespace(
        cuda=SimpleNamespace(device_count=lambda: 2),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: True)),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert accelerators() == ("cuda:0", "cuda:1", "mps")


@pytest.mark.parametrize("value", ["off", "0"])
def test_the_environment_turns_the_encodings_on_disk_off(qtbot, monkeypatch, value):
    monkeypatch.setenv("DINOSAR_CACHE", value)
    choice = ComputeChoice()
    qtbot.addWidget(choice)
    assert not choice.keeps_encodings()
    assert not choice.keep.isEnabled()
    assert "DINOSAR_CACHE" in choice.keep.toolTip()


def test_where_no_network_runs_it_says_that_it_has_no_effect(choice):
    choice.serve(is_network=False)
    assert not choice.device.isEnabled()
    assert "no effect" in choice.keep.toolTip()
    choice.serve(is_network=True)
    assert choice.device.isEnabled()
    assert "cache folder" in choice.keep.toolTip()


def test_what_is_chosen_reaches_the_request(qtbot, drawn_pair, fill):
    viewer = ViewerModel()
    inputs = Inputs(viewer)
    qtbot.addWidget(inputs)
    fill(viewer, drawn_pair)
    inputs.take(None)
    inputs.backbone.computing.offer(("cuda:0",))
    inputs.backbone.computing.device.setCurrentIndex(1)
    inputs.backbone.computing.keep.setChecked(False)
    means = inputs.request().means
    assert means.device == "cuda:0"
    assert not means.keeps_encodings
    assert means.consensus is None
