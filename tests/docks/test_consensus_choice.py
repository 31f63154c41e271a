"""The consensus is the pair's own, or a file's, and reaches the comparison."""

import numpy as np
import pytest
from napari.components import ViewerModel

from findings_made import made
from napari_dinosar import Settings
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.answer import answer
from napari_dinosar.docks.backbone_shelf import BackboneShelf
from napari_dinosar.docks.consensus_choice import FILE, OF_PAIR, ConsensusChoice
from napari_dinosar.docks.exporting import saved_consensus
from napari_dinosar.docks.request import Means, gather
from napari_dinosar.io.consensus_files import write_consensus


@pytest.fixture
def choice(qtbot):
    choice = ConsensusChoice()
    qtbot.addWidget(choice)
    return choice


def pick(choice, text):
    index = choice.combo.findText(text)
    choice.combo.setCurrentIndex(index)
    choice.combo.activated.emit(index)


def test_at_first_it_is_the_pairs_own(choice):
    assert choice.path() is None
    assert choice.combo.currentText() == OF_PAIR


def test_a_file_is_chosen_and_let_go_of(choice, monkeypatch, tmp_path):
    path = tmp_path / "mean.npz"
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: path)
    pick(choice, FILE)
    assert choice.path() == path
    assert choice.combo.currentText().endswith("mean.npz")
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: None)
    pick(choice, FILE)
    assert choice.path() == path
    assert choice.combo.currentText().endswith("mean.npz")
    pick(choice, OF_PAIR)
    assert choice.path() is None
    choice.choose(path)
    choice.choose(path)
    assert choice.combo.count() == 4


def test_a_saved_consensus_carries_the_cells_of_another_pair(drawn_pair, fill, patchwork, tmp_path):
    def findings_with(consensus):
        viewer = ViewerModel()
        fill(viewer, drawn_pair)
        layers = viewer.layers
        request = gather(
            (layers["A: a.png"], layers["B: b.png"]),
            (layers["A landmarks"], layers["B landmarks"]),
            (None, None),
            Settings(fg_mode="thresh", img_size=256, border_patches=1, tps_cell_size=24),
            Means("patchwork", keeps_encodings=False, consensus=consensus),
        )
        steps = answer(request, BackboneShelf())
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value.findings

    own = findings_with(None)
    saved = saved_consensus(made())
    path = write_consensus(tmp_path / "mean.npz", saved)
    # the names of the made findings are those of the drawn ones, less the last
    other = findings_with(path)
    assert own.record["inputs"]["consensus"] is None
    assert other.record["inputs"]["consensus"]["path"] == str(path)
    assert other.cells.shape == made().cells.shape != own.cells.shape
    np.testing.assert_allclose(other.cells.consensus_unit_xy, saved.unit_xy)
