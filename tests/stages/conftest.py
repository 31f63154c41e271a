"""A drawn pair and a small network for the stages."""

import pytest

from drawn import draw, write
from napari_dinosar.backbones import load_backbone
from networks import write_small_network

UPRIGHT = draw(1, size_xy=(360, 300), notched=True)
TURNED = draw(1, size_xy=(360, 300), angle_deg=30, scale=0.8, shift_xy=(14, -9), notched=True)


@pytest.fixture(scope="session")
def network(tmp_path_factory):
    return load_backbone(write_small_network(tmp_path_factory.mktemp("network") / "small.pth"))


@pytest.fixture(scope="session")
def turned_and_upright():
    return TURNED, UPRIGHT


@pytest.fixture(scope="session")
def turned(tmp_path_factory):
    """A folder with a specimen turned by 30 degrees, smaller and moved (A), and upright (B)."""
    folder = tmp_path_factory.mktemp("turned")
    write(folder, {"A.png": TURNED, "B.png": UPRIGHT})
    return folder
