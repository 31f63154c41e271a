"""Checkpoints: every layout loads alike, and whatever is wrong with a file is said by name."""

from __future__ import annotations

import json
import os
import pickle
import re
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_dinosar import load_backbone
from napari_dinosar.core.errors import DinosarError

torch = pytest.importorskip("torch")

Make = Callable[..., dict[str, Any]]
Save = Callable[..., Path]
CanvasOf = Callable[..., np.ndarray]


def tokens_of(path: Path, rgb: np.ndarray) -> np.ndarray:
    backbone = load_backbone(path, device="cpu")
    return backbone.encode(rgb, layers=range(backbone.depth)).tokens


# --- where the tensors may lie


@pytest.mark.parametrize(
    "wrap",
    [
        lambda tensors: OrderedDict(tensors),
        lambda tensors: {"model": tensors, "epoch": 3},
        lambda tensors: {"state_dict": tensors, "step": torch.tensor(3)},
        lambda tensors: {"teacher": tensors, "student": {}},
        lambda tensors: {"model": {"state_dict": tensors}},
        lambda tensors: {f"backbone.{name}": tensor for name, tensor in tensors.items()},
        lambda tensors: {
            "teacher": {f"module.backbone.{name}": tensor for name, tensor in tensors.items()}
        },
        lambda tensors: {
            "teacher": {f"backbone.{name}": tensor for name, tensor in tensors.items()}
            | {"dino_head.mlp.0.weight": torch.zeros(3, 3), "ibot_head.last": torch.zeros(2)}
        },
    ],
    ids=["bare", "model", "state_dict", "teacher", "nested", "backbone", "module", "training"],
)
def test_the_usual_containers_and_prefixes(
    make_tensors: Make, save_pth: Save, canvas_of: CanvasOf, wrap: Callable[..., object]
) -> None:
    rgb = canvas_of(2, 3, 16)
    plain = tokens_of(save_pth(make_tensors(), "plain.pth"), rgb)
    wrapped = tokens_of(save_pth(wrap(make_tensors()), "wrapped.pth"), rgb)
    np.testing.assert_array_equal(wrapped, plain)


@pytest.mark.parametrize("ending", ["network.safetensors", "network.bin"])
def test_safetensors_are_told_by_their_content(
    make_tensors: Make, save_pth: Save, save_safetensors: Save, canvas_of: CanvasOf, ending: str
) -> None:
    rgb = canvas_of(2, 3, 16)
    expected = tokens_of(save_pth(make_tensors()), rgb)
    np.testing.assert_array_equal(
        tokens_of(save_safetensors(make_tensors(), ending), rgb), expected
    )


def test_files_of_old_torch_versions(
    make_tensors: Make, tmp_path: Path, save_pth: Save, canvas_of: CanvasOf
) -> None:
    rgb = canvas_of(2, 2, 16)
    old = tmp_path / "old.pth"
    torch.save(make_tensors(), old, _use_new_zipfile_serialization=False)
    np.testing.assert_array_equal(tokens_of(old, rgb), tokens_of(save_pth(make_tensors()), rgb))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_floating_point_types_become_float32(
    make_tensors: Make, save_pth: Save, save_safetensors: Save, canvas_of: CanvasOf, dtype: Any
) -> None:
    rgb = canvas_of(2, 2, 16)
    stored = {name: tensor.to(dtype) for name, tensor in make_tensors().items()}
    rounded = {name: tensor.to(torch.float32) for name, tensor in stored.items()}
    expected = tokens_of(save_pth(rounded, "rounded.pth"), rgb)
    for path in (save_pth(stored, "stored.pth"), save_safetensors(stored)):
        backbone: Any = load_backbone(path, device="cpu")
        assert {p.dtype for p in backbone.network.parameters()} == {torch.float32}
        np.testing.assert_array_equal(tokens_of(path, rgb), expected)


def test_the_file_may_vanish_once_it_is_loaded(
    make_tensors: Make, save_pth: Save, canvas_of: CanvasOf
) -> None:
    path = save_pth(make_tensors())
    backbone = load_backbone(path, device="cpu")
    rgb = canvas_of(2, 2, 16)
    before = backbone.encode(rgb).tokens
    path.write_bytes(b"\0" * path.stat().st_size)
    np.testing.assert_array_equal(backbone.encode(rgb).tokens, before)


# --- the architecture is read off the tensors


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("dinov3", {"depth": 12}),
        ("dinov3", {"mlp": "swiglu", "dim": 128, "heads": 2}),
        ("dinov3", {"qkv_bias": False}),
        ("dinov3", {"dim": 96, "heads": 3}),
        ("dinov3", {"registers": 7, "patch_size": 8}),
        ("dinov2", {}),
        ("dinov2", {"registers": 4, "mlp": "packed"}),
    ],
)
def test_the_architecture_is_read_off_the_file(
    make_tensors: Make, save_pth: Save, family: str, changes: dict[str, Any]
) -> None:
    backbone: Any = load_backbone(save_pth(make_tensors(family, **changes)), device="cpu")
    architecture = backbone.architecture
    assert architecture.family == family
    assert {name: getattr(architecture, name) for name in changes} == changes
    assert backbone.patch_size == architecture.patch_size
    assert backbone.depth == architecture.depth


def test_a_declared_architecture_that_disagrees(make_tensors: Make, save_pth: Save) -> None:
    path = save_pth(make_tensors())
    with pytest.raises(DinosarError, match=r"declared to be DINOv3 ViT-B/16 .*dim 64 instead of"):
        load_backbone(path, arch="dinov3_vitb16")
    with pytest.raises(DinosarError, match="family dinov3 instead of dinov2"):
        load_backbone(path, arch="dinov2_vits14")
    with pytest.raises(DinosarError, match="no network named 'vitx16'"):
        load_backbone(path, arch="vitx16")


@pytest.mark.needs_data
def test_a_declared_architecture_that_agrees(dinov2_weights: Path) -> None:
    assert load_backbone(dinov2_weights, arch="dinov2_vits14", device="cpu").depth == 12
    with pytest.raises(DinosarError, match="registers 0 instead of 4"):
        load_backbone(dinov2_weights, arch="dinov2_vits14_reg")


# --- timm's layout


def as_timm_dinov3(tensors: dict[str, Any], *, biased: bool) -> dict[str, Any]:
    """Rename as timm does; it keeps neither masks nor periods, and the bias in two parts."""
    renamed = {}
    names = {"storage_tokens": "reg_token", "ls1.gamma": "gamma_1", "ls2.gamma": "gamma_2"}
    names |= {"mlp.w1.": "mlp.fc1_g.", "mlp.w2.": "mlp.fc1_x.", "mlp.w3.": "mlp.fc2."}
    for name, tensor in tensors.items():
        new = name
        for ours, theirs in names.items():
            new = new.replace(ours, theirs)
        if new.endswith("qkv.bias"):
            stem = new.removesuffix("qkv.bias")
            query, _, value = tensor.chunk(3)
            if biased:
                renamed |= {f"{stem}q_bias": query.clone(), f"{stem}v_bias": value.clone()}
        elif not new.endswith(("bias_mask", "periods", "mask_token")):
            renamed[new] = tensor
    return renamed


@pytest.mark.parametrize("mlp", ["plain", "swiglu"])
@pytest.mark.parametrize("biased", [True, False])
def test_timm_dinov3_loads_as_the_official_file(
    make_tensors: Make,
    save_pth: Save,
    save_safetensors: Save,
    canvas_of: CanvasOf,
    mlp: str,
    biased: bool,
) -> None:
    rgb = canvas_of(2, 3, 16)
    tensors = make_tensors(mlp=mlp)
    if not biased:
        for name, tensor in tensors.items():
            if name.endswith("qkv.bias"):
                tensor.zero_()
    expected = tokens_of(save_pth(tensors), rgb)
    path = save_safetensors(as_timm_dinov3(tensors, biased=biased))
    backbone: Any = load_backbone(path, device="cpu")
    assert backbone.architecture.qkv_bias is biased
    np.testing.assert_allclose(tokens_of(path, rgb), expected, rtol=0, atol=2e-6)


def test_timm_dinov2_with_registers_loads_as_the_official_file(
    make_tensors: Make, save_pth: Save, save_safetensors: Save, canvas_of: CanvasOf
) -> None:
    rgb = canvas_of(3, 5, 14)
    tensors = make_tensors("dinov2", registers=4, mlp="packed")
    timm = {k.replace("w12", "fc1").replace("w3", "fc2"): v for k, v in tensors.items()}
    del timm["mask_token"]
    timm["reg_token"] = timm.pop("register_tokens")
    positions = timm["pos_embed"]
    timm["cls_token"] = timm["cls_token"] + positions[:, :1]
    timm["pos_embed"] = positions[:, 1:]
    expected = tokens_of(save_pth(tensors), rgb)
    np.testing.assert_allclose(tokens_of(save_safetensors(timm), rgb), expected, rtol=0, atol=2e-6)


# --- strict


@pytest.mark.parametrize(
    "name",
    [
        "cls_token",
        "storage_tokens",
        "patch_embed.proj.weight",
        "patch_embed.proj.bias",
        "blocks.0.norm1.weight",
        "blocks.1.attn.qkv.weight",
        "blocks.1.attn.qkv.bias",
        "blocks.0.attn.qkv.bias_mask",
        "blocks.1.ls2.gamma",
        "blocks.0.mlp.fc1.weight",
        "blocks.1.mlp.fc2.bias",
        "norm.weight",
    ],
)
def test_a_missing_tensor_is_named(make_tensors: Make, save_pth: Save, name: str) -> None:
    tensors = make_tensors()
    del tensors[name]
    with pytest.raises(DinosarError, match=re.escape(name)) as caught:
        load_backbone(save_pth(tensors))
    assert "network.pth" in str(caught.value)


def test_a_whole_missing_block_is_named(make_tensors: Make, save_pth: Save) -> None:
    tensors = {k: v for k, v in make_tensors(depth=4).items() if not k.startswith("blocks.2.")}
    with pytest.raises(DinosarError, match=r"missing blocks\.2\.attn\.proj\.bias.* and 10 more"):
        load_backbone(save_pth(tensors))


@pytest.mark.parametrize(
    "name", ["head.weight", "blocks.0.attn.k_norm.weight", "blocks.7.ls9", "fc_norm.bias"]
)
def test_an_unexpected_tensor_is_named(make_tensors: Make, save_pth: Save, name: str) -> None:
    tensors = make_tensors() | {name: torch.zeros(3)}
    with pytest.raises(DinosarError, match=re.escape(name) if "7" not in name else "blocks"):
        load_backbone(save_pth(tensors))


def test_what_is_known_and_not_needed_is_left_out(
    make_tensors: Make, save_pth: Save, canvas_of: CanvasOf
) -> None:
    rgb = canvas_of(2, 2, 16)
    tensors = make_tensors()
    expected = tokens_of(save_pth(tensors), rgb)
    more = tensors | {f"local_cls_norm.{part}": torch.ones(64) for part in ("weight", "bias")}
    np.testing.assert_array_equal(tokens_of(save_pth(more), rgb), expected)
    del tensors["mask_token"]
    np.testing.assert_array_equal(tokens_of(save_pth(tensors), rgb), expected)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("cls_token", (1, 64)),
        ("storage_tokens", (4, 64)),
        ("blocks.1.attn.proj.weight", (64, 65)),
        ("blocks.1.attn.qkv.bias_mask", (3,)),
        ("norm.bias", ()),
    ],
)
def test_a_tensor_of_wrong_shape_is_named(
    make_tensors: Make, save_pth: Save, name: str, shape: tuple[int, ...]
) -> None:
    tensors = make_tensors() | {name: torch.zeros(shape)}
    with pytest.raises(DinosarError, match=re.escape(name)):
        load_backbone(save_pth(tensors))


@pytest.mark.parametrize("missing", ["q_proj.bias", "k_proj.weight", "o_proj.weight"])
def test_names_are_those_of_the_files_own_layout(save_safetensors: Save, missing: str) -> None:
    from transformers import DINOv3ViTConfig, DINOv3ViTModel

    config = DINOv3ViTConfig(
        hidden_size=64,
        num_attention_heads=1,
        intermediate_size=96,
        num_hidden_layers=2,
        num_register_tokens=4,
    )
    tensors = dict(DINOv3ViTModel(config).state_dict())
    name = f"model.layer.1.attention.{missing}"
    del tensors[name]
    with pytest.raises(DinosarError, match=re.escape(name)):
        load_backbone(save_safetensors(tensors))


def test_without_periods_heads_are_those_of_the_published_networks(
    make_tensors: Make, save_pth: Save, canvas_of: CanvasOf
) -> None:
    tensors = make_tensors()
    rgb = canvas_of(2, 3, 16)
    expected = tokens_of(save_pth(tensors), rgb)
    del tensors["rope_embed.periods"]
    np.testing.assert_array_equal(tokens_of(save_pth(tensors), rgb), expected)
    odd = make_tensors(dim=96, heads=3)
    del odd["rope_embed.periods"]
    with pytest.raises(DinosarError, match=r"without rope_embed\.periods.*64.*96"):
        load_backbone(save_pth(odd))


def test_the_key_bias_is_masked(make_tensors: Make, save_pth: Save, canvas_of: CanvasOf) -> None:
    rgb = canvas_of(2, 3, 16)
    tensors = make_tensors()
    expected = tokens_of(save_pth(tensors), rgb)
    for name, tensor in tensors.items():
        if name.endswith("qkv.bias"):
            tensor[64:128] = 1e3
    np.testing.assert_array_equal(tokens_of(save_pth(tensors), rgb), expected)
    unmasked = {name: t for name, t in tensors.items() if not name.endswith("bias_mask")}
    with pytest.raises(DinosarError, match=r"missing blocks\.0\.attn\.qkv\.bias_mask"):
        load_backbone(save_pth(unmasked))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_numbers_are_named(
    make_tensors: Make, save_pth: Save, value: float
) -> None:
    tensors = make_tensors()
    tensors["blocks.1.mlp.fc1.weight"][3, 3] = value
    with pytest.raises(DinosarError, match=r"blocks\.1\.mlp\.fc1\.weight holds values"):
        load_backbone(save_pth(tensors))


# --- bad files


class Malicious:
    """Unpickling it runs a command."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("how", ["torch", "old torch", "pickle"])
def test_a_file_with_code_is_refused_and_not_run(
    tmp_path: Path, make_tensors: Make, how: str
) -> None:
    mark = tmp_path / "was_run"
    content = make_tensors() | {"trap": Malicious(f"echo > {mark}")}
    path = tmp_path / "trap.pth"
    if how == "pickle":
        path.write_bytes(pickle.dumps(content["trap"]))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=how == "torch")
    with pytest.raises(DinosarError, match=r"trap\.pth was refused: .*program code") as caught:
        load_backbone(path)
    assert not mark.exists()
    assert ("system" in str(caught.value)) is (how != "pickle")
    assert "weights_only" not in str(caught.value)


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.97, 0.9999])
@pytest.mark.parametrize("kind", ["pth", "old", "safetensors"])
def test_a_truncated_file(
    make_tensors: Make, tmp_path: Path, save_safetensors: Save, kind: str, kept: float
) -> None:
    if kind == "safetensors":
        path = save_safetensors(make_tensors())
    else:
        path = tmp_path / "network.pth"
        torch.save(make_tensors(), path, _use_new_zipfile_serialization=kind == "pth")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(DinosarError, match="cannot be read as a checkpoint"):
        load_backbone(path)


def safetensors_header(entries: object) -> bytes:
    header = json.dumps(entries).encode()
    return struct.pack("<Q", len(header)) + header


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        (b"<!doctype html><title>404</title>", "web page"),
        (b"\xff\xd8\xff\xe0 not weights at all" * 10, "cannot be read as a checkpoint"),
        (b"PK\x03\x04 no archive", "cannot be read as a checkpoint"),
        (b"\x80\x02}q\x00.", "cannot be read|holds no tensors"),
        (struct.pack("<Q", 1 << 60) + b"{}", "cannot be read as a checkpoint"),
        (struct.pack("<Q", 90_000_000) + b"{}", "cannot be read as a checkpoint"),
        (safetensors_header([1, 2]), "cannot be read as a checkpoint"),
        (safetensors_header({}), "holds no"),
        (
            safetensors_header({"a": {"dtype": "F32", "shape": [9, 9], "data_offsets": [0, 4]}}),
            "cannot be read as a checkpoint",
        ),
    ],
)
@pytest.mark.parametrize("name", ["odd.pth", "odd.safetensors"])
def test_what_is_no_checkpoint(tmp_path: Path, content: bytes, says: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DinosarError, match=says) as caught:
        load_backbone(path)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        [1, 2, 3],
        {"epoch": 3},
        {},
        {"model": {}},
        {"model": [torch.zeros(3)]},
        torch.zeros(3),
        {"cls_token": torch.zeros(1, 1, 64), "note": "mine"},
        {1: torch.zeros(3)},
    ],
)
def test_files_without_the_weights_of_a_network(save_pth: Save, content: object) -> None:
    with pytest.raises(DinosarError, match=r"network\.pth"):
        load_backbone(save_pth(content))


def test_another_network_is_named_by_its_tensors(save_pth: Save) -> None:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.Linear(8, 8))
    with pytest.raises(
        DinosarError, match=r"no DINOv3 or DINOv2 vision transformer.*0\.bias, 0\.weight"
    ):
        load_backbone(save_pth(network.state_dict()))


def test_a_vision_transformer_without_layer_scale_is_refused(
    make_tensors: Make, save_pth: Save
) -> None:
    tensors = {k: v for k, v in make_tensors("dinov2").items() if ".ls" not in k}
    with pytest.raises(DinosarError, match=r"missing blocks\.0\.ls1\.gamma"):
        load_backbone(save_pth(tensors))


def test_block_numbers_out_of_all_bounds(make_tensors: Make, save_pth: Save) -> None:
    tensors = make_tensors() | {f"blocks.{10**12}.norm1.weight": torch.zeros(64)}
    with pytest.raises(DinosarError, match="unexpected blocks"):
        load_backbone(save_pth(tensors))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.zeros(64, dtype=torch.int64),
        torch.zeros(64, dtype=torch.complex64),
        torch.zeros(64).to_sparse(),
        torch.zeros(64, device="meta"),
    ],
    ids=["integers", "complex", "sparse", "empty"],
)
def test_tensors_of_other_kinds_are_refused(
    make_tensors: Make, save_pth: Save, tensor: object
) -> None:
    with pytest.raises(DinosarError, match=r"norm\.bias|cannot be read|refused"):
        load_backbone(save_pth(make_tensors() | {"norm.bias": tensor}))


def test_a_tensor_larger_than_its_storage_is_not_unpacked(
    make_tensors: Make, save_pth: Save
) -> None:
    blown_up = torch.zeros(1).expand(1, 200_000, 64)
    with pytest.raises(DinosarError, match=r"storage_tokens claims .* bytes"):
        load_backbone(save_pth(make_tensors() | {"storage_tokens": blown_up}))


def test_a_compressed_archive_is_not_unpacked(
    make_tensors: Make, save_pth: Save, tmp_path: Path
) -> None:
    packed = tmp_path / "packed.pth"
    with (
        zipfile.ZipFile(save_pth(make_tensors())) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            target.writestr(entry.filename, bytes(1_000_000))
    with pytest.raises(DinosarError, match="cannot be read as a checkpoint"):
        load_backbone(packed)


def test_a_file_that_may_not_be_read(
    make_tensors: Make, save_pth: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_pth(make_tensors())

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DinosarError, match=r"network\.pth cannot be read: Permission denied"):
        load_backbone(path)
