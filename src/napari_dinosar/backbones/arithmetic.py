"""Where and how precisely a network computes: device, number type, and torch's global settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from napari_dinosar.backbones.encoding import check_precision
from napari_dinosar.core.errors import DinosarError

Precision = Literal["fp32", "bf16", "fp16"]
Products = Literal["highest", "medium"]

TYPES: dict[Precision, torch.dtype] = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}
_EXACT = 1e-5
_SETTINGS_LOCK = RLock()


def choose_device(device: str) -> torch.device:
    """Turn ``"auto"`` or a name into a device that is there.

    Raises
    ------
    DinosarError
        When torch knows no such device or this machine has none.
    """
    if device == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(1, device=chosen).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise DinosarError(
            f"There is no device {device!r} here. Use 'auto' or 'cpu', or what torch calls the "
            "device, as 'cuda', 'cuda:1' or 'mps'."
        ) from error
    return chosen


def choose_precision(precision: str, device: torch.device) -> Precision:
    """Turn ``"auto"`` or a name into a precision that the device has.

    Parameters
    ----------
    precision : str
        ``"auto"``: fp32 on a processor, elsewhere bf16, or fp16 where the device has no bf16.
    device : torch.device
        Where the network runs.

    Raises
    ------
    DinosarError
        For another name, or one that the device cannot compute in.
    """
    check_precision(precision)
    chosen = next((name for name in TYPES if name == precision), None)
    if chosen is None:
        if device.type == "cpu":
            return "fp32"
        short: tuple[Precision, ...] = ("bf16", "fp16") if has_native_bf16(device) else ("fp16",)
        return next((name for name in short if can_compute(name, device)), "fp32")
    if not can_compute(chosen, device):
        raise DinosarError(
            f"The device {device} cannot compute with the precision {chosen}. Choose fp32, or auto."
        )
    return chosen


def has_native_bf16(device: torch.device) -> bool:
    """Whether the device has bf16 itself: NVIDIA's do from the Ampere generation on."""
    if device.type != "cuda" or torch.version.hip is not None:
        return True
    return torch.cuda.get_device_capability(device)[0] >= 8


@cache
def can_compute(precision: Precision, device: torch.device) -> bool:
    """Whether torch has every operation of a block in this precision on the device."""
    try:
        x = torch.ones(8, 8, dtype=TYPES[precision], device=device)
        mapped = functional.silu(functional.gelu(functional.linear(x, x, x[0])))[None, None]
        functional.scaled_dot_product_attention(mapped, mapped, mapped).cpu()
    except (RuntimeError, TypeError, NotImplementedError):
        return False
    return True


@cache
def fastest_exact_products() -> Products:
    """Name torch's setting for float32 products on this processor: the faster one that is exact.

    ``medium`` allows torch to shorten the factors to bfloat16. On processors with a unit for such
    products (AMX) it does; on others they stay float32 and only go through another library
    (oneDNN), which takes two thirds of the time on some; on the rest it changes nothing. Which of
    these it is shows in the numbers. It is never timed: a run must come out alike the next time.
    """
    exact, other = _sample_products("highest"), _sample_products("medium")
    errors = [
        float(torch.linalg.vector_norm(b - a) / torch.linalg.vector_norm(a))
        for a, b in zip(exact, other, strict=True)
    ]
    return "medium" if 0 < max(errors) <= _EXACT else "highest"


def _sample_products(products: Products) -> tuple[Tensor, ...]:
    """Compute what a block computes: a linear map, and attention."""
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randn(512, 384, generator=generator)
    weight = torch.randn(1536, 384, generator=generator)
    heads = tokens.reshape(1, 512, 6, 64).transpose(1, 2)
    with process_settings(products=products):
        return (
            functional.linear(tokens, weight),
            functional.scaled_dot_product_attention(heads, heads, heads),
        )


@contextmanager
def process_settings(
    threads: int | None = None, products: Products | None = None
) -> Iterator[None]:
    """Let torch use so many threads and such float32 products inside, and as before afterwards.

    Both belong to the whole process, so only one thread at a time is let in: otherwise the second
    would take the first one's settings for those to go back to.

    Parameters
    ----------
    threads : int, optional
        Processor threads; None leaves torch's number.
    products : {"highest", "medium"}, optional
        How float32 matrices are multiplied; None leaves torch's setting.

    Raises
    ------
    DinosarError
        When the number of threads is no positive whole number.
    """
    if isinstance(threads, bool) or not (
        threads is None or (isinstance(threads, int) and threads >= 1)
    ):
        raise DinosarError(f"The number of threads is a whole number from 1, not {threads!r}.")
    with _SETTINGS_LOCK:
        before = torch.get_num_threads(), _products_now()
        try:
            if threads is not None:
                torch.set_num_threads(threads)
            if products is not None and before[1] is not None:
                torch.set_float32_matmul_precision(products)
            yield
        finally:
            if threads is not None:
                torch.set_num_threads(before[0])
            if products is not None and before[1] is not None:
                torch.set_float32_matmul_precision(before[1])


def _products_now() -> str | None:
    """Return torch's setting, None where other code has set it per library: then it stays."""
    try:
        return torch.get_float32_matmul_precision()
    except RuntimeError:
        return None
