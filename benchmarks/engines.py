"""How fast other engines run a network on the processor, and how exact they are.

    python benchmarks/engines.py [CHECKPOINT ...] [--random vits16] [--img-size 512] [--threads 2]

Compared are torch with float32 products "highest" and "medium", what `load_backbone` takes, torch
in bf16, and ONNX Runtime and OpenVINO where they can be imported (the export needs ``onnx`` and
``onnxscript``; none of the four is a dependency). The engines take turns, so that a busy machine is
busy for all; the processor time of the process is counted besides the clock. An engine earns a
place at 1.5 x the speed of what runs otherwise with a patch cosine of at least 0.9999.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch

from napari_dinosar.backbones import load_backbone
from napari_dinosar.backbones.arithmetic import process_settings
from napari_dinosar.backbones.inference import VitBackbone
from napari_dinosar.backbones.registry import find_model
from napari_dinosar.backbones.vit import VisionTransformer, default_periods

Run = Callable[[], np.ndarray]


class Exportable(torch.nn.Module):
    """A canvas in, the tokens of some blocks and the attention of the last of them out."""

    def __init__(self, network: VisionTransformer, layers: list[int]) -> None:
        super().__init__()
        self.network = network
        self.layers = layers

    def forward(self, rgb):
        """Return (layers, rows, cols, dim) and (heads, rows, cols)."""
        tokens, attention = self.network(rgb, self.layers, self.layers[-1:])
        return torch.stack([tokens[layer] for layer in self.layers]), attention[self.layers[-1]]


def random_checkpoint(arch: str, folder: Path) -> Path:
    """Write a checkpoint of a registered network with weights drawn at random."""
    architecture = find_model(arch).architecture
    generator = torch.Generator().manual_seed(0)
    tensors = {}
    for name, shape in architecture.tensor_shapes().items():
        spread = 0.5 / shape[-1] ** 0.5 if name.endswith("weight") and len(shape) > 1 else 0.02
        tensors[name] = spread * torch.randn(shape, generator=generator)
        if name.endswith(("norm1.weight", "norm2.weight", "norm.weight", "gamma")):
            tensors[name] += 1
        if name.endswith("qkv.bias"):
            tensors[f"{name}_mask"] = torch.ones_like(tensors[name])
    if architecture.family == "dinov3":
        tensors["rope_embed.periods"] = default_periods(architecture.head_dim)
    path = folder / f"random_{arch}.pth"
    torch.save(tensors, path)
    return path


def torch_runs(checkpoint: str, rgb: np.ndarray, layers: list[int], threads: int) -> dict[str, Run]:
    """Return torch's ways."""

    def run_of(backbone: VitBackbone) -> Run:
        return lambda: backbone.encode(rgb, layers, layers[-1:]).tokens

    def with_products(products) -> Run:
        backbone = load_backbone(checkpoint, device="cpu", precision="fp32", threads=threads)
        backbone._products = products
        return run_of(backbone)

    chosen = load_backbone(checkpoint, device="cpu", threads=threads)
    short = load_backbone(checkpoint, device="cpu", precision="bf16", threads=threads)
    return {
        "torch fp32 highest": with_products("highest"),
        "torch fp32 medium": with_products("medium"),
        "torch as chosen": run_of(chosen),
        "torch bf16": run_of(short),
    }


def export(checkpoint: str, rgb: np.ndarray, layers: list[int], folder: Path) -> Path | None:
    """Write the network as an ONNX file for canvases of this size; None where it cannot be."""
    if not all(importlib.util.find_spec(name) for name in ("onnx", "onnxscript")):
        return None
    network = load_backbone(checkpoint, device="cpu", precision="fp32").network
    path = folder / f"{Path(checkpoint).stem}.onnx"
    torch.onnx.export(
        Exportable(network, layers).eval(),
        (torch.from_numpy(rgb),),
        path,
        input_names=["rgb"],
        output_names=["tokens", "attention"],
        dynamo=True,
        optimize=True,
    )
    return path


def onnxruntime_run(path: Path, rgb: np.ndarray, threads: int) -> Run | None:
    """Return ONNX Runtime's way."""
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(["tokens", "attention"], {"rgb": rgb})[0]


def openvino_run(path: Path, rgb: np.ndarray, threads: int, precision: str) -> Run | None:
    """Return OpenVINO's way."""
    if importlib.util.find_spec("openvino") is None:
        return None
    import openvino

    core = openvino.Core()
    options = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision}
    request = core.compile_model(core.read_model(path), "CPU", options).create_infer_request()
    return lambda: np.array(request.infer({"rgb": rgb})["tokens"])


def other_runs(
    checkpoint: str, rgb: np.ndarray, layers: list[int], threads: int, folder: Path
) -> dict[str, Run]:
    """Return the ways of the other engines that are here."""
    path = export(checkpoint, rgb, layers, folder)
    if path is None:
        print("onnx and onnxscript are not installed: torch alone is measured")
        return {}
    runs = {
        "onnxruntime fp32": onnxruntime_run(path, rgb, threads),
        "openvino fp32": openvino_run(path, rgb, threads, "f32"),
        "openvino bf16": openvino_run(path, rgb, threads, "bf16"),
    }
    return {name: run for name, run in runs.items() if run is not None}


def least_cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Return the smallest cosine of two encodings of the same patch."""
    a, b = (x.astype(np.float64) / np.linalg.norm(x, axis=-1, keepdims=True) for x in (a, b))
    return float((a * b).sum(axis=-1).min())


def measure(runs: dict[str, Run], repeats: int) -> dict[str, tuple[float, float, float]]:
    """Let the runs take turns; return processor seconds, clock seconds and least cosine of each."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    exact = runs["torch fp32 highest"]()
    cosines = {name: least_cosine(exact, run()) for name, run in runs.items()}
    names = list(runs)
    random = np.random.default_rng(0)
    for _ in range(repeats):
        # the order changes, so that no engine always comes after the same other one
        for place in random.permutation(len(names)):
            name = names[place]
            processor, clock = time.process_time(), time.perf_counter()
            runs[name]()
            times[name].append((time.process_time() - processor, time.perf_counter() - clock))
    return {
        name: (*(median(column) for column in zip(*taken, strict=True)), cosines[name])
        for name, taken in times.items()
    }


def report(title: str, measured: dict[str, tuple[float, float, float]]) -> None:
    """Print a table; ratios are to what runs when nothing is chosen."""
    print(
        f"\n{title}\n\n| engine | CPU s | clock s | CPU ratio | clock ratio | least patch cosine |"
    )
    print("|---|---|---|---|---|---|")
    usual = measured["torch as chosen"]
    for name, (processor, clock, cosine) in measured.items():
        ratios = f"{processor / usual[0]:.2f} | {clock / usual[1]:.2f}"
        print(f"| {name} | {processor:.3f} | {clock:.3f} | {ratios} | {cosine:.6f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="*")
    parser.add_argument("--random", nargs="*", default=["vits16"], metavar="ARCH")
    parser.add_argument("--img-size", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=9)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = [str(random_checkpoint(arch, folder)) for arch in given.random]
        for checkpoint in [*given.checkpoints, *drawn]:
            backbone = load_backbone(checkpoint, device="cpu")
            side = given.img_size // backbone.patch_size * backbone.patch_size
            rgb = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
            layers = list(range(backbone.depth))[-5:-2]
            with process_settings(given.threads):
                runs = torch_runs(checkpoint, rgb, layers, given.threads)
                runs |= other_runs(checkpoint, rgb, layers, given.threads, folder)
                measured = measure(runs, given.repeats)
            title = f"{backbone.description}; {backbone.engine}"
            report(f"{title}; {side} px, {given.threads} threads", measured)


if __name__ == "__main__":
    main()
