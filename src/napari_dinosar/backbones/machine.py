"""What this machine can compute with: its processor and accelerators, as torch sees them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

from napari_dinosar.backbones.arithmetic import (
    TYPES,
    can_compute,
    choose_device,
    choose_precision,
    fastest_exact_products,
)


@dataclass(frozen=True)
class Device:
    """Something that a network can run on.

    Attributes
    ----------
    device : str
        What ``load_backbone`` takes.
    name : str
        What its maker calls it.
    memory_bytes : int or None
        Its own memory; None for one that shares the machine's.
    precisions : tuple of str
        What it can compute in.
    default_precision : str
        What ``auto`` stands for on it.
    """

    device: str
    name: str
    memory_bytes: int | None
    precisions: tuple[str, ...]
    default_precision: str


def list_devices() -> tuple[Device, ...]:
    """List the devices, the one that ``auto`` takes first."""
    auto = choose_device("auto")
    names = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    names += ["mps"] if torch.backends.mps.is_available() else []
    devices = [torch.device(name) for name in (*names, "cpu")]
    return tuple(
        _described(device) for device in sorted(devices, key=lambda d: d.type != auto.type)
    )


def processor_threads() -> int:
    """Return how many processor threads torch takes when none are named."""
    return torch.get_num_threads()


def float32_products() -> str:
    """Return torch's setting under which fp32 runs on this processor, as ``highest``."""
    return fastest_exact_products()


def _described(device: torch.device) -> Device:
    name, memory_bytes = processor_name(), None
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        name, memory_bytes = properties.name, int(properties.total_memory)
    return Device(
        device=str(device),
        name=name,
        memory_bytes=memory_bytes,
        precisions=tuple(precision for precision in TYPES if can_compute(precision, device)),
        default_precision=choose_precision("auto", device),
    )


def processor_name() -> str:
    """Return what the processor's maker calls it, or its kind where the system does not say."""
    name = ""
    if sys.platform == "linux":
        name = _name_in("/proc/cpuinfo")
    elif sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        try:
            said = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
            name = said.stdout.strip()
        except (OSError, subprocess.SubprocessError):
            name = ""
    return name or platform.processor() or platform.machine() or os.name


def _name_in(path: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "")
