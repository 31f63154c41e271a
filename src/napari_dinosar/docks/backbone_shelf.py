"""The backbone that ran last, kept for the next run. No Qt."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_dinosar.backbones import Backbone


@dataclass(eq=False)
class BackboneShelf:
    """Keeps the backbone that ran last, so that the next run need not load it."""

    _key: str | Path | None = None
    _backbone: Any = None

    def load(self, key: str | Path, **options: Any) -> Backbone:
        """Return a backbone that leaves the viewer a core to draw with.

        Parameters
        ----------
        key : str or Path
            Name of a backbone, or a checkpoint.
        **options
            Passed to `load_backbone`.
        """
        from napari_dinosar.backbones import load_backbone

        if self._key != key:
            threads = max(1, (os.cpu_count() or 2) - 1)
            self._backbone = load_backbone(key, threads=threads, **options)
            self._key = key
        backbone: Backbone = self._backbone
        return backbone
