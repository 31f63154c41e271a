"""One press of the mouse: what it took hold of, how far it has come, whether it still counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.editor_layers.places import Grip

CLICK_PX = 3.0
"""What a hand moves while it clicks, in screen pixels."""


@dataclass(eq=False)
class Press:
    """A press of the mouse until it is released.

    Attributes
    ----------
    grip : Grip or None
        The landmark that was taken hold of.
    start_px : array, (2,)
        Where on the canvas it began.
    offset : array, (2,)
        From the pointer to the landmark in the world, y before x: nobody grips the very centre.
    shown : tuple of str
        The specimens that were shown then.
    is_click : bool
        Whether the mouse has stayed where it was, but for the jitter of a hand.
    is_off : bool
        Whether nothing is to come of it any more.
    """

    grip: Grip | None
    start_px: NDArray[np.float64]
    offset: NDArray[np.float64]
    shown: tuple[str, ...]
    is_click: bool = True
    is_off: bool = False

    @property
    def held(self) -> Grip | None:
        """The landmark that is held still."""
        return None if self.is_off else self.grip

    def becomes_drag(self, pos_px: Any) -> bool:
        """Tell whether the mouse has just moved too far for a click."""
        was_click = self.is_click
        self.is_click &= bool(np.linalg.norm(np.array(pos_px) - self.start_px) <= CLICK_PX)
        return was_click and not self.is_click

    def place(self, position: Any) -> NDArray[np.float64]:
        """Return where the landmark is dragged to, in the world, for a place of the pointer."""
        return np.asarray(position, dtype=float)[-2:] + self.offset
