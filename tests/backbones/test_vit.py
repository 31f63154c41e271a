"""The network equals the official one, and transformers' one, in tokens and attention."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_dinosar import load_backbone
from napari_dinosar.backbones import Backbone, Encoding
from napari_dinosar.core.errors import DinosarError

torch = pytest.importorskip("torch")

CanvasOf = Callable[..., np.ndarray]


def normalised(rgb: np.ndarray) -> Any:
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    pixels = (rgb / 255 - mean) / std
    return torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None]


def furthest(a: np.ndarray, b: np.ndarray) -> float:
    assert a.shape == b.shape
    return float(np.abs(a.astype(np.float64) - b).max())


# --- the official outputs


@pytest.mark.needs_data
@pytest.mark.parametrize("kind", ["mlp", "swiglu"])
def test_equals_the_official_dinov3(shared: Path, kind: str) -> None:
    folder = shared / "reference" / "dinov3_tiny"
    backbone = load_backbone(folder / f"{kind}.pth", device="cpu")
    expected = np.load(folder / f"{kind}_expected.npz")
    rgb = expected["rgb"]

    encoding = backbone.encode(rgb, layers=[0, 1, 2, 3], attention_layers=[0, 1, 2, 3])

    assert backbone.patch_size == 16
    assert backbone.depth == 4
    tokens = expected["patch_tokens"].reshape(4, 5, 7, 96)
    attention = expected["cls_attention"][:, :, 5:].reshape(4, 3, 5, 7)
    assert furthest(encoding.tokens, tokens) <= 2e-5
    assert encoding.attention is not None
    assert furthest(encoding.attention, attention) <= 1e-6


@pytest.mark.needs_data
def test_equals_the_official_dinov2(shared: Path, dinov2_weights: Path) -> None:
    backbone = load_backbone(dinov2_weights, device="cpu")
    expected = np.load(shared / "reference" / "dinov2_vits14_expected.npz")
    layers = [int(layer) for layer in expected["layers"]]

    encoding = backbone.encode(expected["rgb"], layers=layers, attention_layers=layers)

    assert backbone.depth == 12
    assert encoding.layers == (6, 9)
    assert furthest(encoding.tokens, expected["patch_tokens"].reshape(2, 14, 20, 384)) <= 1e-3
    assert encoding.attention is not None
    assert furthest(encoding.attention, expected["cls_attention"].reshape(2, 6, 14, 20)) <= 1e-5


# --- transformers, with random weights


def transformers_model(kind: str) -> Any:
    from transformers import (
        Dinov2Config,
        Dinov2Model,
        Dinov2WithRegistersConfig,
        Dinov2WithRegistersModel,
        DINOv3ViTConfig,
        DINOv3ViTModel,
    )

    v3 = {"num_hidden_layers": 3, "num_register_tokens": 4, "attn_implementation": "eager"}
    small = {"hidden_size": 384, "num_attention_heads": 6, "intermediate_size": 768}
    gated = {"use_gated_mlp": True, "hidden_act": "silu"}
    v2 = {
        "hidden_size": 128,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "patch_size": 14,
        "image_size": 70,
        "attn_implementation": "eager",
    }
    torch.manual_seed(0)
    if kind == "DINOv3 S":
        model = DINOv3ViTModel(DINOv3ViTConfig(**v3, **small))
    elif kind == "DINOv3 S+":
        model = DINOv3ViTModel(DINOv3ViTConfig(**v3, **small, **gated))
    elif kind == "DINOv3 without qkv bias":
        size = {"hidden_size": 128, "num_attention_heads": 2, "intermediate_size": 192}
        bare = {"query_bias": False, "value_bias": False}
        model = DINOv3ViTModel(DINOv3ViTConfig(**v3, **size, **bare, **gated))
    elif kind == "DINOv2":
        model = Dinov2Model(Dinov2Config(**v2))
    elif kind == "DINOv2 with registers":
        model = Dinov2WithRegistersModel(Dinov2WithRegistersConfig(**v2))
    else:
        config = Dinov2WithRegistersConfig(**v2, use_swiglu_ffn=True)
        model = Dinov2WithRegistersModel(config)
    return enlivened(model.eval())


def enlivened(model: Any) -> Any:
    """Draw weights with which every part of the network matters; RoPE periods as in the files."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            spread = 1.0 if "token" in name or "position" in name else 0.05
            if "norm" in name or "lambda" in name:
                parameter.add_(0.2 * torch.randn_like(parameter))
            else:
                parameter.copy_(spread * torch.randn_like(parameter))
        if hasattr(model, "rope_embeddings"):
            inverse = model.rope_embeddings.inv_freq
            inverse.copy_(1 / (1 / inverse).to(torch.bfloat16).to(torch.float32))
    return model


def transformers_outputs(model: Any, rgb: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return tokens after the final norm, and the attention, of every block; all keys."""
    blocks = model.model.layer if hasattr(model, "rope_embeddings") else model.encoder.layer
    norm = model.norm if hasattr(model, "norm") else model.layernorm
    tokens: list[np.ndarray] = []
    hooks = [
        block.register_forward_hook(
            lambda _block, _input, output: tokens.append(norm(output)[0].numpy())
        )
        for block in blocks
    ]
    with torch.no_grad():
        output = model(normalised(rgb), output_attentions=True)
    for hook in hooks:
        hook.remove()
    return tokens, [layer[0].numpy() for layer in output.attentions]


@pytest.mark.parametrize("saved_by", ["state_dict", "save_pretrained"])
@pytest.mark.parametrize(
    "kind",
    [
        "DINOv3 S",
        "DINOv3 S+",
        "DINOv3 without qkv bias",
        "DINOv2",
        "DINOv2 with registers",
        "DINOv2 with registers and SwiGLU",
    ],
)
def test_equals_transformers_at_a_size_that_is_not_square(
    kind: str, saved_by: str, tmp_path: Path, canvas_of: CanvasOf
) -> None:
    model = transformers_model(kind)
    if saved_by == "save_pretrained":
        model.save_pretrained(tmp_path)
    else:
        torch.save(model.state_dict(), tmp_path / "weights.pth")
    backbone = load_backbone(tmp_path, device="cpu")
    rows, cols = 4, 9
    rgb = canvas_of(rows, cols, backbone.patch_size)
    tokens, attention = transformers_outputs(model, rgb)
    n_patches = rows * cols

    encoding = backbone.encode(rgb, layers=[0, 1, 2], attention_layers=[0, 1, 2])

    for layer in range(3):
        expected = tokens[layer][-n_patches:].reshape(rows, cols, -1)
        assert np.abs(expected).max() > 1
        assert furthest(encoding.tokens[layer], expected) <= 2e-5
        row = attention[layer][:, 0, -n_patches:].reshape(-1, rows, cols)
        assert encoding.attention is not None
        assert furthest(encoding.attention[layer], row) <= 2e-6


# --- what is asked for is what is given


@pytest.fixture
def backbone(make_tensors: Callable[..., Any], save_pth: Callable[..., Path]) -> Backbone:
    return load_backbone(save_pth(make_tensors(depth=5)), device="cpu")


def test_layers_come_in_the_order_asked_for(backbone: Backbone, canvas_of: CanvasOf) -> None:
    rgb = canvas_of(2, 3, 16)
    every = backbone.encode(rgb, layers=range(5), attention_layers=range(5))
    some = backbone.encode(rgb, layers=[-1, 0, 3], attention_layers=[2, -5])
    assert some.layers == (4, 0, 3)
    assert some.attention_layers == (2, 0)
    np.testing.assert_array_equal(some.tokens, every.tokens[[4, 0, 3]])
    assert some.attention is not None
    assert every.attention is not None
    np.testing.assert_array_equal(some.attention, every.attention[[2, 0]])


def test_the_last_three_layers_and_no_attention_are_the_default(
    backbone: Backbone, canvas_of: CanvasOf
) -> None:
    encoding = backbone.encode(canvas_of(2, 3, 16))
    assert encoding.layers == (2, 3, 4)
    assert encoding.tokens.shape == (3, 2, 3, 64)
    assert encoding.tokens.dtype == np.float32
    assert encoding.attention is None
    assert encoding.attention_layers == ()


def test_attention_alone_can_be_had(backbone: Backbone, canvas_of: CanvasOf) -> None:
    encoding = backbone.encode(canvas_of(2, 3, 16), layers=[], attention_layers=[1])
    assert encoding.tokens.shape == (0, 2, 3, 64)
    assert encoding.attention is not None
    assert encoding.attention.shape == (1, 1, 2, 3)
    assert encoding.attention.dtype == np.float32
    share_of_patches = encoding.attention.sum(axis=(2, 3))
    assert (share_of_patches > 0).all()
    assert (share_of_patches < 1).all()


def test_no_block_runs_beyond_the_last_one_wanted(backbone: Any, canvas_of: CanvasOf) -> None:
    ran: list[int] = []
    for index, block in enumerate(backbone.network.blocks):
        block.register_forward_hook(lambda *_args, index=index: ran.append(index))
    backbone.encode(canvas_of(2, 2, 16), layers=[1], attention_layers=[2])
    assert ran == [0, 1, 2]


def test_tokens_do_not_depend_on_what_else_is_asked(
    backbone: Backbone, canvas_of: CanvasOf
) -> None:
    rgb = canvas_of(3, 3, 16)
    alone = backbone.encode(rgb, layers=[3])
    together = backbone.encode(rgb, layers=[3], attention_layers=[0, 1, 2, 3, 4])
    np.testing.assert_array_equal(alone.tokens, together.tokens)


def test_a_read_only_or_strided_canvas_is_encoded_alike(
    backbone: Backbone, canvas_of: CanvasOf
) -> None:
    rgb = canvas_of(2, 4, 16)
    frozen = rgb.copy()
    frozen.setflags(write=False)
    mirrored = np.ascontiguousarray(rgb[:, ::-1])[:, ::-1]
    expected = backbone.encode(rgb).tokens
    np.testing.assert_array_equal(backbone.encode(frozen).tokens, expected)
    np.testing.assert_array_equal(backbone.encode(mirrored).tokens, expected)


@pytest.mark.parametrize(
    ("layers", "says"),
    [([5], "no layer 5"), ([-6], "no layer -6"), ([0.5], "whole number"), ([True], "whole number")],
)
def test_a_layer_that_is_not_there(
    backbone: Backbone, canvas_of: CanvasOf, layers: list[Any], says: str
) -> None:
    with pytest.raises(DinosarError, match=says):
        backbone.encode(canvas_of(2, 2, 16), layers=layers)
    with pytest.raises(DinosarError, match=says):
        backbone.encode(canvas_of(2, 2, 16), attention_layers=layers)


def test_no_layer_at_all(backbone: Backbone, canvas_of: CanvasOf) -> None:
    with pytest.raises(DinosarError, match="No layer"):
        backbone.encode(canvas_of(2, 2, 16), layers=[])


@pytest.mark.parametrize(
    ("rgb", "says"),
    [
        (np.zeros((32, 40, 3), np.uint8), "40 x 32 .* multiples of the patch size 16"),
        (np.zeros((0, 16, 3), np.uint8), "multiples"),
        (np.zeros((32, 32), np.uint8), r"\(height, width, 3\)"),
        (np.zeros((32, 32, 4), np.uint8), r"\(height, width, 3\)"),
        (np.zeros((32, 32, 3), np.float32), "uint8"),
        ([[1, 2], [3, 4]], "uint8 array"),
    ],
)
def test_what_is_no_canvas_is_refused(backbone: Backbone, rgb: Any, says: str) -> None:
    with pytest.raises(DinosarError, match=says):
        backbone.encode(rgb)


def test_weights_that_give_no_numbers_are_named(
    make_tensors: Callable[..., Any], save_pth: Callable[..., Path], canvas_of: CanvasOf
) -> None:
    tensors = make_tensors()
    tensors["blocks.1.ls2.gamma"] *= 1e38
    tensors["blocks.1.mlp.fc2.weight"] *= 1e38
    path = save_pth(tensors)
    with pytest.raises(DinosarError, match="no numbers"):
        load_backbone(path, device="cpu").encode(canvas_of(2, 2, 16))


# --- the parts


def test_both_ways_to_embed_patches_agree(canvas_of: CanvasOf) -> None:
    from napari_dinosar.backbones.vit import embed_by_convolution, embed_by_product

    torch.manual_seed(0)
    proj = torch.nn.Conv2d(3, 24, 14, 14)
    pixels = normalised(canvas_of(3, 5, 14))[0].permute(1, 2, 0)
    with torch.no_grad():
        one, other = embed_by_convolution(pixels, proj), embed_by_product(pixels, proj)
    assert one.shape == (1, 15, 24)
    torch.testing.assert_close(one, other, rtol=0, atol=1e-5)


@pytest.mark.needs_data
def test_computed_periods_are_those_of_the_official_file(shared: Path) -> None:
    from napari_dinosar.backbones.vit import default_periods

    path = shared / "reference" / "dinov3_tiny" / "mlp.pth"
    official = torch.load(path, weights_only=True)["rope_embed.periods"]
    torch.testing.assert_close(default_periods(32), official, rtol=0, atol=0)


def test_threads_are_lent_and_given_back(
    make_tensors: Callable[..., Any], save_pth: Callable[..., Path], canvas_of: CanvasOf
) -> None:
    before = torch.get_num_threads()
    wanted = before + 1
    backbone: Any = load_backbone(save_pth(make_tensors()), device="cpu", threads=wanted)
    seen: list[int] = []
    backbone.network.norm.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    backbone.encode(canvas_of(2, 2, 16), layers=[0])
    assert seen == [wanted]
    assert torch.get_num_threads() == before
    with pytest.raises(DinosarError):
        backbone.encode(canvas_of(2, 2, 16), layers=[9])
    backbone.threads = 0
    with pytest.raises(DinosarError, match="threads"):
        backbone.encode(canvas_of(2, 2, 16))
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("device", ["abacus", "cuda:99", "meta"])
def test_a_device_that_is_not_here(
    make_tensors: Callable[..., Any], save_pth: Callable[..., Path], device: str
) -> None:
    with pytest.raises(DinosarError, match="no device"):
        load_backbone(save_pth(make_tensors()), device=device)


def test_running_out_of_memory_is_said_plainly(
    backbone: Any, canvas_of: CanvasOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_args: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 10 bytes")

    monkeypatch.setattr(backbone.network, "forward", exhausted)
    with pytest.raises(DinosarError, match="32 x 48 pixels needs more memory"):
        backbone.encode(canvas_of(3, 2, 16))


def test_the_backbone_says_what_it_is(backbone: Backbone, tmp_path: Path) -> None:
    import hashlib

    assert isinstance(backbone, Backbone)
    assert backbone.name == "network"
    assert backbone.has_attention
    assert backbone.sha256 == hashlib.sha256((tmp_path / "network.pth").read_bytes()).hexdigest()
    assert "5 blocks, 64-d, 1 heads, 4 registers" in backbone.description
    assert "network.pth on cpu" in backbone.description


def test_encoding_is_a_plain_record() -> None:
    encoding = Encoding(np.zeros((1, 2, 2, 4), np.float32), None, (0,))
    assert encoding.attention_layers == ()
