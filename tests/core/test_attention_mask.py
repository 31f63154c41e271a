"""Masks from attention: what is cut, how it is cleaned, and where it comes to lie on the photo."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from napari_dinosar.core.attention_mask import (
    attention_foreground,
    attention_weights,
    combined_foreground,
)
from napari_dinosar.core.canvas import Canvas, CanvasMap, make_canvas
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import Foreground, landmarks_outside_warning
from napari_dinosar.core.photo import Photo, photo_from_array

PATCH = 16
CROSS = ndimage.generate_binary_structure(2, 1)


def whole(width, height, img_size=256, canvas="square", patch_size=PATCH):
    """Return a grey photo and the canvas that shows all of it."""
    photo = photo_from_array(np.full((height, width), 128, np.uint8), "moth.jpg")
    placed = make_canvas(
        photo,
        np.ones((height, width), bool),
        patch_size=patch_size,
        img_size=img_size,
        crop=False,
        canvas=canvas,
        mask_erode_px=0,
        background="keep",
    )
    return photo, placed


def exact(values):
    """Return a photo whose pixels are the canvas pixels, as large as the patches of `values`."""
    rows, cols = np.shape(values)
    return whole(cols * PATCH, rows * PATCH, max(rows, cols) * PATCH, canvas="tight")


def patches_of(mask):
    """Return the patches of a mask of which every pixel says the same."""
    blocks = mask.reshape(mask.shape[0] // PATCH, PATCH, mask.shape[1] // PATCH, PATCH)
    share = blocks.mean(axis=(1, 3))
    assert set(share.ravel().tolist()) <= {0.0, 1.0}
    return share == 1


def chosen(values, **options):
    return patches_of(attention_foreground(*exact(values), values, **options).mask)


class TestWeights:
    attention = np.random.default_rng(0).random((6, 4, 5)).astype(np.float32)

    def test_all_heads(self):
        np.testing.assert_array_equal(
            attention_weights(self.attention), self.attention.mean(axis=0)
        )

    @pytest.mark.parametrize("heads", [(1, 4), (4, 1), (-5, -2), (1, -2, 4, 1)])
    def test_chosen_heads_count_once_each(self, heads):
        expected = (self.attention[1] + self.attention[4]) / 2
        found = attention_weights(self.attention, heads)
        np.testing.assert_allclose(found, expected, rtol=1e-6)

    @pytest.mark.parametrize("heads", [(6,), (0, -7), (99, 2)])
    def test_a_head_that_does_not_exist(self, heads):
        with pytest.raises(DinosarError, match=r"attn_heads.* no head -?\d+\. .*has 6 heads"):
            attention_weights(self.attention, heads)

    def test_no_head_at_all(self):
        with pytest.raises(DinosarError, match=r"attn_heads.* given no head"):
            attention_weights(self.attention, ())


class TestThreshold:
    values = np.random.default_rng(1).random((9, 12)) * 0.003

    @pytest.mark.parametrize("pct", [0, 37.5, 50, 85, 100])
    def test_percentile_keeps_the_highest(self, pct):
        found = chosen(self.values, thresh_mode="percentile", pct=pct)
        assert abs(found.sum() - (100 - pct) / 100 * found.size) <= 1
        assert self.values[found].min() > self.values[~found].max(initial=-1)

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 100), st.integers(2, 8), st.integers(2, 8), st.integers(0, 9))
    def test_any_percentile_keeps_its_share(self, pct, rows, cols, seed):
        values = np.random.default_rng(seed).permutation(rows * cols).reshape(rows, cols)
        found = chosen(values, pct=pct)
        assert abs(found.sum() - (100 - pct) / 100 * found.size) <= 1
        assert found[np.unravel_index(values.argmax(), values.shape)]

    @pytest.mark.parametrize("thresh", [0.0, 0.25, 0.6, 1.0])
    def test_absolute_is_a_share_of_the_range(self, thresh):
        low, high = self.values.min(), self.values.max()
        found = chosen(self.values, thresh_mode="absolute", thresh=thresh)
        np.testing.assert_array_equal(found, (self.values - low) / (high - low) >= thresh)
        assert found.any()

    def test_what_reaches_the_threshold_is_foreground(self):
        values = np.array([[0, 1, 2, 4.0], [0, 0.99, 0, 0]])
        found = chosen(values, thresh_mode="absolute", thresh=0.25)
        np.testing.assert_array_equal(found, [[0, 1, 1, 1], [0, 0, 0, 0]])

    def test_of_equally_low_patches_none_is_foreground(self):
        values = np.zeros((8, 8))
        values[3, 2:6] = 1, 2, 3, 4
        np.testing.assert_array_equal(chosen(values, pct=85), values > 0)
        np.testing.assert_array_equal(chosen(values, pct=97), values > 2)

    def test_above_the_range_nothing_is_left(self):
        with pytest.raises(DinosarError, match=r"moth.jpg: nothing is left.*lower attn_fg_thresh,"):
            chosen(self.values, thresh_mode="absolute", thresh=1.5)

    @pytest.mark.parametrize("level", [0.0, 1e-3, -5.0])
    def test_flat_attention(self, level):
        values = level * (1 + 1e-9 * np.random.default_rng(0).random((4, 4)))
        with pytest.raises(DinosarError, match=r"moth.jpg: .*alike.*attn_mask_layer"):
            chosen(values)

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_damaged_attention(self, bad):
        values = self.values.copy()
        values[2, 3] = bad
        with pytest.raises(DinosarError, match="not finite"):
            chosen(values)

    @pytest.mark.parametrize(
        ("options", "name"),
        [({"thresh_mode": "relative"}, "attn_fg_thresh_mode"), ({"morph": "c"}, "attn_fg_morph")],
    )
    def test_words_that_mean_nothing(self, options, name):
        with pytest.raises(DinosarError, match=name):
            chosen(self.values, **options)


class TestPadding:
    @pytest.mark.parametrize(("width", "height"), [(400, 200), (200, 400), (401, 133), (320, 320)])
    def test_the_attention_of_padding_changes_nothing(self, width, height):
        photo, canvas = whole(width, height)
        rng = np.random.default_rng(2)
        values = rng.random((canvas.rows, canvas.cols))
        x, y = np.meshgrid(np.arange(canvas.cols), np.arange(canvas.rows))
        centres = np.stack([x, y], axis=-1) * PATCH + (PATCH - 1) / 2
        on_photo = (
            (canvas.map.to_photo(centres) >= -0.5)
            & (canvas.map.to_photo(centres) <= np.array([width, height]) - 0.5)
        ).all(axis=-1)
        plain = attention_foreground(photo, canvas, values).mask
        drawn = np.where(on_photo, values, 50 + rng.random(values.shape))
        np.testing.assert_array_equal(attention_foreground(photo, canvas, drawn).mask, plain)
        assert plain.shape == (height, width)
        assert 0.1 < plain.mean() < 0.25
        if width == height:
            assert on_photo.all()

    def test_each_pixel_takes_its_patch(self):
        photo, canvas = whole(500, 333)
        values = np.random.default_rng(3).random((canvas.rows, canvas.cols))
        found = attention_foreground(photo, canvas, values, thresh_mode="absolute", thresh=0.5)
        x, y = np.meshgrid(np.arange(500), np.arange(333))
        canvas_xy = canvas.map.to_canvas(np.stack([x, y], axis=-1)) + 0.5
        col, row = np.moveaxis(np.floor(canvas_xy / PATCH).astype(int), -1, 0)
        top = canvas.map.to_canvas((0, -0.5))[1] + 0.5
        bottom = canvas.map.to_canvas((0, 332.5))[1] + 0.5
        counted = [r for r in range(canvas.rows) if top <= (r + 0.5) * PATCH <= bottom]
        content = values[counted]
        high = (values - content.min()) / (content.max() - content.min()) >= 0.5
        row = np.clip(row, counted[0], counted[-1])
        np.testing.assert_array_equal(found.mask, high[row, col])

    @pytest.mark.parametrize(("width", "height"), [(4000, 40), (32, 5000)])
    def test_a_photo_thinner_than_a_patch(self, width, height):
        photo, canvas = whole(width, height)
        values = np.random.default_rng(4).random((canvas.rows, canvas.cols))
        found = attention_foreground(photo, canvas, values, pct=50)
        assert found.mask.shape == (height, width)
        assert 0.3 < found.mask.mean() < 0.7

    def test_a_large_photo_takes_little_memory(self):
        """Beside the mask itself nothing is as large as the photo."""
        height, width = 4000, 6000
        pixels = np.broadcast_to(np.uint8(0), (height, width, 3))
        photo = Photo(rgb=pixels, name="large.jpg", path=None, sha256="", n_bytes=0)
        scale = 256 / width
        canvas = Canvas(
            np.zeros((256, 256, 3), np.uint8),
            np.zeros((256, 256), bool),
            CanvasMap((0, 0), (scale, scale), (0, 42)),
            PATCH,
        )
        values = np.random.default_rng(0).random((16, 16))
        tracemalloc.start()
        found = attention_foreground(photo, canvas, values, morph="close")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found.mask.nbytes == height * width
        assert peak < 1.2 * found.mask.nbytes


class TestMorphology:
    @staticmethod
    def cleaned(drawn, **options):
        return chosen(np.asarray(drawn, float), thresh_mode="absolute", thresh=0.5, **options)

    @pytest.fixture
    def blob(self):
        """A blob with a hole of one patch, and a speck of one patch."""
        drawn = np.zeros((12, 14), bool)
        drawn[2:9, 2:9] = True
        drawn[5, 5] = False
        drawn[10, 12] = True
        return drawn

    def test_none_leaves_it(self, blob):
        np.testing.assert_array_equal(self.cleaned(blob, morph="none", kernel=9), blob)

    def test_inside_the_frame_it_is_the_usual_one(self, blob):
        opened = ndimage.binary_opening(blob, CROSS)
        for morph, expected in (
            ("open", opened),
            ("close", ndimage.binary_closing(blob, CROSS)),
            ("openclose", ndimage.binary_closing(opened, CROSS)),
        ):
            np.testing.assert_array_equal(self.cleaned(blob, morph=morph), expected, morph)
        assert not self.cleaned(blob, morph="open")[10, 12]
        assert self.cleaned(blob, morph="close")[5, 5]
        assert self.cleaned(blob, morph="close")[10, 12]

    def test_an_even_kernel_is_one_larger(self, blob):
        blob[5, 5] = True
        for morph in ("open", "close", "openclose"):
            np.testing.assert_array_equal(
                self.cleaned(blob, morph=morph, kernel=4), self.cleaned(blob, morph=morph, kernel=5)
            )

    @pytest.mark.parametrize(
        ("kernel", "rows"), [(1, "1"), (3, "1 3 1"), (5, "1 5 5 5 1"), (7, "1 5 7 7 7 5 1")]
    )
    def test_the_disc_is_rounded_by_rows(self, kernel, rows):
        """A mask of the disc alone is just held by it: without any one patch nothing is."""
        disc = np.zeros((15, 15), bool)
        for row, width in enumerate(map(int, rows.split()), start=7 - kernel // 2):
            disc[row, 7 - width // 2 : 8 + width // 2] = True
        np.testing.assert_array_equal(self.cleaned(disc, morph="open", kernel=kernel), disc)
        if kernel > 1:
            for patch in np.argwhere(disc):
                less = disc.copy()
                less[tuple(patch)] = False
                with pytest.raises(DinosarError, match="nothing is left"):
                    self.cleaned(less, morph="open", kernel=kernel)

    @pytest.mark.parametrize("kernel", [3, 5, 9, 63])
    def test_what_lies_at_the_frame_stays_when_closed(self, kernel):
        """Plain closing takes away what touches the frame, or fills the frame."""
        drawn = np.zeros((10, 12), bool)
        drawn[:3, :4] = True
        drawn[4:, 9:] = True
        found = self.cleaned(drawn, morph="close", kernel=kernel)
        assert (found | ~drawn).all()
        if kernel == 3:
            np.testing.assert_array_equal(found, drawn)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 1000), st.sampled_from([1, 2, 3, 5, 6]))
    def test_opening_takes_and_closing_gives(self, seed, kernel):
        drawn = np.random.default_rng(seed).random((9, 8)) < 0.7
        drawn[3:9, 1:7] = True
        drawn[0, 7] = False
        opened = self.cleaned(drawn, morph="open", kernel=kernel)
        closed = self.cleaned(drawn, morph="close", kernel=kernel)
        assert not (opened & ~drawn).any()
        assert not (drawn & ~closed).any()

    def test_opening_all_away_names_what_to_change(self):
        drawn = np.zeros((8, 8), bool)
        drawn[3, 3] = drawn[6, 5] = True
        with pytest.raises(DinosarError, match=r"nothing is left.*attn_fg_morph.*attn_fg_kernel"):
            self.cleaned(drawn, morph="open")


class TestWarnings:
    def test_inside_the_frame_there_is_none(self):
        values = np.zeros((8, 8))
        values[3:5, 2:6] = 1
        found = attention_foreground(*exact(values), values, pct=90)
        assert found.warnings == ()
        assert found.mode == "attn"
        assert found.separability is None

    @pytest.mark.parametrize("place", [(0, 3), (7, 3), (3, 0), (3, 7)])
    def test_touching_the_frame(self, place):
        values = np.zeros((8, 8))
        values[4, 4] = values[place] = 1
        (warning,) = attention_foreground(*exact(values), values, pct=95).warnings
        assert "moth.jpg" in warning
        assert "edge of the photo" in warning

    def test_covering_all(self):
        values = np.ones((8, 8))
        values[2, 2] = 0
        edge, covered = attention_foreground(*exact(values), values, pct=1).warnings
        assert "edge" in edge
        assert "covers 98% of the photo" in covered

    def test_landmarks_outside_point_to_other_masks(self):
        mask = np.zeros((100, 100), bool)
        mask[:20, :20] = True
        told = landmarks_outside_warning(
            Foreground(mask, "attn_intersect(rembg:u2net)"), [[80, 80]], "moth.jpg"
        )
        assert "(attn_intersect(rembg:u2net))" in told
        assert "rembg, thresh" in told


class TestCombination:
    first = Foreground(np.eye(4, dtype=bool), "rembg:u2netp", 0.9, ("one", "both"))
    second = Foreground(np.tril(np.ones((4, 4), bool), -1), "attn", None, ("both", "two"))

    def test_union(self):
        found = combined_foreground(self.first, self.second, "union", "x")
        np.testing.assert_array_equal(found.mask, np.tril(np.ones((4, 4))) == 1)
        assert found.mode == "attn_union(rembg:u2netp)"
        assert found.warnings == ("one", "both", "two")
        assert found.separability == 0.9

    def test_intersection(self):
        other = Foreground(self.first.mask | self.second.mask, "attn")
        found = combined_foreground(self.first, other, "intersect", "x")
        np.testing.assert_array_equal(found.mask, self.first.mask)
        assert found.mode == "attn_intersect(rembg:u2netp)"

    def test_nothing_in_common(self):
        with pytest.raises(DinosarError, match=r"moth.jpg: .*attention and by rembg:u2netp"):
            combined_foreground(self.first, self.second, "intersect", "moth.jpg")

    def test_another_word(self):
        with pytest.raises(DinosarError, match="intersect, union"):
            combined_foreground(self.first, self.second, "both", "x")
