"""A pair of drawn photos, and a small network with random weights, for the whole folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drawn import draw, write
from napari_dinosar.backbones.architecture import Architecture
from published_commands import random_checkpoint

SMALL = Architecture("dinov3", 128, 4, 2, "plain", 192, 16, registers=4)


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with A.png, B.png, their masks and their keypoints.json."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("pair")
    specimens = {"A.png": draw(1), "B.png": draw(2, angle_deg=8.0, scale=0.95)}
    write(folder, specimens)
    for name, one in specimens.items():
        Image.fromarray(one.mask).save(folder / f"mask_{name}")
    return folder


@pytest.fixture(scope="session")
def small_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkpoint of four blocks with two heads, random weights."""
    return random_checkpoint(tmp_path_factory.mktemp("weights") / "small.pth", SMALL)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: for a network this small, two wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
