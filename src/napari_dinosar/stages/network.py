"""The stage that loads the backbone and finds which of its layers are wanted."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from napari_dinosar.backbones import (
    BUILT_IN,
    Backbone,
    best_available,
    load_backbone,
    resolve_layers,
)
from napari_dinosar.core.attention_mask import attention_weights
from napari_dinosar.core.errors import DinosarError, NeedsAttentionError
from napari_dinosar.stages.run import Progress, Run

ATTENTION_MASKS = ("attn", "attn_intersect", "attn_union")


class Network(NamedTuple):
    """A loaded backbone and which of its layers are wanted, counted from 0."""

    backbone: Backbone
    layers: tuple[int, ...]
    attention_layers: tuple[int, ...]
    ranking_layer: int | None
    mask_layer: int | None

    @property
    def shown_layers(self) -> tuple[int, ...]:
        """All layers whose attention is kept, each once."""
        ranking = () if self.ranking_layer is None else (self.ranking_layer,)
        return tuple(dict.fromkeys((*self.attention_layers, *ranking)))


def load(run: Run, backbone: Backbone | str | Path | None) -> Generator[Progress, None, Network]:
    """Return the backbone and the layers that the settings ask of it."""
    yield run.begin("Preparing the backbone")
    settings = run.settings
    with run.timed("load"):
        if backbone is None or isinstance(backbone, str | Path):
            name = best_available() if backbone is None else backbone
            loaded = load_backbone(name, precision=settings.precision)
        else:
            loaded = backbone
    _check_precision(run, loaded)
    layers = _resolved("layers", settings.layers, loaded)
    if len(layers) == 1:
        for name in ("layer_agg", "report_layer_std"):
            if getattr(settings, name) not in ("mean", False):
                run.note(f"Setting {name!r} has no effect here: there is one layer only.")
    if not loaded.has_attention:
        _refuse_attention(run, loaded)
        return Network(loaded, layers, (), None, None)
    _check_heads(settings.attn_heads, loaded)
    shown = _resolved("attn_layers", settings.attn_layers, loaded)
    (ranking,) = _resolved("attn_layer", _or(settings.attn_layer, shown[-1]), loaded)
    (masking,) = _resolved("attn_mask_layer", _or(settings.attn_mask_layer, ranking), loaded)
    is_masking = settings.fg_mode in ATTENTION_MASKS
    return Network(loaded, layers, shown, ranking, masking if is_masking else None)


def _resolved(name: str, asked: tuple[int, ...] | None, loaded: Backbone) -> tuple[int, ...]:
    """Return the blocks of a setting, counted from 0; each may be named once."""
    try:
        blocks = resolve_layers(asked, loaded.depth)
    except DinosarError as error:
        raise DinosarError(f"Setting {name!r}: {error}") from error
    if len(set(blocks)) < len(blocks):
        raise DinosarError(
            f"Setting {name!r} names a layer twice: {list(asked or ())} are the blocks "
            f"{list(blocks)} of {loaded.depth}. Name each once."
        )
    return blocks


def _check_heads(heads: tuple[int, ...] | None, loaded: Backbone) -> None:
    """Refuse heads that the network does not have, before anything is encoded."""
    architecture = getattr(loaded, "architecture", None)
    if architecture is not None:
        attention_weights(np.zeros((architecture.heads, 1, 1)), heads)


def _or(value: int | None, otherwise: int) -> tuple[int]:
    return (otherwise if value is None else value,)


def _check_precision(run: Run, loaded: Backbone) -> None:
    asked, actual = run.settings.precision, loaded.precision
    if asked == "auto":
        return
    if loaded.name == BUILT_IN:
        run.note(f"Setting 'precision' has no effect here: {loaded.name} is no network.")
    elif asked != actual:
        raise DinosarError(
            f"Setting 'precision' is {asked}, and the backbone {loaded.name!r} was loaded with "
            f"{actual}. Load it with precision={asked!r}."
        )


def _refuse_attention(run: Run, loaded: Backbone) -> None:
    """Refuse what cannot be done without attention; note what then has no effect."""
    settings, lacks = run.settings, f"and the backbone {loaded.name!r} has none"
    remedy = "or a DINO network"
    if settings.match_flavor == "attention" and settings.matching_mode != "tps_homology":
        raise NeedsAttentionError(
            f"The 'attention' match flavour ranks patches by attention, {lacks}. Choose the 'demo' "
            f"flavour {remedy}."
        )
    if settings.fg_mode in ATTENTION_MASKS:
        raise NeedsAttentionError(
            f"The foreground mode {settings.fg_mode!r} masks by attention, {lacks}. Choose another "
            f"foreground mode {remedy}."
        )
    if "attention_weighted" in settings.score_mode and settings.matching_mode != "tps_homology":
        raise NeedsAttentionError(
            f"The score mode 'attention_weighted' weights by attention, {lacks}. Choose another "
            f"score mode {remedy}."
        )
    for name, default in (("attn_layers", (-1,)), ("attn_layer", None), ("attn_heads", None)):
        if getattr(settings, name) != default:
            run.note(f"Setting {name!r} has no effect here: {loaded.name} has no attention.")
