"""Small specimens that tests draw in milliseconds, with exact landmarks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

NAMES = ("head", "tail", "back", "belly", "spot", "waist")
LANDMARKS_UNIT_XY = np.array(
    [(-0.95, 0.0), (0.95, 0.0), (-0.2, -0.9), (-0.1, 0.9), (0.35, -0.2), (0.0, 0.0)]
)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawn specimen: pixels, landmarks and outline."""

    rgb: np.ndarray
    landmarks_xy: np.ndarray
    mask: np.ndarray


def draw(
    seed: int = 0,
    size_xy: tuple[int, int] = (320, 220),
    angle_deg: float = 0.0,
    scale: float = 1.0,
    shift_xy: tuple[float, float] = (0.0, 0.0),
    mirror: bool = False,
    band_rgb: tuple[float, float, float] = (0.75, 0.55, 0.2),
    notched: bool = False,
) -> Drawn:
    """Draw a banded, speckled beetle-like ellipse; the seed decides its speckles.

    Notched, it lacks a piece of its belly towards the tail, and looks like no turned copy of it.
    """
    width, height = size_xy
    radii = np.array([0.40 * width, 0.30 * height]) * scale
    turn = np.deg2rad(angle_deg)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    flip = np.array([-1.0 if mirror else 1.0, 1.0])
    centre = np.array([(width - 1) / 2, (height - 1) / 2]) + shift_xy

    y, x = np.mgrid[:height, :width].astype(float)
    unit = ((np.stack([x, y], axis=-1) - centre) @ rotation) * flip / radii
    mask = (unit**2).sum(axis=-1) <= 1
    if notched:
        mask &= (unit[..., 0] < 0.3) | (unit[..., 1] < 0.15)
    speckles = np.random.default_rng(seed).uniform(-0.9, 0.9, (60, 2))
    across, along = np.ascontiguousarray(unit[..., 0]), np.ascontiguousarray(unit[..., 1])
    squared = np.full((height, width), np.inf)
    for at_x, at_y in speckles:  # one after the other: all at once take ten times as long
        np.minimum(squared, (across - at_x) ** 2 + (along - at_y) ** 2, out=squared)
    distance = np.sqrt(squared)

    body = np.array([0.35, 0.22, 0.12]) * (1 - 0.35 * unit[..., :1])
    body = np.where((np.abs(unit[..., :1] - 0.1) < 0.12), band_rgb, body)
    body = np.where(distance[..., None] < 0.05, [0.1, 0.08, 0.06], body)
    backdrop = np.full((height, width, 3), 0.93) - 0.03 * (x / width)[..., None]
    rgb = np.where(mask[..., None], body, backdrop).clip(0, 1)
    landmarks_xy = (LANDMARKS_UNIT_XY * radii * flip) @ rotation.T + centre
    return Drawn((rgb * 255).round().astype(np.uint8), landmarks_xy, mask)


def coco(specimens: dict[str, Drawn], names: tuple[str, ...] = NAMES) -> dict[str, object]:
    """Return a COCO keypoints document that lists each specimen under its file name."""
    return {
        "images": [
            {
                "id": i,
                "file_name": name,
                "width": one.rgb.shape[1],
                "height": one.rgb.shape[0],
            }
            for i, (name, one) in enumerate(specimens.items())
        ],
        "annotations": [
            {
                "id": 100 + i,
                "image_id": i,
                "category_id": 1,
                "keypoints": [float(v) for x, y in one.landmarks_xy for v in (x, y, 2)],
                "num_keypoints": len(names),
            }
            for i, one in enumerate(specimens.values())
        ],
        "categories": [{"id": 1, "name": "beetle", "keypoints": list(names)}],
    }


def write(folder: Path, specimens: dict[str, Drawn]) -> Path:
    """Write the photos and their COCO file into a folder and return the COCO file."""
    for name, one in specimens.items():
        Image.fromarray(one.rgb).save(folder / name)
    path = folder / "keypoints.json"
    path.write_text(json.dumps(coco(specimens)))
    return path
