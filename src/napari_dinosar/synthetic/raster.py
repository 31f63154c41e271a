"""Masks, noise and light: the raster tools with which a specimen is painted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

OVERSAMPLE = 2
LIGHT_XYZ = np.array([-0.42, -0.55, 0.72]) / np.linalg.norm([-0.42, -0.55, 0.72])
GAMMA = 2.2

Floats = NDArray[np.floating[Any]]
Stroke = tuple[NDArray[np.float64], float, float]
"""A polyline (N, 2) in plan units with its width at the first and the last point."""


def linear(colour: ArrayLike) -> Floats:
    """Return an sRGB colour (0 to 255) as linear light (0 to 1)."""
    light: Floats = (np.asarray(colour, np.float32) / 255) ** np.float32(GAMMA)
    return light


def ramp(value: Floats, low: float, high: float) -> Floats:
    """Return 0 below ``low``, 1 above ``high`` and a smooth step between them."""
    t: Floats = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(colour: Floats, other: Floats, share: Floats) -> Floats:
    """Blend two colours or pictures by a map of shares (H, W)."""
    return colour + (other - colour) * share[..., None]


def blurred(values: Floats, sigma: float) -> Floats:
    """Return a Gaussian blur; a wide one is computed on a reduced picture."""
    from scipy.ndimage import gaussian_filter

    if sigma < 8:
        return gaussian_filter(values, sigma, mode="nearest", truncate=3.0)
    step = int(sigma // 4)
    height, width = values.shape
    picture = Image.fromarray(values)
    small = picture.resize((max(width // step, 1), max(height // step, 1)), Image.Resampling.BOX)
    soft = gaussian_filter(np.asarray(small), sigma / step, mode="nearest", truncate=3.0)
    back = Image.fromarray(soft).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(back, np.float32)


def normal_numbers(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return standard normal numbers made of uniform ones, whose stream never changes."""
    radius = np.sqrt(-2 * np.log1p(-rng.random(shape)))
    numbers: NDArray[np.float64] = radius * np.cos(2 * np.pi * rng.random(shape))
    return numbers


@dataclass(frozen=True)
class Box:
    """A rectangle of a sheet, in pixels."""

    top: int
    left: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of the sheet."""
        return (
            slice(self.top, self.top + self.height),
            slice(self.left, self.left + self.width),
        )


@dataclass(eq=False)
class Sheet:
    """What has been painted so far, as premultiplied linear light over nothing.

    Attributes
    ----------
    scale : float
        Pixels per plan unit.
    rgb : (H, W, 3) float32
        Premultiplied colour.
    alpha : (H, W) float32
        How much of the pixel is specimen.
    """

    scale: float
    rgb: Floats
    alpha: Floats

    @classmethod
    def blank(cls, scale: float, size_xy: tuple[float, float]) -> Sheet:
        """Return an empty sheet that covers a plan of the given size."""
        shape = (round(size_xy[1] * scale), round(size_xy[0] * scale))
        return cls(scale, np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32))

    def box(self, points_xy: NDArray[np.float64], margin: float) -> Box:
        """Return the box of some plan points with a margin in plan units, within the sheet."""
        low = np.floor((points_xy.min(axis=0) - margin) * self.scale).astype(int)
        high = np.ceil((points_xy.max(axis=0) + margin) * self.scale).astype(int)
        left, top = np.maximum(low, 0)
        right, bottom = np.minimum(high, self.alpha.shape[::-1])
        return Box(int(top), int(left), int(bottom - top), int(right - left))

    def axes(self, box: Box) -> tuple[Floats, Floats]:
        """Return plan x of the box's columns and plan y of its rows, pixel centres."""
        x = (box.left + np.arange(box.width) + 0.5) / self.scale
        y = (box.top + np.arange(box.height) + 0.5) / self.scale
        return x.astype(np.float32), y.astype(np.float32)

    def filled(self, outline_xy: NDArray[np.float64], box: Box) -> Floats:
        """Return the mask of a closed outline within a box, anti-aliased."""
        image, pen = self._page(box)
        pen.polygon(self._pixels(outline_xy, box), fill=255)
        return self._mask(image)

    def stroked(self, strokes: Iterable[Stroke], box: Box) -> Floats:
        """Return the mask of tapering lines within a box, anti-aliased."""
        image, pen = self._page(box)
        for points, first, last in strokes:
            pixels = self._pixels(points, box)
            widths = np.linspace(first, last, len(pixels)) * self.scale * OVERSAMPLE
            for start, end, width in zip(pixels, pixels[1:], widths, strict=False):
                pen.line([start, end], fill=255, width=max(round(width), 1))
            for (x, y), width in zip(pixels, widths, strict=True):
                if width > 3:
                    pen.ellipse(
                        (x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255
                    )
        return self._mask(image)

    def lay(self, box: Box, rgb: Floats, alpha: Floats, *, shade: float = 0.0) -> None:
        """Paint a part over what is there; ``shade`` darkens what it comes to lie on.

        Parameters
        ----------
        box : Box
            Where.
        rgb : (h, w, 3) float32
            Linear light, not premultiplied.
        alpha : (h, w) float32
            Coverage.
        shade : float
            Strength of the contact shadow, 0 to 1.
        """
        rows, cols = box.slices
        if shade:
            reach = max(round(2.5 * self.scale), 1)
            cast = np.roll(blurred(alpha, 3.0 * self.scale), (reach, reach // 2), axis=(0, 1))
            self.rgb[rows, cols] *= (1 - np.float32(shade) * cast)[..., None]
        rest = 1 - alpha
        self.rgb[rows, cols] = rgb * alpha[..., None] + self.rgb[rows, cols] * rest[..., None]
        self.alpha[rows, cols] = alpha + self.alpha[rows, cols] * rest

    def defocus(self, sigma: float) -> None:
        """Blur all that has been painted so far; ``sigma`` in plan units."""
        reach = round(4 * sigma * self.scale)
        rows = np.flatnonzero(self.alpha.any(axis=1))
        cols = np.flatnonzero(self.alpha.any(axis=0))
        part = (
            slice(max(rows[0] - reach, 0), rows[-1] + reach + 1),
            slice(max(cols[0] - reach, 0), cols[-1] + reach + 1),
        )
        for channel in (*np.moveaxis(self.rgb, -1, 0), self.alpha):
            channel[part] = blurred(channel[part], sigma * self.scale)

    def _page(self, box: Box) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        image = Image.new("L", (box.width * OVERSAMPLE, box.height * OVERSAMPLE))
        return image, ImageDraw.Draw(image)

    def _pixels(self, points_xy: NDArray[np.float64], box: Box) -> list[tuple[float, float]]:
        origin = np.array([box.left, box.top])
        pixels = (np.asarray(points_xy) * self.scale - origin) * OVERSAMPLE - 0.5
        return [(float(x), float(y)) for x, y in pixels]

    @staticmethod
    def _mask(image: Image.Image) -> Floats:
        return np.asarray(image.reduce(OVERSAMPLE), np.float32) / np.float32(255)


class Noise:
    """Smooth random fields over the plan, all from one random stream."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def field(
        self,
        x: Floats,
        y: Floats,
        cell_xy: tuple[float, float],
        octaves: int = 1,
        gain: float = 0.5,
    ) -> Floats:
        """Return a field of mean 0 and about unit range over columns ``x`` and rows ``y``.

        Parameters
        ----------
        x, y : (W,), (H,) float32
            Plan coordinates.
        cell_xy : (float, float)
            Size of the coarsest features, plan units.
        octaves : int
            How many fields, each half as coarse as the one before, are added.
        gain : float
            Strength of a field against the one before.
        """
        size = (len(x), len(y))
        extent = np.array([np.ptp(x) + x[1] - x[0], np.ptp(y) + y[1] - y[0]])
        total = np.zeros(size[::-1], np.float32)
        strength = 2.0
        for octave in range(octaves):
            reach = extent / np.asarray(cell_xy, float) * 2**octave
            cols, rows = np.ceil(reach).astype(int) + 4
            lattice = Image.fromarray((self._rng.random((rows, cols)) - 0.5).astype(np.float32))
            left, top = 1 + self._rng.random(2)
            box = (left, top, left + reach[0], top + reach[1])
            wave = lattice.resize(size, Image.Resampling.BICUBIC, box=box)
            total += np.float32(strength) * np.asarray(wave)
            strength *= gain
        return total


def rounded(mask: Floats, rim: float) -> tuple[Floats, Floats]:
    """Return a height map that rises from the mask's edge over ``rim`` px, and the distance in."""
    from scipy.ndimage import distance_transform_edt

    inside = distance_transform_edt(np.pad(mask > 0.5, 1))[1:-1, 1:-1].astype(np.float32)
    t = 1 - np.clip(inside / np.float32(rim), 0, 1)
    return np.float32(rim) * np.sqrt(1 - t * t), inside


def lit(
    albedo: Floats,
    height: Floats,
    *,
    ambient: float = 0.45,
    gloss: float | Floats = 0.05,
    polish: float = 18.0,
) -> Floats:
    """Return a surface under one soft light from the upper left.

    Parameters
    ----------
    albedo : (H, W, 3) float32
        Linear colour.
    height : (H, W) float32
        Height in pixels, towards the viewer.
    ambient : float
        Share of the light that comes from everywhere.
    gloss, polish : float or (H, W) float32, float
        Strength and narrowness of the highlights.
    """
    slope_y, slope_x = np.gradient(height)
    upright = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
    light = (LIGHT_XYZ[2] - slope_x * LIGHT_XYZ[0] - slope_y * LIGHT_XYZ[1]) * upright
    half = LIGHT_XYZ + np.array([0.0, 0.0, 1.0])
    half /= np.linalg.norm(half)
    shine = (half[2] - slope_x * half[0] - slope_y * half[1]) * upright
    shine = np.clip(shine, 0, 1).astype(np.float32) ** np.float32(polish)
    even = np.clip(light, 0, None).astype(np.float32) / np.float32(LIGHT_XYZ[2])
    shade = np.float32(ambient) + np.float32(1 - ambient) * even
    seen: Floats = albedo * shade[..., None] + (np.asarray(gloss, np.float32) * shine)[..., None]
    return seen
