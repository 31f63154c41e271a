"""How long a comparison takes to appear, a selection to be outlined, and what panning costs.

The synthetic pair, enlarged to 20 megapixels, is compared by the built-in descriptor with about
2,000 cells and 1,000 matches. Times are those of the handlers on the GUI thread, by the clock and
of its own processor time; what napari paints afterwards stands beside them.

    python benchmarks/inspection.py [--selections N] [--frames N]

It needs a screen (or Xvfb).
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import napari
import numpy as np
from qtpy.QtWidgets import QApplication

from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks.inspect.canvas.selection_layers import SelectionLayers
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.inspect.opening import InspectOpening
from napari_dinosar.docks.presenter import Presenter
from napari_dinosar.layers import RESULT_ROLES, landmarks_from_layer, role_of
from napari_dinosar.settings import Settings
from napari_dinosar.showing import find, show_landmarks, show_photo

TIMEOUT_S = 300.0
SIZE_XY = (5472, 3648)
SETTINGS = Settings(
    fg_mode="thresh",
    matching_mode="both",
    tps_rows=32,
    tps_cols=62,
    img_size=1024,
    demo_mutual=False,
    demo_ratio=1.0,
    demo_topn=1000,
)

Times = list[tuple[float, float, float]]


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


def enlarged(viewer: Any, side: str) -> None:
    """Show a photo of the pair, and its landmarks, at 20 megapixels."""
    photo, marks = (find(viewer, role, side) for role in ("photo", "landmarks"))
    rgb, found = np.asarray(photo.data), landmarks_from_layer(marks)
    rows, cols = (
        np.linspace(0, n - 1, m).round().astype(int)
        for n, m in zip(rgb.shape[:2], SIZE_XY[::-1], strict=True)
    )
    factor = (np.array(SIZE_XY) - 1) / (np.array(rgb.shape[1::-1]) - 1)
    large = photo_from_array(rgb[rows][:, cols], photo.name)
    larger = Landmarks.from_points(
        found.xy * factor, names=found.labels, visibility=found.visibility, file_name=large.name
    )
    show_landmarks(viewer, larger, side, show_photo(viewer, large, side))


def compared(dock: Any) -> dict[str, Times]:
    """Run a comparison; return the times of each step of its showing."""
    found: dict[str, Times] = {"seen": [], "hidden": []}
    step, ended = Presenter._show_next, []

    def show_next(presenter: Presenter) -> None:
        kind = "hidden" if presenter._steps[0][0].startswith("Preparing") else "seen"
        times = timed(lambda: step(presenter))
        found[kind].append((*times, timed(QApplication.processEvents)[0]))

    dock.presenter._timer.timeout.disconnect()
    dock.presenter._timer.timeout.connect(lambda: show_next(dock.presenter))
    dock.compared.connect(ended.append)
    dock.failed.connect(ended.append)
    dock.run()
    wait(lambda: bool(ended))
    wait(lambda: False, 2.0)
    return found


def selected(keeper: SelectionLayers, choose: Callable[[int], Any], count: int) -> dict[str, Times]:
    """Select again and again; return the times of the handler, and of its later turns."""
    found: dict[str, Times] = {"handler": [], "later turns": []}
    for k in range(count):
        found["handler"].append((*timed(lambda k=k: choose(k)), 0.0))
        while keeper.is_busy:
            keeper._timer.stop()
            found["later turns"].append((*timed(keeper._go_on), 0.0))
        clock, own, _ = found["handler"][-1]
        found["handler"][-1] = (clock, own, timed(QApplication.processEvents)[0])
        wait(lambda: False, 0.05)
    return found


def panned(viewer: Any, frames: int) -> Times:
    """Move the camera step by step and return how long each is drawn."""
    canvas, middle = viewer.window._qt_viewer.canvas, np.array(viewer.scene.camera.center)
    found = []
    for k in range(frames):
        viewer.scene.camera.center = tuple(middle + np.array((0, 0, 40 * (k % 10)))[-len(middle) :])
        clock, own = timed(canvas.native.grabFramebuffer)
        found.append((clock, own, 0.0))
    viewer.scene.camera.center = tuple(middle)
    return found


def report(name: str, times: Times) -> None:
    if times:
        clock, own, paint = np.array(times).T
        print(
            f"  {name:28s} n {len(clock):3d}  clock {np.median(clock):7.1f} "
            f"(95 % {np.percentile(clock, 95):7.1f})  own {np.median(own):7.1f} "
            f"(95 % {np.percentile(own, 95):7.1f})  sum {sum(clock):7.0f} / {sum(own):6.0f}"
            f"  painting {np.median(paint):6.1f}"
        )


def main() -> None:
    os.environ["DINOSAR_CACHE"] = "off"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--selections", type=int, default=20, help="of each kind")
    parser.add_argument("--frames", type=int, default=20, help="of a pan")
    given = parser.parse_args()

    InspectOpening.offer = lambda opening: None  # the dock would listen to selections as well
    viewer = napari.Viewer()
    viewer.window._qt_window.showMaximized()
    _, dock = viewer.window.add_plugin_dock_widget("napari-dinosar", "Compare specimens")
    viewer.open_sample("napari-dinosar", "synthetic_pair")
    for side in "ab":
        enlarged(viewer, side)
    dock.form.set_settings(SETTINGS)
    for name in ("first show", "shown again"):
        for kind, times in compared(dock).items():
            report(f"{name}, {kind}", times)
    inspection = inspection_of(viewer)
    n_cells, n_matches = len(inspection.cells.facts), len(inspection.matches.order)
    print(f"{n_cells} cells, {n_matches} matches; ms")

    keeper, rng = SelectionLayers(viewer, inspection, dock), np.random.default_rng(0)
    inspection.cells.select(range(10))
    wait(lambda: not keeper.is_busy)
    walks: dict[str, Callable[[int], Any]] = {
        "walk": lambda k: inspection.cells.walk_to(k),
        "200 scattered cells": lambda k: inspection.cells.select(rng.permutation(n_cells)[:200]),
        "1,000 scattered cells": lambda k: inspection.cells.select(rng.permutation(n_cells)[:1000]),
        "next match": lambda k: inspection.matches.select(k),
        "all matches": lambda k: inspection.matches.select(range(n_matches - k)),
    }
    for name, choose in walks.items():
        for kind, times in selected(keeper, choose, given.selections).items():
            report(f"{name}, {kind}", times)

    results = [layer for layer in viewer.layers if role_of(layer) in RESULT_ROLES]
    panned(viewer, 5)
    with_all = panned(viewer, given.frames)
    for layer in results:
        layer.visible = False
    panned(viewer, 5)
    bare = panned(viewer, given.frames)
    report("a frame with what is shown", with_all)
    report("a frame of the bare photos", bare)
    ratio = np.median([row[0] for row in with_all]) / np.median([row[0] for row in bare])
    print(f"  ratio {ratio:.2f}")
    viewer.close()


if __name__ == "__main__":
    main()
