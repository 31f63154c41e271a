"""``napari-dinosar convert``: landmarks in another format, what is odd told and mended if asked."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.cli.speaking import say_notes
from napari_dinosar.core.errors import DinosarError

if TYPE_CHECKING:
    from napari_dinosar.core.digitised import Dataset
    from napari_dinosar.core.landmark_frames import PhotoSizes

WRITTEN = {
    "coco": "COCO keypoints (.json)",
    "tps": "TPS (.tps), missing landmarks as -1 -1",
    "tps-na": "TPS with NA for missing landmarks",
    "csv": "tidy table (.csv)",
    "morphoj": "MorphoJ's text",
    "deeplabcut": "DeepLabCut's table",
}
ONLY_READ = {
    "stereomorph": "StereoMorph's shapes (only read)",
    "imglab": "XML of dlib's imglab (only read)",
}

ALL = "all"


def add_command(commands: Any) -> None:
    """Add the command and its flags."""
    command = commands.add_parser(
        "convert",
        usage="napari-dinosar convert IN OUT [flags]",
        help="write a file of landmarks in another format",
        description="Write a file of landmarks in another format, and say what is odd about it "
        "and what the other format cannot hold. Formats: "
        + "; ".join(f"{name}: {words}" for name, words in (WRITTEN | ONLY_READ).items())
        + ".",
    )
    command.set_defaults(run=run)
    command.add_argument("source", type=Path, metavar="IN", help="file of landmarks to read")
    command.add_argument("target", type=Path, metavar="OUT", help="file to write")
    command.add_argument(
        "--from-format",
        choices=[*WRITTEN, *ONLY_READ],
        metavar="NAME",
        help="format of IN (default: by its first lines)",
    )
    command.add_argument(
        "--to-format",
        choices=[*WRITTEN],
        metavar="NAME",
        help="format of OUT (default: by its suffix)",
    )
    command.add_argument(
        "--photos", type=Path, metavar="FOLDER", help="folder of the photos: their heights are used"
    )
    command.add_argument(
        "--flip-y",
        dest="flip_y",
        action="store_true",
        default=None,
        help="count y from the other edge of each photo",
    )
    command.add_argument(
        "--keep-y",
        dest="flip_y",
        action="store_false",
        default=None,
        help="y counts from the top, whatever the format says",
    )
    command.add_argument(
        "--negatives-are-missing",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="two negative coordinates mean a missing landmark (default: in TPS, where a photo is "
        "named)",
    )
    command.add_argument(
        "--repair",
        metavar="KIND[,KIND...]",
        help="make the repairs that are proposed for these kinds of findings, or 'all' of them "
        "(default: none)",
    )
    command.add_argument("--overwrite", action="store_true", help="replace OUT if it exists")
    command.add_argument(
        "--dry-run", action="store_true", help="say what there is to say, and write nothing"
    )


def run(given: argparse.Namespace) -> int:
    """Convert the file, and print where it is."""
    from napari_dinosar.io.landmark_files import landmark_text, photo_sizes, write_landmarks

    kinds = _kinds(given.repair)
    sizes = photo_sizes(given.photos) if given.photos is not None else {}
    dataset = _read(given, sizes)
    say_notes(dataset.warnings)
    dataset = _examined(dataset, sizes, kinds)
    if given.dry_run:
        say_notes(landmark_text(given.target, dataset, given.to_format).losses)
    else:
        say_notes(
            write_landmarks(given.target, dataset, given.to_format, overwrite=given.overwrite)
        )
    n_specimens, n_landmarks = len(dataset.specimens), len(dataset.schema.names)
    done = "would hold" if given.dry_run else "holds"
    print(f"{given.target} {done} {n_specimens} specimens of {n_landmarks} landmarks")
    return 0


def _kinds(asked: str | None) -> frozenset[str]:
    """Return the kinds of findings whose repairs are asked for.

    Raises
    ------
    DinosarError
        If there are no such kinds.
    """
    from napari_dinosar.core.landmark_findings import KINDS

    words = frozenset(word.strip() for word in (asked or "").split(",")) - {""}
    unknown = sorted(words - {*KINDS, ALL})
    if unknown or (asked is not None and not words):
        raise DinosarError(
            f"--repair knows no {', '.join(map(repr, unknown)) or 'finding without a name'}; it "
            f"takes {ALL}, or some of {', '.join(KINDS)}."
        )
    return words


def _examined(dataset: Dataset, sizes: PhotoSizes, kinds: frozenset[str]) -> Dataset:
    """Say what is odd about a dataset, and return it with the repairs that are asked for.

    Raises
    ------
    DinosarError
        If there is no repair for something that is to be repaired.
    """
    from napari_dinosar.core.landmark_doctor import diagnose, repaired

    findings = diagnose(dataset, sizes)
    for one in findings:
        proposal = f" Proposed: {one.repair} (--repair {one.kind})" if one.repair else ""
        print(f"found: {one.sentence}{proposal}", file=sys.stderr)
    found = {one.kind for one in findings}
    hopeless = sorted(kinds & (found - {one.kind for one in findings if one.repair}))
    if hopeless:
        raise DinosarError(
            f"There is no repair for {', '.join(hopeless)}; nothing was written. Leave it out of "
            "--repair, and see to it by hand."
        )
    for one in findings:
        if one.repair and kinds & {one.kind, ALL}:
            dataset = repaired(dataset, one)
            count = len(one.places)
            whose = "1 specimen" if count == 1 else f"{count} specimens"
            print(f"repaired: {one.kind} of {whose}. {one.repair}", file=sys.stderr)
    idle = sorted(kinds - found - {ALL})
    say_notes(f"There is no {kind} to repair." for kind in idle)
    return dataset


def _read(given: argparse.Namespace, sizes: PhotoSizes) -> Dataset:
    """Read the file, with y counted as is asked for."""
    from napari_dinosar.core.landmark_frames import with_sizes
    from napari_dinosar.io.landmark_files import read_landmarks

    dataset = read_landmarks(
        given.source, given.from_format, negatives_are_missing=given.negatives_are_missing
    )
    if given.flip_y is not None:
        # asked to turn over, all of them are taken to count from the bottom
        specimens = tuple(replace(one, counts_y_up=given.flip_y) for one in dataset.specimens)
        dataset = replace(dataset, specimens=specimens)
    return with_sizes(dataset, sizes)
