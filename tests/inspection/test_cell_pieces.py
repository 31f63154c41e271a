"""Pieces of photos round cells whose place is known."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates

from drawn import NAMES, draw
from findings_made import CELLS, made, specimen
from napari_dinosar import DinosarError, Landmarks, Settings, compare
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.inspection.cell_pieces import CellPieces
from napari_dinosar.inspection.cell_warps import CellWarp
from napari_dinosar.inspection.photo_warping import warped
from napari_dinosar.specimen import Cache

CELL = 2 * CELLS[1] + 3
"""One in the middle of the specimen."""


@pytest.fixture(scope="module")
def pieces(findings):
    return CellPieces(findings, specimen("a").rgb, specimen("b").rgb)


def sampled(rgb, xy):
    channels = [map_coordinates(rgb[..., k].astype(float), xy[::-1], order=1) for k in range(3)]
    return np.stack(channels, axis=-1)


def moved(rgb, matrix):
    """Return a photo mapped by a matrix (3, 3) of (x, y, 1), bilinearly."""
    y, x = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(float)
    back = np.linalg.inv(matrix)
    source = np.einsum("ij,jhw->ihw", back, np.stack([x, y, np.ones_like(x)]))[:2]
    channels = [
        map_coordinates(rgb[..., k].astype(float), source[::-1], order=1, mode="nearest")
        for k in range(3)
    ]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


@pytest.fixture(scope="module")
def turned():
    """Return a comparison of a soft photo and itself moved by a known affine map."""
    one = draw(1, size_xy=(420, 300))
    soft = gaussian_filter(one.rgb.astype(float), (2, 2, 0)).round().astype(np.uint8)
    turn = np.deg2rad(7)
    matrix = np.array(
        [
            [1.04 * np.cos(turn), -np.sin(turn), 9.25],
            [np.sin(turn), 0.96 * np.cos(turn), -17.5],
            [0.0, 0.0, 1.0],
        ]
    )
    there = one.landmarks_xy @ matrix[:2, :2].T + matrix[:2, 2]
    return compare(
        soft,
        moved(soft, matrix),
        Settings(fg_mode="thresh", img_size=256, border_patches=1),
        backbone="daisy",
        landmarks=tuple(Landmarks.from_points(xy, names=NAMES) for xy in (one.landmarks_xy, there)),
        cache=Cache(),
        store=None,
    )


def test_rectified_pieces_of_one_animal_moved_lie_on_each_other(turned):
    pieces = CellPieces(turned.findings, turned.a.photo.rgb, turned.b.photo.rgb)
    used = np.flatnonzero(turned.cells["used"])
    for cell in used[:: len(used) // 6]:
        a, b = pieces.rectified(int(cell), surroundings=0.5)
        assert a.rgb.shape == b.rgb.shape
        assert a.rgb.dtype == np.uint8
        np.testing.assert_array_equal(a.outline_xy, b.outline_xy)
        gap = np.abs(a.rgb.astype(int) - b.rgb)
        assert gap.mean() < 1.5
        assert np.percentile(gap, 99) < 8
    spread = [pieces.rectified(int(cell))[0].rgb.std() for cell in used[::9]]
    assert max(spread) > 15, "there is something to see"


def test_pieces_as_they_are_are_the_pixels_of_the_photo(pieces, findings):
    for piece, name in zip(pieces.as_they_are(CELL), "ab", strict=True):
        rgb = specimen(name).rgb
        row = findings.tables["cells"].iloc[CELL]
        corners = np.array([(row[f"x{k}_{name}"], row[f"y{k}_{name}"]) for k in range(1, 5)])
        offset = corners - piece.outline_xy
        x, y = offset[0].astype(int)
        np.testing.assert_array_equal(offset, np.tile([x, y], (4, 1)), "whole pixels")
        height, width = piece.rgb.shape[:2]
        np.testing.assert_array_equal(piece.rgb, rgb[y : y + height, x : x + width])
        assert (piece.outline_xy > 0).all()
        assert (piece.outline_xy < (width - 1, height - 1)).all()


def test_the_surroundings_are_as_wide_as_asked(pieces):
    narrow, wide = (pieces.as_they_are(CELL, surroundings=share)[0] for share in (0.0, 1.0))
    size = np.ptp(wide.outline_xy, axis=0)
    grown = np.array(wide.rgb.shape[1::-1]) - narrow.rgb.shape[1::-1]
    np.testing.assert_allclose(grown, 2 * size, atol=2)


def test_the_outline_of_a_rectified_piece_is_its_cell(pieces, findings):
    a, b = pieces.rectified(CELL, surroundings=1.0)
    height, width = a.rgb.shape[:2]
    np.testing.assert_allclose(a.outline_xy[0], (width / 3 - 0.5, height / 3 - 0.5), atol=1e-9)
    np.testing.assert_allclose(
        a.outline_xy[2], (2 * width / 3 - 0.5, 2 * height / 3 - 0.5), atol=1e-9
    )
    row, col = divmod(CELL, CELLS[1])
    low, step = findings.cells.nodes_xy[row, col], findings.cells.cell_xy
    x, y = np.meshgrid((np.arange(width) + 0.5) / width * 3 - 1,
                       (np.arange(height) + 0.5) / height * 3 - 1)  # fmt: skip
    consensus = low + np.stack([x, y], axis=-1) * step
    for piece, name in ((a, "a"), (b, "b")):
        warp = CellWarp(findings, name)
        expected = sampled(specimen(name).rgb, np.moveaxis(warp(consensus), -1, 0))
        gap = np.abs(piece.rgb - expected)
        assert np.median(gap) < 1
        assert np.percentile(gap, 90) < 6


def test_the_splines_are_those_of_the_cells(turned):
    homology = turned.homology
    for name, nodes in (("a", turned.findings.cells.nodes_a_xy), ("b", homology.nodes_b_xy)):
        warp = CellWarp(turned.findings, name)
        laid = warp(turned.findings.cells.nodes_xy)
        expected = nodes if name == "a" else turned.findings.b.to_photo(nodes)
        np.testing.assert_allclose(laid, expected, atol=1e-6)
        assert isinstance(warp.spline, ThinPlateSpline)


def test_a_fine_photo_is_reduced_and_a_coarse_one_enlarged(pieces):
    small = pieces.rectified(CELL, surroundings=0.0)[0]
    assert max(small.rgb.shape) == 96
    bounded = pieces.rectified(CELL, surroundings=2.0, longest_px=100)
    assert max(bounded[0].rgb.shape) == 100
    own = pieces.rectified(CELL, surroundings=2.0)[0].rgb
    assert 100 < max(own.shape) < 512
    whole = own.reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(bounded[0].rgb.reshape(-1, 3).mean(axis=0), whole, atol=2)


def test_beyond_the_photo_pieces_are_white(pieces):
    for piece in (*pieces.as_they_are(0, 6.0), *pieces.rectified(0, 6.0)):
        assert (piece.rgb[0, 0] == 255).all()
        assert piece.rgb.min() < 120, "and the photo is on them as well"


@pytest.mark.parametrize("shift", [3e3, -3e3, 1e7, np.nan])
def test_a_cell_far_off_its_photo_does_not_fill_the_memory(findings, shift):
    pieces = CellPieces(findings, specimen("a").rgb, specimen("b").rgb)
    pieces._corners["a"] = pieces._corners["a"] + shift
    piece = pieces.as_they_are(CELL)[0]
    assert 0 < piece.rgb.size < 10_000_000
    assert (piece.rgb == 255).all()


def test_other_photos_and_runs_without_cells_are_refused(findings):
    a, b = specimen("a").rgb, specimen("b").rgb
    with pytest.raises(DinosarError, match="240 x 300 x 3"):
        CellPieces(findings, a, b[:-2])
    with pytest.raises(DinosarError, match="Give that photo"):
        CellPieces(findings, a[..., 0], b)
    with pytest.raises(DinosarError, match="no homologous cells"):
        CellPieces(made(cells=False), a, b)
    with pytest.raises(DinosarError, match="count from 0"):
        CellPieces(findings, a, b).rectified(-1)
    with pytest.raises(DinosarError, match=f"count from 0 to {CELLS[0] * CELLS[1] - 1}"):
        CellPieces(findings, a, b).rectified(CELLS[0] * CELLS[1])


@pytest.mark.parametrize("step", [0.4, 1.0, 2.5, 5.0, 9.0])
def test_a_photo_is_laid_out_to_a_small_part_of_a_pixel(step):
    """The grey of a photo says where it was taken from."""
    y, x = np.mgrid[:240, :250]
    rgb = np.stack([x, y, np.full_like(x, 90)], axis=-1).astype(np.uint8)
    size, first = np.array([24, 16]), np.array([12.3, 20.6])
    ends = [first[axis] + step * size[axis] * np.array([0.0, 1.0]) for axis in (0, 1)]
    piece = warped(rgb, np.stack(np.meshgrid(*ends), axis=-1), size).astype(float)
    middles = (np.stack(np.meshgrid(np.arange(24), np.arange(16)), axis=-1) + 0.5) * step + first
    inner = np.s_[2:-2, 2:-2]
    # whole numbers of grey are cut off, half a grey in the mean
    np.testing.assert_allclose(piece[inner][..., :2] + 0.5, middles[inner], atol=1.0)
    assert (piece[..., 2] == 90).all()


def test_what_is_fine_across_stays_so_where_a_photo_is_squeezed_along():
    stripes = np.zeros((200, 60, 3), np.uint8)
    stripes[:, ::2] = 200
    lattice = np.stack(np.meshgrid([9.5, 29.5], [9.5, 169.5]), axis=-1)
    assert warped(stripes, lattice, np.array([20, 20])).std() > 90


def test_pieces_are_as_fine_as_the_finer_photo(pieces, findings):
    row, col = divmod(CELL, CELLS[1])
    nodes, margin = findings.cells.nodes_xy, 2.0 * findings.cells.cell_xy
    low, high = nodes[row, col] - margin, nodes[row + 1, col + 1] + margin
    grid = np.stack(np.meshgrid(*np.linspace(low, high, 13).T), axis=-1)
    lengths = []
    for name in "ab":
        laid = CellWarp(findings, name)(grid)
        for axis in (0, 1):
            steps = np.linalg.norm(np.diff(laid, axis=axis), axis=-1)
            lengths.append(steps.sum(axis=axis).mean())
    assert max(lengths[:2]) != pytest.approx(max(lengths[2:]), rel=0.01)
    own = pieces.rectified(CELL, surroundings=2.0)[0].rgb
    assert max(own.shape) == np.ceil(max(lengths))
