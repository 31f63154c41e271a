"""Whether the photos that are shown are those of a comparison: nothing of it lies on others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, WeakKeyDictionary, ref

from napari_dinosar import showing
from napari_dinosar.layers import photo_from_layer, tag_of

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_dinosar.findings import Findings

_KNOWN: WeakKeyDictionary[Layer, tuple[ReferenceType[Any], str]] = WeakKeyDictionary()
"""Pixels and checksums of photos whose tags name others: summing up all pixels takes long."""


def not_compared(viewer: Any, findings: Findings | None, side: str | None = None) -> str:
    """Return why nothing of a comparison belongs on a photo; empty where it does.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the photos are, maybe others by now, as while the landmarks of others are placed.
    findings : Findings or None
        Of the comparison.
    side : str, optional
        ``"a"`` or ``"b"``; both by default.
    """
    if findings is None:
        return ""
    for one in side or "ab":
        photo, compared = showing.find(viewer, "photo", one), findings.side(one)
        if photo is None or _is_of(photo, compared.sha256):
            continue
        shown = tag_of(photo).get("photo")
        name = "another photo of that name" if shown == compared.name else shown
        return (
            f"{one.upper()} shows {name}, and {compared.name} is what was compared: show that one "
            f"again to look closer, or run the comparison of what is shown."
        )
    return ""


def _is_of(photo: Layer, sha256: str) -> bool:
    """Tell whether a layer shows a photo: as its tag says, or by pixels changed since it was read.

    A photo that was changed in its layer before it was compared is known by its pixels.
    """
    if tag_of(photo).get("sha256") in (None, sha256):
        return True
    layer = getattr(photo, "__wrapped__", photo)
    pixels, known = _KNOWN.get(layer, (None, ""))
    if pixels is None or pixels() is not layer.data:
        known = photo_from_layer(layer).sha256
        _KNOWN[layer] = ref(layer.data), known
    return known == sha256
