"""The report on this machine is plain, true, and made without loading or changing anything."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_dinosar.encoding_store import EncodingKey, EncodingStore
from napari_dinosar.environment import environment_report


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing was ever put; its home."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("DINOSAR_WEIGHTS", str(home / "weights"))
    monkeypatch.setenv("DINOSAR_CACHE_DIR", str(home / "cache"))
    for name in ("U2NET_HOME", "REMBG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home


def by_name(networks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {network["name"]: network for network in networks}


def test_a_bare_machine_has_no_networks_and_says_how_to_get_them(bare: Path) -> None:
    report = environment_report()
    assert report["default_network"] == "daisy"
    networks, cutouts = by_name(report["networks"]), by_name(report["cutout_networks"])
    for network in (*networks.values(), *cutouts.values()):
        assert network["path"] is network["bytes"] is None
        assert network["how_to_get"]
        assert network["licence"]
        assert network["licence_url"].startswith("https://")
        assert network["megabytes"] > 1
    assert "DINOv3 License" in networks["dinov3_vits16"]["how_to_get"]
    u2net = cutouts["u2net"]["how_to_get"]
    assert u2net.startswith("download https://")
    assert str(bare) in u2net
    assert report["variables"]["DINOSAR_WEIGHTS"] == report["weights_folders"][0]
    assert list(bare.iterdir()) == []


def test_networks_that_are_here_are_listed_with_path_and_size(bare: Path) -> None:
    weights = bare / "weights" / "dinov3_vits16.safetensors"
    cutout = bare / ".u2net" / "silueta.onnx"
    for path in (weights, cutout):
        path.parent.mkdir()
        path.write_bytes(b"12345")
    report = environment_report()
    assert report["default_network"] == "dinov3_vits16"
    for found, path in (
        (by_name(report["networks"])["dinov3_vits16"], weights),
        (by_name(report["cutout_networks"])["silueta"], cutout),
    ):
        assert (found["path"], found["bytes"], found["how_to_get"]) == (str(path), 5, None)


def test_checkpoints_under_names_of_their_own_are_listed(bare: Path) -> None:
    folder = bare / "weights"
    folder.mkdir()
    for name in ("mine.pth", "dinov2_vitb14.safetensors", "notes.txt"):
        (folder / name).write_bytes(b"123")
    report = environment_report()
    assert report["other_checkpoints"] == [{"path": str(folder / "mine.pth"), "bytes": 3}]


def test_versions_are_those_installed(bare: Path) -> None:
    report = environment_report()
    assert report["napari-dinosar"] == metadata.version("napari-dinosar")
    assert report["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    assert report["libraries"]["numpy"] == np.__version__
    assert report["libraries"]["torch"] == metadata.version("torch")
    assert set(report["libraries"]) > {"rembg", "onnxruntime", "napari", "PySide6"}


def test_devices_begin_with_the_one_that_is_taken(bare: Path) -> None:
    import torch

    computing = environment_report()["computing"]
    assert computing["problem"] is None
    assert computing["default_device"] == computing["devices"][0]["device"]
    processor = next(device for device in computing["devices"] if device["device"] == "cpu")
    assert processor["name"]
    assert processor["default_precision"] == "fp32"
    assert "fp32" in processor["precisions"]
    assert computing["processor_threads"] == torch.get_num_threads()
    assert computing["float32_products"] in ("highest", "medium")


def test_a_torch_that_cannot_be_loaded_is_said(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "napari_dinosar.backbones.machine", None)
    monkeypatch.delattr("napari_dinosar.backbones.machine", raising=False)
    computing = environment_report()["computing"]
    assert computing["devices"] == []
    assert "torch cannot be loaded" in computing["problem"]


def test_kept_encodings_are_counted(bare: Path) -> None:
    store = EncodingStore()
    key = EncodingKey("c" * 64, "w" * 64, "fp32-cpu")
    store.get(key, [0])
    store.put(key, {("tokens", 0): np.ones((2, 2, 4), np.float32)})
    store.get(key, [0])
    encodings = environment_report()["encodings"]
    assert encodings["folder"] == str(bare / "cache" / "encodings")
    assert (encodings["n_files"], encodings["hits"], encodings["misses"]) == (1, 1, 1)
    assert encodings["hit_rate"] == 0.5
    assert encodings["n_bytes"] == store.statistics().n_bytes
    assert encodings["enabled"]
    off = environment_report(store=EncodingStore(bare / "other", enabled=False))["encodings"]
    assert (off["n_files"], off["enabled"], off["hit_rate"]) == (0, False, None)


def test_the_report_is_plain(bare: Path) -> None:
    report = environment_report()
    assert json.loads(json.dumps(report)) == report


def test_importing_it_imports_nothing_heavy() -> None:
    program = (
        "import sys, napari_dinosar.environment;"
        "print([n for n in ('torch', 'rembg', 'napari', 'scipy', 'skimage') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# --- the processor's name


@pytest.mark.parametrize(
    ("system", "expected"), [("linux", "AMD EPYC"), ("darwin", "Apple M4"), ("win32", "Intel64")]
)
def test_the_processor_is_named_on_every_system(
    monkeypatch: pytest.MonkeyPatch, system: str, expected: str
) -> None:
    from napari_dinosar.backbones import machine

    lines = "processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: AMD EPYC\n"
    monkeypatch.setattr(machine.sys, "platform", system)
    monkeypatch.setattr(machine.Path, "read_text", lambda *_args, **_options: lines)
    monkeypatch.setattr(
        machine.subprocess,
        "run",
        lambda command, **_: subprocess.CompletedProcess(command, 0, "Apple M4\n"),
    )
    monkeypatch.setattr(machine.platform, "processor", lambda: "Intel64")
    assert machine.processor_name() == expected


def test_a_system_that_does_not_name_its_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_dinosar.backbones import machine

    def absent(*_args: object, **_options: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(machine.Path, "read_text", absent)
    monkeypatch.setattr(machine.subprocess, "run", absent)
    monkeypatch.setattr(machine.platform, "processor", lambda: "")
    monkeypatch.setattr(machine.platform, "machine", lambda: "riscv64")
    for system in ("linux", "darwin", "plan9"):
        monkeypatch.setattr(machine.sys, "platform", system)
        assert machine.processor_name() == "riscv64"
