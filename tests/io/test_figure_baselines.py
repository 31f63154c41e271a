"""Figures look as they did when someone last looked at them."""

import numpy as np
import pytest

from figure_baselines import BLOCK_PX, FOLDER, NAMES, difference, drawn, pixels

MOST = 15.0


@pytest.mark.parametrize("name", NAMES)
def test_looks_as_before(name, tmp_path):
    kept, now = pixels((FOLDER / f"{name}.png").read_bytes()), drawn(name)
    found = difference(now, kept)
    assert found < MOST, (
        f"{name} differs by {found:.0f} of 255 levels; look at it, and if it is better now, run "
        "python tests/figure_baselines.py"
    )


def test_every_picture_is_compared_and_small():
    files = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(files) == set(NAMES)
    assert max(files.values()) < 60_000


def test_what_is_missing_is_noticed():
    kept = pixels((FOLDER / "cell_map.png").read_bytes())
    changed = kept.copy()
    changed[:BLOCK_PX, :BLOCK_PX] = 0
    assert difference(changed, kept) > 200
    assert difference(kept[:-3], kept) == 255
    assert difference(np.roll(kept, 4, axis=1), kept) > MOST
