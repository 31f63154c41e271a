"""How quickly a probe follows the pointer, and a cell is found, described and cut out.

Two drawn planthoppers are compared by the built-in descriptor at 512 and at 1024 px; its tokens are
then replaced by random ones of the size of a ViT-S/16's, three layers of 384 values, and every
patch is made valid, which is the worst case. Best matches are not known beforehand, so that the
way back is searched for as well. Cells are small enough to be about 2,000.

    python benchmarks/probe.py [--probes N] [--window]

Times are processor milliseconds of all threads: median, and the longest in brackets. With --window
a napari window is opened instead (it needs a screen, or Xvfb), with the page of the probe in front:
each probe is timed from the call to the end of all handlers, and what napari paints afterwards
beside it, by the clock and in processor time of that thread; median and 95 %.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from napari_dinosar import Settings, compare
from napari_dinosar.comparison import Comparison
from napari_dinosar.core.similarity import unit_tokens
from napari_dinosar.inspection.cell_pieces import CellPieces
from napari_dinosar.inspection.probe import Probe
from napari_dinosar.inspection.selection import CellSelection
from napari_dinosar.layers import frame_of
from napari_dinosar.specimen import Cache
from napari_dinosar.synthetic import synthetic_pair

LAYERS, WIDTH = 3, 384
CELL_SIZE = {512: 6, 1024: 11}


def compared(img_size: int) -> Comparison:
    pair = synthetic_pair()
    marks = tuple(one.landmarks for one in pair)
    settings = Settings(fg_mode="thresh", img_size=img_size, tps_cell_size=CELL_SIZE[img_size])
    a, b = (one.rgb for one in pair)
    return compare(a, b, settings, backbone="daisy", landmarks=marks, cache=Cache(), store=None)


def with_random_tokens(comparison: Comparison) -> Comparison:
    """Return a comparison that holds random tokens, every patch of them valid."""
    rng = np.random.default_rng(0)
    sides: dict[str, Any] = {}
    for name in "ab":
        specimen = getattr(comparison, name)
        grid = specimen.side.valid.shape
        tokens = unit_tokens(rng.normal(size=(LAYERS, *grid, WIDTH)))
        valid = np.ones(grid, dtype=bool)
        sides[name] = replace(
            specimen,
            side=replace(specimen.side, tokens=tokens, valid=valid),
            patches=replace(specimen.patches, valid=valid),
            encoding=replace(specimen.encoding, layers=(9, 10, 11)),
        )
    return replace(comparison, best=None, **sides)


def report(name: str, action: Callable[[int], Any], times: int) -> None:
    taken, clock = [], []
    for turn in range(times):
        begin, wall = time.process_time(), time.perf_counter()
        action(turn)
        taken.append((time.process_time() - begin) * 1000)
        clock.append((time.perf_counter() - wall) * 1000)
    print(
        f"{name:48}{statistics.median(taken):9.2f} ({max(taken):.1f})"
        f"   by the clock {statistics.median(clock):9.2f}"
    )


def probes(img_size: int, times: int) -> Comparison:
    comparison = compared(img_size)
    probe = Probe(with_random_tokens(comparison))
    rows, cols = probe.side("a").specimen.side.valid.shape
    rng = np.random.default_rng(1)
    places = [probe.side("a").xy(*rng.uniform(0, (rows - 1, cols - 1))) for _ in range(times)]
    print(f"{img_size} px, {rows} x {cols} patches, {len(comparison.cells)} cells")
    report("the first probe, which gathers the tokens", lambda k: probe.at("a", places[k]), 1)
    report("a probe", lambda k: probe.at("a", places[k]), times)
    report("with self-similarity", lambda k: probe.at("a", places[k], with_self=True), times)
    report("one layer", lambda k: probe.at("a", places[k], layers=[10]), times)
    report("all landmarks both ways", lambda _: probe.landmarks(), 5)
    return comparison


def cells(comparison: Comparison, times: int) -> None:
    report("a selection is made", lambda _: CellSelection.of(comparison), 5)
    selection = CellSelection.of(comparison)
    order = selection.facts.order
    centres = [tuple(selection.facts.corners_xy(int(cell), "a").mean(axis=0)) for cell in order]
    report("the cell under the pointer", lambda k: selection.at("a", centres[k]), times)
    report("walk to the next cell", lambda _: selection.walk(+1), times)
    report("describe a cell", lambda k: selection.describe(int(order[k])), times)
    pieces = CellPieces(comparison.findings, comparison.a.photo.rgb, comparison.b.photo.rgb)
    report("both pieces as they are", lambda k: pieces.as_they_are(int(order[k])), times)
    report("both pieces rectified", lambda k: pieces.rectified(int(order[k])), times)


def window(times: int) -> None:
    import napari
    from qtpy.QtWidgets import QApplication

    from napari_dinosar.docks.finding import opened
    from napari_dinosar.docks.inspect.hub import inspection_of
    from napari_dinosar.result_layers import comparison_specs
    from napari_dinosar.showing import find, show

    viewer = napari.Viewer()
    viewer.window.resize(1600, 960)
    dock = opened(viewer, "dinosarInspect")
    viewer.open_sample("napari-dinosar", "synthetic_pair")
    probing = inspection_of(viewer).probing
    for img_size in CELL_SIZE:
        comparison = compared(img_size)
        frames = [frame_of(find(viewer, "photo", side)) for side in "ab"]
        for spec in comparison_specs(comparison.findings, *frames):
            show(viewer, spec)
        inspection_of(viewer).show(comparison.findings, with_random_tokens(comparison))
        dock.show_page("probe")
        side = probing.probe.side("a")
        shape = np.array(side.specimen.side.valid.shape)
        places = np.random.default_rng(1).uniform(0, shape - 1, (times, 2))
        for name, with_self in (("a probe", False), ("with self-similarity", True)):
            probing.ask_self(with_self)
            first = timed(lambda: probing.point("a", side.xy(*places[-1])))  # noqa: B023
            found = {"handling": [], "painting": []}
            for place in places:
                found["handling"].append(timed(lambda: probing.point("a", side.xy(*place))))  # noqa: B023
                found["painting"].append(timed(QApplication.processEvents))
            print(f"{img_size} px, {name}, the first {first[0]:.0f} ms")
            for part, taken in found.items():
                clock, own = np.percentile(taken, [50, 95], axis=0).T
                print(f"  {part:10} {clock[0]:7.1f} ({clock[1]:.1f})", end="")
                print(f"   own {own[0]:7.1f} ({own[1]:.1f})")
        probing.clear()
    viewer.close()


def timed(action: Callable[[], Any]) -> tuple[float, float]:
    """Return milliseconds by the clock, and of this thread's processor time."""
    begin, own = time.perf_counter(), time.thread_time()
    action()
    return (time.perf_counter() - begin) * 1000, (time.thread_time() - own) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--probes", type=int, default=200)
    parser.add_argument("--window", action="store_true", help="time it in a napari window")
    given = parser.parse_args()
    times = given.probes
    if given.window:
        window(times)
        return
    for img_size in CELL_SIZE:
        comparison = probes(img_size, times)
    cells(comparison, times)


if __name__ == "__main__":
    main()
