"""The settings of a comparison.

Every field of `Settings` carries its `Option`: what the views need to show it and what
`Settings` needs to check it. Nothing else in the project lists the settings again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.settings.option import Kind, Option, Requirement, checked

_CELLS: Requirement = {"matching_mode": ("tps_homology", "both")}
_PATCHES: Requirement = {"matching_mode": ("similarity", "both")}
_DEMO: Requirement = {"match_flavor": ("demo",)}
_VERIFIED: Requirement = {"demo_verify": (True,)}
_ATTENTION_MASK: Requirement = {"fg_mode": ("attn", "attn_intersect", "attn_union")}
_ALIGNED: Requirement = {"align_stage": ("image", "mask", "both")}


def _setting(default: Any, group: str, text: str, kind: Kind, **more: Any) -> Any:
    return field(default=default, metadata={"option": Option(group, text, kind, **more)})


@dataclass(frozen=True)
class Settings:
    """Everything that decides the numbers of a comparison, apart from its inputs.

    The fields are the command-line flags with underscores. `options` describes each of them;
    ``docs/settings.md`` lists them.

    Raises
    ------
    DinosarError
        If a value is of the wrong kind, out of its range, or contradicts another.

    Examples
    --------
    >>> from napari_dinosar import Settings
    >>> Settings(layers=[6, 7, 8, 9]).layers
    (6, 7, 8, 9)
    """

    matching_mode: str = _setting(
        "both", "Comparison",
        "Compare best-matching patches, homologous cells of the landmark grid, or both.",
        "choice", choices=("similarity", "tps_homology", "both"), advanced=False,
    )  # fmt: skip
    fg_mode: str = _setting(
        "auto", "Comparison",
        "How the specimen is told from the background: rembg when its model is here and else "
        "thresh (auto), rembg, colour distance to an even backdrop (thresh), the network's "
        "attention (attn), what auto and attention both find (attn_intersect) or either finds "
        "(attn_union), or a mask of your own (layer).",
        "choice", advanced=False,
        choices=("auto", "rembg", "thresh", "attn", "attn_intersect", "attn_union", "layer"),
    )  # fmt: skip
    layers: tuple[int, ...] | None = _setting(
        None, "Comparison",
        "Blocks of the network whose patch tokens are compared; negative counts from the end.",
        "integers", optional=True, when_none="the last three", advanced=False,
    )  # fmt: skip
    tps_cell_size: int = _setting(
        16, "Comparison", "Side of a homologous cell in the consensus frame.",
        "integer", unit="px", minimum=1, maximum=4096, advanced=False,
        aliases=("--tps-grid-cell-size",), needs=({**_CELLS, "tps_rows": (None,)},),
    )  # fmt: skip
    tps_pad_cells: int = _setting(
        1, "Comparison", "Rings of cells added around the box of the landmarks.",
        "integer", unit="cells", minimum=0, maximum=64, advanced=False, needs=(_CELLS,),
    )  # fmt: skip
    tps_snap: bool = _setting(
        False, "Comparison", "Round the cell size to a multiple of the network's patch.",
        "switch", advanced=False, aliases=("--tps-grid-snap",), needs=(_CELLS,),
    )  # fmt: skip

    layer_agg: Literal["mean", "median"] = _setting(
        "mean", "Features", "How the similarities of several layers become one.",
        "choice", choices=("mean", "median"),
    )  # fmt: skip
    report_layer_std: bool = _setting(
        False, "Features",
        "Say for each patch and cell how far the layers differ (standard deviation).", "switch",
    )  # fmt: skip
    attn_layers: tuple[int, ...] = _setting(
        (-1,), "Features", "Layers whose CLS attention is shown; negative counts from the end.",
        "integers",
    )  # fmt: skip
    attn_layer: int | None = _setting(
        None, "Features", "Layer whose attention ranks and weights patches.",
        "integer", minimum=-1000, maximum=1000,
        optional=True, when_none="the last of attn_layers",
    )  # fmt: skip
    attn_heads: tuple[int, ...] | None = _setting(
        None, "Features", "Heads of the attention that are averaged.",
        "integers", optional=True, when_none="all heads",
    )  # fmt: skip
    precision: Literal["auto", "fp32", "bf16", "fp16"] = _setting(
        "auto", "Features",
        "Arithmetic of the network: fp32 on the processor and bf16 on accelerators (auto), or "
        "always one.",
        "choice", choices=("auto", "fp32", "bf16", "fp16"),
    )  # fmt: skip

    img_size: int = _setting(
        512, "Canvas", "Longer side of what the network sees, floored to a multiple of the patch.",
        "integer", unit="px", minimum=64, maximum=4096,
    )  # fmt: skip
    crop: bool = _setting(
        True, "Canvas", "Crop each photo to its specimen before resampling.", "switch",
    )  # fmt: skip
    canvas: Literal["square", "tight"] = _setting(
        "square", "Canvas",
        "Pad to a square, so that both photos share one position code, or only to whole patches "
        "(tight, faster).",
        "choice", choices=("square", "tight"),
    )  # fmt: skip
    background: Literal["white", "keep"] = _setting(
        "white", "Canvas", "What the network sees around the specimen.",
        "choice", choices=("white", "keep"),
    )  # fmt: skip

    rembg_session: str = _setting(
        "u2net", "Foreground", "Network that rembg runs: one of these, or an ONNX file of yours.",
        "model", choices=("u2net", "u2netp", "silueta", "isnet-general-use"),
        needs=({"fg_mode": ("auto", "rembg", "attn_intersect", "attn_union")},),
    )  # fmt: skip
    mask_erode_px: int = _setting(
        2, "Foreground", "Rim taken off the mask, so that no background enters a patch.",
        "integer", unit="canvas px", minimum=0, maximum=256,
    )  # fmt: skip
    fg_thresh: float = _setting(
        0.15, "Foreground", "A patch is valid when more than this share of it is specimen.",
        "number", minimum=0.0, maximum=1.0,
    )  # fmt: skip
    border_patches: int = _setting(
        2, "Foreground", "Outer rings of patches that are never used.",
        "integer", unit="patches", minimum=0, maximum=64,
    )  # fmt: skip
    attn_fg_thresh_mode: Literal["percentile", "absolute"] = _setting(
        "percentile", "Foreground",
        "Whether attention is foreground above a percentile, or above a share of its range.",
        "choice", choices=("percentile", "absolute"), needs=(_ATTENTION_MASK,),
    )  # fmt: skip
    attn_fg_thresh_pct: float = _setting(
        85.0, "Foreground", "Percentile of attention above which a patch is foreground.",
        "number", unit="%", minimum=0.0, maximum=100.0,
        needs=({"attn_fg_thresh_mode": ("percentile",)},),
    )  # fmt: skip
    attn_fg_thresh: float = _setting(
        0.25, "Foreground", "Share of the range of attention above which a patch is foreground.",
        "number", minimum=0.0, maximum=1.0, needs=({"attn_fg_thresh_mode": ("absolute",)},),
    )  # fmt: skip
    attn_fg_morph: Literal["none", "open", "close", "openclose"] = _setting(
        "none", "Foreground",
        "Take specks off the attention mask (open), fill its gaps (close), or both.",
        "choice", choices=("none", "open", "close", "openclose"), needs=(_ATTENTION_MASK,),
    )  # fmt: skip
    attn_fg_kernel: int = _setting(
        3, "Foreground", "Diameter of the disc that opens and closes the attention mask.",
        "integer", unit="patches", minimum=1, maximum=63,
        needs=({"attn_fg_morph": ("open", "close", "openclose")},),
    )  # fmt: skip
    attn_mask_layer: int | None = _setting(
        None, "Foreground", "Layer whose attention makes the mask.",
        "integer", minimum=-1000, maximum=1000, optional=True, when_none="as attn_layer",
        needs=(_ATTENTION_MASK,),
    )  # fmt: skip

    align_stage: Literal["none", "image", "mask", "both"] = _setting(
        "none", "Alignment",
        "Whether A is laid over B before the comparison: its photo (image), only the overlap of "
        "the two masks counts and no pixel moves (mask), or both.",
        "choice", choices=("none", "image", "mask", "both"),
    )  # fmt: skip
    align_by: Literal["auto", "landmarks", "masks"] = _setting(
        "auto", "Alignment",
        "What is laid over what: common landmarks, the outlines of the masks, or landmarks where "
        "both have enough of them (auto).",
        "choice", choices=("auto", "landmarks", "masks"), needs=(_ALIGNED,),
    )  # fmt: skip
    align_method: Literal["similarity", "procrustes", "homography"] = _setting(
        "similarity", "Alignment",
        "What landmarks may do to A: turn, move and scale (similarity), turn and move "
        "(procrustes), or also tilt (homography).",
        "choice", choices=("similarity", "procrustes", "homography"),
        needs=({**_ALIGNED, "align_by": ("auto", "landmarks")},),
    )  # fmt: skip
    align_mirror: bool = _setting(
        False, "Alignment", "Let the masks be laid over each other as mirror images as well.",
        "switch", needs=({**_ALIGNED, "align_by": ("auto", "masks")},),
    )  # fmt: skip

    match_flavor: str = _setting(
        "demo", "Matches",
        "Show the filtered best matches (demo), or the matches of the patches with most "
        "attention (attention).",
        "choice", choices=("demo", "attention"), needs=(_PATCHES,),
    )  # fmt: skip
    top_matches: int = _setting(
        50, "Matches", "Patches of highest attention that are matched (attention flavour).",
        "integer", minimum=1, maximum=100_000, needs=({"match_flavor": ("attention",)},),
    )  # fmt: skip
    demo_mutual: bool = _setting(
        True, "Matches", "Keep only pairs that are each other's best match.", "switch",
        needs=(_DEMO,),
    )  # fmt: skip
    demo_ratio: float = _setting(
        0.9, "Matches",
        "Keep a match when its cosine distance is at most this share of the second best's; "
        "1 keeps all.",
        "number", minimum=0.01, maximum=1.0, needs=(_DEMO,),
    )  # fmt: skip
    demo_topn: int = _setting(
        200, "Matches", "Most matches that are kept.", "integer", minimum=1, maximum=100_000,
        needs=(_DEMO,),
    )  # fmt: skip
    demo_verify: bool = _setting(
        False, "Matches", "Mark the matches that one similarity transform explains (RANSAC).",
        "switch", needs=(_DEMO,),
    )  # fmt: skip
    demo_ransac_reproj: float | None = _setting(
        None, "Matches", "Distance within which a match agrees with the transform.",
        "number", unit="canvas px", minimum=0.1, maximum=1000.0,
        optional=True, when_none="one patch", needs=(_VERIFIED,),
    )  # fmt: skip
    demo_mirror: bool = _setting(
        False, "Matches", "Let the transform be a mirror image as well.", "switch",
        needs=(_VERIFIED,),
    )  # fmt: skip
    seed: int = _setting(
        0, "Matches", "Seed of every random draw.", "integer", minimum=0, maximum=2**31 - 1,
        needs=(_VERIFIED, {"align_method": ("homography",)}),
    )  # fmt: skip

    score_mode: tuple[str, ...] = _setting(
        ("foreground",), "Scores",
        "Which dissimilarities are summed up: those of each specimen's patches (foreground), of "
        "both specimens' patches pooled (bidirectional), to the mean of several best matches "
        "(topk_mean), weighted by attention (attention_weighted), or of the matches that were "
        "verified (demo_inliers).",
        "choices", needs=(_PATCHES,),
        choices=(
            "foreground", "bidirectional", "topk_mean", "attention_weighted", "demo_inliers",
        ),
    )  # fmt: skip
    topk: int = _setting(
        5, "Scores", "Best matches that are averaged for each patch.",
        "integer", minimum=1, maximum=100_000, needs=({"score_mode": ("topk_mean",)},),
    )  # fmt: skip
    hist_min_joint: int = _setting(
        100, "Scores", "Fewer values than this are reported with a warning.",
        "integer", minimum=1, maximum=1_000_000, needs=(_PATCHES,),
    )  # fmt: skip

    tps_rows: int | None = _setting(
        None, "Homology", "Rows of the grid instead of square cells.",
        "integer", minimum=1, maximum=1000, optional=True, when_none="from the cell size",
        aliases=("--tps-grid-rows",), needs=(_CELLS,),
    )  # fmt: skip
    tps_cols: int | None = _setting(
        None, "Homology", "Columns of the grid.",
        "integer", minimum=1, maximum=1000, optional=True, when_none="as many as rows",
        aliases=("--tps-grid-cols",), needs=(_CELLS,),
    )  # fmt: skip
    tps_samples: int = _setting(
        4, "Homology",
        "Samples along each side of a cell, at which tokens are read; time grows with the square.",
        "integer", minimum=2, maximum=16, needs=(_CELLS,),
    )  # fmt: skip
    tps_smoothing: float = _setting(
        0.0, "Homology", "Smoothing of the thin-plate spline; 0 is exact at the landmarks.",
        "number", minimum=0.0, maximum=1e6, needs=(_CELLS,),
    )  # fmt: skip
    tps_min_coverage: float = _setting(
        0.5, "Homology", "Share of a cell that must lie on the specimen in both photos.",
        "number", minimum=0.0, maximum=1.0, needs=(_CELLS,),
    )  # fmt: skip
    use_outside_hull: bool = _setting(
        False, "Homology", "Use cells beyond the landmarks, where the spline extrapolates.",
        "switch", needs=(_CELLS,),
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Bring every value into its kind, or say which one is wrong."""
        for name, option in options().items():
            object.__setattr__(self, name, checked(name, option, getattr(self, name)))
        self._refuse_contradictions()

    def _refuse_contradictions(self) -> None:
        if self.tps_cols is not None and self.tps_rows is None:
            raise DinosarError(
                "Setting 'tps_cols' is given without 'tps_rows'. Give both, or neither to have "
                "square cells."
            )
        if self.tps_rows is not None and self.tps_snap:
            raise DinosarError(
                "Settings 'tps_snap' and 'tps_rows' contradict each other: rows and columns fix "
                "the cell size. Turn one of them off."
            )
        if "demo_inliers" in self.score_mode and self.match_flavor != "demo":
            raise DinosarError(
                "Setting 'score_mode' asks for demo_inliers, which are matches of the demo "
                f"flavour, and 'match_flavor' is {self.match_flavor}. Choose the demo flavour, or "
                "another score mode."
            )
        if self.align_by == "masks" and self.align_method != "similarity":
            raise DinosarError(
                f"Setting 'align_method' is {self.align_method}, and masks can only be laid over "
                "each other by a similarity. Choose similarity, or align by landmarks."
            )
        for name in ("tps_rows", "tps_cols"):
            count, word = getattr(self, name), name.removeprefix("tps_")
            if count is not None and count <= 2 * self.tps_pad_cells:
                raise DinosarError(
                    f"Settings {name!r} ({count}) and 'tps_pad_cells' ({self.tps_pad_cells}) "
                    f"contradict each other: the padding alone takes {2 * self.tps_pad_cells} "
                    f"{word}. Use more {word} or less padding."
                )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Settings:
        """Make settings from names and values, as run.yaml holds them.

        Parameters
        ----------
        values : mapping of str to object
            Any part of the settings; the others keep their defaults.

        Raises
        ------
        DinosarError
            If a name is unknown or a value is wrong.
        """
        unknown = sorted(set(values) - set(options()))
        if unknown:
            raise DinosarError(
                f"Unknown setting {', '.join(map(repr, unknown))}. The settings are: "
                f"{', '.join(options())}."
            )
        return cls(**values)

    def as_mapping(self) -> dict[str, Any]:
        """Return the settings as plain values, ready for YAML or JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in dataclasses.asdict(self).items()
        }


def options() -> dict[str, Option]:
    """Return the `Option` of each setting, in the order in which the views show them."""
    return {f.name: f.metadata["option"] for f in dataclasses.fields(Settings)}


def defaults() -> dict[str, Any]:
    """Return the default value of each setting."""
    return {f.name: f.default for f in dataclasses.fields(Settings)}


def flag(name: str) -> str:
    """Return the command-line flag of a setting."""
    return "--" + name.replace("_", "-")
