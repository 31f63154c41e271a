"""What is chosen fits together: settings that it leaves without effect are grey."""

import pytest
from napari.components import ViewerModel

from napari_dinosar import Settings
from napari_dinosar.docks.inputs import GRID_SETTINGS, NETWORK_SETTINGS, Inputs


@pytest.fixture
def inputs(qtbot):
    inputs = Inputs(ViewerModel())
    qtbot.addWidget(inputs)
    inputs.form.advanced.button.click()
    return inputs


def grey(inputs, names):
    return [not inputs.form.findChild(object, name).isEnabled() for name in names]


def test_a_saved_consensus_brings_its_grid(inputs, tmp_path):
    assert not any(grey(inputs, GRID_SETTINGS))
    inputs.consensus.choose(tmp_path / "mean.npz")
    assert all(grey(inputs, GRID_SETTINGS))
    assert "saved consensus" in inputs.form.findChild(object, "tps_cell_size").toolTip()
    inputs.consensus.choose(None)
    assert not any(grey(inputs, GRID_SETTINGS))


def test_the_built_in_descriptor_has_no_attention(inputs, tmp_path):
    assert all(grey(inputs, NETWORK_SETTINGS))
    inputs.backbone.choose_checkpoint(tmp_path / "mine.pth")
    assert not any(grey(inputs, NETWORK_SETTINGS))
    assert inputs.backbone.computing.isEnabled()
    inputs.backbone.choose_built_in()
    assert all(grey(inputs, NETWORK_SETTINGS))
    assert not inputs.backbone.computing.isEnabled()


def test_without_cells_no_consensus_is_asked_for(inputs):
    inputs.form.set_value("matching_mode", "similarity")
    assert not inputs.consensus.isEnabled()
    inputs.form.set_value("matching_mode", "both")
    assert inputs.consensus.isEnabled()


def test_a_checkpoint_of_a_run_is_chosen_by_its_file(inputs, tmp_path):
    inputs.backbone.choose("of_mine", str(tmp_path / "mine.pth"))
    assert inputs.backbone.backbone() == tmp_path / "mine.pth"
    inputs.backbone.choose("unheard_of")
    assert inputs.backbone.backbone() == "daisy"
    assert "is not known here" in inputs.backbone.banner.label.text()
    inputs.form.set_settings(Settings())
