"""The command line: ``napari-dinosar compare`` and ``napari-dinosar demo``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar import __version__
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.settings import Option, Settings, flag, options

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison

EXIT_ERROR = 2
DIRECTIONS = {"a_to_b": "A to B", "b_to_a": "B to A", "mean": "mean"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of the process by default.
    """
    given = parser().parse_args(arguments)
    try:
        status: int = given.run(given)
    except DinosarError as error:
        print(f"napari-dinosar: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("napari-dinosar: stopped; nothing was written.", file=sys.stderr)
        return 130
    return status


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; the settings' flags are made from `Settings`."""
    top = argparse.ArgumentParser(
        prog="napari-dinosar",
        description="Compare photographs of specimens by homologous landmarks and features.",
    )
    top.add_argument("--version", action="version", version=f"napari-dinosar {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_compare(commands)
    _add_demo(commands)
    return top


def _add_compare(commands: Any) -> None:
    command = commands.add_parser(
        "compare",
        help="compare two photos without a window and write a run folder",
        description="Compare two photos without a window and write a run folder.",
    )
    command.set_defaults(run=_compare)
    command.add_argument("photo_a", type=Path, metavar="A", help="photo of the first specimen")
    command.add_argument("photo_b", type=Path, metavar="B", help="photo of the second specimen")
    inputs = command.add_argument_group("inputs and output")
    inputs.add_argument(
        "--keypoints-json", type=Path, metavar="FILE", help="COCO keypoints of both photos"
    )
    for side in "ab":
        inputs.add_argument(
            f"--specimen-{side}",
            metavar="ID",
            help=f"annotation to use where photo {side.upper()} has several specimens",
        )
        inputs.add_argument(
            f"--mask-{side}",
            type=Path,
            metavar="FILE",
            help=f"mask of photo {side.upper()}, an image, specimen not 0 (--fg-mode layer)",
        )
    inputs.add_argument(
        "--backbone",
        metavar="NAME_OR_PATH",
        help="registered network, checkpoint file, or 'daisy' (default: the best one here)",
    )
    inputs.add_argument(
        "--device", default="auto", metavar="NAME", help="auto, cpu, cuda or mps (default: auto)"
    )
    inputs.add_argument(
        "--accept-licence",
        action="store_true",
        help="accept the licence of the network's weights, so that they may be downloaded",
    )
    inputs.add_argument(
        "--output-dir", type=Path, metavar="FOLDER", help="run folder to make (default: by name)"
    )
    inputs.add_argument(
        "--overwrite", action="store_true", help="replace an earlier run in that folder"
    )
    inputs.add_argument("--quiet", action="store_true", help="print the folder only")
    groups: dict[str, Any] = {}
    for name, option in options().items():
        if option.group not in groups:
            groups[option.group] = command.add_argument_group(option.group.lower())
        _add_setting(groups[option.group], name, option)


def _add_demo(commands: Any) -> None:
    command = commands.add_parser(
        "demo",
        help="open napari with a synthetic pair, compared",
        description="Open napari with a pair of synthetic specimens, already compared.",
    )
    command.set_defaults(run=_demo)
    command.add_argument(
        "--smoke", type=Path, metavar="PNG", help="save a picture of the window and exit"
    )


def _add_setting(group: Any, name: str, option: Option) -> None:
    default = next(f for f in Settings.__dataclass_fields__.values() if f.name == name).default
    shown = option.when_none if default is None else _plain(default)
    unit = f" [{option.unit}]" if option.unit else ""
    text = f"{option.help[:-1]}{unit} (default: {shown})".replace("%", "%%")
    common: dict[str, Any] = {"dest": name, "default": argparse.SUPPRESS, "help": text}
    flags = (flag(name), *option.aliases)
    if option.kind == "switch":
        group.add_argument(*flags, action=argparse.BooleanOptionalAction, **common)
    elif option.kind == "choice":
        group.add_argument(*flags, choices=option.choices, **common)
    elif option.kind == "integers":
        group.add_argument(*flags, type=int, nargs="+", metavar="N", **common)
    else:
        number = int if option.kind == "integer" else float
        group.add_argument(*flags, type=number, metavar="N" if number is int else "X", **common)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _compare(given: argparse.Namespace) -> int:
    """Compare, report progress on the error stream, and print where the run was written."""
    from napari_dinosar.backbones import best_available, load_backbone
    from napari_dinosar.comparison import iter_compare
    from napari_dinosar.io.run_folder import check_target, default_run_name

    settings = Settings(
        **{name: getattr(given, name) for name in options() if hasattr(given, name)}
    )
    folder = given.output_dir or Path(
        default_run_name(given.photo_a.name, given.photo_b.name, datetime.now())
    )
    check_target(folder, overwrite=given.overwrite)
    backbone = load_backbone(
        given.backbone or best_available(),
        device=given.device,
        accept_licence=given.accept_licence or bool(os.environ.get("DINOSAR_ACCEPT_LICENCE")),
        progress=None if given.quiet else _print_download,
    )
    steps = iter_compare(
        given.photo_a,
        given.photo_b,
        settings,
        backbone=backbone,
        landmarks=given.keypoints_json,
        specimen_a=given.specimen_a,
        specimen_b=given.specimen_b,
        mask_a=_read_mask(given.mask_a),
        mask_b=_read_mask(given.mask_b),
    )
    result = _run(steps, given.quiet)
    written = result.save(folder, overwrite=given.overwrite)
    if not given.quiet:
        print(_spoken(result))
    print(written)
    return 0


def _read_mask(path: Path | None) -> Any:
    if path is None:
        return None
    from napari_dinosar.io.photos import read_photo

    return read_photo(path).rgb.max(axis=2)


def _run(steps: Any, quiet: bool) -> Comparison:
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            result: Comparison = end.value
            return result
        if not quiet:
            print(f"[{progress.done + 1}/{progress.total}] {progress.stage}", file=sys.stderr)


def _print_download(done: int, total: int) -> None:
    if total:
        print(f"\rdownloading: {done / 1e6:.0f} of {total / 1e6:.0f} MB", end="", file=sys.stderr)


def _spoken(result: Comparison) -> str:
    """Return the result in a few lines: what ran, the statistics, the warnings."""
    lines = [f"{result.a.name} (A) and {result.b.name} (B) with {result.backbone['description']}"]
    for mode, directions in result.summary["scores"].items():
        for direction, numbers in directions.items():
            if numbers["mean"] is not None:
                spoken = DIRECTIONS[direction]
                lines.append(f"  {mode:<14} {spoken:<7} {_numbers(numbers)}")
    homology = result.summary["homology"]
    if homology is not None:
        cells = f"{homology['n_used']} of {homology['n_cells']} cells"
        lines.append(f"  {'homology':<14} {cells}: {_numbers(homology['dissimilarity'])}")
    lines += [f"  warning: {warning}" for warning in result.warnings]
    return "\n".join(lines)


def _numbers(numbers: dict[str, Any]) -> str:
    parts = []
    for name in ("mean", "median", "p95"):
        value = numbers[name]
        parts.append(f"{name} -" if value is None else f"{name} {value:.4f}")
    return "  ".join([*parts, f"n {numbers['n']:g}"])


def _demo(given: argparse.Namespace) -> int:
    from napari_dinosar.docks.demo import open_demo

    return open_demo(given.smoke)
