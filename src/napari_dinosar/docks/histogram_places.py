"""Where the axes of the histograms lie on their canvas, in its pixels, y upwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Box = NDArray[np.float64]
"""Left, low, width and height, (4,)."""

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 44, 12, 24, 52
"""Room around each axes for its ticks and words."""
LEAST_PX = 20
NARROWEST_PX = 260
"""An axes that is narrower cuts its title."""
STRIP_PX, STRIP_GAP_PX = 7, 3


def axes_boxes(width: int, height: int, count: int) -> list[Box]:
    """Return where so many axes lie: side by side where there is room, else below each other.

    By pixels: matplotlib's own layout takes three times as long to draw.
    """
    is_wide = width > max(1.4 * height, count * NARROWEST_PX)
    across, down = (count, 1) if is_wide else (1, count)
    wide, tall = width / max(across, 1), height / max(down, 1)
    found = []
    for index in range(count):
        left = index * wide if is_wide else 0.0
        low = 0.0 if is_wide else height - (index + 1) * tall
        size = np.array([wide - LEFT_PX - RIGHT_PX, tall - TOP_PX - BOTTOM_PX])
        found.append(np.array([left + LEFT_PX, low + BOTTOM_PX, *np.maximum(size, LEAST_PX)]))
    return found


def strip_box(box: Box) -> Box:
    """Return where the scale of colours lies: below the axes in a box."""
    left, low, wide, _ = box
    return np.array([left, low - STRIP_PX - STRIP_GAP_PX, wide, STRIP_PX])
