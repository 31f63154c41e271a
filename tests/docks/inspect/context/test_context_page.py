"""The page Context: the noise floor is measured, told, shown beside the numbers, and let go."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel

from drawn import NAMES, draw
from findings_made import made
from napari_dinosar import DinosarError, Landmarks, Settings, compare, load_backbone, showing
from napari_dinosar.docks.inspect.context import noise_keeping, noise_measuring
from napari_dinosar.docks.inspect.context.colouring import CellColours
from napari_dinosar.docks.inspect.context.context_page import ContextPage
from napari_dinosar.docks.inspect.context.context_words import header, number, statistic
from napari_dinosar.docks.inspect.context.noise_measuring import time_left
from napari_dinosar.inspection import baselines
from napari_dinosar.inspection.baselines_context import Column, context, context_of_run
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.jitter import Jitter
from napari_dinosar.inspection.noise import noise_floor
from napari_dinosar.inspection.noise_files import read_noise
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.specimen import Cache
from noise_made import noise_of


@pytest.fixture(scope="module")
def comparison():
    pair = draw(1), draw(2, angle_deg=5)
    settings = Settings(fg_mode="thresh", matching_mode="tps_homology", img_size=224)
    return compare(
        pair[0].rgb, pair[1].rgb, settings, backbone=load_backbone("daisy"), cache=Cache(),
        store=None,
        landmarks=tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in pair),
    )  # fmt: skip


@pytest.fixture
def page(qtbot):
    page = ContextPage(Inspection())
    qtbot.addWidget(page)
    page.resize(345, 560)
    page.show()
    return page


def inspection_of(page):
    return page._inspection


def texts(model):
    return [
        [model.data(model.index(row, col)) for col in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def headers(model):
    from qtpy.QtCore import Qt

    across = Qt.Orientation.Horizontal
    return [model.headerData(col, across).split("\n")[0] for col in range(model.columnCount())]


def test_without_a_comparison_it_says_what_to_do(page):
    assert "Compare two specimens" in page.introduction.text()
    assert not page.measuring.isVisible()
    assert not page.table.isVisible()
    inspection_of(page).show(made(cells=False))
    assert "with landmarks" in page.introduction.text()
    assert not page.measuring.isVisible()


def test_where_no_cell_counts_nothing_is_measured(page, comparison):
    cells = comparison.findings.cells
    none = replace(cells, used=np.zeros_like(cells.used))
    inspection_of(page).show(replace(comparison.findings, cells=none), comparison)
    assert not page.measuring.measure.isEnabled()
    assert "No cell of this comparison counts" in page.measuring.status.text()


def test_measuring_gives_the_noise_floor_of_the_form(page, comparison, qtbot):
    inspection = inspection_of(page)
    inspection.show(comparison.findings, comparison)
    qtbot.waitUntil(lambda: headers(page.table.model) == ["this", "colour", "shape"])
    page.measuring.form.draws.setValue(2)
    page.measuring.form.seed.setValue(4)
    jitter = Jitter(rotation_deg=1.0, landmark_noise=0.002)
    page.measuring.form.set_jitter(jitter)
    progress = []
    page.measuring.jobs.progressed.connect(lambda *step: progress.append(step))
    with qtbot.waitSignal(page.measuring.jobs.busy_changed):
        page.measuring.measure.click()
    assert page.measuring.cancel.isVisible()
    assert not page.measuring.measure.isEnabled()
    qtbot.waitUntil(lambda: inspection.noise is not None, timeout=20_000)
    assert not page.measuring.bar.isVisible()
    expected = noise_floor(comparison, draws=2, seed=4, jitter=inspection.noise.jitter)
    assert inspection.noise.jitter.landmark_noise == pytest.approx(0.002)
    np.testing.assert_array_equal(inspection.noise.dissimilarity, expected.dissimilarity)
    assert [done for _, done, _ in progress] == list(range(progress[0][2]))
    assert f"{expected.share_of_noise:.0%}" in page.found.text()
    assert "lower bound" in page.found.text()
    assert "4 copies" in page.warnings.text()
    assert headers(page.table.model) == ["this", "noise", "noise", "colour", "shape"]
    shown = context(comparison, expected)
    mean = [number(one.values["homology.dissimilarity.mean"]) for one in shown.columns]
    assert mean in texts(page.table.model)


@pytest.fixture
def anew(comparison):
    """Return the comparison as if nobody had compared its colours yet."""
    return replace(comparison)


@pytest.fixture
def held(monkeypatch):
    """Hold the comparing of colours until it is let go; note of whom and in which thread it is."""
    go_on, asked = threading.Event(), []

    def compared(comparison):
        asked.append((comparison, threading.current_thread() is threading.main_thread()))
        assert go_on.wait(10)
        return kept(comparison)

    kept = baselines._compared_colours
    monkeypatch.setattr(baselines, "_compared_colours", compared)
    yield SimpleNamespace(go_on=go_on.set, asked=asked)
    go_on.set()


def test_colours_are_compared_away_from_the_window_and_the_page_says_so(page, anew, held, qtbot):
    inspection = inspection_of(page)
    inspection.show(anew.findings, anew)
    assert headers(page.table.model) == ["this"]
    assert "being compared" in page.missing.text()
    assert page.missing.isVisible()
    page.colouring.setCurrentIndex(page.colouring.findData("colour"))
    page.colouring.activated.emit(page.colouring.currentIndex())
    assert inspection.colouring.value == "dissimilarity"
    held.go_on()
    qtbot.waitUntil(lambda: inspection.colouring.value == "colour")
    assert headers(page.table.model) == ["this", "colour", "shape"]
    assert not page.missing.isVisible()
    assert held.asked == [(anew, False)]


def test_colours_are_compared_once_whoever_else_asks_meanwhile(page, anew, held, qtbot):
    inspection_of(page).show(anew.findings, anew)
    qtbot.waitUntil(lambda: len(held.asked) == 1)
    found = []
    other = threading.Thread(target=lambda: found.append(baselines.colour_baseline(anew)))
    other.start()
    qtbot.wait(20)
    held.go_on()
    other.join(10)
    assert held.asked == [(anew, False)]
    assert found[0] is baselines.colour_baseline(anew)


def test_of_two_comparisons_the_colours_of_the_last_are_shown(page, anew, held, qtbot):
    inspection, last, told = inspection_of(page), replace(anew), []
    page.colours.ready.connect(lambda: told.append(inspection.comparison))
    inspection.show(anew.findings, anew)
    qtbot.waitUntil(lambda: len(held.asked) == 1)
    inspection.show(last.findings, last)
    held.go_on()
    qtbot.waitUntil(lambda: told == [last])
    assert held.asked == [(anew, False), (last, False)]
    assert headers(page.table.model) == ["this", "colour", "shape"]


@pytest.fixture
def broken(monkeypatch):
    """Let the comparing of colours go wrong until it is mended; say how often it was tried."""
    state = SimpleNamespace(is_mended=False, n_tried=0)

    def compared(comparison):
        state.n_tried += 1
        if not state.is_mended:
            raise DinosarError("No memory is left.")
        return kept(comparison)

    kept = baselines._compared_colours
    monkeypatch.setattr(baselines, "_compared_colours", compared)
    return state


def test_colours_that_cannot_be_compared_are_told_and_asked_for_again(page, anew, broken, qtbot):
    inspection = inspection_of(page)
    inspection.show(anew.findings, anew)
    page.colouring.choose("colour")
    qtbot.waitUntil(page.again.isVisible)
    assert "could not be compared: No memory is left." in page.missing.text()
    assert page.colouring.currentData() == "dissimilarity"
    inspection.judge(None)
    qtbot.wait(20)
    assert broken.n_tried == 1, "whoever draws the page anew does not ask again"
    broken.is_mended = True
    page.again.click()
    assert "being compared" in page.missing.text()
    qtbot.waitUntil(lambda: headers(page.table.model) == ["this", "colour", "shape"])
    assert not page.again.isVisible()
    assert not page.missing.isVisible()


def test_whoever_wants_cells_in_their_colours_has_them_compared_again(page, anew, broken, qtbot):
    inspection, last, told = inspection_of(page), replace(anew), []
    inspection.told.connect(told.append)
    inspection.colouring.choose("colour")
    inspection.show(anew.findings, anew)
    qtbot.waitUntil(lambda: inspection.colouring.value == "dissimilarity")
    assert told[-1].endswith("could not be compared: No memory is left.")
    broken.is_mended = True
    page.colouring.setCurrentIndex(page.colouring.findData("colour"))
    page.colouring.activated.emit(page.colouring.currentIndex())
    qtbot.waitUntil(lambda: inspection.colouring.value == "colour")
    broken.is_mended = False
    inspection.show(last.findings, last)
    assert "being compared" in page.missing.text()
    qtbot.waitUntil(page.again.isVisible)
    inspection.show(anew.findings, anew)
    assert not page.again.isVisible()


def test_a_value_that_is_chosen_meanwhile_stays(page, anew, held, qtbot):
    inspection = inspection_of(page)
    inspection.show(anew.findings, anew)
    page.colouring.choose("colour")
    page.colouring.choose("coverage")
    with qtbot.waitSignal(page.colours.ready):
        held.go_on()
    assert inspection.colouring.value == "coverage"


def test_colours_that_are_waited_for_are_chosen_until_they_cannot_come(page, anew, held, qtbot):
    inspection, last = inspection_of(page), replace(anew)
    inspection.show(anew.findings, anew)
    page.colouring.choose("colour")
    inspection.judge(None)
    assert page.colouring.currentData() == "colour"
    inspection.show(anew.findings)  # as opened from a folder
    assert page.colouring.currentData() == "dissimilarity"
    inspection.show(last.findings, last)
    with qtbot.waitSignal(page.colours.ready):
        held.go_on()
    assert inspection.colouring.value == "dissimilarity", "nobody waits for them any more"


def test_cells_of_another_comparison_wait_for_their_colours(page, anew, held, qtbot):
    inspection, viewer = inspection_of(page), ViewerModel()
    for spec in comparison_specs(anew.findings, np.eye(3), np.eye(3)):
        showing.show(viewer, spec)
    cell_map = showing.find(viewer, "cell_map", None)
    colours = CellColours(viewer, inspection)
    inspection.colouring.choose("colour")
    inspection.show(anew.findings, anew)
    assert (inspection.colouring.value, cell_map.name) == ("colour", "Cell dissimilarity")
    held.go_on()
    qtbot.waitUntil(lambda: cell_map.name == "Cell colour difference")
    difference = baselines.colour_baseline(anew).difference
    np.testing.assert_array_equal(cell_map.data, difference.astype(np.float32))
    assert colours.parent() is None


def test_what_is_measured_goes_into_the_folder_of_the_run(page, comparison, qtbot, tmp_path):
    inspection = inspection_of(page)
    run = comparison.save(tmp_path / "run")
    inspection.show(comparison.findings, comparison)
    inspection.move_to(run)
    page.measuring.form.draws.setValue(1)
    page.measuring.measure.click()
    qtbot.waitUntil(lambda: inspection.noise is not None, timeout=20_000)
    again = read_noise(run, comparison.findings)
    np.testing.assert_array_equal(again.dissimilarity, inspection.noise.dissimilarity)
    inspection.move_to(tmp_path / "gone")
    page.measuring.measure.click()
    qtbot.waitUntil(page.measuring.error.isVisible, timeout=20_000)
    assert "gone" in page.measuring.error.label.text().replace("\u200b", "")


def test_cancel_leaves_everything_as_it_was(page, comparison, qtbot):
    inspection = inspection_of(page)
    inspection.show(comparison.findings, comparison)
    page.measuring.form.draws.setValue(500)
    page.measuring.measure.click()
    with qtbot.waitSignal(page.measuring.jobs.cancelled, timeout=20_000):
        page.measuring.cancel.click()
    assert inspection.noise is None
    assert page.measuring.measure.isEnabled()
    assert "Cancelled" in page.measuring.status.text()


def test_another_comparison_ends_what_is_measured(page, comparison, qtbot):
    inspection = inspection_of(page)
    inspection.show(comparison.findings, comparison)
    page.measuring.form.draws.setValue(500)
    page.measuring.measure.click()
    with qtbot.waitSignal(page.measuring.jobs.cancelled, timeout=20_000):
        inspection.show(made())
    assert inspection.noise is None
    assert not page.measuring.measure.isEnabled()
    assert "run the comparison again" in page.measuring.status.text()


def test_a_run_that_was_opened_shows_what_its_folder_knows(page):
    inspection, findings = inspection_of(page), made()
    inspection.show(findings, noise=noise_of(findings))
    assert not page.measuring.measure.isEnabled()
    assert page.found.isVisible()
    assert page.hatched.isChecked()
    assert headers(page.table.model) == ["this", "noise", "noise"]
    assert page.missing.isVisible()
    groups = [page.table.group.itemText(row) for row in range(page.table.group.count())]
    assert groups[0] == "Homologous cells and landmarks"
    assert len(groups) == 1 + 3 * len(findings.summary["scores"])
    page.table.group.setCurrentIndex(1)
    page.table.group.activated.emit(1)
    forward = findings.summary["scores"]["foreground"]["a_to_b"]
    assert number(forward["mean"]) in [row[0] for row in texts(page.table.model)]
    inspection.judge(None)
    assert page.table.group.currentIndex() == 1
    assert not page.found.isVisible()


def test_a_failure_is_told_where_it_happened(page, comparison, qtbot, monkeypatch):
    def fails(*_):
        yield "Drawing", 0, 1
        raise DinosarError("The disk is full.")

    monkeypatch.setattr(noise_measuring, "measured", fails)
    inspection_of(page).show(comparison.findings, comparison)
    with qtbot.waitSignal(page.measuring.jobs.failed, timeout=10_000):
        page.measuring.measure.click()
    assert page.measuring.error.isVisible()
    assert inspection_of(page).noise is None


def test_a_floor_that_the_disk_refuses_is_written_once_it_can_be(
    page, comparison, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(noise_keeping, "PAUSE_MS", 30)
    inspection, found = inspection_of(page), noise_of(comparison.findings)
    run = comparison.save(tmp_path / "run")
    away = run.rename(tmp_path / "away")
    inspection.show(comparison.findings, comparison, folder=run)
    inspection.judge(found)
    page.measuring.keeping.write()
    assert page.measuring.error.isVisible()
    assert "not in the folder of the run yet" in page.measuring.error.label.text()
    qtbot.wait(80)
    assert page.measuring.error.isVisible()
    away.rename(run)
    qtbot.waitUntil(lambda: not page.measuring.error.isVisible())
    np.testing.assert_array_equal(
        read_noise(run, comparison.findings).dissimilarity, found.dissimilarity
    )


@pytest.mark.parametrize("to", ["another comparison", "another folder"])
def test_a_floor_that_is_shown_no_more_is_not_written_later(
    page, comparison, qtbot, tmp_path, monkeypatch, to
):
    monkeypatch.setattr(noise_keeping, "PAUSE_MS", 30)
    inspection = inspection_of(page)
    inspection.show(comparison.findings, comparison, folder=tmp_path / "run")
    inspection.judge(noise_of(comparison.findings))
    page.measuring.keeping.write()
    assert page.measuring.error.isVisible()
    if to == "another folder":
        inspection.move_to(tmp_path)
    else:
        inspection.show(made())
    assert not page.measuring.error.isVisible()
    qtbot.wait(80)
    assert not page.measuring.error.isVisible()


def test_a_floor_that_is_that_of_other_landmarks_is_said_to_be_gone(page):
    inspection, findings = inspection_of(page), made()
    inspection.show(findings, noise=noise_of(findings))
    inspection.show(replace(findings))
    assert "Measure it again" in page.found.text()
    assert page.found.isVisible()
    assert not page.hatched.isVisible()
    inspection.judge(noise_of(findings))
    assert "Measure it again" not in page.found.text()
    record = {**findings.a.record, "sha256": "0" * 64}
    inspection.show(replace(findings, a=replace(findings.a, record=record)))
    assert not page.found.isVisible()


def test_numbers_above_noise_are_bold_and_counts_never(page):
    from qtpy.QtCore import Qt

    inspection, findings = inspection_of(page), made()
    inspection.show(findings, noise=noise_of(findings))
    model = page.table.model
    quiet = dict(model.context.column("noise_p95").values)
    quiet = {name: None if value is None else value - 1e-3 for name, value in quiet.items()}
    own = context_of_run(findings)
    model.show(own.beside(Column("noise_p95", "1 - cosine", "Quiet.", quiet)))
    bold = {
        model.headerData(row, Qt.Orientation.Vertical): model.data(
            model.index(row, 0), Qt.ItemDataRole.FontRole
        )
        is not None
        for row in range(model.rowCount())
    }
    assert bold["mean"]
    assert not bold["n"]


def test_further_columns_stand_beside_and_can_be_scrolled_to(page):
    inspection, findings = inspection_of(page), made()
    inspection.show(findings, noise=noise_of(findings))
    more = [Column(f"{n} pairs of one species", "1 - cosine", "Mean.", {}) for n in range(4)]
    page.table.show_context(page.table.model.context.beside(*more))
    view = page.table.view
    assert view.model().columnCount() == 7
    assert view.horizontalHeader().length() > view.viewport().width()
    assert texts(page.table.model)[0][-1] == "–"


def test_the_table_goes_out_with_all_digits(page, tmp_path, monkeypatch):
    from qtpy.QtGui import QGuiApplication

    from napari_dinosar.docks import dialogs

    inspection, findings = inspection_of(page), made()
    inspection.show(findings, noise=noise_of(findings))
    page.table.copy.click()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0] == ["statistic", *(f"{n} (1 - cosine)" for n in ("comparison", "noise",
                                                                     "noise_p95"))]  # fmt: skip
    values = {line[0]: line[1] for line in lines[1:]}
    mean = findings.summary["homology"]["dissimilarity"]["mean"]
    assert float(values["homology.dissimilarity.mean"]) == mean
    path = tmp_path / "context.csv"
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: path)
    page.table.write.click()
    pd.testing.assert_frame_equal(
        pd.read_csv(path),
        context_of_run(findings, inspection.noise).table(),
        check_dtype=False,
    )


def test_a_table_that_cannot_be_written_is_told(page, tmp_path, monkeypatch):
    from napari_dinosar.docks import dialogs

    inspection, said = inspection_of(page), []
    inspection.told.connect(said.append)
    inspection.show(made())
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: tmp_path / "nowhere" / "context.csv")
    page.table.write.click()
    assert "context.csv" in said[0]


def test_what_cells_cannot_be_coloured_by_says_why(page):
    from qtpy.QtCore import Qt

    inspection, findings = inspection_of(page), made()
    inspection.show(findings)
    choice = page.colouring
    row = choice.findData("noise_ratio")
    assert not choice.model().item(row).isEnabled()
    assert "measured" in choice.itemData(row, Qt.ItemDataRole.ToolTipRole)
    inspection.judge(noise_of(findings))
    assert choice.model().item(row).isEnabled()
    choice.setCurrentIndex(row)
    choice.activated.emit(row)
    assert inspection.colouring.value == "noise_ratio"
    inspection.colouring.choose("coverage")
    assert choice.currentData() == "coverage"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (119, "119"), (117.0, "117"), (0.12345, "0.123"), (0.0016, "0.0016"),
     (21.53, "21.5"), (1.493, "1.49"), (2.4e-5, "2e−5"), (-0.25, "−0.250"), (0.0, "0"),
     (-3.0, "−3"), (-2.4e-5, "−2e−5"), (3e7 + 0.5, "3e7")],
)  # fmt: skip
def test_numbers_fit_into_narrow_columns(value, text):
    assert number(value) == text


def test_words_of_the_table():
    assert [statistic(name) for name in ("p95", "mean", "share_above_0_3")] == [
        "P95", "mean", "> 0.3",
    ]  # fmt: skip
    assert header(Column("noise", "1 - cosine", "", {})) == "noise\nmean\n1 − cos"
    assert header(Column("12 pairs", "1 - cosine", "", {})) == "12 pairs\n\n1 − cos"


def test_the_time_left_is_told_once_it_is_known():
    assert time_left(10.0, 2, 100) == ""
    assert time_left(10.0, 5, 20) == "about 30 s left"
    assert time_left(100.0, 5, 35) == "about 10 min left"
    assert time_left(10.0, 20, 20) == ""
