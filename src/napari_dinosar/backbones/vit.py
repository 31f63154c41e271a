"""DINOv3 and DINOv2 vision transformers for inference: one small module, official tensor names.

Written from the published descriptions: Dosovitskiy et al. 2021 (ViT), Touvron et al. 2021
(LayerScale), Darcet et al. 2024 (registers), Su et al. 2021 (rotary positions), Oquab et al. 2024
(DINOv2) and Siméoni et al. 2025 (DINOv3).
"""

from __future__ import annotations

import math
from collections.abc import Collection

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_dinosar.backbones.architecture import Architecture

ROPE_BASE = 100.0
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

Rotation = tuple[Tensor, Tensor]


class VisionTransformer(nn.Module):
    """A network whose ``state_dict`` has the official names.

    Parameters
    ----------
    architecture : Architecture
        What the checkpoint's tensors say.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        dim = architecture.dim
        self.architecture = architecture
        self.cls_token = nn.Parameter(torch.empty(1, 1, dim))
        if architecture.family == "dinov3" or architecture.registers:
            registers = nn.Parameter(torch.empty(1, architecture.registers, dim))
            self.register_parameter(architecture.register_key, registers)
        if architecture.family == "dinov3":
            self.rope_embed = RotaryPosition(architecture.head_dim)
        else:
            n_positions = 1 + architecture.position_grid**2
            self.pos_embed = nn.Parameter(torch.empty(1, n_positions, dim))
        self.patch_embed = PatchEmbedding(architecture)
        self.blocks = nn.ModuleList(Block(architecture) for _ in range(architecture.depth))
        self.norm = nn.LayerNorm(dim, eps=architecture.norm_eps)

    def forward(
        self, rgb: Tensor, layers: Collection[int], attention_layers: Collection[int]
    ) -> tuple[dict[int, Tensor], dict[int, Tensor]]:
        """Run one canvas through the blocks, no further than the last one that is wanted.

        Parameters
        ----------
        rgb : Tensor
            (H, W, 3) uint8, sides multiples of the patch size.
        layers, attention_layers : collection of int
            Indices of blocks.

        Returns
        -------
        tokens : dict of int to Tensor
            Per wanted block (rows, cols, dim), after the final LayerNorm.
        attention : dict of int to Tensor
            Per wanted block (heads, rows, cols): the CLS row over the patches.
        """
        size = self.architecture.patch_size
        rows, cols = rgb.shape[0] // size, rgb.shape[1] // size
        x = self._tokens(self.patch_embed(rgb), rows, cols)
        n_prefix = x.shape[1] - rows * cols
        rotation = self._rotation(n_prefix, rows, cols)
        tokens: dict[int, Tensor] = {}
        attention: dict[int, Tensor] = {}
        for index in range(max({*layers, *attention_layers}, default=-1) + 1):
            x, cls_row = self.blocks[index](x, rotation, index in attention_layers)
            if cls_row is not None:
                attention[index] = cls_row[:, n_prefix:].reshape(-1, rows, cols)
            if index in layers:
                tokens[index] = self.norm(x)[0, n_prefix:].reshape(rows, cols, -1)
        return tokens, attention

    def compute_in(self, kind: torch.dtype) -> VisionTransformer:
        """Let the blocks multiply in another type of number.

        Only attention and MLP change. What runs from block to block stays float32, with its norms
        and scales, or it would lose in every block what a short number cannot hold.
        """
        for block in self.blocks:
            block.attn.to(kind)
            block.mlp.to(kind)
        return self

    def _tokens(self, patches: Tensor, rows: int, cols: int) -> Tensor:
        """Put CLS and registers before the patches; DINOv2 adds its positions."""
        cls: Tensor = self.cls_token
        if self.architecture.family == "dinov2":
            cls = cls + self.pos_embed[:, :1]
            patches = patches + self._positions(rows, cols)
        registers = getattr(self, self.architecture.register_key, cls[:, :0])
        return torch.cat((cls, registers, patches), dim=1)

    def _positions(self, rows: int, cols: int) -> Tensor:
        """Interpolate the learned position embedding bicubically to the exact grid."""
        side = self.architecture.position_grid
        learned = self.pos_embed[:, 1:]
        if (rows, cols) == (side, side):
            return learned
        # The networks with registers were published with an antialiased interpolation, those
        # without with a plain one. Some devices lack these kernels: the processor has them.
        picture = learned.cpu().reshape(1, side, side, -1).permute(0, 3, 1, 2)
        antialias = self.architecture.registers > 0
        resized = functional.interpolate(picture, (rows, cols), mode="bicubic", antialias=antialias)
        return resized.flatten(2).transpose(1, 2).to(learned.device)

    def _rotation(self, n_prefix: int, rows: int, cols: int) -> Rotation | None:
        if self.architecture.family == "dinov2":
            return None
        rotation: Rotation = self.rope_embed(n_prefix, rows, cols)
        return rotation


class PatchEmbedding(nn.Module):
    """Pixels to patch tokens: ImageNet normalisation and one linear map per patch."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        size = architecture.patch_size
        self.proj = nn.Conv2d(3, architecture.dim, kernel_size=size, stride=size)

    def forward(self, rgb: Tensor) -> Tensor:
        """Embed (H, W, 3) uint8; return (1, patches, dim)."""
        weight = self.proj.weight
        mean = torch.tensor(IMAGENET_MEAN, device=weight.device)
        std = torch.tensor(IMAGENET_STD, device=weight.device)
        pixels = (rgb.to(weight.device, torch.float32) / 255 - mean) / std
        embed = embed_by_convolution if weight.device.type == "cpu" else embed_by_product
        return embed(pixels, self.proj)


def embed_by_convolution(pixels: Tensor, proj: nn.Conv2d) -> Tensor:
    """Embed (H, W, 3) normalised pixels on the processor; return (1, patches, dim).

    Pixel by pixel with the three channels together: the order in which the sums of the published
    networks' reference values were taken.
    """
    picture = pixels.permute(2, 0, 1)[None].contiguous(memory_format=torch.channels_last)
    kernel = proj.weight.contiguous(memory_format=torch.channels_last)
    embedded = functional.conv2d(picture, kernel, proj.bias, stride=proj.kernel_size)
    return embedded.flatten(2).transpose(1, 2)


def embed_by_product(pixels: Tensor, proj: nn.Conv2d) -> Tensor:
    """Embed (H, W, 3) normalised pixels on another device; return (1, patches, dim).

    A convolution without overlap is a product of matrices, and as such as precise as all others
    also where a device is allowed to shorten the numbers of its convolutions.
    """
    size = proj.kernel_size[0]
    rows, cols = pixels.shape[0] // size, pixels.shape[1] // size
    patches = pixels.reshape(rows, size, cols, size, 3).permute(0, 2, 4, 1, 3)
    flat = patches.reshape(1, rows * cols, -1)
    return functional.linear(flat, proj.weight.flatten(1), proj.bias)


class RotaryPosition(nn.Module):
    """Rotary position code of the patches' centres, both axes scaled to -1..1."""

    periods: Tensor

    def __init__(self, head_dim: int) -> None:
        super().__init__()
        self.register_buffer("periods", torch.empty(head_dim // 4))

    def forward(self, n_prefix: int, rows: int, cols: int) -> Rotation:
        """Return cosine and sine, (tokens, head dim); CLS and registers are not turned."""
        periods = self.periods
        device = periods.device
        y = (torch.arange(rows, device=device) + 0.5) / rows * 2 - 1
        x = (torch.arange(cols, device=device) + 0.5) / cols * 2 - 1
        angle_y = (2 * math.pi * y[:, None] / periods)[:, None].expand(rows, cols, -1)
        angle_x = (2 * math.pi * x[:, None] / periods)[None].expand(rows, cols, -1)
        angles = torch.cat((angle_y, angle_x), dim=2).flatten(0, 1)
        angles = functional.pad(angles, (0, 0, n_prefix, 0)).repeat(1, 2)
        return angles.cos(), angles.sin()


def default_periods(head_dim: int) -> Tensor:
    """Compute the RoPE periods of a checkpoint that holds none.

    Parameters
    ----------
    head_dim : int
        Width of an attention head.

    Returns
    -------
    Tensor
        (head_dim / 4,) float32, rounded to bfloat16 as they are in Meta's checkpoints.
    """
    n_periods = head_dim // 4
    exponents = torch.arange(n_periods, dtype=torch.float32) / n_periods
    return (ROPE_BASE**exponents).to(torch.bfloat16).to(torch.float32)


class Block(nn.Module):
    """Attention and MLP, each behind a LayerNorm and a LayerScale."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        dim, eps = architecture.dim, architecture.norm_eps
        self.norm1 = nn.LayerNorm(dim, eps=eps)
        self.attn = Attention(architecture)
        self.ls1 = LayerScale(dim)
        self.norm2 = nn.LayerNorm(dim, eps=eps)
        self.mlp = make_mlp(architecture)
        self.ls2 = LayerScale(dim)

    def forward(
        self, x: Tensor, rotation: Rotation | None, want_attention: bool
    ) -> tuple[Tensor, Tensor | None]:
        """Return the new tokens (1, tokens, dim), and the CLS row (heads, tokens) if wanted."""
        change, cls_row = self.attn(self.norm1(x), rotation, want_attention)
        x = x + self.ls1(change)
        # Multiplied and added in one rounding: with logits as large as the networks' a second one
        # shows in the sixth decimal of the attention.
        change = self.mlp(self.norm2(x)).to(x.dtype)
        return torch.addcmul(x, change, self.ls2.gamma), cls_row


class Attention(nn.Module):
    """Multi-head self-attention; of its weights only the row of the CLS query is ever formed."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        dim = architecture.dim
        self.heads = architecture.heads
        self.qkv = nn.Linear(dim, 3 * dim, bias=architecture.qkv_bias)
        self.proj = nn.Linear(dim, dim)

    def forward(
        self, x: Tensor, rotation: Rotation | None, want_attention: bool
    ) -> tuple[Tensor, Tensor | None]:
        """Return the mixed tokens, and the softmax row of the CLS query over all keys."""
        qkv = self.qkv(x.to(self.qkv.weight.dtype))
        qkv = qkv.reshape(1, x.shape[1], 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        turned, value = qkv[:2], qkv[2]
        if rotation is not None:
            cosine, sine = rotation
            turned = turned * cosine + _quarter_turn(turned) * sine
        # a logit of 20 in a short number is off by 0.05, and its attention by 5 %: in float32
        cls_row = _cls_row(*turned.float()) if want_attention else None
        query, key = turned.to(value.dtype)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return self.proj(mixed.transpose(1, 2).flatten(2)), cls_row


def _quarter_turn(vectors: Tensor) -> Tensor:
    """Turn each pair of components (i, i + half) by 90 degrees."""
    first, second = vectors.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


def _cls_row(query: Tensor, key: Tensor) -> Tensor:
    logits = query[:, :, :1] @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
    row: Tensor = logits.softmax(dim=-1)[0, :, 0]
    return row


class LayerScale(nn.Module):
    """A learned factor per channel."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.empty(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Scale the last axis."""
        return x * self.gamma


def make_mlp(architecture: Architecture) -> nn.Module:
    """Return the MLP of a block, of the architecture's kind."""
    kinds = {"plain": PlainMlp, "swiglu": SwigluMlp, "packed": PackedSwigluMlp}
    mlp: nn.Module = kinds[architecture.mlp](architecture.dim, architecture.hidden)
    return mlp


class PlainMlp(nn.Module):
    """Two layers with the exact GELU between them."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        """Map the last axis."""
        x = x.to(self.fc1.weight.dtype)
        mapped: Tensor = self.fc2(functional.gelu(self.fc1(x)))
        return mapped


class SwigluMlp(nn.Module):
    """SwiGLU (Shazeer 2020): a gate times a value, then a linear map."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.w1 = nn.Linear(dim, hidden)
        self.w2 = nn.Linear(dim, hidden)
        self.w3 = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        """Map the last axis."""
        x = x.to(self.w1.weight.dtype)
        mapped: Tensor = self.w3(functional.silu(self.w1(x)) * self.w2(x))
        return mapped


class PackedSwigluMlp(nn.Module):
    """SwiGLU with gate and value in one matrix, in this order."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.w12 = nn.Linear(dim, 2 * hidden)
        self.w3 = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        """Map the last axis."""
        gate, value = self.w12(x.to(self.w12.weight.dtype)).chunk(2, dim=-1)
        mapped: Tensor = self.w3(functional.silu(gate) * value)
        return mapped
