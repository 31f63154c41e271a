"""The networks known by name, and how their weights are found on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from napari_dinosar import load_backbone
from napari_dinosar.backbones import available_backbones, best_available
from napari_dinosar.backbones.architecture import Architecture
from napari_dinosar.backbones.local_files import (
    find_file,
    find_weights,
    missing_weights,
    weights_folders,
)
from napari_dinosar.backbones.registry import (
    APACHE_LICENCE,
    DINOV3_LICENCE,
    MODELS,
    PREFERENCE,
    HubFile,
    Model,
    find_model,
)
from napari_dinosar.core.errors import DinosarError, MissingWeightsError

S = "dinov3_vits16"


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test folders of its own to look for weights in."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    monkeypatch.delenv("DINOSAR_WEIGHTS", raising=False)
    return tmp_path


def put(path: Path, content: bytes = b"weights") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_every_published_dinov3_and_dinov2_is_known() -> None:
    published = {f"dinov3_vit{size}" for size in ("s16", "s16plus", "b16", "l16", "l16plus")}
    published |= {"dinov3_vith16plus", "dinov3_vit7b16"}
    published |= {f"dinov2_vit{size}14{reg}" for size in "sblg" for reg in ("", "_reg")}
    assert set(MODELS) == published
    assert set(PREFERENCE) <= published


@pytest.mark.parametrize(
    ("name", "size", "millions"),
    [
        # parameters as the model cards give them
        ("dinov3_vits16", "86 MB", 21.6),
        ("dinov3_vits16plus", "115 MB", 28.7),
        ("dinov3_vitb16", "343 MB", 85.7),
        ("dinov3_vitl16", "1.2 GB", 303.1),
        ("dinov3_vith16plus", "3.4 GB", 840.6),
        ("dinov3_vit7b16", "26.9 GB", 6716.0),
        ("dinov2_vits14", "88 MB", 22.1),
        ("dinov2_vitg14", "4.5 GB", 1136.5),
    ],
)
def test_sizes_are_those_of_the_published_files(name: str, size: str, millions: float) -> None:
    model = MODELS[name]
    assert model.size_text == size
    assert model.architecture.n_parameters / 1e6 == pytest.approx(millions, rel=2e-3)


def test_titles_are_the_published_names() -> None:
    titles = [MODELS[f"dinov3_vit{size}"].title for size in ("s16plus", "h16plus", "7b16")]
    assert titles == [f"DINOv3 ViT-{size}/16 (LVD-1689M)" for size in ("S+", "H+", "7B")]
    assert MODELS["dinov2_vitb14_reg"].title == "DINOv2 ViT-B/14 with registers (LVD-142M)"


def test_every_model_has_its_owners_licence_and_no_invented_hash() -> None:
    for model in MODELS.values():
        dinov3 = model.architecture.family == "dinov3"
        assert model.licence is (DINOV3_LICENCE if dinov3 else APACHE_LICENCE)
        assert model.licence.url.startswith("https://")
        assert model.sha256 == ""
        assert all(place.gated == place.repo.startswith("facebook/dinov3") for place in model.hub)
    # what is open to everybody is tried first
    assert MODELS[S].hub[0].repo == "timm/vit_small_patch16_dinov3.lvd1689m"


@pytest.mark.parametrize("name", [S, "vits16"])
def test_the_family_may_be_left_out(name: str) -> None:
    assert find_model(name) is MODELS[S]
    assert find_model("vitb14_reg").name == "dinov2_vitb14_reg"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(
        DinosarError, match=r"Did you mean dinov3_vits16\?.* daisy .*dinov3_vit7b16"
    ):
        find_model("dinov3_vit16")
    with pytest.raises(DinosarError, match="no network named 'resnet50'"):
        load_backbone("resnet50")


# --- local files


@pytest.mark.parametrize(
    "file",
    [
        "dinov3_vits16_pretrain_lvd1689m-08c60483.pth",
        "dinov3_vits16_pretrain_lvd1689m.safetensors",
        "dinov3_vits16.safetensors",
        "dinov3_vits16.pth",
        "vit_small_patch16_dinov3.lvd1689m.safetensors",
        "vit_small_patch16_dinov3.lvd1689m/model.safetensors",
        "dinov3-vits16-pretrain-lvd1689m/model.safetensors",
    ],
)
def test_weights_are_found_by_their_file_name(tmp_path: Path, file: str) -> None:
    path = put(tmp_path / "chosen" / file)
    assert find_weights(MODELS[S], tmp_path / "chosen") == path
    assert find_weights(MODELS[S]) is None
    others = set(MODELS) - {S}
    assert all(find_weights(MODELS[name], tmp_path / "chosen") is None for name in others)


def test_the_folders_are_searched_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = put(
        tmp_path / f"hub/models--timm--{MODELS[S].hub[0].repo[5:]}/snapshots/a/model.safetensors"
    )
    assert find_weights(MODELS[S]) == hub
    own = put(tmp_path / "data/weights/dinov3_vits16.pth")
    assert find_weights(MODELS[S]) == own
    monkeypatch.setenv("DINOSAR_WEIGHTS", str(tmp_path / "named"))
    named = put(tmp_path / "named/dinov3_vits16.pth")
    assert find_weights(MODELS[S]) == named
    chosen = put(tmp_path / "chosen/dinov3_vits16.pth")
    assert find_weights(MODELS[S], tmp_path / "chosen") == chosen
    places = ("chosen", "named", "data/weights")
    assert weights_folders(tmp_path / "chosen") == tuple(tmp_path / place for place in places)


def test_the_gated_copy_in_the_cache_counts_too(tmp_path: Path) -> None:
    repo = "models--facebook--dinov3-vits16-pretrain-lvd1689m"
    path = put(tmp_path / "hub" / repo / "snapshots" / "b" / "model.safetensors")
    assert find_weights(MODELS[S]) == path


def test_a_cache_entry_whose_blob_is_gone_does_not_count(tmp_path: Path) -> None:
    repo = MODELS[S].hub[0].repo.replace("/", "--")
    snapshot = tmp_path / "hub" / f"models--{repo}" / "snapshots" / "a"
    snapshot.mkdir(parents=True)
    try:
        (snapshot / "model.safetensors").symlink_to(tmp_path / "gone")
    except OSError:
        pytest.skip("no symbolic links here")
    assert find_weights(MODELS[S]) is None


def test_what_is_here_is_listed_and_the_best_of_it_named(tmp_path: Path) -> None:
    assert {entry.path for entry in available_backbones()} == {None}
    assert best_available() == "daisy"
    put(tmp_path / "data/weights/dinov3_vit7b16.pth")
    assert best_available() == "daisy"
    put(tmp_path / "data/weights/dinov2_vits14.pth")
    assert best_available() == "dinov2_vits14"
    path = put(tmp_path / "data/weights/dinov3_vits16.pth")
    assert best_available() == S
    here = {entry.model.name: entry.path for entry in available_backbones() if entry.path}
    assert set(here) == {"dinov3_vit7b16", "dinov2_vits14", S}
    assert here[S] == path


def test_missing_weights_say_what_where_and_the_three_ways_on(tmp_path: Path) -> None:
    with pytest.raises(MissingWeightsError) as caught:
        load_backbone(S, weights_folder=tmp_path / "chosen")
    message = str(caught.value)
    for part in (
        "dinov3_vits16_pretrain_lvd1689m",
        "86 MB",
        str(tmp_path / "chosen"),
        str(tmp_path / "data" / "weights"),
        str(tmp_path / "hub"),
        "DINOv3 License",
        DINOV3_LICENCE.url,
        "--accept-licence",
        "DINOSAR_ACCEPT_LICENCE",
        "'daisy'",
    ):
        assert part in message


def test_a_network_that_can_only_be_had_from_its_owner() -> None:
    message = str(missing_weights(MODELS["dinov3_vitl16plus"]))
    assert "get the file from its owner under the DINOv3 License" in message


def test_files_are_found_by_path_by_name_and_by_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "chosen/mine.pth")
    assert find_file(str(path)) == path
    assert find_file("mine.pth", tmp_path / "chosen") == path
    assert find_file("mine.pth") is None
    assert find_file(str(path.parent)) == path
    put(tmp_path / "chosen/notes.txt")
    assert find_file(str(path.parent)) == path
    put(tmp_path / "chosen/yours.safetensors")
    with pytest.raises(DinosarError, match="holds 2 checkpoints"):
        find_file(str(path.parent))
    single = put(tmp_path / "chosen/model.safetensors")
    assert find_file(str(path.parent)) == single
    (tmp_path / "nothing").mkdir()
    with pytest.raises(DinosarError, match="holds no checkpoint"):
        load_backbone(tmp_path / "nothing")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_file("~/chosen/mine.pth") == path


@pytest.mark.parametrize("given", ["missing.pth", "./some/where", "a/b.safetensors"])
def test_a_path_to_nothing(given: str, tmp_path: Path) -> None:
    with pytest.raises(MissingWeightsError, match="no checkpoint") as caught:
        load_backbone(given, weights_folder=tmp_path / "chosen")
    assert given in str(caught.value)
    assert str(tmp_path / "chosen") in str(caught.value)


@pytest.mark.parametrize("given", ["x" * 5000 + ".pth", "nul\0.pth", "", " "])
def test_names_that_no_file_can_have(given: str) -> None:
    with pytest.raises(DinosarError):
        load_backbone(given)


def test_a_registered_network_is_loaded_by_name(
    make_tensors: Callable[..., Any],
    save_pth: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    architecture = Architecture("dinov3", 64, 2, 1, "plain", 96, 16, registers=4)
    model = Model(
        "small", architecture, APACHE_LICENCE, "noise", "small_pretrain", (HubFile("a/b"),)
    )
    monkeypatch.setitem(MODELS, "small", model)  # type: ignore[arg-type]
    save_pth(make_tensors(), "small_pretrain-0123.pth")
    backbone = load_backbone("small", weights_folder=tmp_path, device="cpu")
    assert backbone.name == "small"
    assert backbone.depth == 2
    save_pth(make_tensors(depth=3), "small_pretrain-0123.pth")
    with pytest.raises(DinosarError, match="depth 3 instead of 2"):
        load_backbone("small", weights_folder=tmp_path)
