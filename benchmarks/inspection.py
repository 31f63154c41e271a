"""How quickly a comparison appears, is recoloured, selected, flagged, hatched, probed and panned.

The synthetic pair, enlarged to 20 megapixels, is compared by the built-in descriptor with about
2,000 cells and 1,000 matches, the dock Inspect open. Times are those of the handlers on the GUI
thread, of its own processor time and by the clock in brackets; what the window then does until it
has painted stands beside them, and what is left to later turns of the event loop.

    python benchmarks/inspection.py [--times N] [--frames N]

It needs a screen (or Xvfb), and figures for a record a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import napari
import numpy as np
from qtpy.QtCore import QItemSelection, QItemSelectionModel
from qtpy.QtWidgets import QApplication

from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks.finding import opened
from napari_dinosar.docks.presenter import Presenter
from napari_dinosar.inspection.jitter import Jitter
from napari_dinosar.inspection.noise_result import NoiseFloor
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
    img_size=2400,  # a match takes nine patches of A: fewer patches hold no thousand
    demo_mutual=False,
    demo_ratio=1.0,
    demo_topn=1000,
)
PROBED_PX = (512, 1024)
QWIDGETSIZE_MAX = 16_777_215
ROUNDS = 5
CANVAS_XY = (640, 480)
"""Pixels of the canvas while it is panned: docks that come meanwhile take nothing of it."""

Times = list[tuple[float, float]]
"""Milliseconds of the GUI thread's processor time, and by the clock."""


def wait(until: Callable[[], bool], most_s: float = TIMEOUT_S) -> None:
    end = time.perf_counter() + most_s
    while not until() and time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.0005)


def settle(seconds: float = 0.05) -> None:
    wait(lambda: False, seconds)


def timed(action: Callable[[], Any]) -> tuple[float, float]:
    begin, own = time.perf_counter(), time.thread_time()
    action()
    return (time.thread_time() - own) * 1000, (time.perf_counter() - begin) * 1000


def report(name: str, times: Times) -> None:
    if times:
        (own, clock), (own_95, clock_95) = np.percentile(times, [50, 95], axis=0)
        total = np.sum(times, axis=0)
        print(
            f"  {name:44s} n {len(times):3d}  median {own:6.1f} ({clock:6.1f})"
            f"  95 % {own_95:6.1f} ({clock_95:6.1f})  sum {total[0]:6.0f} ({total[1]:6.0f})",
            flush=True,
        )


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
    """Run a comparison; return the times of each step of its showing, and of its painting."""
    found: dict[str, Times] = {"seen": [], "hidden": [], "painting": []}
    step, ended = Presenter._show_next, []

    def show_next() -> None:
        kind = "hidden" if dock.presenter._steps[0][0].startswith("Preparing") else "seen"
        found[kind].append(timed(lambda: step(dock.presenter)))
        dock.presenter._timer.stop()  # or the next step would come within this one's painting
        found["painting"].append(timed(QApplication.processEvents))
        if dock.presenter._steps:
            dock.presenter._timer.start()

    dock.presenter._timer.timeout.disconnect()
    dock.presenter._timer.timeout.connect(show_next)
    dock.compared.connect(ended.append)
    dock.failed.connect(ended.append)
    dock.run()
    wait(lambda: bool(ended))
    settle(2.0)
    return found


def measured(
    name: str,
    do: Callable[[int], Any],
    times: int,
    keeper: Any = None,
    prepare: Callable[[], Any] = lambda: None,
) -> None:
    """Do something again and again, and print what its handlers, later turns and painting take.

    Parameters
    ----------
    name : str
        What it is.
    do : callable
        Does it for the k-th time.
    times : int
        How often.
    keeper : optional
        What draws the rest in later turns of the event loop: it has a ``_timer``, ``_go_on`` and
        ``is_busy``, or ``_turns`` that have.
    prepare : callable, optional
        What is done before each time, and not measured.
    """
    found: dict[str, Times] = {"": [], ", later turns": [], ", painting": []}
    turns = getattr(keeper, "_turns", keeper)
    for k in range(times):
        prepare()
        wait(lambda: not getattr(keeper, "is_busy", False))
        settle()
        found[""].append(timed(lambda k=k: do(k)))
        while turns is not None and turns.is_busy:
            turns._timer.stop()
            found[", later turns"].append(timed(turns._go_on))
        found[", painting"].append(timed(QApplication.processEvents))
        settle()
    for part, taken in found.items():
        report(name + part, taken)


def selection_of(view: Any, rows: Iterable[int]) -> QItemSelection:
    """Return rows of a list as Qt tells of them, which is no part of what is timed."""
    model, chosen = view.model(), QItemSelection()
    for row in rows:
        chosen.select(model.index(row, 0), model.index(row, model.columnCount() - 1))
    return chosen


def selections(dock: Any, times: int) -> None:
    cells, matches, keeper = dock.inspection.cells, dock.inspection.matches, dock.layers.selection
    n_cells, n_matches = len(cells.facts), len(matches.order)
    order = np.random.default_rng(0).permuted(np.tile(np.arange(n_cells), (times, 1)), axis=1)
    dock.show_page("cell")
    cells.select(range(10))
    matches.select(range(10))
    wait(lambda: not keeper.is_busy)
    measured("walk to the next cell", cells.walk_to, times, keeper)
    measured("200 scattered cells", lambda k: cells.select(order[k, :200]), times, keeper)
    measured("1,000 scattered cells", lambda k: cells.select(order[k, :1000]), times, keeper)
    dock.show_page("match")
    measured("the next match", matches.select, times, keeper)
    measured("all matches", lambda k: matches.select(range(n_matches - k)), times, keeper)


def colours(dock: Any, times: int) -> None:
    names = ("coverage", "dissimilarity")
    for name in names:  # what a colour is made of is computed once
        dock.inspection.colouring.choose(name)
        settle(0.3)
    choose = dock.inspection.colouring.choose
    measured("recolour", lambda k: choose(names[k % 2]), times, dock.layers.colours)


def flags(dock: Any, times: int) -> None:
    inspection, keeper = dock.inspection, dock.layers.flags
    across = inspection.cells.facts.cells.shape[1]
    places = [divmod(int(cell), across) for cell in inspection.cells.facts.order]
    inspection.cells.select()
    inspection.matches.select()
    dock.show_page("flags")
    settle(0.5)
    flag = inspection.flags.flag_cells
    measured("the first flag", lambda _: flag(places[:1], "pin"), 1, keeper)
    measured("flag one more cell", lambda k: flag([places[k + 1]], "pin"), times, keeper)
    measured("flag all cells", lambda _: flag(places, "leg"), 4, keeper, inspection.flags.clear)
    measured("another reason for all", lambda k: flag(places, ("pin", "leg")[k % 2]), 4, keeper)
    view, outlines = dock.flags_page.list, dock.layers.selection
    rows = [selection_of(view, range(k, 1000 + k, 2)) for k in range(2)]
    select, only = view.selectionModel().select, QItemSelectionModel.SelectionFlag.ClearAndSelect
    measured(
        "500 rows in the list of all cells", lambda k: select(rows[k % 2], only), times, outlines
    )
    cells = inspection.cells
    order = np.random.default_rng(0).permuted(np.tile(cells.order, (times, 1)), axis=1)
    measured(
        "1,000 scattered cells, all in the list",
        lambda k: cells.select(order[k, :1000]),
        times,
        outlines,
    )
    inspection.flags.clear()
    inspection.cells.select()
    wait(lambda: not keeper.is_busy)
    settle(0.5)


def hatchings(dock: Any, times: int) -> None:
    inspection, keeper = dock.inspection, dock.layers.noise
    dock.show_page("context")
    settle(0.5)
    floors = [floor_at_random(inspection.findings, seed) for seed in range(times)]
    measured("hatch half of the cells", lambda k: inspection.judge(floors[k]), times, keeper)
    inspection.judge(None)
    settle(0.5)


def floor_at_random(findings: Any, seed: int) -> NoiseFloor:
    """Return a noise floor under which half of the cells lie, here and there."""
    compared, rng = findings.cells.dissimilarity, np.random.default_rng(seed)
    factors = np.where(rng.random(compared.shape) < 0.5, 1.1, 0.9)
    values = np.tile(compared * factors, (2, 10, 1, 1))
    return NoiseFloor(10, seed, Jitter(), values, compared, (findings.summary,) * 20)


def probes(dock: Any, times: int, name: str) -> None:
    probing, keeper = dock.inspection.probing, dock.layers.probe
    dock.show_page("probe")
    settle(0.5)
    wait(lambda: not keeper.is_busy)  # layers that are made ahead of need
    side = probing.probe.side("a")
    patches = np.argwhere(side.specimen.side.valid).astype(float)
    chosen = np.random.default_rng(1).choice(patches, times + 1)
    places = [side.xy(*patch) for patch in chosen]
    measured(f"{name}, the first probe", lambda _: probing.point("a", places[-1]), 1, keeper)
    measured(f"{name}, a probe", lambda k: probing.point("a", places[k]), times, keeper)
    probing.clear()
    settle(0.5)


def released(viewer: Any, dock: Any, inspection: Any, times: int) -> None:
    """Let a moved landmark go; print how long it takes until numbers and cells are new."""
    live, marks = dock.live, find(viewer, "landmarks", "a")
    viewer.layers.selection.active = marks
    found: dict[str, Times] = {"numbers are": [], "cells are": [], "all is": []}
    told: list[str] = []
    inspection.shown.connect(lambda: told.append("numbers are"))
    live.rebuilt.connect(lambda _: told.append("cells are"))
    for k in range(times):
        told.clear()
        data = np.array(marks.data)
        data[0] += 12.0 * (-1) ** k
        begin, own = time.perf_counter(), time.thread_time()
        marks.data = data
        live._look()
        for part, taken in found.items():
            wait(lambda part=part: part in told or not live.rebuild.is_busy)
            taken.append(((time.thread_time() - own) * 1000, (time.perf_counter() - begin) * 1000))
        settle(1.0)
    for part, taken in found.items():
        report(f"a landmark released, until {part} new", taken)


def panned(viewer: Any, frames: int) -> dict[str, Times]:
    """Move the camera step by step; return what moving it takes, and drawing the frame."""
    canvas, middle = viewer.window._qt_viewer.canvas, np.array(viewer.scene.camera.center)
    canvas.native.setFixedSize(*CANVAS_XY)
    settle()
    found: dict[str, Times] = {"camera": [], "drawing": []}
    for k in range(frames + 3):
        place = tuple(middle + np.array((0, 0, 40 * ((k + 1) % 10)))[-len(middle) :])
        move = timed(lambda place=place: setattr(viewer.scene.camera, "center", place))
        draw = timed(canvas.native.grabFramebuffer)
        if k >= 3:  # what was hidden or shown before is uploaded with the first frames
            found["camera"].append(move)
            found["drawing"].append(draw)
    viewer.scene.camera.center = tuple(middle)
    canvas.native.setMinimumSize(0, 0)
    canvas.native.setMaximumSize(QWIDGETSIZE_MAX, QWIDGETSIZE_MAX)
    return found


def pans(viewer: Any, dock: Any, frames: int, before: dict[str, Times]) -> None:
    """Print what a frame takes, with all outlines, with the comparison, and with the photos.

    They take turns, so that what else the machine does meets all alike; the frames from before
    there was a comparison, with photos and landmarks in the viewer alone, cannot.
    """
    inspection, keeper = dock.inspection, dock.layers.selection
    inspection.cells.select(range(0, len(inspection.cells.facts), 2))
    inspection.matches.select(range(len(inspection.matches.order)))
    wait(lambda: not keeper.is_busy)
    settle(0.5)
    shown = [one for one in viewer.layers if role_of(one) in RESULT_ROLES and one.visible]
    outlines = [one for one in shown if role_of(one) in ("selected", "selected_match")]
    without = {
        "a frame with a thousand outlines and matches": [],
        "a frame with the comparison": outlines,
        "a frame of the photos, all else hidden": shown,
    }
    print(f"  seen: {', '.join(one.name for one in shown)}")
    found: dict[str, dict[str, Times]] = {name: {} for name in without}
    for _ in range(ROUNDS):
        for name, layers in without.items():
            for layer in layers:
                layer.visible = False
            for part, taken in panned(viewer, frames // ROUNDS).items():
                found[name].setdefault(part, []).extend(taken)
            for layer in layers:
                layer.visible = True
    found["a frame of the photos, before there was more"] = before
    *_, hidden, bare = found.values()
    for name, parts in found.items():
        for part, taken in parts.items():
            report(f"{name}, {part}", taken)
        for word, base in (("hidden", hidden), ("not there", bare)):
            ratios = (np.median(parts[part], axis=0) / np.median(base[part], axis=0)
                      for part in ("camera", "drawing"))  # fmt: skip
            (camera, _), (drawing, _) = ratios
            print(f"    by the photos with all else {word}: {camera:.2f}, drawing {drawing:.2f}")
    inspection.cells.select()
    inspection.matches.select()
    wait(lambda: not keeper.is_busy)


def main() -> None:
    os.environ["DINOSAR_CACHE"] = "off"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=20, help="of each kind")
    parser.add_argument("--frames", type=int, default=40, help="of a pan")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # what was flagged before is not wanted
        os.environ["DINOSAR_CACHE_DIR"] = os.environ["XDG_DATA_HOME"] = folder
        run(given.times, given.frames)


def run(times: int, frames: int) -> None:
    viewer = napari.Viewer()
    viewer.window._qt_window.showMaximized()
    compare = opened(viewer, "dinosarCompare")
    viewer.open_sample("napari-dinosar", "synthetic_pair")
    for side in "ab":
        enlarged(viewer, side)
    compare.form.set_settings(SETTINGS)
    settle(2.0)
    before = panned(viewer, frames)
    for name in ("first show", "shown again"):
        for kind, taken in compared(compare).items():
            report(f"{name}, {kind}", taken)
    dock = opened(viewer, "dinosarInspect")
    settle(2.0)
    inspection = dock.inspection
    print(f"{len(inspection.cells.facts)} cells, {len(inspection.matches.order)} matches; ms")
    selections(dock, times)
    colours(dock, times)
    flags(dock, times)
    hatchings(dock, min(times, 5))
    pans(viewer, dock, frames, before)
    for img_size in PROBED_PX:
        compare.form.set_settings(replace(SETTINGS, img_size=img_size))
        compared(compare)
        probes(dock, times, f"{img_size} px")
    released(viewer, compare, inspection, min(times, 5))
    viewer.close()


if __name__ == "__main__":
    main()
