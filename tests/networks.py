"""Networks that need no download: small ones with random weights, and one that is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from napari_dinosar.backbones import Backbone, Encoding
from napari_dinosar.backbones.architecture import Architecture

SMALL = Architecture("dinov3", 128, 4, 2, "plain", 192, 16, registers=4)


def write_small_network(path: Path, seed: int = 0) -> Path:
    """Write a DINOv3 checkpoint of 4 blocks and 2 heads in the official layout.

    Its attention follows the picture: the weights are small enough not to saturate the softmax.
    """
    import torch

    from napari_dinosar.backbones.vit import default_periods

    generator = torch.Generator().manual_seed(seed)
    tensors = {
        name: 0.15 * torch.randn(shape, generator=generator)
        for name, shape in SMALL.tensor_shapes().items()
    }
    mask = torch.ones(3, SMALL.dim).index_fill(0, torch.tensor([1]), 0.0).flatten()
    tensors |= {f"{name}_mask": mask.clone() for name in list(tensors) if name.endswith("qkv.bias")}
    tensors["rope_embed.periods"] = default_periods(SMALL.head_dim)
    tensors["mask_token"] = torch.zeros(1, SMALL.dim)
    torch.save(tensors, path)
    return path


class Counting:
    """A backbone that counts how often it runs."""

    def __init__(self, inner: Backbone) -> None:
        self._inner = inner
        self.runs = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def encode(self, *args: Any, **kwargs: Any) -> Encoding:
        self.runs += 1
        return self._inner.encode(*args, **kwargs)
