"""The context of a run's numbers: what is a mean, what a percentile, and what is not defined."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from napari_dinosar import DinosarError
from napari_dinosar.inspection.baselines_context import (
    context_of_run,
    shown_context,
    statistics_of,
)
from napari_dinosar.inspection.inspected import Inspection
from noise_made import noise_of

MEAN, SKEWNESS = "homology.dissimilarity.mean", "homology.dissimilarity.skewness"


@pytest.fixture(scope="module")
def noise(findings):
    """Return a noise floor whose copies have means of 1 to 10, one of them no skewness."""
    one = noise_of(findings, draws=5)
    summaries = [deepcopy(dict(findings.summary)) for _ in range(10)]
    for number, summary in enumerate(summaries):
        summary["homology"]["dissimilarity"]["mean"] = 1.0 + number**2
    summaries[3]["homology"]["dissimilarity"]["skewness"] = None
    return replace(one, summaries=tuple(summaries))


def test_noise_is_the_mean_and_the_95th_percentile_over_all_copies(findings, noise):
    found = context_of_run(findings, noise)
    means = 1.0 + np.arange(10.0) ** 2
    assert found.value(MEAN, "noise") == pytest.approx(means.mean())
    # linear: 0.95 x 9 = 8.55 of the way
    assert found.value(MEAN, "noise_p95") == pytest.approx(65 + 0.55 * (82 - 65))
    assert found.value(SKEWNESS, "comparison") is not None
    for column in ("noise", "noise_p95"):
        assert found.value(SKEWNESS, column) is None, "one copy has none"


def test_every_number_of_the_summary_has_its_own_row(findings):
    cells = findings.summary["homology"]
    found = statistics_of(findings.summary)
    for name in ("procrustes_distance", "bending_energy_a", "bending_energy_b"):
        assert found[f"homology.{name}"] == cells[name]
    n_scores = sum(
        len(values) for ways in findings.summary["scores"].values() for values in ways.values()
    )
    assert len(found) == n_scores + len(cells["dissimilarity"]) + 3


def test_a_run_that_was_opened_is_shown_beside_its_noise(findings, noise):
    inspection = Inspection()
    with pytest.raises(DinosarError, match="no comparison"):
        shown_context(inspection)
    inspection.show(findings)
    assert [one.name for one in shown_context(inspection).columns] == ["comparison"]
    inspection.judge(noise)
    names = [one.name for one in shown_context(inspection).columns]
    assert names == ["comparison", "noise", "noise_p95"]
