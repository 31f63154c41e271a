"""How often a difference that was planted on a wing is among the three highest cells.

    python benchmarks/planted_changes.py --backbone daisy
    python benchmarks/planted_changes.py --backbone CHECKPOINT --layers 6 7 8 9

Every seed draws one individual without a change. It is compared with a partner that carries either
a spot that was added or a recoloured cross band: the very same photo but for the change, another
photo of the same individual (other pose, light and noise), or another individual of its species.
Species, individuals and the spot's place follow from the seed alone.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass

import numpy as np
from skimage.draw import polygon

from napari_dinosar import Settings, compare
from napari_dinosar.backbones import load_backbone
from napari_dinosar.specimen import Cache
from napari_dinosar.synthetic import SPECIES, PlantedChange, draw_specimen

SEEDS = range(20)
KINDS = ("spot", "band")
PARTNERS = ("same photo", "same individual", "conspecific")
CORNERS = (1, 2, 3, 4)
HIGHEST = 3
COVERED = 0.25


@dataclass(frozen=True)
class Trial:
    """One comparison with one planted change.

    Attributes
    ----------
    rank : int
        Place of the highest cell that is covered by the change, 1 for the highest of all.
    n_cells : int
        Number of cells that counted.
    """

    rank: int
    n_cells: int

    @property
    def found(self) -> bool:
        """Whether the change is among the highest cells."""
        return self.rank <= HIGHEST


def planted(kind, seed):
    """Return the change of a seed; a spot lies somewhere on the middle of the wing."""
    if kind == "band":
        return PlantedChange("band")
    rng = np.random.Generator(np.random.PCG64(seed))
    return PlantedChange(
        "spot", along=0.30 + 0.38 * rng.random(), across=0.35 + 0.35 * rng.random()
    )


def covered_share(region, cells):
    """Return which share of each cell, as it lies on B, the planted region covers."""
    shares = []
    for corners in cells[[f"{axis}{n}_b" for n in CORNERS for axis in "xy"]].to_numpy():
        rows, cols = polygon(corners[1::2], corners[::2], region.shape)
        shares.append(region[rows, cols].mean() if len(rows) else 0.0)
    return np.array(shares)


def trial(kind, partner, seed, backbone, layers):
    """Compare one individual with a photo that carries a change, and rank the cells."""
    species = sorted(SPECIES)[seed % len(SPECIES)]
    first = draw_specimen(species, seed)
    other = 1000 + seed if partner == "conspecific" else seed
    photo = None if partner == "same photo" else 2000 + seed
    second = draw_specimen(species, other, changes=(planted(kind, seed),), photo_seed=photo)
    settings = Settings(layers=layers, fg_mode="thresh", matching_mode="tps_homology")
    result = compare(
        first.rgb, second.rgb, settings, backbone=backbone,
        landmarks=(first.landmarks, second.landmarks), cache=Cache(),
    )  # fmt: skip
    cells = result.cells[result.cells["used"]]
    order = np.argsort(-cells["dissimilarity"].to_numpy(), kind="stable")
    hits = np.flatnonzero(covered_share(second.changed_regions[0], cells)[order] >= COVERED)
    return Trial(int(hits[0]) + 1 if len(hits) else len(cells) + 1, len(cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backbone", default="daisy")
    parser.add_argument("--layers", type=int, nargs="+", default=None)
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    given = parser.parse_args()
    backbone = load_backbone(given.backbone)
    figures = {"backbone": backbone.description, "seeds": given.seeds, "found": {}, "ranks": {}}
    for partner in PARTNERS:
        for kind in KINDS:
            trials = [
                trial(kind, partner, seed, backbone, given.layers) for seed in range(given.seeds)
            ]
            name = f"{kind}, against {partner}"
            figures["found"][name] = sum(one.found for one in trials)
            figures["ranks"][name] = [one.rank for one in trials]
            print(f"{name}: {figures['found'][name]} of {given.seeds}", flush=True)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
