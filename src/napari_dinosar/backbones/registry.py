"""The networks that are known by name: what they are, under which licence, and where they lie."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from napari_dinosar.backbones.architecture import Architecture, Mlp
from napari_dinosar.core.errors import DinosarError


@dataclass(frozen=True)
class Licence:
    """The terms of a network's weights.

    Attributes
    ----------
    name : str
        As its owner calls it.
    url : str
        Where its text stands.
    summary : str
        What a user should know before reading it; no substitute for the text.
    """

    name: str
    url: str
    summary: str


@dataclass(frozen=True)
class HubFile:
    """A file on the Hugging Face hub.

    Attributes
    ----------
    repo : str
        ``owner/name``.
    gated : bool
        Whether its owner asks for an account and a consent first.
    filename : str
        The file's name in the repository.
    """

    repo: str
    gated: bool = False
    filename: str = "model.safetensors"


@dataclass(frozen=True)
class Model:
    """A network that is known by name.

    Attributes
    ----------
    name : str
        What ``load_backbone`` takes.
    architecture : Architecture
        What its checkpoint must hold.
    licence : Licence
        The terms of its weights.
    trained_on : str
        The owner's name of the photographs.
    official_stem : str
        How the official file's name begins; the rest is a part of its hash and the ending.
    hub : tuple of HubFile
        Where a copy can be had, the first is tried first. Empty: only from the owner.
    sha256 : str
        Of the hub's file; empty because none was read from a source that can be named.
    """

    name: str
    architecture: Architecture
    licence: Licence
    trained_on: str
    official_stem: str
    hub: tuple[HubFile, ...] = ()
    sha256: str = ""

    @property
    def title(self) -> str:
        """The published name, as ``DINOv3 ViT-S/16 (LVD-1689M)``."""
        registers = " with registers" if self.official_stem.endswith("reg4_pretrain") else ""
        return f"{self.architecture.title}{registers} ({self.trained_on})"

    @property
    def size_mb(self) -> float:
        """About how large the file is, in megabytes: four bytes per weight."""
        return self.architecture.n_parameters * 4 / 1e6

    @property
    def size_text(self) -> str:
        """The size for people, as ``86 MB``."""
        return f"{self.size_mb / 1000:.1f} GB" if self.size_mb >= 1000 else f"{self.size_mb:.0f} MB"


DINOV3_LICENCE = Licence(
    "DINOv3 License",
    "https://ai.meta.com/resources/models-and-libraries/dinov3-license/",
    "Meta's own terms, no open-source licence: among them duties when you pass the weights on or "
    "publish results, and uses that are excluded. Read them before you accept.",
)
APACHE_LICENCE = Licence(
    "Apache License 2.0",
    "https://www.apache.org/licenses/LICENSE-2.0",
    "An open-source licence: any use, copies keep the notices.",
)


# width, blocks, heads, kind of MLP, its width
_Shape = tuple[int, int, int, Mlp, int]


def _dinov3(
    arch: str,
    timm: str | None,
    facebook: str | None,
    shape: _Shape,
) -> Model:
    dim, depth, heads, mlp, hidden = shape
    architecture = Architecture("dinov3", dim, depth, heads, mlp, hidden, 16, registers=4)
    hub: tuple[HubFile, ...] = ()
    if timm is not None:
        hub += (HubFile(f"timm/vit_{timm}_patch16_dinov3.lvd1689m"),)
    if facebook is not None:
        hub += (HubFile(f"facebook/dinov3-{facebook}-pretrain-lvd1689m", gated=True),)
    return Model(
        name=f"dinov3_{arch}",
        architecture=architecture,
        licence=DINOV3_LICENCE,
        trained_on="LVD-1689M",
        official_stem=f"dinov3_{arch}_pretrain_lvd1689m",
        hub=hub,
    )


def _dinov2(arch: str, size: str, shape: _Shape, registers: int) -> Model:
    dim, depth, heads, mlp, hidden = shape
    suffix, with_registers = ("_reg4", "with-registers-") if registers else ("", "")
    timm = f"timm/vit_{size}_patch14{suffix}_dinov2.lvd142m"
    return Model(
        name=f"dinov2_{arch}" + ("_reg" if registers else ""),
        architecture=Architecture(
            "dinov2", dim, depth, heads, mlp, hidden, 14, registers, position_grid=37
        ),
        licence=APACHE_LICENCE,
        trained_on="LVD-142M",
        official_stem=f"dinov2_{arch}{suffix}_pretrain",
        hub=(HubFile(f"facebook/dinov2-{with_registers}{size}"), HubFile(timm)),
    )


_S: _Shape = (384, 12, 6, "plain", 1536)
_B: _Shape = (768, 12, 12, "plain", 3072)
_L: _Shape = (1024, 24, 16, "plain", 4096)
_7B: _Shape = (4096, 40, 32, "swiglu", 8192)
_G: _Shape = (1536, 40, 24, "packed", 4096)

MODELS: Mapping[str, Model] = {
    model.name: model
    for model in (
        _dinov3("vits16", "small", "vits16", _S),
        _dinov3("vits16plus", "small_plus", "vits16plus", (384, 12, 6, "swiglu", 1536)),
        _dinov3("vitb16", "base", "vitb16", _B),
        _dinov3("vitl16", "large", "vitl16", _L),
        _dinov3("vitl16plus", None, None, (1024, 24, 16, "swiglu", 4096)),
        _dinov3("vith16plus", "huge_plus", "vith16plus", (1280, 32, 20, "swiglu", 5120)),
        _dinov3("vit7b16", "7b", None, _7B),
        *(
            _dinov2(arch, size, shape, registers)
            for registers in (0, 4)
            for arch, size, shape in (
                ("vits14", "small", _S),
                ("vitb14", "base", _B),
                ("vitl14", "large", _L),
                ("vitg14", "giant", _G),
            )
        ),
    )
}

# What is taken when nothing was chosen: the networks that a laptop runs in seconds come first.
PREFERENCE = (
    *(f"dinov3_{arch}" for arch in ("vitb16", "vits16plus", "vits16", "vitl16", "vitl16plus")),
    *(f"dinov2_{arch}" for arch in ("vitb14_reg", "vitb14", "vits14_reg", "vits14")),
    *(f"dinov2_{arch}" for arch in ("vitl14_reg", "vitl14")),
)


def find_model(name: str) -> Model:
    """Look a network up by its registered name.

    Parameters
    ----------
    name : str
        As ``dinov3_vits16``; the family may be left out, as in ``vits16``.

    Returns
    -------
    Model
        The network.

    Raises
    ------
    DinosarError
        When there is none of that name; the message lists the names.
    """
    for candidate in (name, f"dinov3_{name}", f"dinov2_{name}"):
        if candidate in MODELS:
            return MODELS[candidate]
    close = difflib.get_close_matches(name, MODELS, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise DinosarError(
        f"There is no file and no network named {name!r}.{hint} Known are daisy (built in), "
        f"{', '.join(MODELS)}."
    )
