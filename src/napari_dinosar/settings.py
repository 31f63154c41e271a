"""The one tree of settings; the dock, the command line and run.yaml are three views of it.

Every field of `Settings` carries its `Option`: what the views need to show it and what
`Settings` needs to check it. Nothing else in the project lists the settings again.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from napari_dinosar.core.errors import DinosarError

Kind = Literal["integer", "number", "switch", "choice", "integers"]


@dataclass(frozen=True)
class Option:
    """How one setting is shown and what values it takes.

    Attributes
    ----------
    group : str
        Heading under which the dock and the command line list it.
    help : str
        What it does, as one sentence.
    kind : str
        ``"integer"``, ``"number"``, ``"switch"``, ``"choice"`` or ``"integers"``.
    unit : str
        Unit of the value, or an empty string.
    choices : tuple of str
        The values of a choice.
    minimum, maximum : float
        Inclusive bounds of a number.
    optional : bool
        Whether None is allowed; ``when_none`` says what None means.
    when_none : str
        What the program does when the value is None.
    advanced : bool
        Whether the dock folds it away.
    aliases : tuple of str
        Further command-line flags, as the published script names them.
    """

    group: str
    help: str
    kind: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()
    minimum: float = -math.inf
    maximum: float = math.inf
    optional: bool = False
    when_none: str = ""
    advanced: bool = True
    aliases: tuple[str, ...] = ()


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
        "thresh (auto), rembg, colour distance to an even backdrop (thresh), or a mask of your "
        "own (layer).",
        "choice", choices=("auto", "rembg", "thresh", "layer"), advanced=False,
    )  # fmt: skip
    layers: tuple[int, ...] | None = _setting(
        None, "Comparison",
        "Blocks of the network whose patch tokens are compared; negative counts from the end.",
        "integers", optional=True, when_none="the last three", advanced=False,
    )  # fmt: skip
    tps_cell_size: int = _setting(
        16, "Comparison", "Side of a homologous cell in the consensus frame.",
        "integer", unit="px", minimum=1, maximum=4096, advanced=False,
        aliases=("--tps-grid-cell-size",),
    )  # fmt: skip
    tps_pad_cells: int = _setting(
        1, "Comparison", "Rings of cells added around the box of the landmarks.",
        "integer", unit="cells", minimum=0, maximum=64, advanced=False,
    )  # fmt: skip
    tps_snap: bool = _setting(
        False, "Comparison", "Round the cell size to a multiple of the network's patch.",
        "switch", advanced=False, aliases=("--tps-grid-snap",),
    )  # fmt: skip

    layer_agg: Literal["mean", "median"] = _setting(
        "mean", "Features", "How the similarities of several layers become one.",
        "choice", choices=("mean", "median"),
    )  # fmt: skip
    attn_layer: int = _setting(
        -1, "Features", "Layer whose CLS attention is shown and ranks patches.", "integer",
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
        "u2net", "Foreground", "Network that rembg runs.",
        "choice", choices=("u2net", "u2netp", "silueta", "isnet-general-use"),
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

    match_flavor: str = _setting(
        "demo", "Matches",
        "Show the filtered best matches (demo), or the matches of the patches with most "
        "attention (attention).",
        "choice", choices=("demo", "attention"),
    )  # fmt: skip
    top_matches: int = _setting(
        50, "Matches", "Patches of highest attention that are matched (attention flavour).",
        "integer", minimum=1, maximum=100_000,
    )  # fmt: skip
    demo_mutual: bool = _setting(
        True, "Matches", "Keep only pairs that are each other's best match.", "switch",
    )  # fmt: skip
    demo_ratio: float = _setting(
        0.9, "Matches",
        "Keep a match when its cosine distance is at most this share of the second best's; "
        "1 keeps all.",
        "number", minimum=0.01, maximum=1.0,
    )  # fmt: skip
    demo_topn: int = _setting(
        200, "Matches", "Most matches that are kept.", "integer", minimum=1, maximum=100_000,
    )  # fmt: skip
    demo_verify: bool = _setting(
        False, "Matches", "Mark the matches that one similarity transform explains (RANSAC).",
        "switch",
    )  # fmt: skip
    demo_ransac_reproj: float | None = _setting(
        None, "Matches", "Distance within which a match agrees with the transform.",
        "number", unit="canvas px", minimum=0.1, maximum=1000.0,
        optional=True, when_none="one patch",
    )  # fmt: skip
    demo_mirror: bool = _setting(
        False, "Matches", "Let the transform be a mirror image as well.", "switch",
    )  # fmt: skip
    seed: int = _setting(
        0, "Matches", "Seed of every random draw.", "integer", minimum=0, maximum=2**31 - 1,
    )  # fmt: skip

    score_mode: str = _setting(
        "foreground", "Scores",
        "Which best-match dissimilarities are summed up: of each specimen's patches "
        "(foreground), or of both specimens' pooled (bidirectional).",
        "choice", choices=("foreground", "bidirectional"),
    )  # fmt: skip
    hist_min_joint: int = _setting(
        100, "Scores", "Fewer values than this are reported with a warning.",
        "integer", minimum=1, maximum=1_000_000,
    )  # fmt: skip

    tps_rows: int | None = _setting(
        None, "Homology", "Rows of the grid instead of square cells.",
        "integer", minimum=1, maximum=1000, optional=True, when_none="from the cell size",
        aliases=("--tps-grid-rows",),
    )  # fmt: skip
    tps_cols: int | None = _setting(
        None, "Homology", "Columns of the grid.",
        "integer", minimum=1, maximum=1000, optional=True, when_none="as many as rows",
        aliases=("--tps-grid-cols",),
    )  # fmt: skip
    tps_smoothing: float = _setting(
        0.0, "Homology", "Smoothing of the thin-plate spline; 0 is exact at the landmarks.",
        "number", minimum=0.0, maximum=1e6,
    )  # fmt: skip
    tps_min_coverage: float = _setting(
        0.5, "Homology", "Share of a cell that must lie on the specimen in both photos.",
        "number", minimum=0.0, maximum=1.0,
    )  # fmt: skip
    use_outside_hull: bool = _setting(
        False, "Homology", "Use cells beyond the landmarks, where the spline extrapolates.",
        "switch",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Bring every value into its kind, or say which one is wrong."""
        for name, option in options().items():
            object.__setattr__(self, name, _checked(name, option, getattr(self, name)))
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


def _checked(name: str, option: Option, value: Any) -> Any:
    """Return the value in its kind; a wrong one raises an error that names the setting."""
    if value is None:
        if option.optional:
            return None
        raise DinosarError(f"Setting {name!r} needs a value.")
    if option.kind == "choice":
        return _checked_choice(name, option, value)
    if option.kind == "switch":
        if value in (True, False) and not isinstance(value, float):
            return bool(value)
        raise DinosarError(f"Setting {name!r} is on or off (true or false), not {value!r}.")
    if option.kind == "integers":
        return _checked_integers(name, value)
    return _checked_number(name, option, value)


def _checked_choice(name: str, option: Option, value: Any) -> str:
    if isinstance(value, str) and value in option.choices:
        return value
    raise DinosarError(f"Setting {name!r} takes one of {', '.join(option.choices)}, not {value!r}.")


def _checked_integers(name: str, value: Any) -> tuple[int, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise DinosarError(f"Setting {name!r} takes a list of whole numbers, not {value!r}.")
    items = list(value)
    if not items:
        raise DinosarError(f"Setting {name!r} is empty: name at least one number.")
    if len(set(items)) != len(items):
        raise DinosarError(f"Setting {name!r} lists a number twice: {items}.")
    return tuple(_as_integer(name, item) for item in items)


def _checked_number(name: str, option: Option, value: Any) -> int | float:
    number = _as_integer(name, value) if option.kind == "integer" else _as_float(name, value)
    if not option.minimum <= number <= option.maximum:
        raise DinosarError(
            f"Setting {name!r} is {number}; it must lie between {option.minimum:g} and "
            f"{option.maximum:g}."
        )
    return number


def _as_integer(name: str, value: Any) -> int:
    number = _as_float(name, value)
    if not number.is_integer():
        raise DinosarError(f"Setting {name!r} takes a whole number, not {value!r}.")
    return int(number)


def _as_float(name: str, value: Any) -> float:
    if isinstance(value, str | bool):
        raise DinosarError(f"Setting {name!r} takes a number, not {value!r}.")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise DinosarError(f"Setting {name!r} takes a number, not {value!r}.") from error
    if not math.isfinite(number):
        raise DinosarError(f"Setting {name!r} must be finite, not {value!r}.")
    return number
