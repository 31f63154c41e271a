"""What a backbone gives for one canvas: patch tokens and the attention of the CLS token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from napari_dinosar.core.errors import DinosarError

PRECISIONS = ("auto", "fp32", "bf16", "fp16")
DEFAULT_LAYER_COUNT = 3
"""How many of the last layers are used when none are named."""

Progress = Callable[[int, int], None]
"""Called with (done, total); it may raise :class:`~napari_dinosar.core.errors.Cancelled`."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """Patch tokens, and attention where it was asked for, of one canvas.

    Attributes
    ----------
    tokens : numpy.ndarray
        (layers, rows, cols, dim) float32, after the network's final LayerNorm, not unit length.
    attention : numpy.ndarray or None
        (attention layers, heads, rows, cols) float32: the softmax row of the CLS query over all
        keys, patches only, not renormalised. None when no attention layer was asked for.
    layers : tuple of int
        The block index of each entry of ``tokens``, counted from 0.
    attention_layers : tuple of int
        The block index of each entry of ``attention``, counted from 0.
    """

    tokens: npt.NDArray[np.float32]
    attention: npt.NDArray[np.float32] | None
    layers: tuple[int, ...]
    attention_layers: tuple[int, ...] = ()


@runtime_checkable
class Backbone(Protocol):
    """A network, or the built-in descriptor, that turns a canvas into patch tokens.

    Attributes
    ----------
    name : str
        The registered name, or the file name of the checkpoint.
    patch_size : int
        Side of a patch, canvas pixels.
    depth : int
        Number of layers to choose from.
    has_attention : bool
        Whether ``encode`` can give attention.
    sha256 : str
        Of the bytes of the weights' file, or of the built-in descriptor's version.
    description : str
        One line for people: what ran.
    device : object
        What it runs on; ``str`` of it is ``cpu``, ``cuda`` or the like.
    precision : str
        ``fp32``, ``bf16`` or ``fp16``.
    engine : str
        One line for the record: library, device and precision.
    arithmetic : str
        Names what encodings are kept under beside canvas and weights, as ``fp32-cpu``.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above
    @property
    def patch_size(self) -> int: ...  # noqa: D102
    @property
    def depth(self) -> int: ...  # noqa: D102
    @property
    def has_attention(self) -> bool: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def description(self) -> str: ...  # noqa: D102
    @property
    def device(self) -> object: ...  # noqa: D102
    @property
    def precision(self) -> str: ...  # noqa: D102
    @property
    def engine(self) -> str: ...  # noqa: D102
    @property
    def arithmetic(self) -> str: ...  # noqa: D102

    def encode(
        self,
        rgb: npt.NDArray[np.uint8],
        layers: Sequence[int] | None = None,
        attention_layers: Sequence[int] = (),
    ) -> Encoding:
        """Encode one canvas, (H, W, 3) uint8 with sides that are multiples of the patch."""
        ...


def resolve_layers(layers: Sequence[int] | None, depth: int) -> tuple[int, ...]:
    """Turn layer numbers, negative ones from the end, into block indices.

    Parameters
    ----------
    layers : sequence of int or None
        0-based; -1 is the last block. None stands for the last three (fewer when there are
        fewer). Order and repetitions are kept; an empty sequence stays empty.
    depth : int
        Number of blocks of the backbone.

    Returns
    -------
    tuple of int
        Indices in ``range(depth)``.

    Raises
    ------
    DinosarError
        When a layer is no whole number, or the backbone has no such layer.
    """
    if layers is None:
        return tuple(range(max(depth - DEFAULT_LAYER_COUNT, 0), depth))
    return tuple(_resolve_layer(layer, depth) for layer in layers)


def _resolve_layer(layer: int, depth: int) -> int:
    if isinstance(layer, bool | np.bool_) or not isinstance(layer, int | np.integer):
        raise DinosarError(f"A layer is a whole number, not {layer!r}.")
    if not -depth <= layer < depth:
        raise DinosarError(
            f"There is no layer {layer}: this backbone has {depth}, numbered 0 to {depth - 1} "
            f"(or -{depth} to -1 from the end)."
        )
    return int(layer) % depth


def check_precision(precision: str) -> None:
    """Check the name of a precision.

    Raises
    ------
    DinosarError
        When it is none of `PRECISIONS`.
    """
    if precision not in PRECISIONS:
        raise DinosarError(
            f"There is no precision {precision!r}: choose one of {', '.join(PRECISIONS)}."
        )


def check_canvas(rgb: npt.NDArray[np.uint8], patch_size: int) -> tuple[int, int]:
    """Check that an array can be encoded and count its patches.

    Parameters
    ----------
    rgb : numpy.ndarray
        (H, W, 3) uint8, sides multiples of ``patch_size``.
    patch_size : int
        Side of a patch, pixels.

    Returns
    -------
    (int, int)
        Rows and columns of patches.

    Raises
    ------
    DinosarError
        When type, shape or size do not fit.
    """
    if not isinstance(rgb, np.ndarray) or rgb.dtype != np.uint8:
        kind = rgb.dtype if isinstance(rgb, np.ndarray) else type(rgb).__name__
        raise DinosarError(f"A canvas is a uint8 array of RGB values 0 to 255, not {kind}.")
    if rgb.ndim != 3 or rgb.shape[2] != 3:
        raise DinosarError(f"A canvas has the shape (height, width, 3), not {rgb.shape}.")
    height, width = rgb.shape[:2]
    if height % patch_size or width % patch_size or not height or not width:
        raise DinosarError(
            f"The canvas is {width} x {height} pixels; both sides must be multiples of the "
            f"patch size {patch_size}. Crop, resize or pad it first."
        )
    return height // patch_size, width // patch_size
