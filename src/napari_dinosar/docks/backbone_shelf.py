"""The backbone that ran last, kept for the next run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.docks.computing import accelerators

if TYPE_CHECKING:
    from napari_dinosar.backbones import Backbone


@dataclass(eq=False)
class BackboneShelf:
    """Keeps the backbone that ran last, so that the next run need not load it.

    Attributes
    ----------
    accelerators : tuple of str
        Those of this machine, as far as they are known.
    """

    accelerators: tuple[str, ...] = ()
    _key: tuple[str | Path, str, str] | None = None
    _backbone: Any = None

    def load(
        self, name: str | Path, device: str = "auto", precision: str = "auto", **options: Any
    ) -> Backbone:
        """Return a backbone that leaves the viewer a core to draw with.

        Parameters
        ----------
        name : str or Path
            Name of a backbone, or a checkpoint.
        device, precision : str
            Where and how precisely it computes.
        **options
            Passed to `load_backbone`.
        """
        from napari_dinosar.backbones import load_backbone

        key = (name, device, precision)
        if self._key != key:
            threads = max(1, (os.cpu_count() or 2) - 1)
            self._backbone = load_backbone(
                name, device=device, precision=precision, threads=threads, **options
            )
            self._key = key
            self.accelerators = accelerators()
        backbone: Backbone = self._backbone
        return backbone
