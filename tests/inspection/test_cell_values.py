"""What cells are coloured by is what it says, and what is not known is refused with its reason."""

from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, draw
from findings_made import made
from napari_dinosar import DinosarError, Landmarks, Settings, compare, load_backbone
from napari_dinosar.inspection.baselines import colour_baseline
from napari_dinosar.inspection.cell_values import (
    CELL_VALUES,
    cell_values,
    offers,
    shown_values,
)
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.specimen import Cache
from noise_made import noise_of


@pytest.fixture(scope="module")
def comparison():
    pair = draw(1), draw(2, angle_deg=5)
    settings = Settings(fg_mode="thresh", matching_mode="tps_homology", img_size=256)
    return compare(
        pair[0].rgb, pair[1].rgb, settings, backbone=load_backbone("daisy"), cache=Cache(),
        store=None,
        landmarks=tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in pair),
    )  # fmt: skip


def test_a_fresh_comparison_has_all_values(comparison):
    inspection = Inspection.of(comparison)
    noise = noise_of(comparison.findings)
    inspection.judge(noise)
    assert all(not offer.why_not for offer in offers(inspection))
    cells, homology = comparison.findings.cells, comparison.homology
    found = {offer.name: cell_values(inspection, offer.name) for offer in offers(inspection)}
    for one in found.values():
        assert one.values.shape == cells.shape
        assert np.isnan(one.values[~cells.used]).all()
        low, high = one.limits
        assert low < high
    np.testing.assert_array_equal(found["dissimilarity"].values, cells.dissimilarity)
    np.testing.assert_array_equal(found["colour"].values, colour_baseline(comparison).difference)
    np.testing.assert_array_equal(found["noise_floor"].values, noise.floor)
    under = found["noise_ratio"].values[noise.is_known] <= 1
    np.testing.assert_array_equal(under, noise.is_noise[noise.is_known])
    np.testing.assert_array_equal(found["layer_std"].values, homology.layer_std)
    smaller = np.minimum(cells.coverage_a, cells.coverage_b)[cells.used]
    np.testing.assert_array_equal(found["coverage"].values[cells.used], smaller)
    assert list(found) == list(CELL_VALUES), "the only layer says what the dissimilarity says"
    assert found["colour"].label == "Colour difference, ΔE*ab"


def test_a_layer_alone_is_that_layer(comparison):
    per_layer = np.random.default_rng(1).random((3, *comparison.findings.cells.shape))
    homology = replace(comparison.homology, dissimilarity_per_layer=per_layer)
    record = {**comparison.findings.record, "layers": [9, 10, 11]}
    findings = replace(comparison.findings, record=record)
    inspection = Inspection.of(replace(comparison, homology=homology, findings=findings))
    assert [offer.name for offer in offers(inspection)][-3:] == ["layer_9", "layer_10", "layer_11"]
    used = findings.cells.used
    for number, name in enumerate(("layer_9", "layer_10", "layer_11")):
        values = cell_values(inspection, name).values
        np.testing.assert_array_equal(values[used], per_layer[number][used])
        assert np.isnan(values[~used]).all()


def test_each_layer_alone_is_offered_where_there_are_several():
    inspection = Inspection()
    assert [offer.name for offer in offers(inspection)] == list(CELL_VALUES)
    inspection.show(made(layer_std=True))
    why = {offer.name: offer.why_not for offer in offers(inspection)}
    assert why["layer_std"] == why["dissimilarity"] == why["coverage"] == ""
    assert "measured" in why["noise_floor"]
    assert "run the comparison again" in why["colour"]
    with pytest.raises(DinosarError, match="run the comparison again"):
        cell_values(inspection, "layer_10")


@pytest.mark.parametrize(
    ("findings", "name", "match"),
    [
        (None, "dissimilarity", "no homologous cells"),
        (made(cells=False), "coverage", "no homologous cells"),
        (made(layer_std=False), "layer_std", "spread"),
        (made(), "noise_ratio", "not measured"),
        (made(), "beauty", "There are dissimilarity"),
    ],
)
def test_what_is_not_there_is_refused_with_its_reason(findings, name, match):
    inspection = Inspection()
    inspection.show(findings)
    with pytest.raises(DinosarError, match=match):
        cell_values(inspection, name)


def test_a_floor_of_nothing_has_no_ratio():
    findings = made()
    inspection = Inspection()
    noise = noise_of(findings)
    noise.dissimilarity[:] = np.where(np.isfinite(noise.dissimilarity), 0.0, np.nan)
    inspection.show(findings, noise=noise)
    assert np.isnan(cell_values(inspection, "noise_ratio").values).all()
    assert cell_values(inspection, "noise_ratio").limits == (0.0, 1.0)


def test_what_the_colours_stand_for_is_chosen_and_told():
    inspection = Inspection()
    colouring = inspection.colouring
    said = []
    colouring.changed.connect(said.append)
    colouring.choose("dissimilarity")
    colouring.choose("colour")
    assert said == ["colour"]
    inspection.show(made())
    assert shown_values(inspection).name == "dissimilarity"  # no photos, no colours
    colouring.choose("coverage")
    assert shown_values(inspection).name == "coverage"
    inspection.show(None)
    with pytest.raises(DinosarError, match="landmarks"):
        shown_values(inspection)
