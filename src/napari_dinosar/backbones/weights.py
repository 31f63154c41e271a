"""Checkpoint files: read without running code, checked strictly, loaded into the network."""

from __future__ import annotations

import hashlib
import math
import pickle
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from napari_dinosar.backbones.architecture import Architecture
from napari_dinosar.backbones.inventory import Inventory, shown, take_stock
from napari_dinosar.backbones.layouts import OFFICIAL_DINOV3
from napari_dinosar.backbones.vit import VisionTransformer, default_periods
from napari_dinosar.core.errors import DinosarError

CONTAINERS = ("teacher", "model_ema", "model", "state_dict", "module")
PREFIXES = ("module.", "_orig_mod.", "backbone.", "teacher.", "dinov2.", "dinov2_with_registers.")
TRAINING_HEADS = ("dino_head.", "ibot_head.")
READABLE_TYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
MAX_SAFETENSORS_HEADER = 100_000_000

# What the readers raise on files that are damaged or were never written by them. torch.load takes
# a name that ends in .safetensors for such a file.
_UNREADABLE = (
    SafetensorError,
    pickle.UnpicklingError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    MemoryError,
    zipfile.BadZipFile,
)


def load_network(path: Path, declared: Architecture | None = None) -> VisionTransformer:
    """Load a checkpoint into its network.

    Parameters
    ----------
    path : Path
        A ``.pth`` or ``.safetensors`` file in the official, the transformers or the timm layout.
    declared : Architecture, optional
        What the file is said to hold.

    Returns
    -------
    VisionTransformer
        On the processor, float32, in inference mode.

    Raises
    ------
    DinosarError
        When the file is missing, damaged, of another network, holds program code, lacks a tensor,
        has one too many, or disagrees with what was declared.
    """
    tensors = read_tensors(path)
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    inventory = take_stock(shapes, str(path))
    architecture = inventory.architecture
    differences = [] if declared is None else architecture.differences(declared)
    if declared is not None and differences:
        raise DinosarError(
            f"{path} was declared to be {declared.title} but holds {architecture.title}: "
            f"{'; '.join(differences)}. Name the right architecture, or none: it is read off "
            "the file."
        )
    with torch.device("meta"):
        network = VisionTransformer(architecture)
    network.load_state_dict(_official_tensors(tensors, inventory, path), strict=True, assign=True)
    return network.requires_grad_(False).eval()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises
    ------
    DinosarError
        When the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DinosarError(f"{path} cannot be read: {error.strerror or error}.") from error


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a checkpoint, wherever in it they are, without the wrappers' prefixes.

    Parameters
    ----------
    path : Path
        The file. Its content decides how it is read, not its ending.

    Returns
    -------
    dict of str to Tensor
        As they are in the file; where possible not in memory yet.

    Raises
    ------
    DinosarError
        When it is no checkpoint, or holds anything that would have to be run.
    """
    content = _read_safetensors(path) if _is_safetensors(path) else _read_pickled(path)
    tensors = _strip_prefixes(_find_tensors(content, path))
    for name, tensor in tensors.items():
        _check_tensor(name, tensor, path)
    return tensors


def _is_safetensors(path: Path) -> bool:
    """Tell the two kinds of file apart by the first bytes; refuse what is neither early."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(64)
    except OSError as error:
        raise DinosarError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not size:
        raise DinosarError(f"{path} is empty: download or copy it again.")
    if start.startswith(b"version https://git-lfs"):
        raise DinosarError(
            f"{path} is only the pointer that Git LFS leaves in place of the file: fetch the file "
            "itself (git lfs pull), or download it."
        )
    if start.lstrip().startswith((b"<", b"\xef\xbb\xbf<")):
        raise DinosarError(f"{path} is a web page, not weights: the download went wrong.")
    header_size = int.from_bytes(start[:8], "little")
    return start[8:9] == b"{" and header_size <= MAX_SAFETENSORS_HEADER


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt", device="cpu") as stored:
            return {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


def _read_pickled(path: Path) -> object:
    """Read what torch.save wrote; only tensors and plain containers, never code."""
    try:
        return torch.load(
            path, map_location="cpu", weights_only=True, mmap=_is_plain_archive(path) or None
        )
    except pickle.UnpicklingError as error:
        # torch's own text recommends to run the code: it is never passed on.
        fault = re.search(r"GLOBAL ([\w.]+)|(Unsupported operand \d+)|(reduce\b.*)", str(error))
        if fault is None or not _starts_like_pickle(path):
            raise _unreadable(path, pickle.UnpicklingError("no pickle of weights")) from error
        raise DinosarError(
            f"{path} was refused: it does not only hold weights but calls for program code "
            f"({fault[1] or fault[0]}). Such a file can do anything to this computer. Use the "
            "official file, or one in the safetensors format."
        ) from error
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


def _starts_like_pickle(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4).startswith((b"\x80", b"PK\x03\x04"))


def _is_plain_archive(path: Path) -> bool:
    """Whether this is a zip archive as torch.save writes it; others are refused.

    torch.save never compresses: an archive that unpacks to more than its own size is a trap.
    """
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > path.stat().st_size:
        raise zipfile.BadZipFile("compressed")
    return True


def _unreadable(path: Path, error: Exception) -> DinosarError:
    reason = str(error).strip().split("\n", 1)[0][:200]
    return DinosarError(
        f"{path} cannot be read as a checkpoint (.pth or .safetensors): it is damaged, cut short, "
        f"or something else. Download or copy it again. ({type(error).__name__}: {reason})"
    )


def _find_tensors(content: object, path: Path) -> dict[str, Tensor]:
    """Follow the usual containers down to the mapping of names to tensors."""
    for _ in range(len(CONTAINERS)):
        if not isinstance(content, Mapping):
            break
        inner = next((key for key in CONTAINERS if isinstance(content.get(key), Mapping)), None)
        if inner is None:
            break
        content = content[inner]
    if not isinstance(content, Mapping):
        raise DinosarError(f"{path} holds a {type(content).__name__}, not a mapping of tensors.")
    tensors = {str(k): v for k, v in content.items() if isinstance(v, Tensor)}
    others = [str(k) for k, v in content.items() if not isinstance(v, Tensor)]
    if not tensors:
        raise DinosarError(
            f"{path} holds no tensors, neither at its top nor under {', '.join(CONTAINERS)}: "
            f"there is {shown(others) or 'nothing'}."
        )
    if others:
        raise DinosarError(f"{path}: {shown(others)} among the weights are no tensors.")
    return tensors


def _strip_prefixes(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Remove what wrappers and training code put before every name, and training's own heads."""
    if any(name.startswith("backbone.") for name in tensors):
        tensors = {k: v for k, v in tensors.items() if not k.startswith(TRAINING_HEADS)}
    while prefix := next((p for p in PREFIXES if all(k.startswith(p) for k in tensors)), None):
        tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    return tensors


def _check_tensor(name: str, tensor: Tensor, path: Path) -> None:
    n_bytes = tensor.numel() * tensor.element_size()
    plain = tensor.layout == torch.strided and tensor.device.type == "cpu"
    if not plain or tensor.dtype not in READABLE_TYPES:
        raise DinosarError(
            f"{path}: tensor {name} is {tensor.dtype} ({tensor.layout}, {tensor.device}); only "
            "plain tensors of 16, 32 or 64-bit floating point numbers are read."
        )
    if tensor.untyped_storage().nbytes() < n_bytes:
        raise DinosarError(f"{path}: tensor {name} claims {n_bytes} bytes that are not there.")


def _official_tensors(
    tensors: dict[str, Tensor], inventory: Inventory, path: Path
) -> dict[str, Tensor]:
    """Convert to float32 under the official names, letting go of each source in turn."""
    architecture, layout = inventory.architecture, inventory.layout
    official: dict[str, Tensor] = {}
    for name, shape in architecture.tensor_shapes().items():
        if name == "rope_embed.periods" and layout.sources(name)[0] not in tensors:
            official[name] = default_periods(architecture.head_dim)
            continue
        tensor = _joined(tensors, layout.sources(name), shape)
        if name == "pos_embed" and tensor.shape != shape:
            # timm adds the position of the CLS token to the CLS token itself
            tensor = torch.cat((torch.zeros_like(tensor[:, :1]), tensor), dim=1)
        if name.endswith("attn.qkv.bias") and layout == OFFICIAL_DINOV3:
            tensor = _masked(tensor, name, tensors, path)
        if tensor.numel() and not _all_finite(tensor):
            raise DinosarError(
                f"{path}: tensor {shown(layout.sources(name))} holds values that are no numbers "
                "(NaN or infinite); the file is damaged."
            )
        official[name] = tensor
    return official


def _all_finite(tensor: Tensor) -> bool:
    """Look at the extremes, which NaN passes into: a fifth of the time that all take."""
    return all(math.isfinite(extreme) for extreme in torch.aminmax(tensor))


def _joined(tensors: dict[str, Tensor], sources: tuple[str, ...], shape: Any) -> Tensor:
    """Take the tensors that make one official one, row block under row block."""
    rows = (shape[0] // len(sources), *shape[1:])
    found = [tensors.pop(name, None) for name in sources]
    # copies, never views: the file may be changed or removed while the network lives
    pieces = [torch.zeros(rows) if t is None else t.to(torch.float32, copy=True) for t in found]
    return pieces[0].contiguous() if len(pieces) == 1 else torch.cat(pieces)


def _masked(bias: Tensor, name: str, tensors: dict[str, Tensor], path: Path) -> Tensor:
    """Fold the mask of the key bias into the bias."""
    mask = tensors.pop(f"{name}_mask", None)
    if mask is not None:
        return bias * mask.to(torch.float32)
    key_bias = bias.reshape(3, -1)[1]
    if key_bias.any():
        raise DinosarError(
            f"{path}: missing {name}_mask. The network was trained with its key bias masked; "
            "without the mask the bias would act. Nothing was loaded."
        )
    return bias
