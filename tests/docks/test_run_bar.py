"""The foot of the dock says how far the work has come without holding the window up."""

from qtpy.QtCore import QEvent, QObject

from napari_dinosar.docks.run_bar import RunBar


class Paints(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, _target, event):  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_progress_is_drawn_with_the_rest_of_the_window(qtbot):
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.set_busy(True)
    bar.show_progress("Encoding", 1, 100)
    qtbot.wait(50)
    paints = Paints()
    bar.progress.installEventFilter(paints)
    bar.show_progress("Encoding", 60, 100)
    assert paints.count == 0
    qtbot.waitUntil(lambda: paints.count > 0)
    assert bar.progress.value() == 60
