"""How far every pixel's colour lies from an even backdrop, and where to cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME_SHARE = 0.06
"""Outer share of each side of the photo that is taken for backdrop."""

# sRGB to XYZ under D65, each row divided by the white point (IEC 61966-2-1, CIE 15)
_XYZ_OF_LINEAR_RGB = np.array(
    [
        [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883],
    ]
)
_N_BINS = 256
_N_FITS = 10
_MAX_FRAME_PIXELS = 8192
_TUKEY = 4.685  # of the robust standard deviation: 95 % efficient on Gaussian noise
_MAD_TO_SIGMA = 1.4826
_LEAST_SIGMA = 0.5  # CIELAB units, what 8-bit rounding and JPEG leave on any backdrop


def cielab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the CIELAB planes (3, H, W) of sRGB pixels (H, W, 3) under D65.

    Source: CIE 15:2004, with sRGB decoded as IEC 61966-2-1 defines it.
    """
    grey = np.arange(256) / 255
    linear = np.where(grey <= 0.04045, grey / 12.92, ((grey + 0.055) / 1.055) ** 2.4)
    red, green, blue = (linear.astype(np.float32)[rgb[..., channel]] for channel in range(3))
    x, y, z = (
        _lightness_curve(weights[0] * red + weights[1] * green + weights[2] * blue)
        for weights in _XYZ_OF_LINEAR_RGB.astype(np.float32)
    )
    planes: NDArray[np.float32] = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])
    return planes


def _lightness_curve(ratio: NDArray[np.float32]) -> NDArray[np.float32]:
    # a power of 1/3 is vectorised where numpy's cbrt is not, and as good in single precision
    curve: NDArray[np.float32] = ratio ** np.float32(1 / 3)
    dark = ratio <= (6 / 29) ** 3
    curve[dark] = ratio[dark] * np.float32(841 / 108) + np.float32(4 / 29)
    return curve


def backdrop_distance(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the CIELAB distance of every pixel to the backdrop.

    The backdrop is one quadratic surface per CIELAB channel, fitted to the outer 6 % of the frame
    by reweighted least squares, so that a pin or a label that crosses the frame counts little.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        The photo.

    Returns
    -------
    (H, W) float32
        Colour differences in CIELAB units.

    Notes
    -----
    Weights are Tukey's biweight (Beaton and Tukey 1974, Technometrics 16:147-185) of the colour
    distance, with the scale from the median.
    """
    height, width = rgb.shape[:2]
    lab = cielab(rgb)
    coefficients = _fit_surface(*_frame_samples(lab))
    x = np.linspace(-1, 1, width)
    y = np.linspace(-1, 1, height)[:, np.newaxis]
    squared = np.zeros((height, width), dtype=np.float32)
    for channel, (c, c_x, c_y, c_xx, c_xy, c_yy) in enumerate(coefficients.T):
        surface = (c + c_y * y + c_yy * y**2) + (c_x * x + c_xx * x**2) + (c_xy * y) * x
        squared += (lab[channel] - surface.astype(np.float32)) ** 2
    return np.sqrt(squared)


def _frame_samples(
    lab: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return quadratic terms (N, 6) and colours (N, 3) of at most 8192 pixels of the frame."""
    height, width = lab.shape[1:]
    in_frame = np.ones((height, width), dtype=bool)
    rows, cols = (max(1, round(FRAME_SHARE * side)) for side in (height, width))
    in_frame[rows:-rows, cols:-cols] = False
    row, col = np.nonzero(in_frame)
    keep = slice(None, None, max(1, len(row) // _MAX_FRAME_PIXELS))
    row, col = row[keep], col[keep]
    x, y = 2 * col / max(width - 1, 1) - 1, 2 * row / max(height - 1, 1) - 1
    terms = np.stack([np.ones_like(x), x, y, x**2, x * y, y**2], axis=1)
    return terms, lab[:, row, col].T.astype(np.float64)


def _fit_surface(terms: NDArray[np.float64], colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coefficients (6, 3) of the quadratic surface, outliers weighted down."""
    residual = np.linalg.norm(colours - np.median(colours, axis=0), axis=1)
    coefficients = np.zeros((6, 3))
    for _ in range(_N_FITS):
        sigma = max(_MAD_TO_SIGMA * float(np.median(residual)), _LEAST_SIGMA)
        weights = (1 - np.clip(residual / (_TUKEY * sigma), 0, 1) ** 2) ** 2
        weighted = terms * weights[:, np.newaxis]
        # the least-squares solver also bears a strip so thin that its terms are not independent
        coefficients = np.linalg.lstsq(weighted.T @ terms, weighted.T @ colours, rcond=None)[0]
        residual = np.linalg.norm(colours - terms @ coefficients, axis=1)
    return coefficients


def otsu(values: NDArray[np.float32]) -> tuple[float, float] | None:
    """Return Otsu's threshold and its separability; None when all values are equal.

    Parameters
    ----------
    values : array
        Values of 0 and more, in 256 bins up to the largest.

    Returns
    -------
    threshold : float
        Values above it are one class.
    separability : float
        Share of the variance that lies between the two classes, 0 to 1.

    Notes
    -----
    Otsu 1979, IEEE Transactions on Systems, Man, and Cybernetics 9:62-66.
    """
    top = float(values.max())
    if top <= float(values.min()):
        return None
    bins = np.minimum((values.ravel() * (_N_BINS / top)).astype(np.intp), _N_BINS - 1)
    share = np.bincount(bins, minlength=_N_BINS) / bins.size
    centre = (np.arange(_N_BINS) + 0.5) * (top / _N_BINS)
    below, moment = np.cumsum(share)[:-1], np.cumsum(share * centre)[:-1]
    mean = float(share @ centre)
    spread = below * (1 - below)
    between = np.zeros(_N_BINS - 1)
    split = spread > 1e-12
    between[split] = (mean * below - moment)[split] ** 2 / spread[split]
    variance = float(share @ (centre - mean) ** 2)
    best = int(np.argmax(between))
    if variance == 0 or between[best] == 0:
        return None
    return (best + 1) * top / _N_BINS, float(between[best] / variance)
