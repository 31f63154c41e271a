"""How quick the list of photos is with thousands of them.

A project of made-up photos is opened in the list; filters, searches, edits and scrolling are timed
from the call to the end of the repaint, each as the median of several: as the clock saw it, and as
the processor time that the GUI thread took, which is what counts on a machine with other work.

    python benchmarks/photo_list.py [--photos N]

It needs a screen (or Xvfb, or QT_QPA_PLATFORM=offscreen). The photos are links to a few drawn ones.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image
from qtpy.QtWidgets import QApplication

from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.docks.landmarks.photos.photo_list import PhotoList
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.thumbnails import Thumbnails, thumbnail
from napari_dinosar.project.edits import AddSpecimen
from napari_dinosar.project.store import Project

N_LANDMARKS, REPEATS = 20, 9
WIDTH_PX, HEIGHT_PX = 300, 560


def drawn(folder: Path, n_photos: int) -> list[Path]:
    """Draw a few photos of 2 megapixels, and link thousands of names to them."""
    rng = np.random.default_rng(0)
    masters = []
    for number in range(4):
        colours = Image.fromarray(rng.integers(0, 255, (12, 16, 3), dtype=np.uint8))
        masters.append(folder / f".master{number}.jpg")
        colours.resize((1632, 1224), Image.Resampling.BICUBIC).save(masters[-1], quality=90)
    photos = [folder / f"specimen_{number:05d}.jpg" for number in range(n_photos)]
    for photo, master in zip(photos, cycle(masters), strict=False):
        os.link(master, photo)
    return photos


class Times:
    """Prints how long something takes that is done several times."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._clock_ms: list[float] = []
        self._own_ms: list[float] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        clock, own = statistics.median(self._clock_ms), statistics.median(self._own_ms)
        print(f"{clock:7.1f} {own:7.1f} {max(self._own_ms):7.1f}   {self._label}")

    def take(self, act: Callable[..., object], *arguments: object) -> None:
        """Do something, and time it until all is painted."""
        clock, own = time.perf_counter(), time.thread_time()
        act(*arguments)
        QApplication.processEvents()
        self._clock_ms.append((time.perf_counter() - clock) * 1000)
        self._own_ms.append((time.thread_time() - own) * 1000)


def measure(photos: PhotoList, editor: Editor, project: Project) -> None:
    """Time what a person does with the list."""
    with Times("open the project in editor and list") as times:
        for _ in range(3):
            times.take(editor.open, project)
    with Times("choose a filter") as times:
        for place in (*range(1, photos.filter.count()), 0):
            times.take(photos.filter.setCurrentIndex, place)
    with Times("type a letter of a search") as times:
        for text in ("s", "sp", "spe", "0", "01", "012", "0123", "01234", ""):
            times.take(photos.search.setText, text)
    with Times("go to the next photo") as times:
        for _ in range(REPEATS):
            times.take(editor.step_photo, 1)
    with Times("place a landmark: project, editor and list") as times:
        for turn in range(REPEATS):
            times.take(editor.click, (turn, turn))
    with Times("the list's part of that") as times:
        for _ in range(REPEATS):
            times.take(editor.listed.emit, (editor.photo_id,))
    keys = list(editor.state.photos)
    with Times("add a specimen: project, editor and list") as times:
        for turn in range(REPEATS):
            times.take(editor.apply, AddSpecimen(project.free_specimen_id(), keys[100 * turn]))
    bar = photos.view.verticalScrollBar()
    with Times("scroll to somewhere else, previews to come") as times:
        for share in np.linspace(0, 1, REPEATS):
            times.take(bar.setValue, int(share * bar.maximum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=10_000)
    given = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    schema = Schema(tuple(LandmarkDefinition(f"landmark {n}") for n in range(N_LANDMARKS)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = drawn(folder, given.photos)
        project = Project.new(folder / "landmarks.json", paths, schema)
        editor, thumbnails = Editor(), Thumbnails()
        photos = PhotoList(editor, thumbnails)
        photos.resize(WIDTH_PX, HEIGHT_PX)
        photos.show()
        application.processEvents()
        print("  clock     own longest, ms")
        measure(photos, editor, project)
        with Times("make a preview of 2 megapixels") as times:
            for path in paths[:REPEATS]:
                times.take(thumbnail, path, thumbnails.side_px)
        thumbnails.close()
        editor.close(discard=True)


if __name__ == "__main__":
    main()
