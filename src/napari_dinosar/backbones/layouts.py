"""How the layouts of checkpoint files spell the official tensor names.

Known are the official layout of DINOv3 and DINOv2, that of Hugging Face transformers (the names
that are saved and the names in memory) and that of timm.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from napari_dinosar.backbones.architecture import Family


@dataclass(frozen=True)
class Layout:
    """The names that one kind of checkpoint file uses.

    Attributes
    ----------
    title : str
        For people.
    family : {"dinov3", "dinov2"}
        Whose networks it holds.
    outside : mapping of str to str
        Official name to the file's, outside the blocks, where they differ.
    block : str
        What precedes the names of block ``{}``.
    inside : mapping of str to tuple of str
        Official name inside a block, with or without its last part (``.weight``), to the file's
        names. Several are the row blocks of the one official tensor, in this order.
    unused : frozenset of str
        Names that are known and not needed.
    """

    title: str
    family: Family
    outside: Mapping[str, str] = field(default_factory=dict)
    block: str = "blocks.{}."
    inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unused: frozenset[str] = frozenset({"mask_token"})

    def sources(self, official: str) -> tuple[str, ...]:
        """Return the file's names of an official tensor, in row order."""
        matched = re.fullmatch(r"blocks\.(\d+)\.(.+)", official)
        if matched is None:
            return (self.outside.get(official, official),)
        index, part = matched.groups()
        prefix = self.block.format(index)
        if part in self.inside:
            return tuple(prefix + name for name in self.inside[part])
        stem, _, last = part.rpartition(".")
        return tuple(f"{prefix}{name}.{last}" for name in self.inside.get(stem, (stem,)))


_UNUSED_DINOV3 = frozenset({"mask_token", "local_cls_norm.weight", "local_cls_norm.bias"})
_SPLIT_QKV = tuple(f"attention.{which}_proj" for which in "qkv")
_OLD_QKV = tuple(f"attention.attention.{which}" for which in ("query", "key", "value"))
_SCALES = {"ls1.gamma": ("layer_scale1.lambda1",), "ls2.gamma": ("layer_scale2.lambda1",)}
_GATED = {"mlp.w1": ("mlp.gate_proj",), "mlp.w2": ("mlp.up_proj",), "mlp.w3": ("mlp.down_proj",)}
_SAVED_DINOV2_OUTSIDE = {
    "cls_token": "embeddings.cls_token",
    "register_tokens": "embeddings.register_tokens",
    "pos_embed": "embeddings.position_embeddings",
    "patch_embed.proj.weight": "embeddings.patch_embeddings.projection.weight",
    "patch_embed.proj.bias": "embeddings.patch_embeddings.projection.bias",
    "norm.weight": "layernorm.weight",
    "norm.bias": "layernorm.bias",
}

OFFICIAL_DINOV3 = Layout("official DINOv3", "dinov3", unused=_UNUSED_DINOV3)
OFFICIAL_DINOV2 = Layout("official DINOv2", "dinov2")
TRANSFORMERS_DINOV3 = Layout(
    "transformers DINOv3",
    "dinov3",
    outside={
        "cls_token": "embeddings.cls_token",
        "storage_tokens": "embeddings.register_tokens",
        "patch_embed.proj.weight": "embeddings.patch_embeddings.weight",
        "patch_embed.proj.bias": "embeddings.patch_embeddings.bias",
    },
    block="layer.{}.",
    inside={
        "attn.qkv": _SPLIT_QKV,
        "attn.proj": ("attention.o_proj",),
        "mlp.fc1": ("mlp.up_proj",),
        "mlp.fc2": ("mlp.down_proj",),
        **_GATED,
        **_SCALES,
    },
    unused=frozenset({"embeddings.mask_token"}),
)
TRANSFORMERS_DINOV2 = Layout(
    "transformers DINOv2",
    "dinov2",
    outside=_SAVED_DINOV2_OUTSIDE,
    block="encoder.layer.{}.",
    inside={
        "attn.qkv": _OLD_QKV,
        "attn.proj": ("attention.output.dense",),
        "mlp.w12": ("mlp.weights_in",),
        "mlp.w3": ("mlp.weights_out",),
        **_SCALES,
    },
    unused=frozenset({"embeddings.mask_token"}),
)
TRANSFORMERS_DINOV2_IN_MEMORY = Layout(
    "transformers DINOv2",
    "dinov2",
    outside=_SAVED_DINOV2_OUTSIDE,
    block="encoder.layer.{}.",
    inside={
        "attn.qkv": _SPLIT_QKV,
        "attn.proj": ("attention.o_proj",),
        **_GATED,
        **_SCALES,
    },
    unused=frozenset({"embeddings.mask_token"}),
)
TIMM_DINOV3 = Layout(
    "timm DINOv3",
    "dinov3",
    outside={"storage_tokens": "reg_token", "rope_embed.periods": "rope.periods"},
    inside={
        "attn.qkv.bias": ("attn.q_bias", "attn.k_bias", "attn.v_bias"),
        "ls1.gamma": ("gamma_1",),
        "ls2.gamma": ("gamma_2",),
        "mlp.w1": ("mlp.fc1_g",),
        "mlp.w2": ("mlp.fc1_x",),
        "mlp.w3": ("mlp.fc2",),
    },
)
TIMM_DINOV2 = Layout(
    "timm DINOv2",
    "dinov2",
    outside={"register_tokens": "reg_token"},
    inside={"mlp.w12": ("mlp.fc1",), "mlp.w3": ("mlp.fc2",)},
)


def recognise(names: Collection[str]) -> Layout:
    """Tell the layout of a file from its tensors' names; the official DINOv3 one when unsure."""
    if any(name.startswith("embeddings.") for name in names):
        if "embeddings.position_embeddings" in names:
            in_memory = any(".attention.q_proj." in name for name in names)
            return TRANSFORMERS_DINOV2_IN_MEMORY if in_memory else TRANSFORMERS_DINOV2
        if any(name.startswith("model.layer.") for name in names):
            return replace(TRANSFORMERS_DINOV3, block="model.layer.{}.")
        return TRANSFORMERS_DINOV3
    if "pos_embed" in names:
        official = "register_tokens" in names or any(".mlp.w12." in name for name in names)
        return OFFICIAL_DINOV2 if official else TIMM_DINOV2
    if "reg_token" in names or any(name.endswith(".gamma_1") for name in names):
        return TIMM_DINOV3
    return OFFICIAL_DINOV3
