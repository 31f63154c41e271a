"""Device and precision are what was asked for, and torch is left as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_dinosar import load_backbone
from napari_dinosar.backbones import Encoding, arithmetic
from napari_dinosar.core.errors import DinosarError

torch = pytest.importorskip("torch")

CPU = torch.device("cpu")
CUDA = torch.device("cuda:0")

CanvasOf = Callable[..., np.ndarray]


@pytest.fixture
def checkpoint(make_tensors: Callable[..., Any], save_pth: Callable[..., Path]) -> Path:
    return save_pth(make_tensors(depth=3))


def patch_cosines(a: Encoding, b: Encoding) -> np.ndarray:
    unit = [e.tokens / np.linalg.norm(e.tokens, axis=-1, keepdims=True) for e in (a, b)]
    return (unit[0] * unit[1]).sum(axis=-1)


# --- precision


def test_the_processor_computes_in_fp32_unless_told_otherwise(checkpoint: Path) -> None:
    backbone: Any = load_backbone(checkpoint, device="cpu")
    assert (str(backbone.device), backbone.precision) == ("cpu", "fp32")
    assert backbone.arithmetic == "fp32-cpu"
    assert backbone.engine.startswith(f"torch {torch.__version__} on cpu, fp32")
    assert backbone.description.endswith("on cpu, fp32")


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
@pytest.mark.parametrize(
    ("family", "mlp"), [("dinov3", "plain"), ("dinov3", "swiglu"), ("dinov2", "packed")]
)
def test_short_numbers_change_little_and_come_out_as_float32(
    make_tensors: Callable[..., Any],
    save_pth: Callable[..., Path],
    canvas_of: CanvasOf,
    precision: str,
    family: str,
    mlp: str,
) -> None:
    path = save_pth(make_tensors(family, depth=3, mlp=mlp))
    exact = load_backbone(path, device="cpu", precision="fp32")
    short = load_backbone(path, device="cpu", precision=precision)
    rgb = canvas_of(4, 5, exact.patch_size)
    one, other = (b.encode(rgb, [0, 1, 2], [0, 2]) for b in (exact, short))
    assert patch_cosines(one, other).min() > 0.995
    assert np.abs(one.tokens - other.tokens).max() > 1e-4
    assert one.attention is not None
    assert other.attention is not None
    assert other.tokens.dtype == other.attention.dtype == np.float32
    # q and k are short, but not their product
    np.testing.assert_allclose(other.attention[0], one.attention[0], rtol=0.2, atol=1e-4)
    assert short.precision == precision
    assert short.arithmetic == f"{precision}-cpu"


def test_only_products_are_short(checkpoint: Path) -> None:
    backbone: Any = load_backbone(checkpoint, device="cpu", precision="bf16")
    types = {name: tensor.dtype for name, tensor in backbone.network.state_dict().items()}
    short = {name for name, kind in types.items() if kind == torch.bfloat16}
    assert short == {name for name in types if ".attn." in name or ".mlp." in name}
    inputs: list[Any] = []
    for norm in (backbone.network.blocks[1].norm1, backbone.network.norm):
        norm.register_forward_pre_hook(lambda _norm, given: inputs.append(given[0].dtype))
    backbone.encode(np.zeros((32, 32, 3), np.uint8))
    assert set(inputs) == {torch.float32}


@pytest.mark.parametrize("name", ["checkpoint", "daisy"])
def test_an_unknown_precision_is_named(checkpoint: Path, name: str) -> None:
    with pytest.raises(DinosarError, match=r"no precision 'fp8': choose one of auto, fp32, bf16"):
        load_backbone(checkpoint if name == "checkpoint" else name, precision="fp8")


def test_a_precision_that_the_device_lacks_is_refused(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arithmetic, "can_compute", lambda name, device: name != "fp16")
    with pytest.raises(DinosarError, match="device cpu cannot compute with the precision fp16"):
        load_backbone(checkpoint, device="cpu", precision="fp16")


def test_what_torch_cannot_compute_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert arithmetic.can_compute("fp32", CPU)

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("\"addmm_impl_cpu_\" not implemented for 'Half'")

    arithmetic.can_compute.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(arithmetic.functional, "linear", refuse)
        assert not arithmetic.can_compute("fp16", CPU)
    arithmetic.can_compute.cache_clear()


@pytest.mark.parametrize(
    ("generation", "able", "chosen"),
    [
        (9, {"bf16", "fp16"}, "bf16"),
        (8, {"bf16", "fp16"}, "bf16"),
        (7, {"bf16", "fp16"}, "fp16"),
        (7, set(), "fp32"),
    ],
)
def test_accelerators_take_bf16_or_else_fp16(
    monkeypatch: pytest.MonkeyPatch, generation: int, able: set[str], chosen: str
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _device: (generation, 0))
    monkeypatch.setattr(arithmetic, "can_compute", lambda name, _device: name in able)
    assert arithmetic.choose_precision("auto", CUDA) == chosen
    monkeypatch.setattr(arithmetic, "can_compute", lambda name, _device: name != "bf16")
    assert arithmetic.choose_precision("auto", torch.device("mps")) == "fp16"


def test_overflow_in_fp16_is_not_called_damage(
    make_tensors: Callable[..., Any], save_pth: Callable[..., Path], canvas_of: CanvasOf
) -> None:
    tensors = make_tensors()
    tensors["blocks.0.mlp.fc1.bias"] += 2e4
    path = save_pth(tensors)
    load_backbone(path, device="cpu").encode(canvas_of(2, 2, 16))
    with pytest.raises(DinosarError, match="fp16 cannot hold"):
        load_backbone(path, device="cpu", precision="fp16").encode(canvas_of(2, 2, 16))


# --- float32 products


def sampled(error: float) -> Callable[[str], tuple[Any, ...]]:
    def sample(products: str) -> tuple[Any, ...]:
        exact = torch.ones(4, 4)
        return exact, exact * (1 + error) if products == "medium" else exact

    return sample


@pytest.mark.parametrize(
    ("error", "chosen"), [(0.0, "highest"), (5e-7, "medium"), (2e-3, "highest")]
)
def test_the_other_library_is_taken_only_where_it_is_exact(
    monkeypatch: pytest.MonkeyPatch, error: float, chosen: str
) -> None:
    monkeypatch.setattr(arithmetic, "_sample_products", sampled(error))
    arithmetic.fastest_exact_products.cache_clear()
    assert arithmetic.fastest_exact_products() == chosen
    arithmetic.fastest_exact_products.cache_clear()


def test_what_is_chosen_here_is_exact(
    checkpoint: Path, canvas_of: CanvasOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    rgb = canvas_of(6, 7, 16)
    chosen = load_backbone(checkpoint, device="cpu").encode(rgb)
    monkeypatch.setattr(
        "napari_dinosar.backbones.inference.fastest_exact_products", lambda: "highest"
    )
    exact = load_backbone(checkpoint, device="cpu")
    assert exact.engine.endswith("float32 products highest")
    assert patch_cosines(chosen, exact.encode(rgb)).min() >= 0.99999


def test_products_are_set_inside_a_forward_only(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, canvas_of: CanvasOf
) -> None:
    monkeypatch.setattr(
        "napari_dinosar.backbones.inference.fastest_exact_products", lambda: "medium"
    )
    backbone: Any = load_backbone(checkpoint, device="cpu")
    seen: list[str] = []
    backbone.network.norm.register_forward_hook(
        lambda *_: seen.append(torch.get_float32_matmul_precision())
    )
    torch.set_float32_matmul_precision("high")
    try:
        backbone.encode(canvas_of(2, 2, 16), layers=[0])
        assert torch.get_float32_matmul_precision() == "high"
        with pytest.raises(ZeroDivisionError), arithmetic.process_settings(products="medium"):
            raise ZeroDivisionError
        assert torch.get_float32_matmul_precision() == "high"
    finally:
        torch.set_float32_matmul_precision("highest")
    assert seen == ["medium"]


def test_settings_of_other_code_per_library_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def mixed() -> str:
        raise RuntimeError("you have used mix of the legacy and new APIs")

    asked: list[str] = []
    monkeypatch.setattr(torch, "get_float32_matmul_precision", mixed)
    monkeypatch.setattr(torch, "set_float32_matmul_precision", asked.append)
    with arithmetic.process_settings(products="medium"):
        pass
    assert asked == []


def test_threads_that_encode_at_once_leave_torch_as_it_was() -> None:
    before = torch.get_num_threads(), torch.get_float32_matmul_precision()
    inside = threading.Event()
    seen: list[str] = []

    def first() -> None:
        with arithmetic.process_settings(before[0] + 1, "medium"):
            inside.set()
            second_thread.join(timeout=0.05)
            seen.append(torch.get_float32_matmul_precision())

    def second() -> None:
        inside.wait()
        with arithmetic.process_settings(before[0] + 2, "high"):
            seen.append(torch.get_float32_matmul_precision())

    second_thread = threading.Thread(target=second)
    first_thread = threading.Thread(target=first)
    second_thread.start()
    first_thread.start()
    first_thread.join()
    second_thread.join()
    assert seen == ["medium", "high"]
    assert (torch.get_num_threads(), torch.get_float32_matmul_precision()) == before


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_a_number_of_threads_that_makes_no_sense(threads: Any) -> None:
    with (
        pytest.raises(DinosarError, match="number of threads"),
        arithmetic.process_settings(threads),
    ):
        pass
