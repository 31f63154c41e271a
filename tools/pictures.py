"""Take the pictures of README, tutorial and other pages from a real window: nox -s pictures.

The synthetic pair is written to a folder, its landmarks are opened, one is placed anew, the two are
compared and a cell is clicked, as docs/tutorial.md tells it; the two synthetic species are compared
and looked at as in docs/inspect.md. Every picture is a PNG of 256
colours. The window's own drawing needs a screen, which nox gives it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import napari
import numpy as np
from PIL import Image
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QCursor
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QWidget

from napari_dinosar.docks.finding import opened
from napari_dinosar.layers import frame_of, role_of, side_of
from napari_dinosar.project.store import Project
from napari_dinosar.synthetic import write_synthetic_pair

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PLUGIN = "napari-dinosar"
WINDOW_PX = (1320, 840)
PATIENCE_S = 300
DEMO_PX = (1600, 1000)
CURRENT, CALM = "M fork", "CuA fork"
"""The landmark that the tutorial places anew, and one whose name covers no other."""
PIECE_PX = (560, 340)
"""Around the landmark that is dragged."""
PROBED_XY = (372.0, 250.0)
"""On the fore wing of the first of the two species."""
NOWHERE = QPoint(30, 30)
"""A place of the canvas where nothing lies."""
PULL = QPoint(36, 30)
"""By how much of the screen."""


class Window:
    """A viewer in a window, and what a hand and a camera do to it."""

    def __init__(self, size_px: tuple[int, int] = WINDOW_PX) -> None:
        self.viewer = napari.Viewer(title="napari")
        self.viewer.window.resize(*size_px)
        self.canvas: QWidget = self.viewer.window._qt_viewer.canvas.native
        self.whole: QWidget = self.viewer.window._qt_window

    def dock(self, name: str) -> Any:
        """Open one of our docks, by the object name of what stands in it, as the menu does."""
        return opened(self.viewer, name)

    def layer(self, role: str, side: str) -> Any:
        """Return the layer of a role."""
        found = (one for one in self.viewer.layers if (role_of(one), side_of(one)) == (role, side))
        return next(found)

    def place(self, xy: Any, side: str = "a") -> QPoint:
        """Return where a place of a photo lies on the canvas."""
        world_yx = (frame_of(self.layer("photo", side)) @ [xy[1], xy[0], 1.0])[:2]
        camera = self.viewer.scene.camera
        middle = np.array([self.canvas.height(), self.canvas.width()]) / 2
        y, x = (world_yx - np.array(camera.center[-2:])) * camera.zoom + middle
        return QPoint(round(x), round(y))

    def point(self, where: QPoint) -> None:
        """Move the pointer to a place of the canvas."""
        QCursor.setPos(self.canvas.mapToGlobal(where))
        QTest.mouseMove(self.canvas, where + QPoint(3, 3))
        QTest.mouseMove(self.canvas, where)
        settle()

    def click(self, where: QPoint) -> None:
        """Click at a place of the canvas."""
        QTest.mouseMove(self.canvas, where)
        QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, pos=where)
        settle()

    def key(self, key: Any) -> None:
        """Press a key on the canvas."""
        self.canvas.setFocus()
        QTest.keyClick(self.canvas, key)
        settle()

    def picture(self, name: str, around: QPoint | None = None) -> None:
        """Save what the screen shows of the window, or of the canvas around a place."""
        settle(1.0)
        corner = self.whole.mapToGlobal(QPoint(0, 0))
        box = (corner.x(), corner.y(), self.whole.width(), self.whole.height())
        if around is not None:
            middle = self.canvas.mapToGlobal(around)
            width, height = PIECE_PX
            left = self.canvas.mapToGlobal(QPoint(0, 0)).x()
            box = (max(left, middle.x() - width // 2), middle.y() - height // 2, width, height)
        pixels = self.whole.screen().grabWindow(0, *box)
        path = IMAGES / f"{name}.png"
        pixels.save(str(path))
        with_few_colours(Image.open(path).convert("RGB")).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def settle(seconds: float = 0.3) -> None:
    """Let the window do what it has to do."""
    wait_for(lambda: False, seconds)


def wait_for(is_done: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
    """Let the window work until something is done, or the time is over; tell which."""
    end = time.monotonic() + seconds
    while not (done := is_done()) and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.01)
    return done


def with_few_colours(picture: Image.Image) -> Image.Image:
    """Return a picture of 256 colours that keeps rare ones, as the ends of a colour scale are."""
    colours, counts = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_counts=True)
    often = np.repeat(colours, np.ceil(counts**0.4).astype(int), axis=0)
    palette = Image.fromarray(often[None]).quantize(256, kmeans=3)
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def landmarks(window: Window, folder: Path) -> None:
    """Open the pair's landmarks, place one anew, and show both specimens."""
    _, _, keypoints = write_synthetic_pair(folder)
    editor = window.dock("dinosarLandmarks").editor
    settle(1)
    editor.open(Project.open(keypoints))
    first, second = (ids[0] for ids in editor.state.ids_by_photo.values())
    for specimen_id in (second, first):
        editor.go_to_specimen(specimen_id)
        settle(1)
    window.picture("tutorial_open")
    place = editor.schema.names.index(CURRENT)
    editor.go_to_landmark(place, "a")
    where = window.place(editor.point.xy)
    window.key(Qt.Key.Key_Backspace)
    window.key(Qt.Key.Key_L)
    window.point(where)
    window.picture("tutorial_place")
    window.click(where)
    window.key(Qt.Key.Key_L)
    editor.pair_with(second)
    editor.go_to_landmark(editor.schema.names.index(CALM), "a")
    settle(2)
    window.picture("tutorial_beside")


def comparison(window: Window, name: str | None = None) -> Any:
    """Compare what the window shows, take its picture where wanted, and return what was found."""
    dock = window.dock("dinosarCompare")
    found: list[Any] = []
    dock.compared.connect(found.append)
    dock.failed.connect(found.append)
    settle(1)
    dock.run()
    if not wait_for(lambda: bool(found)) or isinstance(found[0], Exception):
        raise SystemExit(f"The pair was not compared: {found or 'no answer in time'}.")
    settle(1)
    window.viewer.reset_view()
    if name is not None:
        window.picture(name)
    return found[0]


def cell(window: Window, findings: Any, name: str) -> Any:
    """Click the cell that differs most, and return the dock that shows it."""
    dock = window.dock("dinosarInspect")
    window.viewer.layers.selection.active = window.layer("cells", "b")
    cells = findings.tables["cells"]
    most = cells.loc[cells["dissimilarity"].idxmax()]
    middle = np.mean([[most[f"x{n}_b"], most[f"y{n}_b"]] for n in (1, 2, 3, 4)], axis=0)
    settle(1)
    window.click(window.place(middle, "b"))
    window.point(NOWHERE)
    window.picture(name)
    return dock


def drag(window: Window) -> None:
    """Drag a landmark of B, and take it back."""
    editor = window.dock("dinosarLandmarks").editor
    window.viewer.layers.selection.active = window.layer("landmarks", "b")
    settle()
    x, y = editor.on("b").point(editor.schema.names.index(CURRENT)).xy
    camera = window.viewer.scene.camera
    camera.zoom *= 2.4
    camera.center = (frame_of(window.layer("photo", "b")) @ [y, x, 1.0])[:2]
    settle(1)
    start = window.place((x, y), "b")
    left = Qt.MouseButton.LeftButton
    QTest.mouseMove(window.canvas, start)
    QTest.mousePress(window.canvas, left, pos=start)
    for share in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(window.canvas, start + PULL * share)
        settle()
    window.picture("tutorial_drag", around=start)
    QTest.mouseRelease(window.canvas, left, pos=start + PULL)
    settle(1)
    editor.undo()


def demo() -> None:
    """Compare the sample, as the demo does."""
    window = Window(DEMO_PX)
    window.viewer.open_sample(PLUGIN, "synthetic_pair")
    comparison(window, "demo")
    window.viewer.close()


def tutorial() -> None:
    """Go through docs/tutorial.md."""
    window = Window()
    with TemporaryDirectory() as folder:
        landmarks(window, Path(folder, "planthoppers"))
        cell(window, comparison(window, "tutorial_compared"), "tutorial_cell")
        drag(window)
        window.dock("dinosarLandmarks").editor.close(discard=True)
    window.viewer.close()


def inspection() -> None:
    """Look closer at two species, as docs/inspect.md does."""
    window = Window()
    window.viewer.open_sample(PLUGIN, "synthetic_species")
    dock = cell(window, comparison(window), "inspect_cell")
    dock.inspection.cells.select()
    dock.show_page("probe")
    settle(1)
    window.click(window.place(PROBED_XY))
    window.point(NOWHERE)
    window.picture("inspect_probe")
    dock.inspection.probing.clear()
    dock.show_page("context")
    settle(1)
    dock.context_page.measuring.start()
    if not wait_for(lambda: dock.inspection.noise is not None):
        raise SystemExit("The noise floor was not measured in time.")
    window.picture("inspect_context")
    window.viewer.close()


def main() -> None:
    """Take all pictures."""
    demo()
    tutorial()
    inspection()


if __name__ == "__main__":
    main()
