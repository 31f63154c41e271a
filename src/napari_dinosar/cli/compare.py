"""``napari-dinosar compare``: two photos without a window, into a run folder."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.cli.figures import add_figure_format
from napari_dinosar.cli.flags import OneOf, place
from napari_dinosar.cli.noise import (
    add_noise,
    check_noise,
    noise_of,
    spoken_noise,
    write_noise_of,
)
from napari_dinosar.cli.published import add_published
from napari_dinosar.cli.repeat import agreement, asked_again
from napari_dinosar.cli.request import Request, asked
from napari_dinosar.cli.settings_flags import add_settings, in_flags
from napari_dinosar.cli.speaking import say_download, say_notes, spoken, worked
from napari_dinosar.core.errors import DinosarError

if TYPE_CHECKING:
    from collections.abc import Generator

    from napari_dinosar.backbones import Backbone
    from napari_dinosar.comparison import Comparison, Progress


def add_command(commands: Any) -> None:
    """Add the command and its flags."""
    command = commands.add_parser(
        "compare",
        usage="napari-dinosar compare A B [flags]",
        help="compare two photos without a window and write a run folder",
        description="Compare two photos without a window and write a run folder.",
        epilog="Name the photos first: a flag that takes several values would take them as well.",
    )
    command.set_defaults(run=run)
    command.add_argument(
        "photo_a", type=Path, nargs="?", metavar="A", help="photo of the first specimen"
    )
    command.add_argument(
        "photo_b", type=Path, nargs="?", metavar="B", help="photo of the second specimen"
    )
    _add_inputs(command)
    _add_outputs(command)
    add_settings(command)
    add_published(command)


def run(given: argparse.Namespace) -> int:
    """Compare, report progress on the error stream, and print where the run was written."""
    if given.repeated is None:
        request, repeated = asked(given), None
    else:
        request, repeated = asked_again(given)
    _check_consensus(given, request)
    idle = [*_idle_outputs(given), *check_noise(given, request)]
    folder = _target(given, request)
    say_notes((*request.notes, *idle))
    result = worked(_steps(given, request), given.quiet)
    say_notes(note for note in map(in_flags, result.notes) if note not in request.notes)
    written = result.save(folder, overwrite=given.overwrite, figures=_figures(given, result))
    # after it is on disk: copies take long, and whoever stops them keeps the run
    noise = noise_of(given, result)
    if noise is not None:
        write_noise_of(given, written, noise, result)
    if given.save_consensus is not None:
        _save_consensus(given, result)
    if not given.quiet:
        print(spoken(result))
        if noise is not None:
            print(spoken_noise(noise))
        if repeated is not None:
            print(f"  repeated: {agreement(repeated.summary, result.summary)}")
    print(written)
    return 0


def _add_inputs(command: argparse.ArgumentParser) -> None:
    inputs = command.add_argument_group("inputs")
    inputs.add_argument(
        "--from",
        dest="repeated",
        type=Path,
        metavar="RUN",
        help="repeat a run: its folder or run.yaml; flags given here change what they name",
    )
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
            f"--mask-seed-{side}",
            type=place,
            metavar="X,Y",
            help=f"pixel on the specimen of photo {side.upper()}: the part of the mask to keep "
            "(default: the seed that the keypoints file notes)",
        )
    inputs.add_argument(
        "--consensus",
        "--consensus-shape-db",
        dest="consensus",
        action=OneOf,
        type=Path,
        metavar="FILE",
        help="saved consensus whose shape and grid are used instead of the pair's own",
    )
    inputs.add_argument(
        "--backbone",
        "--dinov3-local-ckpt",
        dest="backbone",
        action=OneOf,
        metavar="NAME_OR_PATH",
        help="registered network, checkpoint file, or 'daisy' (default: the best one here)",
    )
    inputs.add_argument("--device", metavar="NAME", help="auto, cpu, cuda or mps (default: auto)")
    inputs.add_argument(
        "--accept-licence",
        action="store_true",
        help="accept the licence of the network's weights, so that they may be downloaded",
    )


def _add_outputs(command: argparse.ArgumentParser) -> None:
    outputs = command.add_argument_group("output")
    outputs.add_argument(
        "--output-dir",
        "--outdir",
        dest="output_dir",
        action=OneOf,
        type=Path,
        metavar="FOLDER",
        help="run folder to make (default: a new one, named after the photos and the time)",
    )
    outputs.add_argument(
        "--save-consensus",
        type=Path,
        metavar="FILE",
        help="keep the consensus and its grid (.npz) for other pairs (--consensus)",
    )
    outputs.add_argument(
        "--figures",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="draw the figures into the run folder (default: on)",
    )
    add_figure_format(outputs, "--figure-format")
    add_noise(outputs)
    outputs.add_argument(
        "--no-cache", action="store_true", help="neither read nor keep encodings on disk"
    )
    outputs.add_argument(
        "--overwrite",
        action="store_true",
        help="replace an earlier run in that folder, or that file",
    )
    outputs.add_argument(
        "--quiet",
        action="store_true",
        help="print the folder only; which flags have no effect is still said",
    )


def _idle_outputs(given: argparse.Namespace) -> list[str]:
    """Return a sentence for each flag of figures where none are drawn."""
    words = {word.partition("=")[0] for word in given.words}
    flags = [flag for flag in ("--figure-format", "--dpi", "--caption") if flag in words]
    return [] if given.figures else [f"{flag} has no effect with --no-figures." for flag in flags]


def _target(given: argparse.Namespace, request: Request) -> Path:
    """Return the folder of the run, or raise before any work; what it lies in is made."""
    from napari_dinosar.io.run_folder import check_target, default_run_name

    first, second = request.photos
    name = default_run_name(first.name, second.name, datetime.now())
    folder = Path(given.output_dir or name)
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DinosarError(f"{folder} cannot be made ({reason}). Name another folder.") from error
    return check_target(folder, overwrite=given.overwrite)


def _steps(given: argparse.Namespace, request: Request) -> Generator[Progress, None, Comparison]:
    """Return the comparison, ready to be run."""
    from napari_dinosar.comparison import iter_compare

    return iter_compare(
        *request.photos,
        request.settings,
        backbone=_backbone(given, request),
        **request.inputs,
        store=None if given.no_cache else "default",
        command=["napari-dinosar", *given.words],
    )


def _backbone(given: argparse.Namespace, request: Request) -> Backbone:
    from napari_dinosar.backbones import BUILT_IN, best_available, load_backbone

    name = request.backbone or best_available()
    if name == BUILT_IN and request.device not in ("auto", "cpu"):
        raise DinosarError(
            f"--device is {request.device}, and {name} runs on the processor alone. Choose cpu or "
            "auto, or name a network with --backbone."
        )
    loaded = load_backbone(
        name,
        arch=request.arch,
        device=request.device,
        precision=request.precision,
        accept_licence=given.accept_licence or bool(os.environ.get("DINOSAR_ACCEPT_LICENCE")),
        progress=None if given.quiet else say_download,
    )
    if request.sha256 not in (None, loaded.sha256):
        raise DinosarError(
            f"{request.backbone} is another file than the network of the run that is repeated: its "
            f"sha256 begins with {loaded.sha256[:12]} instead of {str(request.sha256)[:12]}. Put "
            "that file back, or name a network with --backbone to compare anew with it."
        )
    return loaded


def _figures(given: argparse.Namespace, result: Comparison) -> dict[str, bytes]:
    """Draw the figures of a run, one after the other."""
    if not given.figures:
        return {}
    from napari_dinosar.io.figures import iter_figures

    if not given.quiet:
        print("drawing figures", file=sys.stderr)
    return dict(iter_figures(result.findings, given.figure_format, given.dpi, given.caption))


def _check_consensus(given: argparse.Namespace, request: Request) -> None:
    """Refuse before any work what cannot be read, or written after it."""
    if given.consensus is not None:
        from napari_dinosar.io.run_reading import read_consensus

        read_consensus(given.consensus)
    path = given.save_consensus
    if path is None:
        return
    if request.settings.matching_mode == "similarity":
        raise DinosarError(
            "--save-consensus needs homologous cells: choose --matching-mode tps_homology or both."
        )
    if path.exists() and not given.overwrite:
        raise DinosarError(f"{path} exists already; choose another name, or --overwrite it.")


def _save_consensus(given: argparse.Namespace, result: Comparison) -> None:
    from napari_dinosar.io.run_reading import write_consensus

    path = write_consensus(
        given.save_consensus, result.saved_consensus(), overwrite=given.overwrite
    )
    if not given.quiet:
        print(f"consensus: {path}", file=sys.stderr)
