"""What keeps a dock narrow."""

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel

from napari_dinosar.docks.fold import breakable


def test_no_file_name_makes_a_label_wide(qtbot):
    label = QLabel(breakable("/home/someone/flags/c0db677e3c5a6392-7d6c4d3a00b8e222-9x26.json"))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    qtbot.addWidget(label)
    longest = QLabel("c0db677e3c5a6392-")
    qtbot.addWidget(longest)
    assert label.minimumSizeHint().width() <= 1.2 * longest.sizeHint().width()
