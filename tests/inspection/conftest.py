"""A run that is made without a network, its inspection, and a specimen that differs in a spot."""

import pytest

from findings_made import made
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.synthetic import PlantedChange, draw_specimen


@pytest.fixture(scope="module")
def findings():
    return made()


@pytest.fixture
def inspection(findings):
    inspection = Inspection()
    inspection.show(findings)
    return inspection


@pytest.fixture(scope="module")
def specimens():
    """One individual, and another photo of it on which a spot was planted."""
    size_xy = (480, 360)
    spot = PlantedChange("spot", along=0.60, across=0.60)
    return (
        draw_specimen("obscura", 1, size_xy=size_xy),
        draw_specimen("obscura", 1, size_xy=size_xy, changes=(spot,), photo_seed=77),
    )
