"""What `napari_dinosar.backbones` promises before anything is loaded."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from napari_dinosar import load_backbone
from napari_dinosar.backbones import Backbone, resolve_layers
from napari_dinosar.core.errors import DinosarError, NeedsAttentionError

HEAVY = ("torch", "transformers", "huggingface_hub", "safetensors", "skimage", "scipy", "rembg")


def test_importing_it_imports_nothing_heavy() -> None:
    program = (
        "import sys, napari_dinosar.backbones as backbones;"
        "backbones.available_backbones(); backbones.load_backbone('daisy');"
        f"print([name for name in {HEAVY} if name in sys.modules and name != 'huggingface_hub'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    program = "import sys, napari_dinosar.backbones; print('huggingface_hub' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_built_in_descriptor_is_a_backbone_by_name() -> None:
    daisy = load_backbone("daisy")
    assert isinstance(daisy, Backbone)
    assert (daisy.name, daisy.patch_size, daisy.depth, daisy.has_attention) == (
        "daisy",
        16,
        1,
        False,
    )
    canvas = np.zeros((32, 48, 3), np.uint8)
    assert daisy.encode(canvas).layers == (0,)
    with pytest.raises(NeedsAttentionError, match="daisy"):
        daisy.encode(canvas, attention_layers=[0])


@pytest.mark.parametrize(
    ("layers", "depth", "resolved"),
    [
        (None, 12, (9, 10, 11)),
        (None, 1, (0,)),
        (None, 2, (0, 1)),
        ([], 12, ()),
        ([0, -1], 12, (0, 11)),
        ([6, 7, 6], 12, (6, 7, 6)),
        (np.array([-12, 3]), 12, (0, 3)),
        (range(2), 4, (0, 1)),
    ],
)
def test_layers_are_resolved(layers: object, depth: int, resolved: tuple[int, ...]) -> None:
    result = resolve_layers(layers, depth)  # type: ignore[arg-type]
    assert result == resolved
    assert all(type(layer) is int for layer in result)


@pytest.mark.parametrize("layers", [[12], [-13], ["1"], [None], [1.0], [True]])
def test_layers_that_cannot_be_resolved(layers: list[object]) -> None:
    with pytest.raises(DinosarError, match="layer"):
        resolve_layers(layers, 12)  # type: ignore[arg-type]


def test_the_built_in_descriptor_is_no_architecture():
    with pytest.raises(DinosarError, match="cannot be dinov3_vits16"):
        load_backbone("daisy", arch="dinov3_vits16")
