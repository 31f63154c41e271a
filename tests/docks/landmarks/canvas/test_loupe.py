"""The loupe shows exactly the pixels around the pointer; nothing covers what is pointed at."""

import numpy as np
import pytest
from qtpy.QtCore import QPoint, QRect, QSize, Qt
from qtpy.QtGui import QColor, QImage, QPainter
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.landmarks.canvas.ghost import Ghost
from napari_dinosar.docks.landmarks.canvas.loupe import FACTOR, SIDE_PX, Loupe, LoupeView, paint
from napari_dinosar.docks.landmarks.canvas.pointer_follower import PointerFollower, beside

HALF = SIDE_PX // 2
NOWHERE = np.empty((0, 2))


def chequered():
    rgb = np.zeros((40, 50, 3), np.uint8)
    rgb[..., 0] = np.arange(50) * 5
    rgb[..., 1] = (np.arange(40) * 6)[:, None]
    return rgb


def picture(view):
    image = QImage(SIDE_PX, SIDE_PX, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter, view)
    painter.end()
    return image


def colour(image, x, y):
    found = QColor(image.pixel(x, y))
    return found.red(), found.green(), found.blue()


@pytest.mark.parametrize("xy", [(20.0, 15.0), (20.4, 14.7), (7.5, 8.5)])
def test_each_pixel_lies_where_it_is_magnified(qapp, xy):
    rgb = chequered()
    image = picture(LoupeView(rgb, xy, NOWHERE, ()))
    for dx, dy in ((-5, -4), (6, 3), (-3, 5)):
        column, row = round(xy[0]) + dx, round(xy[1]) + dy
        x = HALF + (column - xy[0]) * FACTOR
        y = HALF + (row - xy[1]) * FACTOR
        assert colour(image, int(x), int(y)) == tuple(rgb[row, column])


def test_the_pixel_that_is_pointed_at_is_not_covered(qapp):
    rgb = chequered()
    image = picture(LoupeView(rgb, (20.0, 15.0), NOWHERE, ()))
    assert colour(image, HALF, HALF) == tuple(rgb[15, 20])


def test_beyond_the_photo_it_is_grey(qapp):
    image = picture(LoupeView(chequered(), (0.0, 0.0), NOWHERE, ()))
    assert colour(image, 30, 30) == (0x76, 0x76, 0x76)
    far = picture(LoupeView(chequered(), (-500.0, 3.0), NOWHERE, ()))
    assert colour(far, 30, 30) == (0x76, 0x76, 0x76)


def test_landmarks_nearby_are_rings(qapp):
    points = np.array([[24.0, 15.0]])
    image = picture(LoupeView(np.zeros((40, 50, 3), np.uint8), (20.0, 15.0), points, ("#E69F00",)))
    ring = [colour(image, HALF + 4 * FACTOR, HALF + dy) for dy in range(4, 9)]
    assert (0xE6, 0x9F, 0x00) in ring


AREA = QRect(100, 100, 800, 600)


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("x", [101, 400, 898])
@pytest.mark.parametrize("y", [101, 400, 698])
def test_a_label_is_beside_the_pointer_and_inside_the_canvas(x, y, up):
    size = QSize(SIDE_PX, SIDE_PX)
    label = QRect(beside(QPoint(x, y), size, AREA, up), size)
    assert AREA.contains(label)
    assert not label.adjusted(-5, -5, 5, 5).contains(QPoint(x, y))


@pytest.mark.parametrize("window", [Ghost, Loupe])
def test_the_windows_take_neither_mouse_nor_focus(qtbot, window):
    label = window()
    qtbot.addWidget(label)
    flags = label.windowFlags()
    assert flags & Qt.WindowType.FramelessWindowHint
    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    assert flags & Qt.WindowType.WindowTransparentForInput
    assert label.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert label.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def test_names_are_no_markup(qtbot):
    ghost = Ghost()
    qtbot.addWidget(ghost)
    ghost.say("3 <b>eye</b>", "#E69F00")
    assert "&lt;b&gt;" in ghost.text()
    ghost.say("", "")
    assert ghost.text() == ""


def test_nothing_follows_a_pointer_that_is_elsewhere(qtbot):
    canvas = QWidget()
    qtbot.addWidget(canvas)
    follower = PointerFollower(canvas)
    follower.show(canvas, "3 eye", "", None)
    qtbot.wait(30)
    assert not follower.ghost.isVisible()
    assert not follower.loupe.isVisible()
