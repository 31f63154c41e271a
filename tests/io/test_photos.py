"""Every kind of photo file opens alike, and every bad one is one clear error."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.photos import read_mask, read_photo

SHAPE = (48, 64)


def colours() -> np.ndarray:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return np.stack([3 * x, 5 * y, 2 * (x + y)], axis=-1).astype(np.uint8)


def save(path: Path, image: Image.Image | None = None, **options: object) -> Path:
    (Image.fromarray(colours()) if image is None else image).save(path, **options)
    return path


def deep_png(samples: np.ndarray) -> bytes:
    """Write 16-bit samples (H, W[, C]), which Pillow cannot save in colour."""
    height, width = samples.shape[:2]
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    rows = samples.astype(">u2").reshape(height, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".ppm"])
def test_lossless_formats_keep_every_pixel(tmp_path, suffix):
    path = save(tmp_path / f"moth{suffix}")
    photo = read_photo(path)
    np.testing.assert_array_equal(photo.rgb, colours())
    data = path.read_bytes()
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    assert photo.n_bytes == len(data)
    assert photo.name == path.name
    assert photo.path == path
    assert photo.warnings == ()


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".jp2"])
def test_lossy_formats_open(tmp_path, suffix):
    smooth = Image.fromarray(colours()).resize((128, 96))
    photo = read_photo(save(tmp_path / f"moth{suffix}", smooth))
    assert np.abs(photo.rgb.astype(int) - np.asarray(smooth)).mean() < 6


def test_cmyk_becomes_rgb(tmp_path):
    cmyk = Image.fromarray(colours()).convert("CMYK")
    photo = read_photo(save(tmp_path / "print.jpg", cmyk, quality=95))
    assert photo.provenance["mode"] == "CMYK"
    assert np.abs(photo.rgb.astype(int) - colours()).mean() < 4


def test_grey_and_black_and_white(tmp_path):
    grey = Image.fromarray(colours()).convert("L")
    np.testing.assert_array_equal(read_photo(save(tmp_path / "g.png", grey)).rgb[..., 2], grey)
    black_white = grey.convert("1")
    found = read_photo(save(tmp_path / "bw.png", black_white)).rgb[..., 0]
    np.testing.assert_array_equal(found == 255, np.asarray(black_white))


def test_a_palette_with_a_transparent_colour_lies_over_white(tmp_path):
    indices = np.zeros(SHAPE, np.uint8)
    indices[:, 20:40] = 1
    indices[:, 40:] = 2
    image = Image.fromarray(indices, mode="P")
    image.putpalette([10, 20, 30, 200, 100, 50, 0, 0, 0])
    photo = read_photo(save(tmp_path / "palette.png", image, transparency=2))
    assert photo.rgb[0, [0, 30, 60]].tolist() == [[10, 20, 30], [200, 100, 50], [255, 255, 255]]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_lies_over_white(tmp_path, mode):
    image = Image.new(mode, (64, 48))
    photo = read_photo(save(tmp_path / "clear.png", image))
    assert (photo.rgb == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_exif_orientation_is_applied(tmp_path, orientation, suffix):
    exif = Image.Exif()
    exif[274] = orientation
    path = save(tmp_path / f"turned{suffix}", exif=exif)
    with Image.open(path) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(read_photo(path).rgb, expected)
    assert expected.shape[:2] == (SHAPE if orientation < 5 else SHAPE[::-1])


@pytest.mark.parametrize("channels", [0, 3, 4])
def test_16_bit_png_keeps_its_lower_bytes(tmp_path, channels):
    rng = np.random.default_rng(0)
    samples = rng.integers(0, 4096, (*SHAPE, channels) if channels else SHAPE).astype(np.uint16)
    if channels == 4:
        samples[..., 3] = 65535
    path = tmp_path / "deep.png"
    path.write_bytes(deep_png(samples))
    photo = read_photo(path)
    colour = samples[..., :3] if channels else samples[..., np.newaxis].repeat(3, axis=2)
    divisor = int(colour.max()) / 255
    assert photo.provenance["sixteen_bit_divisor"] == pytest.approx(divisor)
    np.testing.assert_allclose(photo.rgb, np.rint(colour / divisor), atol=1)
    assert photo.warnings == ()


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("channels", [0, 3])
def test_16_bit_tiff_is_divided_by_257(tmp_path, byteorder, compression, channels):
    import tifffile

    shape = (*SHAPE, channels) if channels else SHAPE
    samples = np.random.default_rng(1).integers(0, 65536, shape).astype(np.uint16)
    path = tmp_path / "deep.tif"
    tifffile.imwrite(
        path, samples, byteorder=byteorder, compression=compression,
        photometric="rgb" if channels else "minisblack",
    )  # fmt: skip
    photo = read_photo(path)
    assert photo.provenance["sixteen_bit_divisor"] == 257.0
    colour = samples if channels else samples[..., np.newaxis].repeat(3, axis=2)
    np.testing.assert_array_equal(photo.rgb, np.rint(colour / 257))


def test_16_bit_grey_with_alpha_says_what_was_lost(tmp_path):
    samples = np.full((*SHAPE, 2), 65535, np.uint16)
    path = tmp_path / "deep.png"
    path.write_bytes(deep_png(samples))
    assert "upper 8 of its 16 bits" in read_photo(path).warnings[0]


def test_16_bit_planes_apart_are_refused_not_misread(tmp_path):
    import tifffile

    planes = np.zeros((3, *SHAPE), np.uint16)
    tifffile.imwrite(tmp_path / "p.tif", planes, photometric="rgb", planarconfig="separate")
    with pytest.raises(DinosarError, match=r"p\.tif keeps its 16-bit channels in separate planes"):
        read_photo(tmp_path / "p.tif")


@pytest.mark.parametrize("suffix", [".gif", ".tif", ".png"])
def test_of_several_frames_the_first_is_used_with_a_warning(tmp_path, suffix):
    first = Image.new("RGB", (64, 48), (10, 20, 30))
    more = [Image.new("RGB", (64, 48), (200, 0, 0)), Image.new("RGB", (64, 48), (0, 200, 0))]
    path = save(tmp_path / f"film{suffix}", first, save_all=True, append_images=more)
    photo = read_photo(path)
    assert (photo.rgb == (10, 20, 30)).all()
    assert len(photo.warnings) == 1
    assert f"film{suffix}" in photo.warnings[0]
    assert "first" in photo.warnings[0]


def test_a_long_strip_opens(tmp_path):
    path = save(tmp_path / "strip.png", Image.new("RGB", (20_000, 200), (9, 8, 7)))
    assert read_photo(path).size_xy == (20_000, 200)


def test_the_limit_is_ours_and_pillows_is_left_alone(tmp_path):
    before = Image.MAX_IMAGE_PIXELS
    huge = Image.new("1", (15_000, 14_000))
    path = save(tmp_path / "huge.png", huge)
    with pytest.raises(DinosarError, match=r"huge\.png is 15000 x 14000 px .*200 megapixels"):
        read_photo(path)
    with pytest.raises(DinosarError, match=r"limit of 0\.001 megapixels"):
        read_photo(save(tmp_path / "moth.png"), max_pixels=1000)
    assert before == Image.MAX_IMAGE_PIXELS


def test_above_pillows_limit_and_below_ours_opens_in_silence(tmp_path, monkeypatch, recwarn):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert read_photo(save(tmp_path / "moth.png")).size_xy == (64, 48)
    assert not recwarn.list


def test_one_pixel_is_too_small(tmp_path):
    with pytest.raises(DinosarError, match=r"dot\.png is 1 x 1 px"):
        read_photo(save(tmp_path / "dot.png", Image.new("RGB", (1, 1))))


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".gif", ".webp", ".bmp", ".jp2"])
def test_truncated_files_are_errors_wherever_they_end(tmp_path, suffix):
    noise = np.random.default_rng(2).integers(0, 256, (*SHAPE, 3), dtype=np.uint8)
    data = save(tmp_path / f"whole{suffix}", Image.fromarray(noise)).read_bytes()
    path = tmp_path / f"cut{suffix}"
    for kept in (1, 3, 10, 40, len(data) // 3, len(data) // 2):
        path.write_bytes(data[:kept])
        with pytest.raises(DinosarError, match="cut"):
            read_photo(path)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_damaged_bytes_never_raise_anything_else(tmp_path, suffix):
    data = save(tmp_path / f"whole{suffix}").read_bytes()
    rng = np.random.default_rng(4)
    path = tmp_path / f"hit{suffix}"
    for _ in range(60):
        damaged = bytearray(data)
        for place in rng.integers(0, min(len(data), 300), 4):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(bytes(damaged))
        with suppress(DinosarError):
            assert read_photo(path, max_pixels=10**6).rgb.shape[2] == 3


def test_a_text_file_named_jpg(tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("collected in May")
    with pytest.raises(DinosarError, match=r"notes\.jpg is not a photo that can be read"):
        read_photo(path)


def test_formats_that_run_programs_are_not_opened(tmp_path):
    path = save(tmp_path / "drawing.eps")
    with pytest.raises(DinosarError, match="is not a photo"):
        read_photo(path)


def test_missing_empty_and_folder(tmp_path):
    with pytest.raises(DinosarError, match=r"There is no file .*gone\.jpg"):
        read_photo(tmp_path / "gone.jpg")
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(DinosarError, match=r"empty\.jpg is empty"):
        read_photo(tmp_path / "empty.jpg")
    with pytest.raises(DinosarError, match="is a folder"):
        read_photo(tmp_path)
    with pytest.raises(DinosarError):
        read_photo("moth\0.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(DinosarError, match="There is no file"):
        read_photo(tmp_path / "pipe.jpg")


def test_a_file_beyond_the_byte_limit_is_not_read(tmp_path):
    path = tmp_path / "giant.tif"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3 + 1)
    with pytest.raises(DinosarError, match=r"giant\.tif has 2\.0 GB"):
        read_photo(path)


def test_a_path_may_be_a_string(tmp_path):
    path = save(tmp_path / "moth.png")
    assert read_photo(str(path)).path == path
    buffer = io.BytesIO(path.read_bytes())
    np.testing.assert_array_equal(read_photo(path).rgb, np.asarray(Image.open(buffer)))


def painted() -> np.ndarray:
    mask = np.zeros(SHAPE, dtype=bool)
    mask[10:30, 5:50] = True
    return mask


@pytest.mark.parametrize(
    "picture",
    [
        Image.fromarray(painted()),
        Image.fromarray(painted().astype(np.uint8)),
        Image.fromarray(np.where(painted(), 1, 0).astype(np.uint16)),
        Image.fromarray(np.where(painted(), 3.0, 0.0).astype(np.float32)),
        Image.fromarray(np.dstack([painted() * np.uint8(9)] * 3)),
    ],
    ids=lambda picture: picture.mode,
)
def test_a_mask_is_what_is_not_0_at_any_depth(tmp_path, picture):
    np.testing.assert_array_equal(read_mask(save(tmp_path / "m.tif", picture)), painted())


def test_labels_of_one_file_may_differ_by_far(tmp_path):
    labels = np.where(painted(), 1, 0).astype(np.uint16)
    labels[10:20, 5:50] = 60_000
    mask = read_mask(save(tmp_path / "m.png", Image.fromarray(labels)))
    np.testing.assert_array_equal(mask, painted())


def test_of_a_cut_out_the_opaque_part_is_the_mask(tmp_path):
    black = np.zeros((*SHAPE, 4), dtype=np.uint8)
    black[painted(), 3] = 200
    np.testing.assert_array_equal(
        read_mask(save(tmp_path / "m.png", Image.fromarray(black))), painted()
    )
    black[..., 3] = 255
    black[painted(), 1] = 2
    opaque = save(tmp_path / "m.png", Image.fromarray(black))
    np.testing.assert_array_equal(read_mask(opaque), painted())


def test_a_mask_in_a_jpeg_is_refused(tmp_path):
    path = save(tmp_path / "m.jpg", Image.fromarray(painted()).convert("L"))
    with pytest.raises(DinosarError, match=r"m\.jpg is a JPEG"):
        read_mask(path)
