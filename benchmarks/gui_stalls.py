"""How long the window stands still while the Compare dock works.

A heartbeat timer beats every few milliseconds on the GUI thread; the longest gap between two beats
is a stall. Three comparisons are run in one process: the first imports and compiles what is first
used, the second and third are what a user sees from then on. Between Run and the first result
layer of the second, no gap may exceed 150 ms.

    python benchmarks/gui_stalls.py [--backbone NAME_OR_PATH] [--layers N ...]

With DINOSAR_TEST_DATA set, the planthopper photos are compared, else the synthetic pair. It needs
a screen (or Xvfb).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

import napari
from qtpy.QtCore import QObject, Qt, QTimer
from qtpy.QtWidgets import QApplication

from napari_dinosar.docks.compare_dock import CompareDock
from napari_dinosar.io.coco import read_coco
from napari_dinosar.io.photos import read_photo
from napari_dinosar.settings import Settings
from napari_dinosar.showing import show_landmarks, show_photo

BEAT_MS = 5
ALLOWED_MS = 150.0
TIMEOUT_S = 300.0


class Heartbeat(QObject):
    """Notes the longest gap between two beats, under whatever label is current.

    A gap is given as the clock saw it and as the processor time that the GUI thread itself took in
    it: on a machine that does other things as well only the second says something of the program.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms: dict[str, tuple[float, float]] = {}
        self._label = "idle"
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def label(self, label: str) -> None:
        """Count the gaps from now on under a label; the one that is open belongs to the last."""
        self._beat()
        self._label = label

    def _beat(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        gap_ms, own_ms = (now - self._last) * 1000 - BEAT_MS, (cpu - self._last_cpu) * 1000
        clock, own = self.longest_ms.get(self._label, (0.0, 0.0))
        self.longest_ms[self._label] = max(gap_ms, clock), max(own_ms, own)
        self._last, self._last_cpu = now, cpu


def measure(dock: CompareDock) -> dict[str, tuple[float, float]]:
    """Run one comparison and return the longest stall of each stage, in milliseconds."""
    heart = Heartbeat()
    ended: list[Any] = []
    dock.jobs.progressed.connect(lambda stage, *_: heart.label(f"work: {stage}"))
    dock.presenter.stepped.connect(lambda stage, *_: heart.label(f"show: {stage}"))
    dock.compared.connect(ended.append)
    dock.failed.connect(ended.append)
    heart.label("work: pressing Run")
    dock.run()
    deadline = time.perf_counter() + TIMEOUT_S
    while not ended and time.perf_counter() < deadline:
        QApplication.processEvents()
        time.sleep(0.0005)
    heart.label("show: drawing the numbers")
    _wait(0.6)
    heart.label("done")
    for signal in (dock.jobs.progressed, dock.presenter.stepped, dock.compared, dock.failed):
        signal.disconnect()
    if not ended or isinstance(ended[0], Exception):
        sys.exit(f"no result: {ended}")
    return {label: gap for label, gap in heart.longest_ms.items() if label not in ("idle", "done")}


def _wait(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.0005)


def open_pair(viewer: napari.Viewer) -> None:
    """Show the planthoppers of the test data, or the synthetic pair."""
    data = os.environ.get("DINOSAR_TEST_DATA")
    if not data:
        viewer.open_sample("napari-dinosar", "synthetic_pair")
        return
    folder = Path(data) / "data" / "planthoppers"
    photos = sorted(folder.glob("*.jpg"))
    keypoints = read_coco(next(folder.glob("*.json")))
    for path, side in ((photos[0], "a"), (photos[-1], "b")):
        layer = show_photo(viewer, read_photo(path), side)
        show_landmarks(viewer, keypoints[path.name], side, layer)


def main() -> None:
    os.environ["DINOSAR_CACHE"] = "off"  # comparisons that encode are what is timed
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backbone", default="daisy", help="name or checkpoint")
    parser.add_argument("--layers", type=int, nargs="+", default=None)
    given = parser.parse_args()

    viewer = napari.Viewer()
    begin = time.perf_counter()
    _, dock = viewer.window.add_plugin_dock_widget("napari-dinosar", "Compare specimens")
    print(f"opening the dock: {(time.perf_counter() - begin) * 1000:.0f} ms")
    open_pair(viewer)
    path = Path(given.backbone)
    if path.is_file():
        dock.inputs.backbone.choose_checkpoint(path)
    else:
        dock.inputs.backbone.refresh(given.backbone)
    layers = None if given.layers is None else tuple(given.layers)
    for fg_mode, note in (
        ("thresh", "first comparison: imports and first uses"),
        ("thresh", "second comparison, encodings cached"),
        ("thresh", "third comparison, canvas changed: encoded anew"),
    ):
        size = 480 if "anew" in note else 512
        dock.form.set_settings(Settings(fg_mode=fg_mode, layers=layers, img_size=size))
        _wait(1.0)
        stalls = measure(dock)
        print(f"\n{note}")
        print("  clock   own processor time, ms")
        for label, (clock, own) in stalls.items():
            print(f"  {clock:5.0f} {own:7.0f}   {label}")
        before = [gap for label, gap in stalls.items() if label.startswith("work")]
        clock, own = (max(gaps) for gaps in zip(*before, strict=True))
        verdict = "" if note.startswith("first") else f" (allowed: {ALLOWED_MS:.0f})"
        print(f"  longest from Run to the first layer: {clock:.0f} ms{verdict}, own {own:.0f} ms")
    viewer.close()


if __name__ == "__main__":
    main()
