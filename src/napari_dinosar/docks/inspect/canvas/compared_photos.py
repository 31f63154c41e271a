"""Whether the photos that are shown are those of a comparison: nothing of it lies on others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np

from napari_dinosar import showing
from napari_dinosar.docks.inspect.canvas.frames import cells_frame
from napari_dinosar.layers import frame_of, photo_from_layer, role_of, side_of, tag_of

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_dinosar.core.photo import Photo
    from napari_dinosar.findings import Findings

_READ: WeakKeyDictionary[Layer, tuple[ReferenceType[Any], str]] = WeakKeyDictionary()
"""Pixels of layers that were compared, and the checksums that the photos had there."""


def photo_to_compare(layer: Layer) -> Photo:
    """Return the photo that a layer shows, and know it again as long as it has these pixels.

    Its checksum may be another one than its tag says, where its pixels were changed since it was
    read from its file. To find that out later would take long: all pixels would be summed up.

    Parameters
    ----------
    layer : napari.layers.Image
        The layer.

    Raises
    ------
    DinosarError
        As `photo_from_layer` does.
    """
    layer = _bare(layer)
    pixels, photo = layer.data, photo_from_layer(layer)
    if isinstance(pixels, np.ndarray):
        _READ[layer] = ref(pixels), photo.sha256
    return photo


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
        photo, compared = _shown(viewer, one), findings.side(one)
        if photo is None or _is_of(photo, compared.sha256):
            continue
        if _lies_in_another_layer(viewer, one, compared.sha256):
            continue
        shown = tag_of(photo).get("photo", photo.name)
        name = "another photo of that name" if shown == compared.name else shown
        return (
            f"{one.upper()} shows {name}, and {compared.name} is what was compared: show that one "
            f"again to look closer, or run the comparison of what is shown."
        )
    return ""


def _shown(viewer: Any, side: str) -> Layer | None:
    """Return the photo of a side, or what stands for one that is not there."""
    photo = showing.find(viewer, "photo", side)
    return showing.find(viewer, "placeholder", side) if photo is None else photo


def _is_of(photo: Layer, sha256: str) -> bool:
    """Tell whether a layer shows a photo: as it was compared, else as its tag says."""
    layer = _bare(photo)
    pixels, known = _READ.get(layer, (None, ""))
    if pixels is not None and pixels() is layer.data:
        return known == sha256
    return role_of(photo) == "photo" and tag_of(photo).get("sha256") in (None, sha256)


def _lies_in_another_layer(viewer: Any, side: str, sha256: str) -> bool:
    """Tell whether a photo lies under the cells though its layer is not that of their side.

    Any two photos can be chosen to be compared, that which was opened as B for A, too.
    """
    frame = cells_frame(viewer, side)
    if frame is None:
        return False
    read = (one for one in viewer.layers if _bare(one) in _READ)
    # one that was set aside is hidden, and stands for no side
    chosen = (one for one in read if role_of(one) is None or side_of(one) is not None)
    return any(_is_of(one, sha256) and np.allclose(frame_of(one), frame) for one in chosen)


def _bare(layer: Any) -> Any:
    """Return the layer itself where napari handed out its public proxy."""
    return getattr(layer, "__wrapped__", layer)
