import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.scores import STATISTIC_NAMES, mean_statistics, statistics

VALUES = np.random.default_rng(0).gamma(2.0, 0.12, size=301)
UPPER_HALF = VALUES[np.argsort(VALUES)[151:]]


def test_statistics_equal_numpy_and_scipy():
    expected = {
        "n": 301,
        "mean": VALUES.mean(),
        "median": np.median(VALUES),
        "std": VALUES.std(),
        "min": VALUES.min(),
        "max": VALUES.max(),
        **{f"p{level}": np.percentile(VALUES, level) for level in (25, 75, 90, 95, 99)},
        "iqr": stats.iqr(VALUES),
        "skewness": stats.skew(VALUES),
        "kurtosis": stats.kurtosis(VALUES),
        "share_above_0_3": (VALUES > 0.3).mean(),
        "share_above_0_5": (VALUES > 0.5).mean(),
        "mean_above_median": UPPER_HALF.mean(),
    }
    found = statistics(VALUES)
    assert tuple(found) == STATISTIC_NAMES == tuple(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12), name
    assert all(type(value) in (int, float) for value in found.values())


def test_whole_weights_count_as_repetitions():
    """Moments, shares and lower-inverse percentiles of a sample with repeated values."""
    counts = np.random.default_rng(1).integers(0, 5, size=len(VALUES))
    found = statistics(VALUES, counts)
    repeated = np.repeat(VALUES, counts)
    plain = statistics(repeated)
    for name in ("mean", "std", "skewness", "kurtosis", "share_above_0_3", "share_above_0_5"):
        assert found[name] == pytest.approx(plain[name], rel=1e-9), name
    for level in (25, 75, 90, 95, 99):
        expected = np.percentile(repeated, level, method="inverted_cdf")
        assert found[f"p{level}"] == expected
    median = np.percentile(repeated, 50, method="inverted_cdf")
    assert found["median"] == median
    assert found["iqr"] == pytest.approx(found["p75"] - found["p25"])
    assert found["mean_above_median"] == pytest.approx(repeated[repeated > median].mean())
    assert found["n"] == np.count_nonzero(counts)
    assert found["n_eff"] == pytest.approx(counts.sum() ** 2 / (counts**2).sum())


@pytest.mark.parametrize("weight", [1e-300, 0.3, 1.0, 1e300])
def test_equal_weights_change_nothing_but_the_rule_of_percentiles(weight):
    found, plain = statistics(VALUES, np.full(len(VALUES), weight)), statistics(VALUES)
    assert found.pop("n_eff") == pytest.approx(301)
    for name, value in plain.items():
        loose = name[0] == "p" or name in ("iqr", "median", "mean_above_median")
        assert found[name] == pytest.approx(value, rel=0.05 if loose else 1e-9), name
    assert found["median"] == plain["median"], "of an odd count both rules take the middle one"


def test_a_percentile_is_reached_despite_rounding():
    """Of weights 0.1, 0.3 and 0.4 the first two add up to half, or to 0.49999999999999994."""
    assert statistics([1.0, 2.0, 3.0], [0.1, 0.3, 0.4])["median"] == 2


def test_zero_weights_are_dropped():
    found = statistics([0.1, 0.2, 99.0], [1, 3, 0])
    assert (found["n"], found["max"], found["mean"]) == (2, 0.2, pytest.approx(0.175))


@pytest.mark.parametrize("limit", [0.3, 0.5])
def test_shares_are_strict(limit):
    name = f"share_above_{limit}".replace(".", "_")
    assert statistics([limit, limit, 0.9])[name] == pytest.approx(1 / 3)


@pytest.mark.parametrize("weights", [None, [2.0]])
def test_one_value(weights):
    found = statistics([0.4], weights)
    assert (found["n"], found["mean"], found["std"], found["p99"]) == (1, 0.4, 0, 0.4)
    assert found["skewness"] is None
    assert found["kurtosis"] is None
    assert found["mean_above_median"] is None


@pytest.mark.parametrize("values", [np.full(50, 0.1), np.full(50, 0.1) + 1e-15 * np.arange(50)])
def test_constant_values_have_no_skewness(values):
    found = statistics(values)
    assert found["skewness"] is None
    assert found["kurtosis"] is None


@pytest.mark.parametrize("arguments", [([],), ([], []), ([0.1, 0.2], [0, 0])])
def test_without_values_all_is_none(arguments):
    found = statistics(*arguments)
    assert found.pop("n") == 0
    assert set(found.values()) == {None}
    assert ("n_eff" in found) == (len(arguments) == 2)


@pytest.mark.parametrize(
    "arguments",
    [([0.1, np.nan],), ([0.1, np.inf], [1, 1]), ([1, 2], [1, -1]), ([1, 2], [1, np.nan])],
)
def test_what_is_not_finite_is_refused(arguments):
    with pytest.raises(DinosarError, match="finite"):
        statistics(*arguments)


def test_a_missing_value_with_zero_weight_is_none_of_our_business():
    assert statistics([0.1, np.nan], [1, 0])["mean"] == 0.1


def test_mean_of_two():
    found = mean_statistics(statistics(VALUES), statistics(2 * VALUES[:101]))
    assert found["n"] == 201
    assert found["mean"] == pytest.approx((VALUES.mean() + 2 * VALUES[:101].mean()) / 2)
    assert mean_statistics(statistics(VALUES), statistics([0.4]))["skewness"] is None
    assert mean_statistics(statistics([]), statistics(VALUES))["mean"] is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40).map(lambda value: value / 40), st.integers(0, 6)),
        min_size=1,
        max_size=40,
    ).filter(lambda rows: any(weight for _, weight in rows)),
    st.sampled_from([1e-3, 1.0, 7.0]),
)
def test_weights_are_repetitions_however_they_are_scaled(rows, scale):
    values, counts = (np.array(column) for column in zip(*rows, strict=True))
    repeated = np.repeat(values, counts)
    found = statistics(values, counts * scale)
    assert found["n"] == np.count_nonzero(counts)
    assert (found["min"], found["max"]) == (repeated.min(), repeated.max())
    assert found["mean"] == pytest.approx(repeated.mean(), abs=1e-12)
    assert found["std"] == pytest.approx(repeated.std(), abs=1e-7)
    if repeated.std() > 1e-3:
        assert found["skewness"] == pytest.approx(stats.skew(repeated), abs=1e-9)
        assert found["kurtosis"] == pytest.approx(stats.kurtosis(repeated), abs=1e-9)
    for name, level in (("median", 50), ("p25", 25), ("p90", 90), ("p99", 99)):
        assert found[name] == np.percentile(repeated, level, method="inverted_cdf"), name
    assert found["share_above_0_3"] == pytest.approx((repeated > 0.3).mean())
