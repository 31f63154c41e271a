"""A loaded network as a backbone: it encodes canvases, on its device and in its precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from napari_dinosar.backbones.architecture import Architecture
from napari_dinosar.backbones.arithmetic import (
    TYPES,
    Products,
    choose_device,
    choose_precision,
    fastest_exact_products,
    process_settings,
)
from napari_dinosar.backbones.encoding import Encoding, check_canvas, resolve_layers
from napari_dinosar.backbones.vit import VisionTransformer
from napari_dinosar.backbones.weights import file_sha256, load_network
from napari_dinosar.core.errors import DinosarError


class VitBackbone:
    """A vision transformer as a `Backbone`.

    Parameters
    ----------
    network : VisionTransformer
        Loaded, on any device.
    name : str
        The registered name, or the checkpoint's file name without its ending.
    path : Path
        The checkpoint.
    sha256 : str
        Of the checkpoint's bytes.
    device : str
        ``"auto"``, or what torch calls the device.
    precision : str
        ``"auto"``, ``"fp32"``, ``"bf16"`` or ``"fp16"``: of the products inside the blocks. What
        is summed over blocks, the norms and the attention that is given out stay float32.
    threads : int, optional
        How many processor threads a forward may use; None leaves torch's setting. While a viewer
        is open one fewer than there are cores keeps its canvas alive. May be changed at any time.
    """

    has_attention = True

    def __init__(
        self,
        network: VisionTransformer,
        *,
        name: str,
        path: Path,
        sha256: str,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
    ) -> None:
        self.device = choose_device(device)
        self.precision = choose_precision(precision, self.device)
        self.network = network.to(self.device).compute_in(TYPES[self.precision])
        self.name = name
        self.path = path
        self.sha256 = sha256
        self.threads = threads
        self._products: Products | None = None
        if self.precision == "fp32":
            on_processor = self.device.type == "cpu"
            self._products = fastest_exact_products() if on_processor else "highest"

    @property
    def architecture(self) -> Architecture:
        """What the checkpoint's tensors say about the network."""
        return self.network.architecture

    @property
    def patch_size(self) -> int:
        """Side of a patch, canvas pixels."""
        return self.architecture.patch_size

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return self.architecture.depth

    @property
    def description(self) -> str:
        """What runs, in one line."""
        shape = self.architecture
        return (
            f"{shape.title}: {shape.depth} blocks, {shape.dim}-d, {shape.heads} heads, "
            f"{shape.registers} registers; {self.path.name} on {self.device}, {self.precision}"
        )

    @property
    def engine(self) -> str:
        """What computes, in one line: the same engine gives the same numbers again."""
        where = str(self.device)
        if self.device.type == "cuda":
            where += f" ({torch.cuda.get_device_name(self.device)})"
        how = f", float32 products {self._products}" if self._products else ""
        return f"torch {torch.__version__} on {where}, {self.precision}{how}"

    @property
    def arithmetic(self) -> str:
        """Under what encodings are kept, as ``fp32-cpu``: others differ in their last digits."""
        return f"{self.precision}-{self.device.type}"

    def encode(
        self,
        rgb: npt.NDArray[np.uint8],
        layers: Sequence[int] | None = None,
        attention_layers: Sequence[int] = (),
    ) -> Encoding:
        """Encode one canvas with one forward pass, no deeper than the last wanted block.

        Parameters
        ----------
        rgb : numpy.ndarray
            (H, W, 3) uint8, both sides multiples of the patch size.
        layers : sequence of int, optional
            Blocks whose tokens are wanted, 0-based, negative from the end; None: the last three.
        attention_layers : sequence of int
            Blocks whose CLS attention is wanted.

        Returns
        -------
        Encoding
            Tokens (layers, rows, cols, dim) and attention (attention layers, heads, rows, cols).

        Raises
        ------
        DinosarError
            When the canvas does not fit the patches, there is no such layer, memory runs out, or
            the weights give values that are no numbers.
        """
        rows, cols = check_canvas(rgb, self.patch_size)
        wanted = resolve_layers(layers, self.depth)
        attending = resolve_layers(attention_layers, self.depth)
        if not wanted and not attending:
            raise DinosarError("No layer was asked for: name at least one.")
        try:
            with process_settings(self.threads, self._products), torch.inference_mode():
                pixels = torch.from_numpy(np.array(rgb, order="C"))
                tokens, attention = self.network(pixels, set(wanted), set(attending))
                encoding = Encoding(
                    tokens=_stacked([tokens[i] for i in wanted], (rows, cols, self._dim)),
                    attention=_stacked([attention[i] for i in attending]) if attending else None,
                    layers=wanted,
                    attention_layers=attending,
                )
        except (RuntimeError, MemoryError) as error:
            if "memory" not in str(error).lower() and not isinstance(error, MemoryError):
                raise
            raise DinosarError(
                f"A canvas of {rgb.shape[1]} x {rgb.shape[0]} pixels needs more memory than "
                f"{self.device} has left with {self.name}. Choose a smaller canvas or network."
            ) from error
        self._check_finite(encoding)
        return encoding

    def _check_finite(self, encoding: Encoding) -> None:
        arrays = [encoding.tokens, encoding.attention]
        if all(np.isfinite(array).all() for array in arrays if array is not None):
            return
        if self.precision == "fp16":
            raise DinosarError(
                f"The network {self.name} gave values that fp16 cannot hold. Choose the precision "
                "bf16 or fp32."
            )
        raise DinosarError(
            "The network gave values that are no numbers (NaN or infinite): the weights in "
            f"{self.path} are damaged. Download or copy them again."
        )

    @property
    def _dim(self) -> int:
        return self.architecture.dim


def _stacked(parts: list[torch.Tensor], shape: tuple[int, ...] = ()) -> npt.NDArray[np.float32]:
    if not parts:
        return np.empty((0, *shape), np.float32)
    stacked: npt.NDArray[np.float32] = torch.stack(parts).cpu().numpy()
    return stacked


def load_vit(
    path: Path,
    *,
    name: str | None = None,
    declared: Architecture | None = None,
    device: str = "auto",
    precision: str = "auto",
    threads: int | None = None,
) -> VitBackbone:
    """Load a checkpoint as a backbone.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        What to call it; its file name without the ending when None.
    declared : Architecture, optional
        What the file is said to hold.
    device : str
        ``"auto"`` takes a CUDA device, else MPS, else the processor.
    precision : str
        ``"auto"``: fp32 on the processor, else bf16, or fp16 where the device has no bf16.
    threads : int, optional
        Processor threads of every forward.

    Returns
    -------
    VitBackbone
        Ready to encode.

    Raises
    ------
    DinosarError
        When the file is no such network, or device or precision are not to be had.
    """
    choose_precision(precision, choose_device(device))
    with process_settings(threads):
        network = load_network(path, declared)
        sha256 = file_sha256(path)
    return VitBackbone(
        network,
        name=name or path.stem,
        path=path,
        sha256=sha256,
        device=device,
        precision=precision,
        threads=threads,
    )
