"""The built-in descriptor is the one that the method defines, and quick."""

import numpy as np
import pytest

from napari_dinosar.backbones.daisy import COLOUR_WEIGHT, Daisy, dense_daisy
from napari_dinosar.backbones.encoding import Backbone
from napari_dinosar.core.errors import DinosarError, NeedsAttentionError


@pytest.fixture
def picture():
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (4, 6, 3)).astype(np.uint8)
    return np.clip(np.kron(coarse, np.ones((16, 16, 1))) + rng.integers(-9, 9, (64, 96, 3)), 0, 255)


@pytest.mark.parametrize(("radius", "step"), [(16, 16), (20, 8)])
def test_equals_skimage(radius, step):
    from skimage.feature import daisy

    grey = np.random.default_rng(1).random((64, 96)).astype(np.float32)
    ours = dense_daisy(grey, radius_px=radius, step_px=step)
    # skimage's first sample lies `radius` pixels in, ours on step / 2 - 1: pad to make them meet
    first = step // 2 - 1
    pad = 8 * radius
    pad += (radius - pad - first) % step
    grid = daisy(np.pad(grey, pad, mode="reflect"), step=step, radius=radius, normalization="daisy")
    skip = (pad + first - radius) // step
    theirs = grid[skip : skip + ours.shape[0], skip : skip + ours.shape[1]]
    assert theirs.shape == ours.shape == (64 // step, 96 // step, 200)
    np.testing.assert_allclose(ours, theirs / 5, atol=2e-6)


def test_parts_of_a_token(picture):
    from skimage.color import rgb2lab

    rgb = picture.astype(np.uint8)
    encoding = Daisy().encode(rgb, layers=[0])
    tokens = encoding.tokens[0]
    assert encoding.tokens.shape == (1, 4, 6, 403)
    assert encoding.tokens.dtype == np.float32
    assert encoding.attention is None
    assert tuple(encoding.layers) == (0,)
    np.testing.assert_allclose(np.linalg.norm(tokens[..., :200], axis=2), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(tokens[..., 200:400], axis=2), 1, atol=1e-5)
    patch = rgb2lab(rgb)[16:32, 48:64].mean(axis=(0, 1)) / (100, 60, 60)
    np.testing.assert_allclose(tokens[1, 3, 400:], COLOUR_WEIGHT * patch, atol=1e-4)


def test_descriptor_follows_a_shift_by_whole_patches(picture):
    rng = np.random.default_rng(5)
    scene = rng.integers(0, 256, (16 * 20, 16 * 24, 3)).astype(np.uint8)
    left = Daisy().encode(scene[:, : 16 * 20]).tokens[0]
    right = Daisy().encode(scene[:, 32:]).tokens[0]
    # seven patches from an edge nothing of the reflection is seen
    np.testing.assert_allclose(left[7:-7, 9:11], right[7:-7, 7:9], atol=1e-4)


def test_default_and_last_layer_are_the_one_layer(picture):
    rgb = picture.astype(np.uint8)
    for layers in (None, [0], [-1]):
        assert tuple(Daisy().encode(rgb, layers=layers).layers) == (0,)


def test_another_layer_is_refused(picture):
    with pytest.raises(DinosarError):
        Daisy().encode(picture.astype(np.uint8), layers=[6, 7])


def test_attention_is_refused_by_name(picture):
    with pytest.raises(NeedsAttentionError, match="daisy"):
        Daisy().encode(picture.astype(np.uint8), layers=[0], attention_layers=[-1])


@pytest.mark.parametrize(
    "canvas",
    [
        np.zeros((32, 40, 3), np.uint8),
        np.zeros((0, 16, 3), np.uint8),
        np.zeros((32, 32), np.uint8),
        np.zeros((32, 32, 4), np.uint8),
        np.zeros((32, 32, 3), float),
    ],
)
def test_what_is_no_canvas_is_refused(canvas):
    with pytest.raises(DinosarError, match="canvas"):
        Daisy().encode(canvas)


def test_blank_and_smallest_canvas():
    tokens = Daisy().encode(np.full((16, 16, 3), 255, np.uint8)).tokens
    assert np.isfinite(tokens).all()
    assert tokens.shape == (1, 1, 1, 403)


def test_identity_is_stable():
    assert isinstance(Daisy(), Backbone)
    assert len(Daisy.sha256) == 64
    assert (Daisy.name, Daisy.patch_size, Daisy.depth) == ("daisy", 16, 1)
    assert not Daisy.has_attention
