"""Time and memory of the three commands of the published guide, as whole processes and warm.

    python benchmarks/published_commands.py FOLDER_OF_PLANTHOPPERS [--rembg-session u2netp]

The folder holds two photos and the COCO keypoints file of both. Without ``--checkpoint`` the
network is a ViT-S/16 in the official layout with random weights, which takes as long as a trained
one; its numbers mean nothing else. Prints a table in Markdown: seconds of a new process with
figures, without, and with encodings on disk; of a comparison in a process that holds the network
already, with new photos and with the same; peak memory; and each part's share.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import yaml

ARCHITECTURE = "dinov3_vits16"

SHARED = "--dinov3-arch vits16 --layers -3 -2 -1 --layer-agg median --fg-mode rembg"
COMMANDS = {
    "similarity": "--align-stage none --score-mode foreground --attn-fg-thresh 0.15"
    " --attn-layers 9 10 11 --mask-erode-px 2 --border-patches 2 --matching-mode similarity",
    "demo": "--match-flavor demo --demo-mutual --demo-ratio 0.92 --demo-topn 200 --demo-verify"
    " --demo-ransac-reproj 3.0 --matching-mode similarity",
    "both": "--matching-mode both --tps-grid-snap --tps-grid-cell-size 16 --tps-pad-cells 0",
}
"""The three commands of the guide, without photos, weights and folders."""

NEED_KEYPOINTS = ("both",)


def random_checkpoint(path, architecture, seed=0):
    """Write a network with random weights in the official layout of DINOv3.

    Weights are scaled so that every layer passes on as much as it gets, and attention differs
    from patch to patch, as in a trained network.
    """
    import torch

    from napari_dinosar.backbones.vit import default_periods

    random = torch.Generator().manual_seed(seed)
    tensors = {"mask_token": torch.zeros(1, architecture.dim)}
    for name, shape in architecture.tensor_shapes().items():
        values = torch.randn(shape, generator=random)
        if name.endswith("norm.weight") or "norm1.weight" in name or "norm2.weight" in name:
            values = torch.ones(shape)
        elif name.endswith("gamma"):
            values = torch.full(shape, 0.5)
        elif name.endswith("weight"):
            values /= values[0].numel() ** 0.5
        else:
            values *= 0.02
        tensors[name] = values
        if name.endswith("qkv.bias"):
            key_bias_off = torch.ones(3, architecture.dim)
            key_bias_off[1] = 0
            tensors[f"{name}_mask"] = key_bias_off.flatten()
    tensors["rope_embed.periods"] = default_periods(architecture.head_dim)
    torch.save(tensors, path)
    return path


@dataclass
class Measured:
    """One command, measured."""

    name: str
    process_s: float
    bare_s: float
    kept_s: float
    warm_s: float
    again_s: float
    peak_mb: float
    parts_s: dict[str, float]


def in_new_process(words, environment, repeats):
    """Return the median seconds and the largest memory of a command as a user starts it."""
    times, peaks = [], []
    for _ in range(repeats):
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "napari_dinosar", *words],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        said = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        times.append(time.perf_counter() - begin)
        if process.returncode:
            raise SystemExit(f"{' '.join(words)}\n{said}")
        peaks.append(usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2))
    return median(times), max(peaks)


def in_this_process(words, repeats, forget):
    """Return the median seconds of a comparison when libraries and network are loaded."""
    from napari_dinosar import compare, load_backbone
    from napari_dinosar.cli import parser
    from napari_dinosar.cli.request import asked
    from napari_dinosar.specimen import Cache

    request = asked(parser().parse_args(words))
    backbone = load_backbone(request.backbone, arch=request.arch)
    cache, times = Cache(), []
    for _ in range(repeats + 1):
        if forget:
            cache.clear()
        begin = time.perf_counter()
        compare(
            *request.photos,
            request.settings,
            backbone=backbone,
            cache=cache,
            store=None,
            **request.inputs,
        )
        times.append(time.perf_counter() - begin)
    return median(times[1:])


def measure(name, words, folder, repeats):
    """Measure one command."""
    target = folder / name
    words = [*words, "--output-dir", str(target), "--overwrite", "--quiet"]
    process_s, peak_mb = in_new_process(words, {"DINOSAR_CACHE": "off"}, repeats)
    parts = yaml.safe_load((target / "run.yaml").read_text(encoding="utf-8"))["timings_s"]
    bare_s, _ = in_new_process([*words, "--no-figures"], {"DINOSAR_CACHE": "off"}, repeats)
    kept = {"DINOSAR_CACHE_DIR": str(folder / "cache")}
    words = [*words, "--no-figures"]
    in_new_process(words, kept, 1)
    kept_s, _ = in_new_process(words, kept, repeats)
    return Measured(
        name,
        process_s,
        bare_s,
        kept_s,
        in_this_process(words, repeats, forget=True),
        in_this_process(words, repeats, forget=False),
        peak_mb,
        parts,
    )


def table(measured):
    """Return what was measured as Markdown."""
    stages = list(dict.fromkeys(part for one in measured for part in one.parts_s))
    lines = [
        "| | " + " | ".join(f"`{one.name}`" for one in measured) + " |",
        "|---|" + "---:|" * len(measured),
    ]
    rows = {
        "new process with figures, s": [one.process_s for one in measured],
        "new process, s": [one.bare_s for one in measured],
        "new process, encodings on disk, s": [one.kept_s for one in measured],
        "warm, new photos, s": [one.warm_s for one in measured],
        "warm, the same photos, s": [one.again_s for one in measured],
    }
    for label, values in rows.items():
        lines.append(f"| {label} | " + " | ".join(f"{value:.2f}" for value in values) + " |")
    peaks = " | ".join(f"{one.peak_mb:.0f}" for one in measured)
    lines.append(f"| peak memory of a new process, MB | {peaks} |")
    for stage in stages:
        shares = [one.parts_s.get(stage, 0.0) / one.process_s for one in measured]
        lines.append(_shares(f"share of a new process: {stage}", shares))
    drawing = [1 - one.bare_s / one.process_s for one in measured]
    lines.append(_shares("share of a new process: figures", drawing))
    rest = [(one.bare_s - sum(one.parts_s.values())) / one.process_s for one in measured]
    lines.append(_shares("share of a new process: start, loading, writing", rest))
    return "\n".join(lines)


def _shares(label, shares):
    return f"| {label} | " + " | ".join(f"{share:.0%}" for share in shares) + " |"


def photos_and_keypoints(folder):
    """Return two photos that a folder's COCO file lists, and the file."""
    photos = sorted(folder.glob("*.jpg"))[:2]
    keypoints = sorted(folder.glob("*.json"))[:1]
    if len(photos) < 2 or not keypoints:
        raise SystemExit(f"{folder} needs two .jpg photos and their COCO keypoints (.json).")
    return [str(photo) for photo in photos], str(keypoints[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checkpoint", type=Path, default=None)
    parser.add_argument("--rembg-session", default="u2net")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    photos, keypoints = photos_and_keypoints(given.folder)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        checkpoint = given.checkpoint
        if checkpoint is None:
            from napari_dinosar.backbones.registry import MODELS

            stem = f"{MODELS[ARCHITECTURE].official_stem}-random.pth"
            checkpoint = random_checkpoint(folder / stem, MODELS[ARCHITECTURE].architecture)
        measured = []
        for command, flags in COMMANDS.items():
            words = ["compare", *photos, "--dinov3-local-ckpt", str(checkpoint)]
            words += [*SHARED.split(), *flags.split(), "--rembg-session", given.rembg_session]
            words += ["--keypoints-json", keypoints] if command in NEED_KEYPOINTS else []
            measured.append(measure(command, words, folder, given.repeats))
    print(table(measured))


if __name__ == "__main__":
    main()
