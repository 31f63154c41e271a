"""A difference that was planted on a wing is among the three highest cells.

A few of the seeds of ``benchmarks/planted_changes.py``, which gives the figures over all twenty.
"""

import pytest

from napari_dinosar import load_backbone
from planted_changes import KINDS, trial

LAYERS = (6, 7, 8, 9)


@pytest.fixture(scope="module")
def daisy():
    return load_backbone("daisy")


@pytest.fixture(scope="module")
def small_vit(dinov2_weights):
    return load_backbone(dinov2_weights)


@pytest.mark.parametrize("kind", KINDS)
def test_the_only_difference_of_two_photos_is_the_highest_cell(kind, daisy):
    assert trial(kind, "same photo", 3, daisy, None).rank == 1


def test_daisy_finds_the_band_of_another_individual(daisy):
    assert trial("band", "conspecific", 1, daisy, None).found


@pytest.mark.parametrize(
    ("kind", "partner"), [("spot", "same individual"), ("band", "conspecific")]
)
def test_the_network_finds_it_in_another_photo(kind, partner, small_vit):
    one = trial(kind, partner, 0, small_vit, LAYERS)
    assert one.found
    assert one.n_cells > 100
