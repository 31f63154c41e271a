"""The Export menu writes run folders, figures, a picture of the pair and its consensus."""

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialogButtonBox, QWidget

from napari_dinosar import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.exporting import Exporting
from napari_dinosar.docks.figure_dialog import FigureDialog, Figures, words
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.run_bar import RunBar
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.io.consensus_files import read_consensus
from napari_dinosar.io.flag_files import read_flags
from napari_dinosar.io.run_reading import read_run

LEGEND = "flagged, left out by hand (1)"
"""Stands in the figure of the cells where one is flagged."""


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def exporting(window, findings):
    bar = RunBar(window)
    exporting = Exporting(Jobs(window), window, bar, lambda: findings)
    bar.set_exportable(True, has_cells=True)
    return exporting


def written(exporting, qtbot):
    qtbot.waitUntil(lambda: not exporting._jobs.busy, timeout=60_000)
    return exporting._bar.status.text().replace("\u200b", "")


def test_a_run_folder_of_its_own_with_the_figures_that_are_wanted(
    exporting, qtbot, tmp_path, monkeypatch, findings
):
    offered = []

    def choose(_window, _title, names, more, switch):
        offered.extend([names, more, switch])
        return Figures(("cell_map",), ("svg",), 72, "Photos: A. Person")

    monkeypatch.setattr(dialogs, "figures", choose)
    monkeypatch.setattr(dialogs, "folder_to_write", lambda *_: tmp_path)
    exporting._bar.run_folder.trigger()
    assert "Wrote" in written(exporting, qtbot)
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("dinosar_A_one_vs_B")
    assert read_run(folder).created == findings.created
    assert [path.name for path in (folder / "figures").iterdir()] == ["cell_map.svg"]
    assert "A. Person" in (folder / "figures" / "cell_map.svg").read_text()
    names, more, switch = offered
    assert "pair" in names
    assert "attention_heads_a_layer9" in more
    assert switch


def test_without_figures_the_run_has_no_folder_for_them(exporting, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(dialogs, "figures", lambda *_: Figures((), ("png",), 300, ""))
    monkeypatch.setattr(dialogs, "folder_to_write", lambda *_: tmp_path)
    exporting._bar.run_folder.trigger()
    written(exporting, qtbot)
    assert not (next(tmp_path.iterdir()) / "figures").exists()


def test_figures_into_a_folder_but_not_over_others(exporting, qtbot, tmp_path, monkeypatch):
    wanted = Figures(("cell_histogram", "cell_map"), ("png", "svg"), 50, "")
    monkeypatch.setattr(dialogs, "figures", lambda *_: wanted)
    monkeypatch.setattr(dialogs, "folder_to_write", lambda *_: tmp_path)
    stages = []
    exporting._jobs.progressed.connect(lambda *step: stages.append(step))
    exporting._bar.figures.trigger()
    written(exporting, qtbot)
    names = {"cell_histogram.png", "cell_histogram.svg", "cell_map.png", "cell_map.svg"}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert ("Drew cell_histogram.svg", 2, 4) in stages
    with qtbot.waitSignal(exporting._jobs.failed) as caught:
        exporting._bar.figures.trigger()
    assert isinstance(caught.args[0], DinosarError)


@pytest.mark.parametrize(("name", "begin"), [("pair.svg", b"<?xml"), ("pair.png", b"\x89PNG")])
def test_the_pair_as_a_picture_with_words_below(
    exporting, qtbot, tmp_path, monkeypatch, name, begin
):
    monkeypatch.setattr(dialogs, "words", lambda *_: "CC BY 4.0 A. Person")
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: tmp_path / name)
    exporting._bar.picture.trigger()
    assert name in written(exporting, qtbot)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(begin)
    assert name.endswith("png") or b"CC BY 4.0 A. Person" in content


def test_the_consensus_is_that_of_the_cells(exporting, qtbot, tmp_path, monkeypatch, findings):
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: tmp_path / "mean.npz")
    exporting._bar.consensus.trigger()
    written(exporting, qtbot)
    saved = read_consensus(tmp_path / "mean.npz")
    assert saved.names == findings.cells.names
    np.testing.assert_allclose(saved.unit_xy, findings.cells.consensus_unit_xy)
    size = np.linalg.norm(findings.cells.consensus_px_xy)
    np.testing.assert_allclose(saved.grid.nodes_xy * size, findings.cells.nodes_xy)


def test_without_cells_no_consensus_is_offered(exporting):
    exporting._bar.set_exportable(True, has_cells=False)
    assert not exporting._bar.consensus.isEnabled()
    assert exporting._bar.run_folder.isEnabled()


def test_a_closed_dialog_writes_nothing(exporting, monkeypatch):
    for name in ("figures", "words", "file_to_write", "folder_to_write"):
        monkeypatch.setattr(dialogs, name, lambda *_: None)
    bar = exporting._bar
    for action in (bar.run_folder, bar.figures, bar.picture, bar.consensus):
        action.trigger()
        assert not exporting._jobs.busy


@pytest.fixture
def dialog(window):
    return FigureDialog("Export", ["pair", "cell_map"], ["attention_heads_a_layer9"], "Too", window)


def tick(dialog, row, is_ticked):
    state = Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
    dialog.list.item(row).setCheckState(state)


def test_the_dialog_gives_what_is_ticked(dialog):
    assert dialog.figures() == Figures(("pair", "cell_map"), ("png", "svg"), 300, "")
    tick(dialog, 0, False)
    tick(dialog, 2, True)
    dialog.formats["png"].setChecked(False)
    dialog.dpi.setValue(600)
    dialog.caption.setText(" CC0 ")
    names = ("cell_map", "attention_heads_a_layer9")
    assert dialog.figures() == Figures(names, ("svg",), 600, "CC0")
    dialog.switch.setChecked(False)
    assert dialog.figures().names == ()


def test_the_dialog_lets_nothing_empty_be_written(dialog):
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert button.isEnabled()
    for row in range(2):
        tick(dialog, row, False)
    assert not button.isEnabled()
    dialog.switch.setChecked(False)
    assert button.isEnabled()
    assert not dialog.list.isEnabled()


def test_figures_have_names_that_can_be_read():
    assert words("attention_heads_a_layer9") == "Attention heads of A, layer 9"
    assert words("tps_grids") == "TPS grids"
    assert words("histogram_topk_mean") == "Histogram topk mean"


def test_flags_go_into_the_run_folder_and_on_living_there(
    window, qtbot, tmp_path, monkeypatch, findings
):
    inspection = Inspection()
    inspection.show(findings)
    inspection.flags.flag_cells([(1, 2)], "pin")
    bar = RunBar(window)
    exporting = Exporting(Jobs(window), window, bar, lambda: findings, inspection)
    wanted = Figures(("cell_grid",), ("svg",), 72, "")
    monkeypatch.setattr(dialogs, "figures", lambda *_: wanted)
    runs, figures = tmp_path / "runs", tmp_path / "figures"
    runs.mkdir()
    figures.mkdir()
    monkeypatch.setattr(dialogs, "folder_to_write", lambda *_: runs)
    exporting.write_run()
    assert "Wrote" in written(exporting, qtbot)
    (folder,) = runs.iterdir()
    assert read_flags(folder, findings) == inspection.flags.sheet
    assert inspection.folder == folder
    assert LEGEND in (folder / "figures" / "cell_grid.svg").read_text()
    monkeypatch.setattr(dialogs, "folder_to_write", lambda *_: figures)
    exporting.write_figures()
    assert "Wrote" in written(exporting, qtbot)
    assert LEGEND in (figures / "cell_grid.svg").read_text()
