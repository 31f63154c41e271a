"""Time and memory of comparing one pair of photos, part by part.

    python benchmarks/compare_pair.py A.jpg B.jpg keypoints.json --backbone CHECKPOINT \
        --layers 6 7 8 9 [--repeats 5]

Prints ratios within one run (medians), which carry over between machines, beside the seconds.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from napari_dinosar import Settings, compare
from napari_dinosar.backbones import load_backbone
from napari_dinosar.specimen import Cache


def seconds(function, repeats):
    """Return the median seconds of a call, and what the last one returned."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        value = function()
        times.append(time.perf_counter() - begin)
    return median(times), value


def with_empty_cache(given, settings, backbone):
    """Time whole comparisons without memory: the share of all that is not the two forwards."""
    shares, wholes, parts = [], [], []
    for _ in range(given.repeats):
        begin = time.perf_counter()
        result = compare(
            given.a, given.b, settings, backbone=backbone, landmarks=given.keypoints,
            cache=Cache(), store=None,
        )  # fmt: skip
        wholes.append(time.perf_counter() - begin)
        parts.append(result.timings)
        shares.append(wholes[-1] / result.timings["encode"] - 1)
    return {
        "whole_s": round(median(wholes), 3),
        "one_forward_s": round(median(p["encode"] for p in parts) / 2, 3),
        "parts_s": {name: round(median(p[name] for p in parts), 4) for name in parts[0]},
        "all_but_forwards_share_of_forwards": round(median(shares), 3),
    }


def on_cached_encodings(given, settings, backbone):
    """Time what a user does again and again: other landmarks, cell sizes and scores."""
    cache = Cache()

    def run(changed, landmarks=given.keypoints):
        return compare(
            given.a, given.b, changed, backbone=backbone, landmarks=landmarks, cache=cache,
            store=None,
        )  # fmt: skip

    first = run(settings)
    marks = tuple(
        replace(side.landmarks, xy=side.landmarks.xy + 0.5) for side in (first.a, first.b)
    )
    changes = {
        "nothing": lambda: run(settings),
        "landmarks": lambda: run(settings, marks),
        "cell_size": lambda: run(replace(settings, tps_cell_size=24)),
        "score": lambda: run(replace(settings, score_mode="bidirectional")),
    }
    return {name: round(seconds(change, given.repeats)[0], 4) for name, change in changes.items()}


def fresh_process(given):
    """Time the command as a user starts it, with imports, loading and writing."""
    command = [sys.executable, "-m", "napari_dinosar", "compare"]
    command += [given.a, given.b, "--keypoints-json", given.keypoints, "--quiet", "--no-cache"]
    command += ["--backbone", given.backbone, "--fg-mode", "thresh", "--overwrite"]
    command += ["--output-dir", str(given.folder)]
    command += ["--layers", *map(str, given.layers)] if given.layers else []
    whole, _ = seconds(lambda: subprocess.run(command, check=True, capture_output=True), 3)
    return round(whole, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("keypoints")
    parser.add_argument("--backbone", default="daisy")
    parser.add_argument("--layers", type=int, nargs="+", default=None)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("benchmark-run"))
    given = parser.parse_args()
    settings = Settings(layers=given.layers, fg_mode="thresh")
    load_s, backbone = seconds(lambda: load_backbone(given.backbone), 1)
    compare(given.a, given.b, settings, backbone=backbone, landmarks=given.keypoints, store=None)
    figures = {
        "backbone": backbone.description,
        "load_s": round(load_s, 3),
        **with_empty_cache(given, settings, backbone),
        "on_cached_encodings_s": on_cached_encodings(given, settings, backbone),
        "peak_memory_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "fresh_process_s": fresh_process(given),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
