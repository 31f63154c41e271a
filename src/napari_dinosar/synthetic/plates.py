"""Paints the two things a body is made of: hard convex plates and thin strokes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from napari_dinosar.synthetic.anatomy import Colour, Point
from napari_dinosar.synthetic.curves import Line, smooth_line
from napari_dinosar.synthetic.raster import (
    Box,
    Floats,
    Noise,
    Sheet,
    Stroke,
    blurred,
    linear,
    lit,
    mix,
    ramp,
    rounded,
)

Lines = Sequence[Sequence[Point] | Line]
Stain = tuple[Point, float, Colour, float]
"""Centre, radius, sRGB and strength of a soft patch of another colour."""


def ellipse(centre: Point, half_axes: Point, turn: float = 0.0) -> Line:
    """Return the outline of an ellipse, (72, 2)."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    across, along = half_axes[0] * np.cos(angle), half_axes[1] * np.sin(angle)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([across * cos - along * sin, across * sin + along * cos], axis=1) + centre


def paint_plate(
    sheet: Sheet,
    outline: Line,
    colour: Colour,
    noise: Noise,
    *,
    rim: float = 26,
    shade: float = 0.45,
    keels: Lines = (),
    sutures: Lines = (),
    stains: Sequence[Stain] = (),
    dim: float = 1.0,
    freckles: float = 0.0,
) -> None:
    """Paint a hard convex part of the body.

    Parameters
    ----------
    rim : float
        Over how many plan units the surface curves up from its edge.
    shade : float
        Strength of the shadow on what lies below.
    keels, sutures : sequences of lines
        Raised and sunken lines.
    stains : sequence of Stain
        Soft patches of another colour.
    dim : float
        Factor on the light, under 1 for parts that are turned away.
    freckles : float
        Strength of fine dark mottling.
    """
    k = sheet.scale
    box = sheet.box(outline, 5)
    x, y = sheet.axes(box)
    mask = sheet.filled(outline, box)
    bulge, inside = rounded(mask, rim * k)
    raised = _lines(sheet, keels, box, 2.4)
    sunken = _lines(sheet, sutures, box, 2.0)
    cloud = noise.field(x, y, (38, 30), octaves=4, gain=0.6)
    pits = noise.field(x, y, (4.2, 4.0), octaves=2, gain=0.7)
    albedo = linear(colour) * (1 + 0.26 * cloud + 0.07 * pits)[..., None]
    for (sx, sy), radius, stain, strength in stains:
        distance = np.hypot(x[None] - sx, y[:, None] - sy) + 0.35 * radius * cloud
        share = strength * (1 - ramp(distance, 0.35 * radius, 1.2 * radius))
        albedo = mix(albedo, linear(stain), share)
    freckle = ramp(noise.field(x, y, (15, 12), octaves=4, gain=0.85) + 0.4 * cloud, -0.3, 1.5)
    albedo = albedo * (1 - freckles * freckle)[..., None]
    albedo = albedo * (1 - 0.55 * sunken + 0.45 * raised)[..., None]
    dents = noise.field(x, y, (30, 26), octaves=3, gain=0.5)
    height = 0.85 * bulge + k * (1.6 * dents + 0.35 * pits)
    height = height + 2.1 * k * blurred(raised - sunken, 0.8 * k)
    gloss = 0.05 + 0.09 * ramp(pits + 0.6 * dents, 0.0, 1.2)
    rgb = lit(albedo, height, ambient=0.36, gloss=gloss, polish=26) * np.float32(dim)
    rgb *= (0.62 + 0.38 * ramp(inside / np.float32(k), 0, 7))[..., None]
    sheet.lay(box, rgb, mask, shade=shade)


def _lines(sheet: Sheet, lines: Lines, box: Box, width: float) -> Floats:
    strokes: list[Stroke] = [(smooth_line(line), width, 0.6 * width) for line in lines]
    return sheet.stroked(strokes, box)


def paint_strokes(
    sheet: Sheet,
    strokes: Sequence[Stroke],
    colour: Colour,
    dim: float = 1.0,
    opacity: float = 1.0,
) -> None:
    """Paint thin parts such as spines and bristles."""
    box = sheet.box(np.concatenate([line for line, _, _ in strokes]), 5)
    mask = sheet.stroked(strokes, box)
    height = 2.0 * sheet.scale * blurred(mask, 0.7 * sheet.scale)
    albedo = np.broadcast_to(linear(colour), (*mask.shape, 3))
    sheet.lay(box, lit(albedo, height, gloss=0.08) * np.float32(dim), np.float32(opacity) * mask)
