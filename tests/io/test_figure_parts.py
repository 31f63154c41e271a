"""The calls of which figures are made: photos, overlays, labels, paper and files."""

import threading
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection

from figures_made import run
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.figures import (
    Shown,
    add_attention,
    add_caption,
    add_cells,
    add_landmarks,
    add_matches,
    add_scale,
    figure_bytes,
    plot_pair,
    plot_photos,
    save_figure,
)
from napari_dinosar.io.figures.histograms import bin_edges
from napari_dinosar.io.figures.labels import place_labels
from napari_dinosar.io.figures.outlines import outline_path, outlines
from napari_dinosar.io.figures.overlays import patch_corners, spread_choice
from napari_dinosar.io.figures.paper import (
    POINT_MM,
    frame_mm,
    shortened,
    size_mm,
    style,
    width_of_mm,
    wrapped,
)
from napari_dinosar.io.figures.photos import in_view, pale, view_of, whole

GREY = np.full((40, 60, 3), 128, np.uint8)
PHOTO = Shown(GREY, (60, 40), "A: one")
TALL = Shown(np.full((90, 30, 3), 60, np.uint8), (30, 90), "B: other")


def test_three_calls_make_a_figure(tmp_path):
    figure, axes_a, axes_b = plot_pair(PHOTO, TALL)
    add_matches(axes_a, axes_b, [(5, 5), (50, 30)], [(3, 9), (20, 80)], [0.5, 0.9], (0.5, 0.9))
    path = save_figure(figure, tmp_path / "pair.svg")
    assert path.read_text().count("<text") > 4
    with pytest.raises(DinosarError, match=r"pair\.svg already"):
        save_figure(figure, path)
    save_figure(figure, path, overwrite=True)
    with pytest.raises(DinosarError, match="'jpg'"):
        save_figure(figure, tmp_path / "pair.jpg")


def test_a_sheet_is_180_mm_wide_and_a_png_as_large_as_its_dots():
    figure, _ = plot_photos([PHOTO, TALL])
    width, height = size_mm(figure)
    assert width == pytest.approx(180.0)
    png = figure_bytes(figure, dpi=100)
    assert int.from_bytes(png[16:20]) == int(180 / 25.4 * 100)
    assert int.from_bytes(png[20:24]) == int(height / 25.4 * 100)


def test_photos_in_rows_have_one_height_and_square_pixels():
    _, rows = plot_photos([PHOTO, TALL], [PHOTO])
    frames = [frame_mm(axes) for row in rows for axes in row]
    heights = [low - top for _, top, _, low in frames]
    np.testing.assert_allclose(heights, heights[0])
    for (left, top, right, low), photo in zip(frames, (PHOTO, TALL, PHOTO), strict=True):
        assert (right - left) / (low - top) == pytest.approx(photo.size_xy[0] / photo.size_xy[1])


def test_a_pair_of_wide_photos_is_stacked():
    _, above, below = plot_pair(PHOTO, PHOTO)
    assert frame_mm(above)[3] < frame_mm(below)[1]
    _, left, right = plot_pair(PHOTO, TALL)
    assert frame_mm(left)[2] < frame_mm(right)[0]


def test_a_smaller_copy_lies_where_the_photo_lies():
    rgb = np.zeros((20, 30, 3), np.uint8)
    rgb[5, 7] = 255  # of a photo of 60 x 40 the pixels x 14 to 15, y 10 to 11
    shown = Shown(rgb, (60, 40), view=(10.0, 30.0, 25.0, 9.0))
    pixels, (left, right, bottom, top) = in_view(shown)
    rows, cols = pixels.shape[:2]
    (row,), (col,) = np.nonzero(pixels[..., 0])
    x = left + (col + np.array([0, 1])) * (right - left) / cols
    y = top + (row + np.array([0, 1])) * (bottom - top) / rows
    np.testing.assert_allclose(x, [13.5, 15.5])
    np.testing.assert_allclose(y, [9.5, 11.5])
    assert pixels.size < rgb.size


def test_a_view_beyond_the_photo_shows_paper():
    pixels, extent = in_view(Shown(GREY, (60, 40), view=(-20.0, 80.0, 60.0, -20.0)))
    assert pixels.shape == GREY.shape
    assert extent == (-0.5, 59.5, 39.5, -0.5)
    assert not in_view(Shown(GREY, (60, 40), view=(80.0, 90.0, 60.0, 50.0)))[0].size


def test_a_pale_photo_keeps_its_order_of_light():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    light = pale(ramp)[0, :, 0].astype(int)
    assert (np.diff(light) >= 0).all()
    assert light[0] > 80
    assert light[-1] == 255


def test_an_outline_runs_along_the_edge_of_the_mask():
    mask = np.zeros((50, 80), bool)
    mask[10:30, 20:60] = True
    (line,) = outlines(mask)
    np.testing.assert_allclose(line.min(axis=0), [19.5, 9.5])
    np.testing.assert_allclose(line.max(axis=0), [59.5, 29.5])
    path = outline_path([line])
    assert path.contains_point((40, 20))
    assert not path.contains_point((70, 20))


def test_outlines_of_a_full_or_an_empty_mask():
    (line,) = outlines(np.ones((20, 30), bool))
    np.testing.assert_allclose([line.min(axis=0), line.max(axis=0)], [[-0.5, -0.5], [29.5, 19.5]])
    assert outlines(np.zeros((20, 30), bool)) == []
    assert not outline_path([]).vertices.size


def test_the_outline_of_a_large_mask_is_coarse_and_in_place():
    mask = np.zeros((3000, 4000), bool)
    mask[600:2400, 800:3200] = True
    (line,) = outlines(mask)
    np.testing.assert_allclose(line.min(axis=0), [800, 600], atol=4)
    np.testing.assert_allclose(line.max(axis=0), [3200, 2400], atol=4)


def test_unused_cells_stay_open():
    _, [[axes]] = plot_photos([PHOTO])
    x, y = np.meshgrid(np.linspace(5, 50, 4), np.linspace(5, 30, 3))
    values = np.array([[0.1, np.nan, 0.3], [0.2, 0.2, np.nan]])
    cells = add_cells(axes, np.stack([x, y], axis=-1), values, (0.1, 0.3))
    assert len(cells.get_paths()) == 4
    np.testing.assert_array_equal(cells.get_array(), [0.1, 0.3, 0.2, 0.2])
    assert cells.get_clim() == (0.1, 0.3)


def test_attention_lies_on_its_patches_and_nowhere_beyond_a_horizon():
    _, [[axes]] = plot_photos([PHOTO])
    corners = patch_corners((2, 3), 16)
    np.testing.assert_array_equal(corners[0, 0], [-0.5, -0.5])
    np.testing.assert_array_equal(corners[2, 3], [47.5, 31.5])
    corners[0, 0] = np.nan
    mesh = add_attention(axes, np.ones((2, 3)), corners, (0.0, 1.0))
    expected = [[True, False, False], [False, False, False]]
    np.testing.assert_array_equal(np.ma.getmaskarray(mesh.get_array()).reshape(2, 3), expected)


def test_the_most_similar_match_has_the_last_colour_and_outliers_broken_lines():
    figure, axes_a, axes_b = plot_pair(PHOTO, TALL)
    xy = np.array([(5, 5), (30, 20), (50, 30)])
    add_matches(axes_a, axes_b, xy, xy / 2, [0.2, 0.5, 0.9], (0.2, 0.9), [True, False, True])
    _, agreeing, _, astray = [a for a in figure.get_children() if isinstance(a, LineCollection)]
    np.testing.assert_allclose(agreeing.get_colors()[-1], mpl.colormaps["viridis"](1.0))
    assert agreeing.get_linestyle()[0][1] is None
    assert astray.get_linestyle()[0][1] is not None
    assert [len(one.get_segments()) for one in (agreeing, astray)] == [2, 1]


def test_ends_of_lines_lie_on_the_points_after_a_caption_too():
    figure, axes_a, axes_b = plot_pair(PHOTO, TALL)
    add_matches(axes_a, axes_b, [(12, 7)], [(20, 80)])
    add_caption(figure, "Credit.\nLicence.")
    lines = [a for a in figure.get_children() if isinstance(a, LineCollection)][-1]
    ends = lines.get_transform().transform(lines.get_segments()[0])
    for axes, point, end in zip((axes_a, axes_b), [(12, 7), (20, 80)], ends, strict=True):
        np.testing.assert_allclose(axes.transData.transform(point), end, atol=1e-6)


def test_a_choice_of_points_is_spread():
    rng = np.random.default_rng(0)
    crowd = np.concatenate([rng.normal(0, 0.1, (200, 2)), [(9, 9), (9, -9), (-9, 9), (-9, -9)]])
    assert {200, 201, 202, 203} <= set(spread_choice(crowd, 6))
    assert len(set(spread_choice(crowd, 50))) == 50
    np.testing.assert_array_equal(spread_choice(crowd[:3], 5), [0, 1, 2])
    assert spread_choice(np.empty((0, 2)), 5).size == 0


@settings(max_examples=40, deadline=None)
@given(
    anchors=st.lists(st.tuples(st.floats(1, 79), st.floats(1, 49)), max_size=40),
    width=st.floats(1.0, 8.0),
)
def test_labels_never_overlap_marks_each_other_or_the_frame(anchors, width):
    marks = np.array(anchors).reshape(-1, 2)
    places = place_labels(marks, [(width, 2.5)] * len(marks), (0.0, 0.0, 80.0, 50.0), 1.5)
    boxes = np.array([place for place in places if place is not None]).reshape(-1, 4)
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= [80, 50]).all()
    obstacles = np.concatenate([np.column_stack([marks - 0.75, marks + 0.75]), boxes])
    shared = np.minimum(boxes[:, None, 2:], obstacles[None, :, 2:]) - np.maximum(
        boxes[:, None, :2], obstacles[None, :, :2]
    )
    covers = (shared > 1e-9).all(axis=-1)
    np.fill_diagonal(covers[:, len(marks) :], val=False)
    assert not covers.any()


def test_a_label_stands_beside_its_mark_where_there_is_room():
    (box,) = place_labels(np.array([(40.0, 25.0)]), [(4.0, 2.5)], (0, 0, 80, 50), 1.5)
    gap = np.clip((40.0, 25.0), box[:2], box[2:]) - (40.0, 25.0)
    assert np.hypot(*gap) < 2.0
    assert place_labels(np.array([(1.0, 1.0)]), [(4.0, 2.5)], (0, 0, 3, 3), 1.5) == [None]


def test_absent_landmarks_and_those_out_of_view_are_not_drawn():
    _, [[axes]] = plot_photos([PHOTO])
    texts = add_landmarks(axes, [(10, 10), (np.nan, np.nan), (500, 10), (30, 20)], list("abcd"))
    assert [text.get_text() for text in texts] == ["a", "d"]
    assert len(axes.collections[0].get_offsets()) == 2


def test_many_landmarks_are_marked_without_labels():
    _, [[axes]] = plot_photos([PHOTO])
    xy = np.random.default_rng(0).uniform(2, 38, (500, 2))
    assert add_landmarks(axes, xy, [str(k) for k in range(500)]) == []
    assert len(axes.collections[0].get_offsets()) == 500


def test_a_colour_bar_ends_at_its_limits():
    figure, _ = plot_photos([PHOTO], room_mm=12.0)
    bar = add_scale(figure, (60, 70, 60, 2), "viridis", (0.137, 0.862), "what it is, unit")
    assert bar.get_xlim() == (0.137, 0.862)
    assert bar.get_xlabel() == "what it is, unit"
    ticks = bar.get_xticks()
    assert ((ticks >= 0.137) & (ticks <= 0.862)).all()
    assert 3 <= len(ticks) <= 6


@pytest.mark.parametrize(
    ("values", "bins"), [([], 12), ([0.3], 12), ([0.3] * 50, 12), (np.linspace(0, 1, 5000), 18)]
)
def test_bins_cover_the_values(values, bins):
    sample = np.array(values, dtype=float)
    edges = bin_edges(sample)
    assert len(edges) == bins + 1
    assert (np.diff(edges) > 0).all()
    if sample.size:
        assert edges[0] <= sample.min()
        assert edges[-1] >= sample.max()


def test_words_are_as_wide_as_they_are_drawn():
    figure, _ = plot_photos([PHOTO])
    with style():
        text = figure.text(0.5, 0.5, "coverage below 0.5 in A (12)", fontsize=7)
        box = text.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    drawn_mm = box.width / figure.dpi * 72 * POINT_MM
    assert width_of_mm("coverage below 0.5 in A (12)", 7) == pytest.approx(drawn_mm, rel=0.02)


def test_long_words_are_cut_in_the_middle_and_wrapped():
    name = "a name that is far too long for its place.jpg"
    short = shortened(name, 25.0)
    assert width_of_mm(short, 7.0, "bold") <= 25.0
    assert short.startswith("a name")
    assert short.endswith("jpg")
    assert "…" in short
    assert shortened("a\tb\n\x00c", 50) == "a b c"
    lines = wrapped("word " * 60 + "\nnext", 60.0, 6.0)
    assert all(width_of_mm(line, 6.0) <= 60.0 for line in lines)
    assert lines[-1] == "next"
    assert wrapped("", 60.0, 6.0) == []


def test_two_threads_leave_matplotlib_as_it_was():
    before = dict(mpl.rcParams)
    barrier = threading.Barrier(2)

    def borrow():
        barrier.wait()
        for _ in range(20):
            with style(), style():
                assert mpl.rcParams["svg.fonttype"] == "none"

    threads = [threading.Thread(target=borrow) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(mpl.rcParams) == before


def test_only_what_was_asked_for_takes_a_view_beyond_the_photo():
    side = run(landmarks=False).a
    full = replace(side, mask=np.ones_like(side.mask))
    width, height = side.size_xy
    assert view_of(full, overhang=0.1) == (-0.5, width - 0.5, height - 0.5, -0.5)
    left, right, bottom, top = view_of(full, [(-10.0, 50.0), (40.0, 9999.0)], overhang=0.1)
    assert -30 < left < -10
    assert (right, top) == (width - 0.5, -0.5)
    assert bottom == height - 0.5 + 0.1 * width


def test_the_view_of_a_small_specimen_is_close():
    side = run(landmarks=False).a
    mask = np.zeros_like(side.mask)
    mask[50:90, 100:180] = True
    left, right, bottom, top = view_of(replace(side, mask=mask), [(np.nan, np.nan)])
    assert 90 < left < 100
    assert 179 < right < 190
    assert 40 < top < 50
    assert 89 < bottom < 100
    assert view_of(replace(side, mask=mask & False)) == whole(side.size_xy)
