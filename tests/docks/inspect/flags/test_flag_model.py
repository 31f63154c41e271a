"""Rows of flags: Qt is told of each that comes, goes, or says something else, and of no more."""

from qtpy.QtCore import Qt

from napari_dinosar.docks.inspect.flags.flag_list import FlagList
from napari_dinosar.docks.inspect.flags.flag_model import HEADERS, FlagModel

CELLS = [(0, 3), (1, 2), (2, 2), (2, 3)]


def told(model, role=Qt.ItemDataRole.DisplayRole):
    """Return all that a model says, row by row."""
    columns = range(model.columnCount())
    return [
        [model.data(model.index(row, column), role) for column in columns]
        for row in range(model.rowCount())
    ]


def test_each_flag_is_a_row_that_says_what_it_is_now(inspection):
    model, flags = FlagModel(), inspection.flags
    changes = []
    model.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row())))
    for step in (
        lambda: flags.flag_cells(CELLS, "leg", "hind", author="K", date="2024-05-01"),
        lambda: flags.flag_cells(CELLS[:2], "pin"),
        lambda: flags.add_region("b", [(1, 1), (9, 1), (9, 9)], "glare"),
        lambda: flags.unflag_cells(CELLS[1:]),
    ):
        step()
        model.show_sheet(flags.sheet)
        count = len(flags.sheet.cells) + len(flags.sheet.regions)
        assert model.rowCount() == count
        assert changes.pop() == (0, count - 1)
    assert told(model) == [["cell 0, 3", "pin", "", ""], ["region in B", "glare", "", ""]]
    assert told(model, Qt.ItemDataRole.ToolTipRole)[1][2] == "What: region in B\nReason: glare"
    across = Qt.Orientation.Horizontal
    assert [model.headerData(k, across) for k in range(model.columnCount())] == list(HEADERS)
    flags.clear()
    model.show_sheet(flags.sheet)
    assert model.rowCount() == 0


def test_rows_that_go_are_selected_no_more_and_none_can_be_written_into(inspection, qtbot):
    view = FlagList(inspection)
    qtbot.addWidget(view)
    inspection.flags.flag_cells(CELLS, "leg")
    view.selectAll()
    assert view.rows == [0, 1, 2, 3]
    inspection.cells.select([3])
    assert view.rows == [0]
    inspection.flags.unflag_cells(CELLS[:2])
    assert view.rows == []
    inspection.flags.clear()
    assert view.rows == []
    assert view.editTriggers() == FlagList.EditTrigger.NoEditTriggers
