"""A run over every photo of a landmark project: open, edit, save, move on, with the times of each.

    python benchmarks/digitising.py FOLDER/annotations.json

The folder is copied first. Times run from the key or click to the end of our handlers; what Qt and
napari paint afterwards is given beside them. Needs a screen (or Xvfb) and no network.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

MEMORY_EVERY = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path, help="COCO keypoints file with its photos beside it")
    parser.add_argument("--photos", type=int, help="go through so many only")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        copy = Path(folder, "project")
        shutil.copytree(given.project.parent, copy)
        run(copy / given.project.name, given.photos)


def run(path: Path, most: int | None) -> None:
    """Go through the photos of a project in a window."""
    import napari
    from qtpy.QtWidgets import QApplication

    from napari_dinosar.project.store import Project

    viewer = napari.Viewer(title="digitising")
    viewer.window.resize(1400, 900)
    _, dock = viewer.window.add_plugin_dock_widget("napari-dinosar", "Landmarks")
    application = QApplication.instance()
    settle(application, 1.0)
    dock.editor.open(Project.open(path))
    settle(application, 2.0)
    dock.editor.go_to_photo(next(iter(dock.editor.state.photos)))
    settle(application, 1.0)
    times: dict[str, list[float]] = {
        name: [] for name in ("edit", "its painting", "next photo", "the photo's painting", "save")
    }
    memory = []
    count = min(len(dock.editor.state.photos), most or sys.maxsize)
    for number in range(count):
        edit_one(dock, application, times)
        times["save"].append(milliseconds(dock.saver.save_now))
        if number % MEMORY_EVERY == 0:
            memory.append(resident_mb())
        if number + 1 < count:
            times["next photo"].append(milliseconds(dock.actions["next_photo"]))
            times["the photo's painting"].append(milliseconds(application.processEvents))
            settle(application, 0.1)  # a person looks at it: the next one is loaded ahead
    report(times, memory, count)
    dock.editor.close()
    viewer.close()


def edit_one(dock: Any, application: Any, times: dict[str, list[float]]) -> None:
    """Move one landmark of the specimen, and place one that is missing."""
    editor = dock.editor
    xy = editor.specimen.digitised.xy
    placed = np.flatnonzero(np.isfinite(xy[:, 0]))
    where = tuple(xy[placed[0]] + 0.25)
    specimen_id = editor.specimen.specimen_id
    times["edit"].append(
        milliseconds(lambda: editor.move_point(specimen_id, int(placed[0]), where))
    )
    times["its painting"].append(milliseconds(application.processEvents))
    if not editor.specimen.digitised.is_complete:
        editor.go_to_specimen(specimen_id)
        times["edit"].append(milliseconds(lambda: editor.click(tuple(xy[placed[-1]] + 3.0))))
        times["its painting"].append(milliseconds(application.processEvents))


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long something took."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def settle(application: Any, seconds: float) -> None:
    """Let Qt work for a while."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.005)


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def report(times: dict[str, list[float]], memory: list[float], count: int) -> None:
    """Print medians, the 95th percentile and the longest."""
    print(f"{count} photos\n\n| ms | median | 95 % | longest |\n|---|---:|---:|---:|")
    for name, values in times.items():
        high = float(np.percentile(values, 95))
        print(f"| {name} | {median(values):.1f} | {high:.1f} | {max(values):.1f} |")
    print(f"\nMemory in MB, every {MEMORY_EVERY} photos: {' '.join(f'{mb:.0f}' for mb in memory)}")


if __name__ == "__main__":
    sys.exit(main())
