"""What regions leave out, worked out anew: sample by sample, in plain loops."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.ndimage import binary_erosion
from skimage.measure import points_in_poly

from findings_made import made
from napari_dinosar.core.scores import statistics
from napari_dinosar.findings import DIRECTIONS, Sample
from napari_dinosar.findings.flags import FlaggedRegion, FlagSheet, Remark, flagged
from napari_dinosar.inspection.flags_statistics import statistics_without

SAMPLES = 3
BOX = 25.0 * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])


@pytest.fixture(scope="module")
def findings():
    """Return findings whose values are those of their tables, in the tables' order."""
    one = made()
    settings = {**one.record["settings"], "tps_samples": SAMPLES}
    ways = [one.tables[f"patches_{way}"]["dissimilarity"].to_numpy() for way in DIRECTIONS]
    pairs = one.tables["matches"]
    verified = pairs["dissimilarity"][pairs["inlier"].fillna(False).astype(bool)].to_numpy()
    rng = np.random.default_rng(3)
    samples = {
        "bidirectional": [Sample(np.concatenate(both)) for both in (ways, ways[::-1])],
        "attention_weighted": [Sample(values, rng.random(len(values))) for values in ways],
        "demo_inliers": [Sample(verified)] * 2,
    }
    return replace(
        one,
        record={**one.record, "settings": settings},
        samples={mode: dict(zip(DIRECTIONS, both, strict=True)) for mode, both in samples.items()},
    )


def region(findings, letter, rng):
    """Return a triangle about the rim of a specimen."""
    one = findings.side(letter)
    y, x = np.nonzero(one.mask & ~binary_erosion(one.mask, iterations=20))
    middle = np.stack([x, y], axis=-1)[rng.integers(len(x))]
    angles = rng.uniform(0, 2 * np.pi) + np.array([0.0, 2.0, 4.2])
    reach = rng.uniform(30, 80, (3, 1)) * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return FlaggedRegion(letter, middle + reach)


def is_out(side, photo_xy, corners_xy):
    """Tell whether half of the samples on the specimen, or of all without any, are in a region."""
    in_region = points_in_poly(photo_xy, corners_xy)
    on_specimen = []
    for x, y in np.floor(side.to_canvas(photo_xy) + 0.5).astype(int):
        inside = 0 <= y < side.canvas_mask.shape[0] and 0 <= x < side.canvas_mask.shape[1]
        p = side.patch_size
        on_specimen.append(bool(inside and side.canvas_mask[y, x] and side.valid[y // p, x // p]))
    counted = in_region[on_specimen] if any(on_specimen) else in_region
    return counted.sum() >= 0.5 * len(counted)


def cell_samples(nodes, row, col):
    places = (np.arange(SAMPLES) + 0.5) / SAMPLES
    return np.array(
        [
            (1 - v) * ((1 - u) * nodes[row, col] + u * nodes[row, col + 1])
            + v * ((1 - u) * nodes[row + 1, col] + u * nodes[row + 1, col + 1])
            for v, u in product(places, places)
        ]
    )


def patch_samples(side, row, col):
    places = (np.arange(4) + 0.5) / 4
    canvas_xy = np.array([(col + u, row + v) for v, u in product(places, places)])
    return side.to_photo(canvas_xy * side.patch_size - 0.5)


@pytest.mark.parametrize(("letters", "seed"), [("a", 0), ("b", 1), ("ab", 2), ("ab", 3), ("ab", 6)])
def test_cells_and_patches_in_regions_are_left_out_of_their_statistics(findings, letters, seed):
    rng = np.random.default_rng(seed)
    regions = {letter: region(findings, letter, rng) for letter in letters}
    cells = findings.cells
    place = tuple(np.argwhere(cells.used)[0])
    sheet = FlagSheet(flagged([place], Remark()), tuple(regions.values()))
    found = statistics_without(findings, sheet)
    out = np.zeros(cells.shape, dtype=bool)
    out[place] = True
    for letter, one in regions.items():
        side, nodes = findings.side(letter), getattr(cells, f"nodes_{letter}_xy")
        for row, col in np.ndindex(*cells.shape):
            out[row, col] |= is_out(side, cell_samples(nodes, row, col), one.corners_xy)
        patches = np.zeros(side.valid.shape, dtype=bool)
        for row, col in np.argwhere(side.valid):
            patches[row, col] = is_out(side, patch_samples(side, row, col), one.corners_xy)
        np.testing.assert_array_equal(getattr(found, f"excluded_{letter}"), patches)
    np.testing.assert_array_equal(found.excluded_cells, out)
    assert found.n_cells_excluded == (out & cells.used).sum() < out.sum()
    kept = cells.used & ~out
    weights = np.minimum(cells.coverage_a, cells.coverage_b)[kept]
    assert found.cells_without == statistics(cells.dissimilarity[kept], weights)


def test_weights_stay_with_their_values_and_the_other_way_is_the_other_table(findings):
    pairs = findings.tables["matches"]
    verified = pairs["inlier"].fillna(False).to_numpy(dtype=bool)
    first, second = np.flatnonzero(verified)[:2]
    boxes = [
        FlaggedRegion(letter, pairs.loc[pair, [f"x_{letter}", f"y_{letter}"]].to_numpy(float) + BOX)
        for letter, pair in (("a", first), ("b", second))
    ]
    sheet = FlagSheet((), tuple(boxes))
    found = statistics_without(findings, sheet)
    gone = {}
    for way, own, other in (("a_to_b", "a", "b"), ("b_to_a", "b", "a")):
        table = findings.tables[f"patches_{way}"]
        in_own, in_other = (getattr(found, f"excluded_{side}") for side in (own, other))
        gone[way] = in_own[table["row"], table["col"]]
        gone[way] |= in_other[table["match_row"], table["match_col"]]
        sample = findings.samples["attention_weighted"][way]
        assert found.scores_without["attention_weighted"][way] == statistics(
            sample.values[~gone[way]], sample.weights[~gone[way]]
        )
    for way, back in (DIRECTIONS, DIRECTIONS[::-1]):
        both = np.concatenate([gone[way], gone[back]])
        pooled = findings.samples["bidirectional"][way].values[~both]
        assert found.scores_without["bidirectional"][way] == statistics(pooled)
    inside = [
        points_in_poly(pairs[[f"x_{one.side}", f"y_{one.side}"]].to_numpy(), one.corners_xy)
        for one in boxes
    ]
    assert inside[0][first]
    assert inside[1][second]
    kept = verified & ~(inside[0] | inside[1])
    values = findings.samples["demo_inliers"]["a_to_b"].values[kept[verified]]
    assert found.scores_without["demo_inliers"]["a_to_b"] == statistics(values)


def test_half_of_a_cell_is_enough(findings):
    """Exactly half of the samples of a cell that lies on the specimen as a whole."""
    even = {**findings.record["settings"], "tps_samples": 4}
    run = replace(findings, record={**findings.record, "settings": even})
    nodes = run.cells.nodes_a_xy
    ones = [
        (row, col)
        for row, col in np.ndindex(*run.cells.shape)
        if run.a.mask[tuple(np.rint(nodes[row : row + 2, col : col + 2]).astype(int).T[::-1])].all()
    ]
    row, col = ones[len(ones) // 2]
    start, right, down = nodes[row, col], nodes[row, col + 1], nodes[row + 1, col]
    across, along = right - start, down - start
    for share, expected in ((0.5, True), (0.49, True), (0.3, False)):
        corners = start + np.array([0 * across, share * across, share * across + along, along])
        found = statistics_without(run, FlagSheet((), (FlaggedRegion("a", corners),)))
        assert found.excluded_cells[row, col] == expected, share
