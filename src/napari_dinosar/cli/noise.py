"""The noise floor on the command line: asked for with draws, measured, and written into the run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.cli.flags import whole
from napari_dinosar.cli.request import Request
from napari_dinosar.cli.speaking import worked
from napari_dinosar.core.errors import DinosarError

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.inspection.noise_result import NoiseFloor

MOST_DRAWS = 1000


def add_noise(outputs: Any) -> None:
    """Add the flags of the noise floor: it changes no number of the comparison."""
    outputs.add_argument(
        "--noise-draws",
        type=_draws,
        default=0,
        metavar="N",
        help="measure the noise floor with N jittered copies of each specimen, and write it and "
        "the context of the numbers (default: 0, no noise floor)",
    )
    outputs.add_argument(
        "--noise-seed",
        type=_seed,
        default=None,
        metavar="N",
        help="what draws the copies (default: 0)",
    )


def check_noise(given: argparse.Namespace, request: Request) -> list[str]:
    """Refuse before any work what cannot be measured; return a sentence on what has no effect."""
    if not given.noise_draws:
        has_seed = given.noise_seed is not None
        return ["--noise-seed has no effect without --noise-draws."] if has_seed else []
    if request.settings.matching_mode == "similarity":
        raise DinosarError(
            "--noise-draws needs homologous cells: choose --matching-mode tps_homology or both."
        )
    return []


def noise_of(given: argparse.Namespace, result: Comparison) -> NoiseFloor | None:
    """Measure the noise floor where draws were asked for."""
    if not given.noise_draws:
        return None
    from napari_dinosar.inspection.noise import iter_noise_floor

    steps = iter_noise_floor(result, draws=given.noise_draws, seed=given.noise_seed or 0)
    return worked(steps, given.quiet)


def write_noise_of(
    given: argparse.Namespace, folder: Path, noise: NoiseFloor, result: Comparison
) -> None:
    """Write a noise floor and the context of the numbers into the folder of the run.

    The figure of its cells is drawn anew, with those hatched that are not above the floor.
    """
    from napari_dinosar.inspection.baselines_context import context
    from napari_dinosar.inspection.noise_files import write_noise

    write_noise(folder, noise, result.findings, context(result, noise))
    if given.figures:
        from napari_dinosar.inspection.cell_marks import cell_marks
        from napari_dinosar.io.figures import save_figures

        save_figures(
            result.findings,
            folder / "figures",
            given.figure_format,
            given.dpi,
            ["cell_grid"],
            given.caption,
            overwrite=True,
            marks=cell_marks(result.findings, noise),
        )


def spoken_noise(noise: NoiseFloor) -> str:
    """Return what a noise floor says in a few lines."""
    n_known, n_under = int(noise.is_known.sum()), int(noise.is_noise.sum())
    drawn = "1 draw" if noise.draws == 1 else f"{noise.draws} draws"
    found = f"{n_under} of {n_known} cells lie under the noise floor of {drawn}"
    warnings = (f"  warning: {warning}" for warning in noise.warnings)
    return "\n".join([f"  noise: {found}, which is a lower bound", *warnings])


def _draws(text: str) -> int:
    draws = whole(text)
    if not 0 <= draws <= MOST_DRAWS:
        raise argparse.ArgumentTypeError(f"{draws} is not between 0 and {MOST_DRAWS}")
    return draws


def _seed(text: str) -> int:
    seed = whole(text)
    if seed < 0:
        raise argparse.ArgumentTypeError(f"{seed} is negative")
    return seed
