"""The comparison of two photographed specimens: the path of a pair, and what it finds."""

from napari_dinosar.comparison.result import Comparison
from napari_dinosar.comparison.running import (
    SESSION_CACHE,
    compare,
    iter_compare,
    rehomologised,
)
from napari_dinosar.stages import Progress

__all__ = ["SESSION_CACHE", "Comparison", "Progress", "compare", "iter_compare", "rehomologised"]
