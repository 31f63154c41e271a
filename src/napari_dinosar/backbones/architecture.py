"""The shape of a vision transformer: what a checkpoint's own tensors say, and what it must hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

Family = Literal["dinov3", "dinov2"]
Mlp = Literal["plain", "swiglu", "packed"]
Shape = tuple[int, ...]

FAMILY_TITLES: Mapping[Family, str] = {"dinov3": "DINOv3", "dinov2": "DINOv2"}
SIZE_LETTERS: Mapping[int, str] = {384: "S", 768: "B", 1024: "L", 1280: "H", 1536: "g", 4096: "7B"}


@dataclass(frozen=True)
class Architecture:
    """A DINOv3 or DINOv2 vision transformer, free of any framework.

    Attributes
    ----------
    family : {"dinov3", "dinov2"}
        DINOv3 turns queries and keys by the patch's position (RoPE) and masks the key bias;
        DINOv2 adds a learned position embedding.
    dim, depth, heads : int
        Width of a token, number of blocks, attention heads.
    mlp : {"plain", "swiglu", "packed"}
        Two layers with GELU; SwiGLU of three matrices; SwiGLU whose first two are one matrix.
    hidden : int
        Width inside the MLP (of one of the two halves where it is packed).
    patch_size : int
        Side of a patch, pixels.
    registers : int
        Number of register (storage) tokens.
    qkv_bias : bool
        Whether queries and values carry a bias.
    position_grid : int
        Side of the learned position embedding, patches; 0 for RoPE.
    """

    family: Family
    dim: int
    depth: int
    heads: int
    mlp: Mlp
    hidden: int
    patch_size: int
    registers: int
    qkv_bias: bool = True
    position_grid: int = 0

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.dim // self.heads

    @property
    def norm_eps(self) -> float:
        """The constant of every LayerNorm."""
        return 1e-5 if self.family == "dinov3" else 1e-6

    @property
    def register_key(self) -> str:
        """The official name of the register tokens."""
        return "storage_tokens" if self.family == "dinov3" else "register_tokens"

    @property
    def title(self) -> str:
        """The published name, as ``DINOv3 ViT-S+/16``, or the width where there is none."""
        size = SIZE_LETTERS.get(self.dim, f"{self.dim}d")
        plus = "+" if self.family == "dinov3" and self.mlp == "swiglu" and self.dim < 4096 else ""
        return f"{FAMILY_TITLES[self.family]} ViT-{size}{plus}/{self.patch_size}"

    @property
    def n_parameters(self) -> int:
        """Number of weights that the network computes with."""
        return sum(math.prod(shape) for shape in self.tensor_shapes().values())

    def tensor_shapes(self) -> dict[str, Shape]:
        """List every tensor of the network under its official name.

        Returns
        -------
        dict of str to tuple of int
            In the order in which they are used; ``mask_token`` and the like are not used.
        """
        dim = self.dim
        shapes: dict[str, Shape] = {"cls_token": (1, 1, dim)}
        if self.family == "dinov3" or self.registers:
            shapes[self.register_key] = (1, self.registers, dim)
        if self.family == "dinov2":
            shapes["pos_embed"] = (1, 1 + self.position_grid**2, dim)
        else:
            shapes["rope_embed.periods"] = (self.head_dim // 4,)
        shapes["patch_embed.proj.weight"] = (dim, 3, self.patch_size, self.patch_size)
        shapes["patch_embed.proj.bias"] = (dim,)
        for index in range(self.depth):
            for part, shape in self._block_shapes().items():
                shapes[f"blocks.{index}.{part}"] = shape
        shapes["norm.weight"] = (dim,)
        shapes["norm.bias"] = (dim,)
        return shapes

    def _block_shapes(self) -> dict[str, Shape]:
        dim = self.dim
        shapes: dict[str, Shape] = {"norm1.weight": (dim,), "norm1.bias": (dim,)}
        shapes["attn.qkv.weight"] = (3 * dim, dim)
        if self.qkv_bias:
            shapes["attn.qkv.bias"] = (3 * dim,)
        shapes |= {"attn.proj.weight": (dim, dim), "attn.proj.bias": (dim,), "ls1.gamma": (dim,)}
        shapes |= {"norm2.weight": (dim,), "norm2.bias": (dim,)}
        for name, (rows, columns) in self._mlp_matrices().items():
            shapes |= {f"mlp.{name}.weight": (rows, columns), f"mlp.{name}.bias": (rows,)}
        shapes["ls2.gamma"] = (dim,)
        return shapes

    def _mlp_matrices(self) -> dict[str, tuple[int, int]]:
        dim, hidden = self.dim, self.hidden
        if self.mlp == "plain":
            return {"fc1": (hidden, dim), "fc2": (dim, hidden)}
        if self.mlp == "packed":
            return {"w12": (2 * hidden, dim), "w3": (dim, hidden)}
        return {"w1": (hidden, dim), "w2": (hidden, dim), "w3": (dim, hidden)}

    def differences(self, declared: Architecture) -> list[str]:
        """Say in what this network is not the declared one.

        A checkpoint may leave the qkv bias out (copies do where it is zero), hold SwiGLU in one
        matrix or in two, and be trained at another picture size: none of these is a difference.

        Parameters
        ----------
        declared : Architecture
            What the network was said to be.

        Returns
        -------
        list of str
            Empty when they agree, else as ``dim 768 instead of 384``.
        """
        free = {"qkv_bias", "position_grid", "mlp"}
        found = [
            f"{field.name.replace('_', ' ')} {getattr(self, field.name)} "
            f"instead of {getattr(declared, field.name)}"
            for field in fields(self)
            if field.name not in free and getattr(self, field.name) != getattr(declared, field.name)
        ]
        if (self.mlp == "plain") != (declared.mlp == "plain"):
            found.append(f"MLP {self.mlp} instead of {declared.mlp}")
        return found


def default_head_dim(dim: int) -> int:
    """Return the width of a head that all published networks of this width have."""
    return 128 if dim == 4096 else 64
