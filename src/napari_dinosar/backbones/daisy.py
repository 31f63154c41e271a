"""The built-in descriptor: dense DAISY and colour, which needs no weights and no torch.

An honest baseline and the offline default. It sees texture and colour close to a patch and knows
nothing of anatomy; a comparison made with it says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_dinosar.backbones.encoding import Encoding, check_canvas, resolve_layers
from napari_dinosar.core.errors import NeedsAttentionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

PATCH_SIZE = 16
N_RINGS = 3
N_HISTOGRAMS = 8
N_ORIENTATIONS = 8
RADIUS_FULL_PX = 16
RADIUS_HALF_PX = 20
COLOUR_WEIGHT = 0.3
LAB_UNITS = (100.0, 60.0, 60.0)

# Part of every cache key and run record: change it whenever the numbers change.
VERSION = (
    f"napari-dinosar daisy 1; patch {PATCH_SIZE}; rings {N_RINGS}, histograms {N_HISTOGRAMS}, "
    f"orientations {N_ORIENTATIONS}; radius {RADIUS_FULL_PX} on the canvas, {RADIUS_HALF_PX} on "
    f"its half; histograms and whole of unit length; colour {COLOUR_WEIGHT} x CIELAB / {LAB_UNITS}"
)


class Daisy:
    """DAISY of two scales and the mean colour of every patch, as a `Backbone`.

    The descriptor of a patch is the DAISY [1]_ of radius 16 px on the canvas and of radius 20 px
    on the half-size canvas, and 0.3 times the patch's mean CIELAB over (100, 60, 60). Within each
    DAISY every histogram is normalised, as its authors do, and the whole has unit length. Beyond
    the canvas the picture continues by reflection.

    References
    ----------
    .. [1] Tola, E., Lepetit, V., Fua, P. (2010). DAISY: an efficient dense descriptor applied to
       wide-baseline stereo. IEEE TPAMI 32(5), 815-830.

    Examples
    --------
    >>> import numpy as np
    >>> Daisy().encode(np.zeros((32, 48, 3), np.uint8)).tokens.shape
    (1, 2, 3, 403)
    """

    name = "daisy"
    patch_size = PATCH_SIZE
    depth = 1
    has_attention = False
    sha256 = hashlib.sha256(VERSION.encode()).hexdigest()
    description = "built-in DAISY and colour descriptor (no network, nothing to download)"
    device = "cpu"
    precision = "fp32"
    engine = f"numpy {np.__version__} on cpu, fp32"
    arithmetic = "fp32-cpu"

    def encode(
        self,
        rgb: NDArray[np.uint8],
        layers: Sequence[int] | None = None,
        attention_layers: Sequence[int] = (),
    ) -> Encoding:
        """Describe every patch of a canvas.

        Parameters
        ----------
        rgb : (H, W, 3) uint8
            The canvas; both sides are multiples of 16 px.
        layers : sequence of int, optional
            There is one layer: ``[0]``, ``[-1]`` or None.
        attention_layers : sequence of int
            Must be empty: this descriptor has no attention.

        Returns
        -------
        Encoding
            Tokens of shape (1, H / 16, W / 16, 403), float32; attention None.

        Raises
        ------
        NeedsAttentionError
            When attention is asked for.
        DinosarError
            For another layer, or a canvas of another kind.
        """
        if len(attention_layers):
            raise NeedsAttentionError(
                "The built-in descriptor 'daisy' has no attention. Choose a DINOv3 or DINOv2 "
                "network, or a setting that needs no attention."
            )
        resolved = resolve_layers(layers, self.depth)
        check_canvas(rgb, self.patch_size)
        tokens = np.repeat(describe_patches(rgb)[None], len(resolved), axis=0)
        return Encoding(tokens=tokens, attention=None, layers=resolved)


def describe_patches(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the descriptors of all patches of a canvas.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        Sides are multiples of 16 px.

    Returns
    -------
    (H / 16, W / 16, 403) float32
        200 numbers for each of the two scales, then the three of the colour.
    """
    from skimage.color import rgb2gray, rgb2lab

    picture = rgb.astype(np.float32) / np.float32(255)
    grey = rgb2gray(picture)
    half = _mean_of_blocks(grey[..., None], 2)[..., 0]
    colour = _mean_of_blocks(rgb2lab(picture), PATCH_SIZE) / np.array(LAB_UNITS, np.float32)
    parts = (
        dense_daisy(grey, radius_px=RADIUS_FULL_PX, step_px=PATCH_SIZE),
        dense_daisy(half, radius_px=RADIUS_HALF_PX, step_px=PATCH_SIZE // 2),
        COLOUR_WEIGHT * colour,
    )
    tokens: NDArray[np.float32] = np.concatenate(parts, axis=2, dtype=np.float32)
    return tokens


def dense_daisy(grey: NDArray[np.float32], *, radius_px: int, step_px: int) -> NDArray[np.float32]:
    """Compute DAISY at the centre of every square of ``step_px`` pixels.

    The numbers are a fifth of those of ``skimage.feature.daisy(..., normalization="daisy")``: 25
    histograms of unit length then make a unit vector. That function smooths the whole picture
    with every Gaussian; here each Gaussian is evaluated only where it is sampled, as two matrix
    products, which takes a small part of the time.

    Parameters
    ----------
    grey : (H, W) float32
        Sides are multiples of `step_px`.
    radius_px : int
        Radius of the outermost ring.
    step_px : int
        Distance of the samples, even. The first lies on pixel ``step_px / 2 - 1``: forward
        differences belong half a pixel further on, which is the centre of the square.

    Returns
    -------
    (H / step_px, W / step_px, 200) float32
        Unit vectors; the centre's histogram first, then ring by ring.
    """
    radii = [radius_px * (ring + 1) / N_RINGS for ring in range(N_RINGS)]
    sigmas = [radius_px * (ring + 1) / (2 * N_RINGS) for ring in range(N_RINGS)]
    margin = radius_px + _kernel_reach(sigmas[-1]) + 1
    histograms = _orientation_histograms(np.pad(grey, margin, mode="reflect"))
    first = margin + step_px // 2 - 1
    centres_y = first + step_px * np.arange(grey.shape[0] // step_px)
    centres_x = first + step_px * np.arange(grey.shape[1] // step_px)

    angles = [2 * np.pi * petal / N_HISTOGRAMS for petal in range(N_HISTOGRAMS)]
    parts = [_smoothed_samples(histograms, sigmas[0], centres_y, centres_x, [(0, 0)])]
    for radius, sigma in zip(radii, sigmas, strict=True):
        offsets = [(round(radius * np.sin(a)), round(radius * np.cos(a))) for a in angles]
        parts.append(_smoothed_samples(histograms, sigma, centres_y, centres_x, offsets))
    descriptor = np.concatenate(parts, axis=2)
    # A flat surround has no direction: the small constant makes it the even histogram, not 0 / 0.
    descriptor += np.float32(1e-10)
    each = descriptor.reshape(*descriptor.shape[:2], -1, N_ORIENTATIONS)
    length = np.linalg.norm(each, axis=3, keepdims=True)
    unit: NDArray[np.float32] = each / (length * np.sqrt(np.float32(each.shape[2])))
    return unit.reshape(descriptor.shape)


def _orientation_histograms(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (H, 8, W): gradient magnitude spread over directions by a circular normal curve."""
    dx = np.zeros_like(grey)
    dy = np.zeros_like(grey)
    dx[:, :-1] = np.diff(grey, axis=1)
    dy[:-1] = np.diff(grey, axis=0)
    magnitude = np.hypot(dx, dy)
    angle = np.arctan2(dy, dx)
    histograms = np.empty((grey.shape[0], N_ORIENTATIONS, grey.shape[1]), np.float32)
    for index in range(N_ORIENTATIONS):
        direction = np.float32(2 * np.pi * index / N_ORIENTATIONS - np.pi)
        share = np.cos(angle - direction)
        share *= np.float32(N_ORIENTATIONS / np.pi)
        np.exp(share, out=share)
        np.multiply(share, magnitude, out=histograms[:, index])
    return histograms


def _smoothed_samples(
    histograms: NDArray[np.float32],
    sigma: float,
    centres_y: NDArray[np.intp],
    centres_x: NDArray[np.intp],
    offsets_yx: list[tuple[int, int]],
) -> NDArray[np.float32]:
    """Return (rows, cols, offsets x 8): Gaussian-smoothed histograms at centres plus offsets."""
    ys, y_of = np.unique([offset[0] for offset in offsets_yx], return_inverse=True)
    xs, x_of = np.unique([offset[1] for offset in offsets_yx], return_inverse=True)
    height, _, width = histograms.shape
    weights_y = _gaussian_rows((ys[:, None] + centres_y).ravel(), sigma, height)
    weights_x = _gaussian_rows((xs[:, None] + centres_x).ravel(), sigma, width)
    # two large products: many small ones lose their time where the cores are busy
    lines = np.matmul(weights_y, histograms.reshape(height, -1)).reshape(-1, width)
    smooth: NDArray[np.float32] = np.matmul(lines, weights_x.T)
    shape = (len(ys), len(centres_y), N_ORIENTATIONS, len(xs), len(centres_x))
    picked = smooth.reshape(shape)[y_of, :, :, x_of, :]
    return picked.transpose(1, 3, 0, 2).reshape(len(centres_y), len(centres_x), -1)


def _gaussian_rows(positions: NDArray[np.intp], sigma: float, length: int) -> NDArray[np.float32]:
    """Return (positions, length): in each row a Gaussian of unit sum, cut at four sigma."""
    reach = _kernel_reach(sigma)
    distance = np.arange(-reach, reach + 1)
    kernel = np.exp(-0.5 * (distance / sigma) ** 2)
    kernel /= kernel.sum()
    rows = np.zeros((len(positions), length), np.float32)
    rows[np.arange(len(positions))[:, None], positions[:, None] + distance] = kernel
    return rows


def _kernel_reach(sigma: float) -> int:
    """Return the half width of the Gaussian kernel, as scipy and skimage cut it."""
    return int(4.0 * sigma + 0.5)


def _mean_of_blocks(picture: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Average squares of ``size`` x ``size`` pixels."""
    rows, cols = picture.shape[0] // size, picture.shape[1] // size
    blocks = picture.reshape(rows, size, cols, size, -1)
    mean: NDArray[np.float32] = blocks.mean(axis=(1, 3))
    return mean
