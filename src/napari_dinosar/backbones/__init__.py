"""Canvas to patch tokens and attention: networks, and the descriptor that is built in."""

from __future__ import annotations

from napari_dinosar.backbones.encoding import Backbone, Encoding, resolve_layers

__all__ = ["Backbone", "Encoding", "resolve_layers"]
