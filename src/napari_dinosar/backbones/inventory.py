"""What a checkpoint holds, told from its tensors' names and shapes, and whether it is complete."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from napari_dinosar.backbones.architecture import Architecture, Mlp, Shape, default_head_dim
from napari_dinosar.backbones.layouts import OFFICIAL_DINOV3, Layout, recognise
from napari_dinosar.core.errors import DinosarError

MAX_NAMES_SHOWN = 5


@dataclass(frozen=True)
class Inventory:
    """A checkpoint that was understood and found complete: its network and its spelling."""

    architecture: Architecture
    layout: Layout


def take_stock(shapes: Mapping[str, Shape], where: str) -> Inventory:
    """Understand a checkpoint from the names and shapes of its tensors, strictly.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
        The file's tensors, prefixes of wrappers removed.
    where : str
        The file, for messages.

    Returns
    -------
    Inventory
        The network's architecture and the file's layout.

    Raises
    ------
    DinosarError
        When the file holds another network, or a tensor is missing, unexpected or of a wrong
        shape. The message names them as the file spells them.
    """
    layout = recognise(shapes)
    architecture = _read_architecture(shapes, layout, where)
    _check_names(shapes, architecture, layout, where)
    _check_shapes(shapes, architecture, layout, where)
    return Inventory(architecture, layout)


def _read_architecture(shapes: Mapping[str, Shape], layout: Layout, where: str) -> Architecture:
    patch = shapes.get(layout.sources("patch_embed.proj.weight")[0], ())
    depth = _depth(shapes, layout)
    mlp = _mlp(shapes, layout, depth)
    if len(patch) != 4 or patch[1] != 3 or not patch[3] or mlp is None:
        essential = ("cls_token", "patch_embed.proj.weight", "norm.weight")
        lacking = [name for key in essential for name in layout.sources(key) if name not in shapes]
        lacking += [] if depth else [layout.block.format(0) + "*"]
        lacking += [] if mlp else [layout.block.format(0) + "mlp.*"]
        raise DinosarError(
            f"{where} holds no DINOv3 or DINOv2 vision transformer: no usable "
            f"{shown(lacking or layout.sources('patch_embed.proj.weight'))}. "
            f"Its tensors are named {shown(shapes)}."
        )
    dim = patch[0]
    heads = _heads(shapes, layout, dim, where)
    qkv_bias = any(
        name in shapes
        for index in range(depth)
        for name in layout.sources(f"blocks.{index}.attn.qkv.bias")
    )
    return Architecture(
        family=layout.family,
        dim=dim,
        depth=depth,
        heads=heads,
        mlp=mlp[0],
        hidden=mlp[1],
        patch_size=patch[3],
        registers=_registers(shapes, layout),
        qkv_bias=qkv_bias,
        position_grid=_position_grid(shapes, layout, where),
    )


def _depth(shapes: Mapping[str, Shape], layout: Layout) -> int:
    pattern = re.compile(re.escape(layout.block).replace(r"\{\}", r"(\d{1,3})"))
    found = {int(hit[1]) for hit in map(pattern.match, shapes) if hit}
    return max(found, default=-1) + 1


def _mlp(shapes: Mapping[str, Shape], layout: Layout, depth: int) -> tuple[Mlp, int] | None:
    """Return the kind and the hidden width, from the first block whose MLP is complete."""
    kinds: tuple[tuple[Mlp, str, str, int], ...] = (
        ("swiglu", "w1", "w3", 1),
        ("packed", "w12", "w3", 2),
        ("plain", "fc1", "fc2", 1),
    )
    for index in range(depth):
        for kind, first, last, halves in kinds:
            inwards = shapes.get(layout.sources(f"blocks.{index}.mlp.{first}.weight")[0], ())
            outwards = shapes.get(layout.sources(f"blocks.{index}.mlp.{last}.weight")[0], ())
            if len(inwards) == len(outwards) == 2 and inwards[0] == halves * outwards[1]:
                return kind, outwards[1]
    return None


def _heads(shapes: Mapping[str, Shape], layout: Layout, dim: int, where: str) -> int:
    name = layout.sources("rope_embed.periods")[0]
    periods = shapes.get(name) if layout.family == "dinov3" else None
    head_dim = default_head_dim(dim) if periods is None else 4 * math.prod(periods)
    if not head_dim or dim % head_dim:
        source = f"{name} says" if periods is not None else f"without {name}, all networks have"
        raise DinosarError(
            f"{where}: {source} heads of {head_dim}, which do not divide the width {dim}."
        )
    return dim // head_dim


def _registers(shapes: Mapping[str, Shape], layout: Layout) -> int:
    key = "storage_tokens" if layout.family == "dinov3" else "register_tokens"
    shape = shapes.get(layout.sources(key)[0])
    if shape is None:
        # Every DINOv3 has storage tokens: the strict check then names the missing tensor.
        return 4 if layout.family == "dinov3" else 0
    return shape[1] if len(shape) == 3 else 0


def _position_grid(shapes: Mapping[str, Shape], layout: Layout, where: str) -> int:
    if layout.family == "dinov3":
        return 0
    name = layout.sources("pos_embed")[0]
    shape = shapes[name]
    n_positions = shape[1] if len(shape) == 3 else 0
    for n_patches in (n_positions - 1, n_positions):
        if n_patches > 0 and math.isqrt(n_patches) ** 2 == n_patches:
            return math.isqrt(n_patches)
    raise DinosarError(f"{where}: {name} {shape} is no square grid of positions.")


def _check_names(
    shapes: Mapping[str, Shape], architecture: Architecture, layout: Layout, where: str
) -> None:
    expected = {n for key in architecture.tensor_shapes() for n in layout.sources(key)}
    for optional in _optional_groups(architecture, layout):
        if optional & shapes.keys():
            expected |= optional
        else:
            expected -= optional
    missing = expected - shapes.keys()
    unexpected = shapes.keys() - expected - layout.unused
    faults = [
        f"{word} {shown(names)}"
        for word, names in (("missing", missing), ("unexpected", unexpected))
        if names
    ]
    if faults:
        raise DinosarError(
            f"{where} looks like {architecture.title} ({layout.title} layout) but its tensors do "
            f"not fit: {'; '.join(faults)}. Nothing was loaded."
        )


def _optional_groups(architecture: Architecture, layout: Layout) -> list[set[str]]:
    """Return sets of names of which a file holds all or none."""
    groups = [set(layout.sources("rope_embed.periods"))] if layout.family == "dinov3" else []
    if architecture.qkv_bias:
        biases = [layout.sources(f"blocks.{i}.attn.qkv.bias") for i in range(architecture.depth)]
        if layout == OFFICIAL_DINOV3:
            groups.append({f"{names[0]}_mask" for names in biases})
        elif len(biases[0]) == 3:
            groups.append({names[1] for names in biases})
    return groups


def _check_shapes(
    shapes: Mapping[str, Shape], architecture: Architecture, layout: Layout, where: str
) -> None:
    wrong = []
    for official, shape in architecture.tensor_shapes().items():
        names = layout.sources(official)
        allowed = {(shape[0] // len(names), *shape[1:])}
        if official == "pos_embed":
            allowed.add((1, shape[1] - 1, shape[2]))
        if official.endswith("qkv.bias") and layout == OFFICIAL_DINOV3:
            names = (*names, f"{names[0]}_mask")
        wrong += [
            f"{name} {shapes[name]} instead of {max(allowed)}"
            for name in names
            if name in shapes and shapes[name] not in allowed
        ]
    if wrong:
        raise DinosarError(
            f"{where} looks like {architecture.title} but has tensors of wrong shape: "
            f"{shown(wrong)}. Nothing was loaded."
        )


def shown(names: Iterable[str]) -> str:
    """List the first few names for a message."""
    listed = sorted(names, key=_natural)
    more = len(listed) - MAX_NAMES_SHOWN
    text = ", ".join(
        name if len(name) <= 120 else f"{name[:117]}..." for name in listed[:MAX_NAMES_SHOWN]
    )
    return f"{text} and {more} more" if more > 0 else text


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort block 2 before block 10."""
    parts = re.split(r"(\d+)", name)
    return [(int(part[:9]) if part.isdecimal() else -1, part) for part in parts]
