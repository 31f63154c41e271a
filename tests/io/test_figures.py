"""The figures of a run: which it has, what stands in them, and that nothing covers anything."""

import subprocess
import sys
import warnings
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.path import Path as MplPath
from matplotlib.text import Text

from figures_made import marks_on, renamed, run, with_landmarks, with_matches
from napari_dinosar import palette
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.scores import statistics
from napari_dinosar.findings.cell_marks import CellMarks
from napari_dinosar.io.figures import draw, figure_bytes, figure_files, figure_names, save_figures
from napari_dinosar.io.figures.cell_examples import extremes
from napari_dinosar.io.figures.cell_figures import HATCHES, hatches, unused_groups
from napari_dinosar.io.figures.overlays import cell_corners
from napari_dinosar.io.figures.paper import SCALE

ALL = (
    "pair", "cell_grid", "cell_map", "cell_histogram", "cell_matches", "tps_grids",
    "histogram_foreground", "histogram_bidirectional", "histogram_topk_mean",
    "histogram_attention_weighted", "histogram_demo_inliers", "matches", "aligned",
    "attention_a_layer9", "attention_b_layer9", "attention_a_layer11", "attention_b_layer11",
)  # fmt: skip
OVERLAP_PX = 1.0
"""Frames of letters reach a little beyond their ink."""


@pytest.fixture(scope="module")
def found():
    return run()


def words_in(figure) -> list[tuple[str, np.ndarray]]:
    """Return what is written in a figure, each with its box (x0, y0, x1, y1) in pixels."""
    written = []
    kept = Text.draw

    def recorded(text, renderer):
        kept(text, renderer)
        if text.get_visible() and text.get_text().strip():
            written.append((text.get_text(), text.get_window_extent(renderer).extents))

    FigureCanvasAgg(figure)
    with patch.object(Text, "draw", recorded):
        figure.draw_without_rendering()
    return written


def lines_in(figure) -> str:
    return "\n".join(words for words, _ in words_in(figure))


def legend_words(figure) -> list[str]:
    legends = [legend for axes in figure.axes if (legend := axes.get_legend())] + figure.legends
    return [text.get_text() for legend in legends for text in legend.get_texts()]


@contextmanager
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def bar_limits(figure):
    bars = [axes for axes in figure.axes if axes.get_label() == SCALE]
    assert len(bars) == 1
    return bars[0].get_xlim()


def test_a_complete_run_has_all_figures(found):
    assert figure_names(found) == ALL


def test_heads_are_drawn_on_request_only(found):
    more = set(figure_names(found, on_request=True)) - set(ALL)
    assert more == {f"attention_heads_{s}_layer{n}" for s in "ab" for n in (9, 11)}


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("cells", {"cell_grid", "cell_map", "cell_histogram", "cell_matches", "tps_grids"}),
        ("matches", {"matches", *(name for name in ALL if name.startswith("histogram"))}),
        ("attention", {"histogram_attention_weighted"}
         | {name for name in ALL if name.startswith("attention")}),
        ("alignment", {"aligned"}),
        ("landmarks", {"cell_grid", "cell_map", "cell_histogram", "cell_matches", "tps_grids"}),
    ],
)  # fmt: skip
def test_a_run_without_a_part_has_fewer_figures(part, missing):
    partial = run(**{part: False})
    if part == "attention":
        kept = {mode: partial.samples[mode] for mode in partial.samples if "attention" not in mode}
        partial = replace(partial, samples=kept)
    assert set(ALL) - set(figure_names(partial)) == missing
    with no_warnings():
        figure_bytes(draw("pair", partial), dpi=40)


def test_landmarks_alone_have_deformation_grids():
    assert "tps_grids" in figure_names(with_landmarks(8))


def test_landmarks_on_a_line_have_none():
    found = with_landmarks(8)
    on_line = np.linspace([10.0, 10.0], [90.0, 50.0], 8)
    side = replace(found.a, landmarks=replace(found.a.landmarks, xy=on_line))
    assert "tps_grids" not in figure_names(replace(found, a=side))


@pytest.mark.parametrize("name", [*ALL, "attention_heads_a_layer9"])
def test_no_words_cover_others_or_leave_the_sheet(found, name):
    check_words(draw(name, found, "Photos: drawn for tests. Licence: CC0."))


@pytest.mark.parametrize(("rows", "cols"), [(2, 5), (40, 50)])
@pytest.mark.parametrize("name", ["cell_grid", "cell_map", "cell_matches", "cell_histogram"])
def test_no_words_cover_others_at_any_number_of_cells(rows, cols, name):
    check_words(draw(name, run(rows, cols)))


@pytest.mark.parametrize(("n", "name"), [(60, "a long name of a landmark {}"), (30, "L{}")])
def test_no_words_cover_others_at_many_landmarks(n, name):
    found = with_landmarks(n, name)
    check_words(draw("tps_grids" if n < 50 else "pair", found))


def test_no_words_cover_others_where_names_are_long():
    found = renamed(run(), "a very long name of a photo " * 6 + ".jpg")
    for name in ("matches", "tps_grids", "histogram_foreground", "cell_map"):
        check_words(draw(name, found))


def check_words(figure):
    written = words_in(figure)
    assert written
    width, height = figure.canvas.get_width_height()
    for words, box in written:
        assert (box[:2] > -OVERLAP_PX).all(), words
        assert box[2] < width + OVERLAP_PX, words
        assert box[3] < height + OVERLAP_PX, words
    boxes = np.array([box for _, box in written])
    shared = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(
        boxes[:, None, :2], boxes[None, :, :2]
    )
    covers = np.triu((shared > OVERLAP_PX).all(axis=-1), k=1)
    assert not covers.any(), [
        f"{written[one][0]!r} covers {written[other][0]!r}" for one, other in np.argwhere(covers)
    ]


def test_words_that_cover_others_are_found():
    figure = draw("histogram_foreground", run())
    figure.text(0.5, 0.5, "one")
    figure.text(0.5, 0.5, "other")
    with pytest.raises(AssertionError, match="covers"):
        check_words(figure)


@pytest.mark.parametrize("name", ["cell_grid", "cell_map", "pair"])
def test_the_scale_of_cells_is_the_range_of_the_data(found, name):
    values = found.cells.dissimilarity
    assert bar_limits(draw(name, found)) == (np.nanmin(values), np.nanmax(values))


def test_the_scale_of_matches_is_the_range_of_the_data(found):
    values = found.tables["matches"]["similarity"]
    assert bar_limits(draw("matches", found)) == (values.min(), values.max())


def test_attention_of_a_and_b_has_one_scale(found):
    values = [side.attention_of(11)[side.valid] for side in (found.a, found.b)]
    expected = np.percentile(np.concatenate(values), [2, 98])
    for letter in "ab":
        limits = bar_limits(draw(f"attention_{letter}_layer11", found))
        np.testing.assert_allclose(limits, expected)


def test_attention_is_the_mean_of_the_chosen_heads(found):
    record = {**found.record, "settings": {**found.record["settings"], "attn_heads": [1]}}
    chosen = replace(found, record=record)
    values = [side.attention_of(11, [1])[side.valid] for side in (found.a, found.b)]
    figure = draw("attention_a_layer11", chosen)
    np.testing.assert_allclose(bar_limits(figure), np.percentile(np.concatenate(values), [2, 98]))
    assert "head 1" in lines_in(figure)


def test_attention_without_a_layer_is_that_which_ranks(found):
    one, other = draw("attention_b", found), draw("attention_b_layer11", found)
    assert figure_bytes(one, dpi=40) == figure_bytes(other, dpi=40)


def test_the_map_of_cells_tells_why_each_is_not_used(found):
    cells = found.cells
    words = legend_words(draw("cell_map", found))
    groups = unused_groups(cells)
    assert words[0] == f"compared ({cells.used.sum()})"
    assert words[1:] == [f"{reason} ({where.sum()})" for reason, where in groups.items()]
    assert sum(where.sum() for where in groups.values()) == (~cells.used).sum()
    assert all(";" not in reason for reason in groups)


def test_every_reason_has_a_hatch_of_its_own():
    reasons = [
        *(f"coverage below 0.5 in {where}" for where in ("A", "B", "A and B")),
        *(f"folded in {where}" for where in ("A", "B", "A and B")),
        "outside the landmarks", "eaten by beetles", "lost",
    ]  # fmt: skip
    given = hatches(reasons)
    assert len(set(given.values())) == len(reasons)
    assert (
        given["no coverage in A"[3:]] if False else given["folded in B"] == HATCHES["folded in B"]
    )


def test_cells_without_any_value_have_no_colour_bar(found):
    cells = replace(
        found.cells,
        used=np.zeros(found.cells.shape, bool),
        dissimilarity=np.full(found.cells.shape, np.nan),
        reason=np.full(found.cells.shape, "folded in A"),
    )
    bare = replace(found, cells=cells)
    assert not {"cell_histogram", "cell_matches"} & set(figure_names(bare))
    for name in ("cell_grid", "cell_map", "pair"):
        with no_warnings():
            figure = draw(name, bare)
            figure_bytes(figure, dpi=40)
        assert all(axes.get_label() != SCALE for axes in figure.axes)


def marked_places(axes, colour):
    """Return where lines of a colour have the middles of their pieces, (n, 2)."""
    lines = [
        path.vertices
        for one in axes.collections
        if isinstance(one, LineCollection) and to_hex(one.get_colors()[0]) == colour.lower()
        for path in one.get_paths()
    ]
    return np.concatenate([(line[1:] + line[:-1]) / 2 for line in lines])


def test_noise_and_flags_are_marked_on_the_cells_and_explained(found):
    marks = marks_on(found)
    figure = draw("cell_grid", found, marks=marks)
    assert legend_words(figure) == [
        f"not above the noise floor ({marks.under_noise.sum()})",
        f"flagged, left out by hand ({marks.left_out.sum()})",
    ]
    low_a = figure.axes[2]
    corners = cell_corners(found.cells.nodes_a_xy)
    for where, colour in ((marks.under_noise, "#ffffff"), (marks.left_out, palette.FLAG)):
        places = marked_places(low_a, colour)
        inside = [MplPath(polygon).contains_points(places, radius=0.5) for polygon in corners]
        assert np.any(inside, axis=1)[where.ravel()].all()
        assert np.any(np.array(inside)[where.ravel()], axis=0).all()
    written = figure_bytes(figure, "svg", 40).decode()
    assert "not above the noise floor" in written
    assert "flagged, left out by hand" in written
    check_words(figure)


def test_a_run_with_neither_noise_nor_flags_is_drawn_without_their_legend(found):
    nothing = CellMarks(np.zeros(found.cells.shape, bool), None)
    plain, marked = (draw("cell_grid", found, marks=one) for one in (None, nothing))
    assert legend_words(marked) == []
    assert figure_bytes(plain, dpi=40) == figure_bytes(marked, dpi=40)


@pytest.mark.parametrize("mode", ["foreground", "attention_weighted", "demo_inliers"])
def test_both_ways_of_a_histogram_share_bins_and_axes(found, mode):
    figure = draw(f"histogram_{mode}", found)
    above, below = figure.axes
    assert above.get_xlim() == below.get_xlim()
    assert above.get_ylim() == below.get_ylim()
    edges = [[bar.get_x() for bar in axes.patches] for axes in figure.axes]
    assert edges[0] == edges[1]
    values = np.concatenate([sample.values for sample in found.samples[mode].values()])
    assert above.get_xlim() == (values.min(), values.max())
    for axes in figure.axes:
        assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(100.0)


def test_a_histogram_gives_the_numbers_it_marks(found):
    figure = draw("histogram_attention_weighted", found)
    for axes, way in zip(figure.axes, ("a_to_b", "b_to_a"), strict=True):
        sample = found.samples["attention_weighted"][way]
        numbers = statistics(sample.values, sample.weights)
        legend = axes.get_legend()
        assert [text.get_text() for text in legend.get_texts()] == [
            f"{words} {numbers[name]:.3f}"
            for name, words in (("mean", "mean"), ("median", "median"), ("p95", "P95"))
        ]
        title = legend.get_title().get_text()
        assert title == f"n = {numbers['n']}\neffective n = {numbers['n_eff']:.1f}"
        marks = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2]
        np.testing.assert_allclose(marks, [numbers[k] for k in ("mean", "median", "p95")])


def test_pooled_directions_are_one_histogram(found):
    assert len(draw("histogram_bidirectional", found).axes) == 1


def test_a_histogram_of_nothing_one_way_is_drawn(found):
    sample = found.samples["demo_inliers"]["a_to_b"]
    empty = replace(sample, values=np.empty(0))
    samples = {"demo_inliers": {"a_to_b": sample, "b_to_a": empty}}
    with no_warnings():
        assert "n = 0" in lines_in(draw("histogram_demo_inliers", replace(found, samples=samples)))


def test_unverified_correspondences_are_not_called_inliers(found):
    assert "not verified" in lines_in(draw("histogram_demo_inliers", found))
    assert not legend_words(draw("matches", with_matches(9, verified=False)))
    agreed = int(found.tables["matches"]["inlier"].sum())
    assert legend_words(draw("matches", found)) == [
        f"agrees with one transform ({agreed})", f"does not agree ({40 - agreed})",
    ]  # fmt: skip


def test_of_many_matches_some_are_joined_and_it_says_so():
    figure = draw("matches", with_matches(300))
    lines = [a for a in figure.get_children() if isinstance(a, LineCollection)]
    joined = sum(len(one.get_segments()) for one in lines[1::2])
    assert joined == 60
    assert "300 correspondences; 60 of them" in lines_in(figure)


def test_examples_are_the_least_and_the_most_different_cells(found):
    values = found.cells.dissimilarity.ravel()
    best, worst = extremes(found.cells)
    order = np.argsort(values)[: np.isfinite(values).sum()]
    assert best == order[:6].tolist()
    assert worst == order[::-1][:6].tolist()


def test_few_cells_are_not_shown_twice():
    best, worst = extremes(run(1, 5).cells)
    assert not set(best) & set(worst)
    assert best
    assert worst


def test_aligned_says_how_well(found):
    words = lines_in(draw("aligned", found))
    assert "residual 1.75 pixels of B's photo (1.2 % of the centroid size)" in words


def test_aligned_masks_lie_where_the_alignment_puts_them(found):
    matrix = np.array([[1.0, 0.0, 5.0], [0.0, 1.0, -3.0], [0.0, 0.0, 1.0]])
    shifts = {}
    for stage in ("image", "mask"):
        alignment = {**found.alignment, "stage": stage, "matrix": matrix.tolist()}
        moved = replace(found, record={**found.record, "alignment": alignment})
        lines = draw("aligned", moved).axes[0].collections[0].get_segments()
        shifts[stage] = np.concatenate(lines).mean(axis=0)
    scale = found.b.photo_to_canvas[0, 0]
    np.testing.assert_allclose(shifts["mask"] - shifts["image"], [5 / scale, -3 / scale])


@pytest.mark.parametrize("name", ["attention_a_layer9", "cell_grid", "pair"])
def test_a_tilted_canvas_is_drawn(name):
    with no_warnings():
        figure_bytes(draw(name, run(projective=True)), dpi=40)


def test_an_unknown_figure_is_refused_with_those_there_are(found):
    with pytest.raises(DinosarError, match=r"no figure 'cel_map'.*cell_map"):
        draw("cel_map", found)


def test_a_name_is_written_as_it_is():
    words = lines_in(draw("matches", renamed(run(), "a $x_1$ {0}\nb.jpg")))
    assert "A: a $x_1$ {0} b.jpg" in words


def test_an_svg_keeps_text_as_text(found):
    figure = draw("cell_map", found, "Credit & licence")
    root = ElementTree.fromstring(figure_bytes(figure, "svg"))
    texts = {
        "".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")
    }
    written = {line for words, _ in words_in(figure) for line in words.splitlines()}
    assert written <= texts
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_an_svg_holds_the_photos_as_they_were_handed_over(found):
    root = ElementTree.fromstring(figure_bytes(draw("pair", found), "svg"))
    images = list(root.iter("{http://www.w3.org/2000/svg}image"))
    sizes = [(image.get("width"), image.get("height")) for image in images]
    assert ("320", "220") in [tuple(f"{float(v):.0f}" for v in size) for size in sizes]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_equal_figures_are_equal_bytes(found, kind):
    one, other = (figure_bytes(draw("cell_grid", found), kind, 40) for _ in range(2))
    assert one == other
    assert b"2026" not in one[:2000]


def test_the_users_own_style_changes_nothing(found):
    expected = figure_bytes(draw("cell_histogram", found), dpi=40)
    theirs = {"font.size": 30, "axes.facecolor": "black", "text.color": "red", "axes.grid": True}
    with mpl.rc_context(theirs):
        before = dict(mpl.rcParams)
        assert figure_bytes(draw("cell_histogram", found), dpi=40) == expected
        assert dict(mpl.rcParams) == before


def test_a_style_is_given_back_after_a_failure(found):
    before = dict(mpl.rcParams)
    with pytest.raises(AttributeError):
        draw("aligned", replace(found, aligned_rgb="no picture"))
    assert dict(mpl.rcParams) == before


def test_a_caption_makes_room_for_itself(found):
    plain, captioned = draw("pair", found), draw("pair", found, "Credit.\nLicence.")
    more_mm = (captioned.get_figheight() - plain.get_figheight()) * 25.4
    assert more_mm > 5
    tops = [
        figure.get_figheight() * (1 - figure.axes[0].get_position().y1)
        for figure in (plain, captioned)
    ]
    assert tops[0] == pytest.approx(tops[1])
    assert "Credit.\nLicence." in lines_in(captioned)


def test_a_long_caption_is_wrapped(found):
    check_words(draw("histogram_foreground", found, "credit and licence of the photos, " * 20))


def test_files_appear_by_name_and_format(found, tmp_path):
    paths = save_figures(found, tmp_path / "new", dpi=40, names=["cell_map", "pair"])
    assert [path.name for path in paths] == [
        "cell_map.png", "cell_map.svg", "pair.png", "pair.svg",
    ]  # fmt: skip
    assert sorted(tmp_path.joinpath("new").iterdir()) == sorted(paths)
    assert all(path.stat().st_size > 1000 for path in paths)


def test_files_of_a_run_folder_lie_in_figures(found):
    files = figure_files(found, ["png"], 40, names=["cell_map"])
    assert list(files) == ["figures/cell_map.png"]
    assert files["figures/cell_map.png"].startswith(b"\x89PNG")


def test_an_existing_file_is_replaced_only_when_asked(found, tmp_path):
    theirs = tmp_path / "cell_map.png"
    theirs.write_bytes(b"theirs")
    for attempt in range(2):
        with pytest.raises(DinosarError, match=r"cell_map\.png already"):
            save_figures(found, tmp_path, ["svg", "png"], 40, ["pair", "cell_map"])
        assert [path.name for path in tmp_path.iterdir()] == ["cell_map.png"], attempt
    save_figures(found, tmp_path, ["png"], 40, ["cell_map"], overwrite=True)
    assert theirs.read_bytes() != b"theirs"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"formats": ["pdf"]}, "'pdf'"), ({"formats": []}, "a format"), ({"dpi": 0}, "0 dpi"),
        ({"dpi": 5000}, "5000 dpi"), ({"dpi": float("nan")}, "nan dpi"),
        ({"names": ["nothing"]}, "'nothing'"),
    ],
)  # fmt: skip
def test_wrong_wishes_are_refused_before_anything_is_written(found, tmp_path, wrong, words):
    with pytest.raises(DinosarError, match=words):
        save_figures(found, tmp_path / "new", **wrong)
    assert not tmp_path.joinpath("new").exists()


def test_a_file_is_no_folder(found, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("theirs")
    for folder in (taken, taken / "deeper", tmp_path / "missing" / "deeper"):
        wrong = taken if folder.is_relative_to(taken) else folder.parent
        with pytest.raises(DinosarError, match=f"{wrong} is not a folder"):
            save_figures(found, folder, ["png"], 40, ["histogram_foreground"])


def test_figures_need_no_window_and_no_pyplot():
    code = (
        "import sys, napari_dinosar.io.figures\n"
        "bad = {'matplotlib.pyplot', 'napari', 'qtpy', 'torch', 'skimage.measure'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
