"""Small random checkpoints in the official layouts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_dinosar.backbones.architecture import Architecture

DINOV3 = Architecture("dinov3", 64, 2, 1, "plain", 96, 16, registers=4)
DINOV2 = Architecture("dinov2", 64, 2, 1, "plain", 96, 14, registers=0, position_grid=4)

MakeTensors = Callable[..., dict[str, object]]


def small_architecture(family: str = "dinov3", **changes: object) -> Architecture:
    return replace(DINOV3 if family == "dinov3" else DINOV2, **changes)  # type: ignore[arg-type]


@pytest.fixture
def make_tensors() -> MakeTensors:
    """Return a maker of the tensors of a small network, with DINOv3's masks and unused extras."""
    import torch

    from napari_dinosar.backbones.vit import default_periods

    def make(family: str = "dinov3", seed: int = 0, **changes: object) -> dict[str, object]:
        architecture = small_architecture(family, **changes)
        generator = torch.Generator().manual_seed(seed)
        tensors: dict[str, object] = {}
        for name, shape in architecture.tensor_shapes().items():
            tensors[name] = 0.3 * torch.randn(shape, generator=generator)
            if name.endswith("qkv.bias") and family == "dinov3":
                width = architecture.dim
                tensors[f"{name}_mask"] = (
                    torch.ones(3, width).index_fill(0, torch.tensor([1]), 0.0).flatten()
                )
        if family == "dinov3":
            tensors["rope_embed.periods"] = default_periods(architecture.head_dim)
        tensors["mask_token"] = torch.zeros(1, architecture.dim)
        return tensors

    return make


@pytest.fixture
def save_pth(tmp_path: Path) -> Callable[..., Path]:
    def save(content: object, name: str = "network.pth") -> Path:
        import torch

        path = tmp_path / name
        torch.save(content, path)
        return path

    return save


@pytest.fixture
def save_safetensors(tmp_path: Path) -> Callable[..., Path]:
    def save(tensors: dict[str, object], name: str = "network.safetensors") -> Path:
        from safetensors.torch import save_file

        path = tmp_path / name
        save_file({k: v.contiguous() for k, v in tensors.items()}, path)  # type: ignore[attr-defined]
        return path

    return save


@pytest.fixture
def canvas_of() -> Callable[..., np.ndarray]:
    """Return a maker of random canvases of so many rows and columns of patches."""

    def make(rows: int, cols: int, patch_size: int, seed: int = 0) -> np.ndarray:
        random = np.random.default_rng(seed)
        shape = (rows * patch_size, cols * patch_size, 3)
        return random.integers(0, 256, shape, dtype=np.uint8)

    return make
