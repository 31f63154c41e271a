"""Pictures that figures are compared with; ``python tests/figure_baselines.py`` makes them anew.

Look at every picture that changed before it is committed.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from figures_made import marks_on, run
from napari_dinosar.io.figures import draw, figure_bytes

FOLDER = Path(__file__).parent / "io" / "figure_baselines"
DPI = 38
BLOCK_PX = 8
CAPTION = "Photos: drawn for tests. Licence: CC0."
MARKED = "cell_grid_marked"
"""The figure of the cells where some are under the noise floor, and some are flagged."""
NAMES = (
    "pair", "cell_grid", MARKED, "cell_map", "cell_histogram", "cell_matches", "tps_grids",
    "histogram_foreground", "histogram_attention_weighted", "histogram_bidirectional", "matches",
    "aligned", "attention_a_layer11", "attention_heads_b_layer9",
)  # fmt: skip


def drawn(name: str) -> np.ndarray:
    """Return a figure as it is drawn now, (h, w, 3)."""
    found = run()
    if name == MARKED:
        figure = draw("cell_grid", found, marks=marks_on(found))
    else:
        figure = draw(name, found, CAPTION if name == "pair" else None)
    return pixels(figure_bytes(figure, "png", DPI))


def pixels(content: bytes) -> np.ndarray:
    """Return the pixels of a picture."""
    return np.asarray(Image.open(BytesIO(content)).convert("RGB"))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return by how many of 255 levels two pictures differ where they differ most.

    Squares of 8 x 8 pixels are compared by their means, so that letters that a font library
    draws a trifle differently make no difference, and anything that is missing does.
    """
    if np.abs(np.subtract(one.shape, other.shape)).max() > 2:
        return 255.0
    rows, cols = np.minimum(one.shape, other.shape)[:2] // BLOCK_PX
    means = [
        picture[: rows * BLOCK_PX, : cols * BLOCK_PX]
        .reshape(rows, BLOCK_PX, cols, BLOCK_PX, 3)
        .mean(axis=(1, 3))
        for picture in (one, other)
    ]
    return float(np.abs(means[0] - means[1]).max())


def write() -> None:
    """Draw every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        Image.fromarray(drawn(name)).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    write()
