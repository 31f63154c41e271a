"""The stage that tells the specimens from their background, both in one and the same way."""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice

import numpy as np

from napari_dinosar.backbones.cutout import CUTOUT_MODELS, rembg_model_path
from napari_dinosar.core.attention_mask import (
    attention_foreground,
    attention_weights,
    combined_foreground,
)
from napari_dinosar.core.canvas import make_canvas
from napari_dinosar.core.errors import DinosarError, MissingWeightsError
from napari_dinosar.core.foreground import Foreground, seeded_foreground
from napari_dinosar.core.photo import Photo
from napari_dinosar.settings import defaults
from napari_dinosar.specimen import encode, find_foreground
from napari_dinosar.stages.inputs import Inputs
from napari_dinosar.stages.network import Network
from napari_dinosar.stages.run import Progress, Run

_COMBINED = {"attn_intersect": "intersect", "attn_union": "union"}


def find_foregrounds(
    run: Run, inputs: Inputs, network: Network
) -> Generator[Progress, None, tuple[Foreground, Foreground]]:
    """Mask both specimens.

    With ``auto``, rembg is used where its model is here; when it fails for one photo, both are
    masked by colour distance. Where a photo has a seed, the part of the mask at it is kept; of an
    intersection with attention it is that of the other mask, whose part may be attended to in
    scattered patches.
    """
    mode = run.settings.fg_mode
    if mode == "attn":
        return _seeded((yield from _by_attention(run, inputs, network)), inputs)
    by_colour = yield from _by_picture(run, inputs, "auto" if mode in _COMBINED else mode)
    if mode not in _COMBINED:
        return by_colour
    run.done -= 2  # the attention of both is looked at in the same two steps
    by_attention = yield from _by_attention(run, inputs, network)
    first, second = (
        combined_foreground(colour, attention, _COMBINED[mode], photo.name)
        for colour, attention, photo in zip(by_colour, by_attention, inputs.photos, strict=True)
    )
    return _seeded((first, second), inputs) if mode == "attn_union" else (first, second)


def _by_picture(
    run: Run, inputs: Inputs, mode: str
) -> Generator[Progress, None, tuple[Foreground, Foreground]]:
    session = run.settings.rembg_session
    falls_back = mode == "auto"
    if falls_back:
        # a file that the user named is missed aloud; a known model is used where it is
        is_usable = session not in CUTOUT_MODELS or rembg_model_path(session) is not None
        mode = "rembg" if is_usable else "thresh"
        if not is_usable and session != defaults()["rembg_session"]:
            run.note(
                f"Setting 'rembg_session' has no effect here: {session} is not on this machine, "
                "so auto masks by colour distance (thresh)."
            )
    found: list[Foreground] = []
    memory = run.memory.session
    sides = zip(inputs.photos, inputs.masks, inputs.seeds, "AB", strict=True)
    for photo, labels, seed, side in sides:
        yield run.begin(f"Finding specimen {side}")
        with run.timed("foreground"):
            try:
                found.append(find_foreground(photo, mode, session, labels, memory, seed))
            except DinosarError as error:
                if mode == "thresh" or not falls_back or isinstance(error, MissingWeightsError):
                    raise
                run.warn(f"Both specimens were masked by colour distance (thresh): {error}")
                mode = "thresh"
                both = zip(inputs.photos, inputs.seeds, strict=True)
                found = [
                    find_foreground(one, mode, session, None, memory, of_it)
                    for one, of_it in islice(both, len(found) + 1)
                ]
    first, second = found
    return first, second


def _seeded(found: tuple[Foreground, Foreground], inputs: Inputs) -> tuple[Foreground, Foreground]:
    first, second = (
        seeded_foreground(foreground, seed, photo.name)
        for foreground, seed, photo in zip(found, inputs.seeds, inputs.photos, strict=True)
    )
    return first, second


def _by_attention(
    run: Run, inputs: Inputs, network: Network
) -> Generator[Progress, None, tuple[Foreground, Foreground]]:
    found = []
    for photo, side in zip(inputs.photos, "AB", strict=True):
        yield run.begin(f"Finding specimen {side} by attention")
        with run.timed("foreground"):
            found.append(_attended(run, photo, network))
    first, second = found
    return first, second


def _attended(run: Run, photo: Photo, network: Network) -> Foreground:
    """Mask a photo by what the network looks at when it sees the whole frame."""
    settings, layer = run.settings, network.mask_layer
    assert layer is not None
    canvas = make_canvas(
        photo,
        np.ones(photo.rgb.shape[:2], dtype=bool),
        patch_size=network.backbone.patch_size,
        img_size=settings.img_size,
        crop=False,
        canvas=settings.canvas,
        mask_erode_px=0,
        background=settings.background,
    )
    encoding = encode(network.backbone, canvas, (), (layer,), run.memory)
    assert encoding.attention is not None
    return attention_foreground(
        photo,
        canvas,
        attention_weights(encoding.attention[0], settings.attn_heads),
        thresh_mode=settings.attn_fg_thresh_mode,
        thresh=settings.attn_fg_thresh,
        pct=settings.attn_fg_thresh_pct,
        morph=settings.attn_fg_morph,
        kernel=settings.attn_fg_kernel,
    )
