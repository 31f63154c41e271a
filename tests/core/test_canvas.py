"""Coordinates hold to a fraction of a pixel, and each step of the canvas is the method's."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import binary_erosion

from drawn import draw
from napari_dinosar.core.canvas import (
    Canvas,
    CanvasMap,
    aligned_canvas,
    make_canvas,
    patch_centres_xy,
    resampled_rgb,
)
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.core.projective_resampling import on_photo


def box_mask(shape: tuple[int, int], x: int, y: int, width: int, height: int) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[y : y + height, x : x + width] = True
    return mask


def noise_photo(shape: tuple[int, int], seed: int = 0) -> Photo:
    rng = np.random.default_rng(seed)
    return photo_from_array(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), "noise.jpg")


def centroid_xy(darkness: np.ndarray) -> np.ndarray:
    y, x = np.mgrid[: darkness.shape[0], : darkness.shape[1]]
    return np.array([(darkness * x).sum(), (darkness * y).sum()]) / darkness.sum()


@pytest.mark.parametrize(
    ("shape", "box", "patch_size"),
    [
        ((333, 500), (60, 50, 370, 241), 16),
        ((333, 500), (0, 0, 499, 97), 14),
        ((900, 611), (2, 120, 601, 777), 14),
        ((150, 200), (11, 12, 171, 90), 16),
        ((203, 97), (0, 0, 97, 203), 16),
    ],
)
def test_a_feature_lands_where_the_map_says(shape, box, patch_size):
    x, y, width, height = box
    centre_x, centre_y = x + width / 2 + 3.3, y + height / 2 - 2.7
    rows, cols = np.mgrid[: shape[0], : shape[1]]
    spot = np.exp(-((cols - centre_x) ** 2 + (rows - centre_y) ** 2) / (2 * 4.0**2))
    grey = np.rint(255 - 200 * spot).astype(np.uint8)

    canvas = make_canvas(
        photo_from_array(grey, "spot"), box_mask(shape, *box), patch_size=patch_size
    )

    found_xy = centroid_xy(255.0 - canvas.rgb[..., 0])
    true_xy = canvas.map.to_canvas(centroid_xy(255.0 - grey))
    np.testing.assert_allclose(found_xy, true_xy, atol=0.02)


def test_the_map_goes_both_ways_and_keeps_nan():
    canvas_map = CanvasMap((-12.0, 30.0), (0.71, 0.73), (0.0, 55.0))
    xy = np.random.default_rng(0).uniform(-50, 500, (4, 5, 2))
    np.testing.assert_allclose(canvas_map.to_photo(canvas_map.to_canvas(xy)), xy, atol=1e-10)
    homogeneous = np.concatenate([xy, np.ones((4, 5, 1))], axis=-1)
    np.testing.assert_allclose(
        (homogeneous @ canvas_map.matrix.T)[..., :2], canvas_map.to_canvas(xy)
    )
    assert np.isnan(canvas_map.to_canvas((np.nan, 3.0))).tolist() == [True, False]


def test_the_crop_is_the_box_and_7_percent_of_its_longer_side_all_round():
    canvas = make_canvas(
        noise_photo((400, 600)), box_mask((400, 600), 100, 80, 200, 100), patch_size=16
    )
    width, height = 200 + 2 * 14, 100 + 2 * 14
    assert canvas.map.crop_xy == (100 - 14, 80 - 14)
    assert canvas.map.scale_xy == (512 / width, round(512 / width * height) / height)
    assert canvas.map.pad_xy == (0, (512 - round(512 / width * height)) // 2)


def test_a_crop_that_leaves_the_photo_is_not_clamped():
    photo = noise_photo((200, 300))
    canvas = make_canvas(photo, box_mask((200, 300), 0, 0, 300, 200), patch_size=16)
    assert canvas.map.crop_xy == (-21, -21)
    assert canvas.map.scale_xy[0] == 512 / 342
    corner_xy = canvas.map.to_canvas((-0.5, -0.5))
    inside = canvas.mask.nonzero()
    assert inside[0].min() >= corner_xy[1]
    assert inside[1].min() >= corner_xy[0]
    assert (canvas.rgb[: int(corner_xy[1])] == 255).all()


def test_no_foreign_colour_bleeds_in_at_the_edge_of_the_photo():
    black = photo_from_array(np.zeros((900, 900, 3), np.uint8), "black")
    mask = np.ones((900, 900), bool)
    for background in ("white", "keep"):
        canvas = make_canvas(
            black, mask, patch_size=16, mask_erode_px=0, background=background, img_size=256
        )
        assert canvas.rgb[canvas.mask].max() == 0


@pytest.mark.parametrize(
    ("shape", "img_size", "method"),
    [((400, 700), 512, "LANCZOS"), ((100, 200), 512, "BICUBIC"), ((256, 512), 512, "BICUBIC")],
)
def test_the_original_is_resampled_once(shape, img_size, method):
    photo = noise_photo(shape)
    mask = np.ones(shape, bool)
    canvas = make_canvas(
        photo, mask, patch_size=16, img_size=img_size, crop=False, background="keep",
        canvas="tight",
    )  # fmt: skip
    size_xy = img_size, round(img_size / shape[1] * shape[0])
    expected = np.asarray(Image.fromarray(photo.rgb).resize(size_xy, Image.Resampling[method]))
    top = int(canvas.map.pad_xy[1])
    np.testing.assert_array_equal(canvas.rgb[top : top + size_xy[1]], expected)


def test_a_crop_inside_the_photo_is_cut_before_it_is_resampled():
    photo = noise_photo((500, 900))
    canvas = make_canvas(
        photo, box_mask((500, 900), 200, 100, 500, 300), patch_size=16, mask_erode_px=0
    )
    crop = Image.fromarray(photo.rgb[65:435, 165:735])
    expected = np.asarray(crop.resize((512, round(512 / 570 * 370)), Image.Resampling.LANCZOS))
    top = int(canvas.map.pad_xy[1])
    content = canvas.rgb[top : top + len(expected)]
    inside = canvas.mask[top : top + len(expected)]
    np.testing.assert_array_equal(content[inside], expected[inside])


def test_square_and_tight_padding():
    photo, mask = noise_photo((300, 500)), np.ones((300, 500), bool)
    square = make_canvas(photo, mask, patch_size=14, img_size=512, crop=False)
    assert square.rgb.shape == (504, 504, 3)
    assert (square.rows, square.cols) == (36, 36)
    assert square.map.pad_xy == (0, (504 - 302) // 2)
    tight = make_canvas(photo, mask, patch_size=14, img_size=512, crop=False, canvas="tight")
    assert tight.rgb.shape == (308, 504, 3)
    assert (tight.rows, tight.cols) == (22, 36)
    assert tight.map.pad_xy == (0, 3)
    assert tight.map.scale_xy == (504 / 500, 302 / 300)


def test_the_mask_is_resampled_bilinearly_and_cut_at_one_half():
    mask = box_mask((64, 64), 10, 20, 30, 11)
    canvas = make_canvas(
        noise_photo((64, 64)), mask, patch_size=16, img_size=192, crop=False, mask_erode_px=0
    )
    expected = np.kron(mask, np.ones((3, 3), bool))
    # three to one, bilinear values of one half fall between the small pixels: only corners differ
    assert (canvas.mask != expected).sum() <= 4
    assert canvas.mask.sum() <= expected.sum()


@pytest.mark.parametrize("radius", [0, 1, 2, 7])
def test_erosion_by_a_disc_of_canvas_pixels(radius):
    shape = (256, 256)
    rng = np.random.default_rng(3)
    rows, cols = np.mgrid[:256, :256]
    mask = np.hypot(rows - 120, cols - 130) < 90
    mask &= rng.random(shape) > 0.0005
    mask[:, 128:140] = True
    whole = make_canvas(
        noise_photo(shape), mask, patch_size=16, img_size=256, crop=False, mask_erode_px=0
    )
    eroded = make_canvas(
        noise_photo(shape), mask, patch_size=16, img_size=256, crop=False, mask_erode_px=radius
    )
    span = np.arange(-radius, radius + 1)
    disc = np.add.outer(span**2, span**2) <= radius**2
    np.testing.assert_array_equal(eroded.mask, binary_erosion(whole.mask, disc))


def test_everything_outside_the_eroded_mask_is_white():
    canvas = make_canvas(
        noise_photo((300, 400)), box_mask((300, 400), 50, 60, 200, 100), patch_size=16
    )
    assert (canvas.rgb[~canvas.mask] == 255).all()
    assert (canvas.rgb[canvas.mask] != 255).any(axis=-1).mean() > 0.9


def test_keep_leaves_the_background_and_pads_with_the_median_of_its_border():
    pixels = np.full((200, 300, 3), (90, 120, 30), np.uint8)
    pixels[80:120, :150] = (250, 0, 0)
    pixels[130:150, 100:200] = 5
    mask = box_mask((200, 300), 0, 80, 150, 40)
    canvas = make_canvas(
        photo_from_array(pixels, "keep"), mask, patch_size=16, background="keep", img_size=320
    )
    assert canvas.map.crop_xy == (-11, 69)
    for x, y in ((0, 0), (0, 160), (319, 0), (0, 319)):
        assert canvas.rgb[y, x].tolist() == [90, 120, 30]
    for xy, colour in (((5, 100), [250, 0, 0]), ((130, 125), [90, 120, 30])):
        x, y = np.rint(canvas.map.to_canvas(xy)).astype(int)
        np.testing.assert_allclose(canvas.rgb[y, x], colour, atol=2)


def test_a_long_strip_is_a_canvas_too():
    photo = noise_photo((200, 20_000))
    canvas = make_canvas(
        photo, np.ones((200, 20_000), bool), patch_size=16, crop=False, mask_erode_px=0
    )
    assert canvas.rgb.shape == (512, 512, 3)
    assert canvas.map.scale_xy == (512 / 20_000, 5 / 200)


def test_patch_centres_are_the_mean_of_the_patch_pixels():
    centres = patch_centres_xy(3, 5, 14)
    assert centres.shape == (3, 5, 2)
    rows, cols = np.mgrid[: 3 * 14, : 5 * 14]
    assert centres[2, 4].tolist() == [cols[28:, 56:].mean(), rows[28:, 56:].mean()]


def test_the_checksum_follows_pixels_and_shape():
    def of(rgb: np.ndarray) -> str:
        return Canvas(
            rgb, np.ones(rgb.shape[:2], bool), CanvasMap((0, 0), (1, 1), (0, 0)), 16
        ).sha256

    white = np.full((32, 64, 3), 255, np.uint8)
    spot = white.copy()
    spot[1, 2, 0] = 254
    assert len({of(white), of(spot), of(white.reshape(64, 32, 3))}) == 3
    assert of(white) == of(white.copy())


def test_enlarging_much_warns():
    small = make_canvas(noise_photo((200, 300)), np.ones((200, 300), bool), patch_size=16)
    assert small.warnings == ()
    tiny = make_canvas(noise_photo((60, 90)), np.ones((60, 90), bool), patch_size=16)
    assert len(tiny.warnings) == 1
    assert "noise.jpg" in tiny.warnings[0]
    assert "5.0 x" in tiny.warnings[0]


@pytest.mark.parametrize(
    ("mask", "settings", "says"),
    [
        (np.zeros((64, 64), bool), {}, "noise.jpg: the foreground is empty"),
        (np.ones((64, 65), bool), {}, "noise.jpg: the foreground mask has the shape"),
        (box_mask((64, 64), 30, 30, 1, 1), {"mask_erode_px": 9, "crop": False}, "nothing is left"),
        (np.ones((64, 64), bool), {"img_size": 8}, "img_size is 8"),
        (np.ones((64, 64), bool), {"img_size": 10**6}, "img_size is 1000000"),
        (np.ones((64, 64), bool), {"canvas": "round"}, "canvas is 'round'"),
        (np.ones((64, 64), bool), {"background": "black"}, "background is 'black'"),
        (np.ones((64, 64), bool), {"mask_erode_px": -1}, "mask_erode_px is -1"),
    ],
)
def test_what_cannot_be_placed_is_one_clear_error(mask, settings, says):
    with pytest.raises(DinosarError, match=says):
        make_canvas(noise_photo((64, 64)), mask, patch_size=16, **settings)


def specimen_photo() -> tuple[Photo, np.ndarray]:
    drawn = draw(size_xy=(640, 440), angle_deg=12.0)
    return photo_from_array(drawn.rgb, "beetle.jpg"), drawn.mask


@pytest.mark.parametrize("img_size", [128, 320, 1024])
def test_laid_on_itself_a_canvas_stays_what_it_was(img_size):
    photo, mask = specimen_photo()
    own = make_canvas(photo, mask, patch_size=16, img_size=img_size)
    laid = aligned_canvas(photo, mask, own, own, np.eye(3))
    assert (laid.mask != own.mask).sum() <= 0.004 * own.mask.sum()
    both = laid.mask & own.mask
    difference = np.abs(laid.rgb[both].astype(int) - own.rgb[both])
    assert difference.mean() < 0.6
    assert (laid.rgb[~laid.mask] == 255).all()
    assert laid.map == own.map.aligned(np.eye(3))
    assert laid.patch_size == 16


def test_an_aligned_canvas_has_the_frame_of_its_target_and_the_composite_map():
    photo, mask = specimen_photo()
    target = make_canvas(noise_photo((300, 500)), np.ones((300, 500), bool), patch_size=14,
                         img_size=350, canvas="tight")  # fmt: skip
    own = make_canvas(photo, mask, patch_size=14, img_size=350, canvas="tight")
    turn = np.array([[0.6, -0.3, 120.0], [0.3, 0.6, -10.0], [0.0, 0.0, 1.0]])
    laid = aligned_canvas(photo, mask, own, target, turn, mask_erode_px=0)
    assert laid.rgb.shape == target.rgb.shape
    np.testing.assert_allclose(laid.map.matrix, turn @ own.map.matrix)
    np.testing.assert_allclose(
        centroid_xy(laid.mask), laid.map.to_canvas(centroid_xy(mask)), atol=0.05
    )
    smaller = aligned_canvas(photo, mask, own, target, turn, mask_erode_px=4)
    np.testing.assert_array_equal(
        smaller.mask, binary_erosion(laid.mask, np.hypot(*np.mgrid[-4:5, -4:5]) <= 4)
    )


def test_an_aligned_canvas_keeps_its_background_when_asked():
    pixels = np.full((200, 300, 3), (90, 120, 30), np.uint8)
    pixels[60:140, 80:220] = (250, 0, 0)
    mask = box_mask((200, 300), 80, 60, 140, 80)
    photo = photo_from_array(pixels, "keep")
    own = make_canvas(photo, mask, patch_size=16, img_size=160)
    half = np.array([[0.5, 0, 40.0], [0, 0.5, 40.0], [0, 0, 1.0]])
    for background, colour in (("keep", [90, 120, 30]), ("white", [255, 255, 255])):
        laid = aligned_canvas(photo, mask, own, own, half, background=background)
        assert laid.rgb[0, 0].tolist() == laid.rgb[80, 30].tolist() == colour
        assert laid.rgb[80, 80].tolist() == [250, 0, 0]


def test_a_shown_photo_is_unpainted_and_white_beyond_its_frame():
    photo, mask = specimen_photo()
    own = make_canvas(photo, mask, patch_size=16, img_size=256)
    shown = resampled_rgb(photo, own.map, (256, 256))
    kept = make_canvas(photo, mask, patch_size=16, img_size=256, background="keep")
    inside = on_photo(own.map.matrix, (256, 256), photo.size_xy)
    assert np.abs(shown[inside].astype(int) - kept.rgb[inside]).mean() < 0.5
    away = own.map.aligned(np.array([[1.0, 0, 130.0], [0, 1.0, 0], [0, 0, 1.0]]))
    assert (resampled_rgb(photo, away, (256, 256))[:, :100] == 255).all()


@pytest.mark.parametrize(
    ("matrix", "settings", "says"),
    [
        (np.array([[1.0, 0, 9000.0], [0, 1.0, 0], [0, 0, 1.0]]), {}, "nothing of the specimen"),
        (np.diag([0.01, 0.01, 1.0]), {"mask_erode_px": 5}, "nothing is left|nothing of"),
        (np.zeros((3, 3)), {}, "invertible"),
        (np.eye(3), {"background": "black"}, "background is 'black'"),
        (np.eye(3), {"mask_erode_px": -2}, "mask_erode_px is -2"),
    ],
)
def test_what_cannot_be_aligned_is_one_clear_error(matrix, settings, says):
    photo, mask = specimen_photo()
    own = make_canvas(photo, mask, patch_size=16, img_size=128)
    with pytest.raises(DinosarError, match=says):
        aligned_canvas(photo, mask, own, own, matrix, **settings)
    with pytest.raises(DinosarError, match="shape"):
        aligned_canvas(photo, mask[:-1], own, own, np.eye(3))


def test_an_alignment_that_enlarges_much_warns():
    photo, mask = specimen_photo()
    own = make_canvas(photo, mask, patch_size=16, img_size=512)
    middle = np.array([[2.5, 0, -384.0], [0, 2.5, -384.0], [0, 0, 1.0]])
    assert aligned_canvas(photo, mask, own, own, np.eye(3)).warnings == ()
    (warning,) = aligned_canvas(photo, mask, own, own, middle).warnings
    assert f"{2.5 * own.map.scale_xy[0]:.1f} x" in warning
