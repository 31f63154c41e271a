"""How many mutual matches find the right patch when the truth is known.

    python benchmarks/matching_truth.py PHOTO [PHOTO ...] --backbone CHECKPOINT --layers 6 7 8 9

Each photo is compared with copies of itself that are turned and scaled; a match is right when it
lies within one patch of where the copy has the same place.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass

import numpy as np
from skimage.transform import SimilarityTransform, warp

from napari_dinosar import Settings, compare
from napari_dinosar.backbones import load_backbone
from napari_dinosar.io.photos import read_photo
from napari_dinosar.specimen import Cache

ANGLES_DEG = (-10.0, -5.0, 5.0, 10.0)
SCALES = (0.8, 1.0, 1.25)


@dataclass(frozen=True)
class Outcome:
    """Mutual matches of one pair, and the share of them that is right."""

    n: int
    share: float


def turned(rgb, angle_deg, scale):
    """Return a turned and scaled copy on a white frame, and the map of the photo onto it."""
    height, width = rgb.shape[:2]
    side = int(np.ceil(1.3 * max(1.0, scale) * np.hypot(height, width)))
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    to_copy = (
        SimilarityTransform(translation=-centre)
        + SimilarityTransform(scale=scale, rotation=np.deg2rad(angle_deg))
        + SimilarityTransform(translation=((side - 1) / 2, (side - 1) / 2))
    )
    backdrop = np.median(rgb[:4].reshape(-1, 3), axis=0) / 255
    channels = [
        warp(rgb[..., c] / 255, to_copy.inverse, output_shape=(side, side), cval=backdrop[c])
        for c in range(3)
    ]
    copy = (np.stack(channels, axis=-1).clip(0, 1) * 255).round().astype(np.uint8)
    return copy, to_copy


def share_right(rgb, angle_deg, scale, backbone, layers, cache=None):
    """Compare a photo with its turned copy and count the mutual matches that are right."""
    copy, to_copy = turned(rgb, angle_deg, scale)
    settings = Settings(layers=layers, fg_mode="thresh", matching_mode="similarity")
    found = compare(rgb, copy, settings, backbone=backbone, cache=cache or Cache())
    table = found.patches_a_to_b[found.patches_a_to_b["mutual"]]
    expected = to_copy(table[["x", "y"]].to_numpy())
    error_px = np.linalg.norm(table[["match_x", "match_y"]].to_numpy() - expected, axis=1)
    patch_px = backbone.patch_size / np.mean(found.b.canvas.map.scale_xy)
    return Outcome(len(table), float((error_px <= patch_px).mean()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="+")
    parser.add_argument("--backbone", default="daisy")
    parser.add_argument("--layers", type=int, nargs="+", default=None)
    given = parser.parse_args()
    backbone = load_backbone(given.backbone)
    outcomes = []
    for path in given.photos:
        rgb, cache = read_photo(path).rgb, Cache()
        for angle in ANGLES_DEG:
            for scale in SCALES:
                found = share_right(rgb, angle, scale, backbone, given.layers, cache)
                outcomes.append(found)
                print(f"{path} {angle:+.0f} deg x {scale}: {found.share:.3f} of {found.n}")
    shares = np.array([outcome.share for outcome in outcomes])
    pooled = np.average(shares, weights=[outcome.n for outcome in outcomes])
    print(
        json.dumps(
            {
                "backbone": backbone.description,
                "pairs": len(outcomes),
                "pooled_share": round(float(pooled), 3),
                "lowest_share": round(float(shares.min()), 3),
            }
        )
    )


if __name__ == "__main__":
    main()
