"""The tables show, sort, filter and copy; what is selected in them is selected everywhere."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QEvent, QPoint, Qt
from qtpy.QtGui import QFont, QFontMetrics, QGuiApplication, QKeyEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QStyleOptionViewItem

from findings_made import made
from napari_dinosar import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.inspect.tables.table_columns import column_of, columns_of
from napari_dinosar.docks.inspect.tables.table_fitting import PADDING_PX, fitting
from napari_dinosar.docks.inspect.tables.table_model import TableModel, ordered
from napari_dinosar.docks.inspect.tables.table_words import CELLS, Meaning
from napari_dinosar.docks.inspect.tables.tables_panel import TablesPanel
from napari_dinosar.docks.theme import theme_colours
from noise_made import noise_of

FIND = "napari_dinosar.docks.inspect.tables.tables_panel.find_inspect"

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(inspection, qtbot, monkeypatch):
    viewer = ViewerModel()
    monkeypatch.setattr(FIND, lambda _: None)
    panel = TablesPanel(viewer, inspection)
    qtbot.addWidget(panel)
    panel.resize(1200, 400)
    panel.show()
    return panel


@pytest.fixture
def page(panel):
    return panel.cells


def shown(page):
    """Return the cells, or matches, from the top to the bottom."""
    return page.model.rows.tolist()


def selected(page):
    places = {index.row() for index in page.view.selectionModel().selectedRows()}
    return {shown(page)[place] for place in places}


def column(page, name):
    return [one.name for one in page.model.columns].index(name)


def click(page, place, modifier=Qt.KeyboardModifier.NoModifier):
    index = page.model.index(place, column(page, "dissimilarity"))
    page.view.scrollTo(index)
    where = page.view.visualRect(index).center()
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def text(page, place, name):
    return page.model.data(page.model.index(place, column(page, name)))


@pytest.mark.parametrize("is_falling", [False, True])
def test_what_is_missing_comes_last_and_equals_stay_in_order(is_falling):
    values = np.array([2.0, np.nan, 1.0, 2.0, np.nan, 3.0])
    expected = [5, 0, 3, 2, 1, 4] if is_falling else [2, 0, 3, 5, 1, 4]
    assert ordered(values, is_falling=is_falling).tolist() == expected
    words = np.array(["b", "", "a", "b", "", "c"], dtype=object)
    assert ordered(words, is_falling=is_falling).tolist() == expected


def test_numbers_are_written_with_sensible_digits():
    table = pd.DataFrame(
        {
            "rank": pd.array([3, None], dtype="Int64"),
            "dissimilarity": [0.123456, -0.25],
            "coverage_a": [0.4375, 1.0],
            "used": [True, False],
            "under_floor": pd.array([False, None], dtype="boolean"),
            "reason": ["", "folded\tover"],
            "layer_11": [0.5, np.nan],
        }
    )
    columns = {
        one.name: one for one in columns_of(table, {"layer_std": CELLS["layer_std"], **CELLS})
    }
    assert [one.text(0) for one in columns.values()] == [
        "0.5000", "3", "0.1235", "no", "44%", "yes", "",
    ]  # fmt: skip
    assert columns["rank"].text(1) == columns["under_floor"].text(1) == "–"
    assert columns["dissimilarity"].text(1) == "−0.2500"
    assert columns["dissimilarity"].plain(0) == "0.123456"
    assert [one.plain(1) for one in columns.values()] == [
        "", "", "-0.25", "", "1.0", "FALSE", "folded over",
    ]  # fmt: skip


def test_every_column_says_what_it_means(page):
    for section, one in enumerate(page.model.columns):
        tip = page.model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert tip == one.meaning.says
        assert tip.endswith(".") or "…" in tip
        alignment = page.model.data(page.model.index(0, section), Qt.ItemDataRole.TextAlignmentRole)
        is_right = bool(alignment & Qt.AlignmentFlag.AlignRight)
        assert is_right != one.is_text


def test_at_first_the_most_dissimilar_cell_is_on_top(page, inspection):
    assert shown(page) == inspection.cells.order.tolist()
    assert text(page, 0, "rank") == "1"
    assert text(page, page.model.n_rows - 1, "rank") == "–"
    assert page.bar.count.text() == f"0 of {len(inspection.cells.facts)} selected"


def test_opened_late_it_shows_the_cell_that_is_selected_already(inspection, qtbot, monkeypatch):
    monkeypatch.setattr(FIND, lambda _: None)
    inspection.cells.walk_to(0)
    for _ in range(len(inspection.cells.order) // 2):
        inspection.cells.walk(1)
    panel = TablesPanel(ViewerModel(), inspection)
    qtbot.addWidget(panel)
    panel.resize(600, 180)
    panel.show()
    view = panel.cells.view

    def is_in_sight():
        seen = view.viewport().rect().contains(view.visualRect(view.currentIndex()))
        return view.currentIndex().row() > 0 and seen

    qtbot.waitUntil(is_in_sight, timeout=1000)


def test_a_tab_behind_makes_the_panel_no_higher(panel, page):
    before = panel.minimumSizeHint().height()
    panel.tabs.removeTab(panel.tabs.indexOf(panel.matches))
    assert panel.minimumSizeHint().height() == before


def test_a_click_on_a_header_sorts_and_keeps_what_is_selected(page, inspection):
    inspection.cells.select([3, 8])
    header = page.view.horizontalHeader()
    section = column(page, "coverage_a")
    middle = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    where = QPoint(middle, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    values = inspection.findings.cells.coverage_a.ravel()[shown(page)]
    steps = np.diff(values)
    assert (steps >= 0).all() or (steps <= 0).all()
    title = page.model.headerData(section, Qt.Orientation.Horizontal)
    assert title == ("▴ Cover A" if (steps >= 0).all() else "▾ Cover A")
    before = shown(page)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert shown(page) != before
    assert selected(page) == {3, 8}
    assert inspection.cells.rows == (3, 8)


def test_rows_are_selected_by_mouse_and_keys(page, inspection):
    order = shown(page)
    click(page, 2)
    assert (inspection.cells.rows, inspection.cells.current) == ((order[2],), order[2])
    click(page, 5, SHIFT)
    assert set(inspection.cells.rows) == set(order[2:6])
    assert inspection.cells.current == order[5]
    click(page, 3, CONTROL)
    assert set(inspection.cells.rows) == {order[2], order[4], order[5]}
    click(page, 0)
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert inspection.cells.rows == (order[1],)
    QTest.keyClick(page.view, Qt.Key.Key_Down, SHIFT)
    assert set(inspection.cells.rows) == {order[1], order[2]}
    QTest.keyClick(page.view, Qt.Key.Key_A, CONTROL)
    assert len(inspection.cells) == len(order)


def test_what_is_selected_elsewhere_is_followed_without_an_echo(page, inspection):
    told = []
    inspection.cells.changed.connect(lambda rows, current: told.append((rows, current)))
    last = int(inspection.cells.order[-1])
    inspection.cells.select([last, 4, 5, 6], current=last)
    assert selected(page) == {last, 4, 5, 6}
    assert told == [((last, 4, 5, 6), last)]
    place = shown(page).index(last)
    assert page.view.currentIndex().row() == place
    box = page.view.visualRect(page.model.index(place, column(page, "row")))
    assert page.view.viewport().rect().contains(box.center())
    inspection.cells.select()
    assert selected(page) == set()
    assert len(told) == 2


def test_the_current_row_is_in_bold(page, inspection):
    inspection.cells.select([4, 7], current=4)
    delegate = page.view.itemDelegate()
    for cell, is_bold in ((4, True), (7, False), (4, True), (9, False)):
        option = QStyleOptionViewItem()
        delegate.initStyleOption(option, page.model.index(shown(page).index(cell), 0))
        assert option.font.bold() == is_bold


def test_what_changed_out_of_sight_is_caught_up_with(panel, inspection):
    panel.tabs.setCurrentWidget(panel.matches)
    inspection.cells.select([9])
    inspection.flags.flag_cells([(0, 0)], "pin")
    assert selected(panel.cells) == set()
    panel.tabs.setCurrentWidget(panel.cells)
    assert selected(panel.cells) == {9}
    place = shown(panel.cells).index(0)
    assert text(panel.cells, place, "flag") == "pin"


def test_quick_filters_and_words_go_together(page, inspection, findings):
    page.bar.quick["Used"].click()
    used = findings.cells.used.ravel()
    assert set(shown(page)) == set(np.flatnonzero(used))
    page.bar.search.setText("dissimilarity > 0.5")
    is_wanted = used & (findings.cells.dissimilarity.ravel() > 0.5)
    assert set(shown(page)) == set(np.flatnonzero(is_wanted))
    hidden = int(np.flatnonzero(~used)[0])
    inspection.cells.select([hidden])
    n_shown = is_wanted.sum()
    assert page.bar.count.text() == (f"{n_shown} of {used.size} shown, 1 selected (1 not shown)")
    page.bar.search.setText("size > 0.5")
    assert page.bar.count.text().startswith("'size' is no column")
    assert len(shown(page)) == n_shown


def test_flags_are_listed_and_filtered_at_once(page, inspection, findings):
    row, col = np.argwhere(findings.cells.used)[3]
    page.bar.quick["Flagged"].click()
    assert shown(page) == []
    inspection.flags.flag_cells([(row, col)], "leg", "hind leg")
    assert shown(page) == [row * findings.cells.shape[1] + col]
    assert (text(page, 0, "flag"), text(page, 0, "note")) == ("leg", "hind leg")
    inspection.flags.undo()
    assert shown(page) == []


def test_where_no_row_is_left_it_is_said_and_the_filter_can_be_cleared(panel, page, inspection):
    no_hits, n_cells = page.no_hits, len(inspection.cells.facts)
    assert not no_hits.isVisible()
    page.bar.quick["Flagged"].click()
    assert no_hits.isVisible()
    assert no_hits.words.text() == f"None of the {n_cells} cells passes this filter."
    inspection.flags.flag_cells([(0, 0)], "leg")
    assert not no_hits.isVisible()
    page.bar.search.setText("antenna")
    assert no_hits.isVisible()
    panel.resize(900, 500)
    assert no_hits.geometry() == page.view.viewport().geometry()
    QTest.mouseClick(no_hits.clear, Qt.MouseButton.LeftButton)
    assert (page.bar.search.text(), page.bar.quick["Flagged"].isChecked()) == ("", False)
    assert len(shown(page)) == n_cells
    assert not no_hits.isVisible()
    page.bar.search.setText("antenna")
    inspection.show(None)
    assert not no_hits.isVisible()


def test_above_the_floor_can_be_asked_for_once_it_is_known(page, inspection, findings):
    button = page.bar.quick["AboveFloor"]
    assert not button.isEnabled()
    assert "not measured yet" in button.toolTip()
    inspection.judge(noise_of(findings))
    assert button.isEnabled()
    assert "lower bound" in button.toolTip()
    button.click()
    noise = inspection.noise
    assert set(shown(page)) == set(np.flatnonzero(noise.is_known & ~noise.is_noise))


def test_matches_are_listed_best_first_and_selected_likewise(panel, inspection, findings):
    panel.tabs.setCurrentWidget(panel.matches)
    page, matches = panel.matches, findings.tables["matches"]
    assert shown(page) == list(range(len(matches)))
    click(page, 3)
    assert inspection.matches.rows == (3,)
    assert inspection.cells.rows == ()
    page.bar.quick["Mutual"].click()
    assert shown(page) == np.flatnonzero(matches["mutual"]).tolist()
    page.bar.quick["Verified"].click()
    both = matches["mutual"] & matches["inlier"].fillna(False)
    assert shown(page) == np.flatnonzero(both).tolist()


def test_a_table_without_rows_says_what_the_run_lacks(panel, inspection):
    panel.matches.show()
    inspection.show(made(matches=False))
    panel.matches.refresh()
    assert panel.matches.empty.text() == inspection.matches.obstacle
    assert "compare patches as well" in panel.matches.empty.text()


def test_another_run_takes_the_place_of_the_first(page, inspection):
    inspection.cells.select([3])
    inspection.show(made(layer_std=False))
    assert selected(page) == {3}
    assert "layer_std" not in [one.name for one in page.model.columns]
    inspection.show(made(cells=False))
    assert page.model.n_rows == 0
    assert page.empty.isVisible()
    assert not page.view.isVisible()
    inspection.show(None)
    assert page.empty.isVisible()
    inspection.show(made())
    assert page.view.isVisible()
    assert shown(page) == inspection.cells.order.tolist()


def test_as_many_columns_are_shown_as_fit(page, panel, qtbot):
    def names():
        return [
            one.name
            for number, one in enumerate(page.model.columns)
            if not page.view.isColumnHidden(number)
        ]

    wide = names()
    panel.resize(345, 560)
    qtbot.waitUntil(lambda: page.view.viewport().width() < 345)
    narrow = names()
    assert {"dissimilarity", "row", "col"} <= set(narrow) < set(wide)
    assert page.view.horizontalHeader().length() <= page.view.viewport().width()
    page.view.show_column("in_hull", True)
    page.view.show_column("row", False)
    assert {"in_hull", "row"} & set(names()) == {"in_hull"}
    actions = {action.text(): action for action in page.view.column_menu().actions()}
    assert actions["In hull"].isChecked()
    actions["As many as there is room for"].trigger()
    assert names() == narrow


def test_a_column_has_room_for_the_current_row_which_is_in_bold(page, inspection):
    note = "minimum " * 3
    inspection.flags.flag_cells([(0, 0)], "leg", note)
    page.view.measure()
    bold = QFont(page.view.font())
    bold.setBold(True)
    metrics = QFontMetrics(bold)
    needed = metrics.horizontalAdvance(note) + PADDING_PX
    assert needed > page.view.fontMetrics().horizontalAdvance(note) + PADDING_PX
    page.view.show_column("note", True)
    assert page.view.columnWidth(column(page, "note")) >= needed


def test_columns_without_content_do_not_take_room():
    nothing = column_of("note", [""], Meaning("Note", "A note.", "text", 0))
    number = column_of("rank", [1], Meaning("Rank", "A rank.", 0, 5))
    assert fitting((nothing, number), (50, 60), {}, 500) == {"rank": 78}
    assert set(fitting((nothing, number), (50, 60), {"note": True}, 90)) == {"note"}


def test_control_c_copies_what_is_selected_with_names(page, inspection):
    order = shown(page)
    inspection.cells.select([order[4], order[1]])
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, Qt.Key.Key_C, CONTROL, "c")
        event.ignore()
        QGuiApplication.sendEvent(page.view, event)
        assert event.isAccepted()
    head, *lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 2
    cells = [line.split("\t")[head.split("\t").index("cell")] for line in lines]
    assert cells == [str(order[1]), str(order[4])]


def test_keys_of_looking_closer_work_beside_those_of_the_table(page, inspection, monkeypatch):
    told, done = [], []
    inspection.told.connect(told.append)
    inspection.cells.select([2, 3])
    QTest.keyClick(page.view, Qt.Key.Key_F)
    assert told == ["That key belongs to the dock Inspect: open it first."]
    dock = SimpleNamespace(actions={"flag_cell": lambda: done.append("flag")})
    monkeypatch.setattr(FIND, lambda _: dock)
    QTest.keyClick(page.view, Qt.Key.Key_F)
    assert done == ["flag"]
    QTest.keyClick(page.bar.search, Qt.Key.Key_F)
    assert page.bar.search.text() == "f"
    page.bar.search.clear()
    QTest.keyClick(page.view, Qt.Key.Key_Escape)
    assert inspection.cells.rows == ()


def test_the_rows_that_are_shown_are_saved_whole(page, inspection, tmp_path, monkeypatch):
    path = tmp_path / "cells.csv"
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: path)
    told = []
    inspection.told.connect(told.append)
    page.bar.quick["Used"].click()
    page.bar.save.click()
    saved = pd.read_csv(path)
    assert saved["cell"].tolist() == shown(page)
    assert "note" in saved
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: tmp_path / "none" / "cells.csv")
    page.bar.save.click()
    assert told[0] == f"Wrote {path}"
    assert "was not written" in told[1]
    inspection.show(None)
    with pytest.raises(DinosarError, match="with landmarks"):
        page.save(path)


def test_the_model_refuses_what_it_does_not_have(qtbot):
    model = TableModel()
    model.sort(3)
    assert (model.n_rows, model.rowCount(), model.sorted_by) == (0, 0, None)
    assert model.headerData(0, Qt.Orientation.Horizontal) is None


def test_unused_cells_are_quiet_in_either_theme(panel, page):
    last = page.model.index(page.model.n_rows - 1, 0)
    for theme in ("light", "dark"):
        panel._viewer.theme = theme
        ink = page.model.data(last, Qt.ItemDataRole.ForegroundRole)
        assert ink.name() == theme_colours(panel._viewer).muted
    assert page.model.data(page.model.index(0, 0), Qt.ItemDataRole.ForegroundRole) is None
