"""How quickly the wire grid follows a dragged landmark, and how soon the cells are found again.

The synthetic pair is compared by the built-in descriptor, with cells of the usual size and with
about 2,000. A landmark of B is then moved step by step as a tool moves it. Each step is timed from
the event to the end of the dock's handler, and what napari paints afterwards beside it; a release
is timed to the numbers in the panel.

    python benchmarks/live_grid.py [--moves N] [--releases N]

It needs a screen (or Xvfb).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import napari
import numpy as np
from qtpy.QtWidgets import QApplication

from napari_dinosar.docks import live_grid
from napari_dinosar.docks.compare_dock import CompareDock
from napari_dinosar.docks.live_pace import Pace
from napari_dinosar.settings import Settings
from napari_dinosar.showing import find

TIMEOUT_S = 60.0
SETTLE_S = 0.4


def wait(until: Callable[[], bool], most_s: float = TIMEOUT_S) -> None:
    end = time.perf_counter() + most_s
    while not until() and time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.0005)


def timed(action: Callable[[], Any]) -> tuple[float, float]:
    """Return milliseconds by the clock, and of the GUI thread's own processor time."""
    begin, own = time.perf_counter(), time.thread_time()
    action()
    return (time.perf_counter() - begin) * 1000, (time.thread_time() - own) * 1000


def drag(dock: CompareDock, points: Any, moves: int) -> dict[str, list[tuple[float, float]]]:
    """Move a landmark step by step and return the times of handling and of painting."""
    found: dict[str, list[tuple[float, float]]] = {"first move": [], "move": [], "painting": []}
    follow = dock.live._follow
    live_grid.is_mouse_pressed = lambda: True
    for step in range(moves):
        data = np.array(points.data)
        data[3] += (1.0, -1.0) if step % 20 < 11 else (-1.0, 1.0)
        dock.live.pace = Pace()  # each step is followed at once: none is merged with the next
        dock.live._follow = lambda: None  # what napari does about its points is not ours
        points.data = data
        dock.live._follow = follow
        found["first move" if step == 0 else "move"].append(timed(follow))
        found["painting"].append(timed(QApplication.processEvents))
        wait(lambda: False, 0.02)
    return found


def release(dock: CompareDock) -> tuple[float, float]:
    """Let go, and return the time to the cells and their numbers."""
    rebuilt: list[Any] = []
    dock.live.rebuilt.connect(rebuilt.append)
    live_grid.is_mouse_pressed = lambda: False
    times = timed(lambda: (dock.live._look(), wait(lambda: bool(rebuilt))))
    dock.live.rebuilt.disconnect(rebuilt.append)
    wait(lambda: not dock.live.rebuild.is_busy)
    wait(lambda: False, SETTLE_S)
    return times


def report(name: str, times: list[tuple[float, float]]) -> None:
    clock, own = zip(*times, strict=True)
    middle, middle_own = statistics.median(clock), statistics.median(own)
    print(f"  {name:12s} {middle:7.1f} ({max(clock):6.1f})   {middle_own:7.1f} ({max(own):6.1f})")


def main() -> None:
    os.environ["DINOSAR_CACHE"] = "off"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=40, help="steps of a drag")
    parser.add_argument("--releases", type=int, default=5, help="how often it is let go")
    given = parser.parse_args()

    viewer = napari.Viewer()
    _, dock = viewer.window.add_plugin_dock_widget("napari-dinosar", "Compare specimens")
    viewer.open_sample("napari-dinosar", "synthetic_pair")
    for cell_size in (16, 6):
        ended: list[Any] = []
        dock.compared.connect(ended.append)
        dock.failed.connect(ended.append)
        dock.form.set_settings(Settings(fg_mode="thresh", tps_cell_size=cell_size))
        dock.run()
        wait(lambda: bool(ended))  # noqa: B023 - called here and now
        points = find(viewer, "landmarks", "b")
        viewer.layers.selection.active = points
        wait(lambda: False, 1.5)
        rows, cols = dock.findings.cells.shape
        print(f"{rows * cols} cells: clock, median (longest); own processor time; ms")
        found: dict[str, list[tuple[float, float]]] = {"release": []}
        for _ in range(given.releases):
            for name, times in drag(dock, points, given.moves).items():
                found.setdefault(name, []).extend(times)
            found["release"].append(release(dock))
        for name, times in found.items():
            report(name, times)
    viewer.close()


if __name__ == "__main__":
    main()
