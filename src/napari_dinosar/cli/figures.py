"""``napari-dinosar figures``: the figures of a run drawn again, from its folder alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from napari_dinosar.cli.flags import whole

FORMATS = ("png", "svg")
DPI, LEAST_DPI, MOST_DPI = 300, 36, 1200


def add_command(commands: Any) -> None:
    """Add the command and its flags."""
    command = commands.add_parser(
        "figures",
        usage="napari-dinosar figures RUN [flags]",
        help="draw the figures of a run again",
        description="Draw the figures of a run again, from its folder alone: neither the photos "
        "nor the network are needed.",
    )
    command.set_defaults(run=run)
    command.add_argument(
        "folder", type=Path, metavar="RUN", help="folder of a run, or its run.yaml"
    )
    command.add_argument(
        "--output-dir",
        type=Path,
        metavar="FOLDER",
        help="where to put them (default: figures in the run's folder)",
    )
    command.add_argument(
        "--only", nargs="+", metavar="NAME", help="some of them; --list says which there are"
    )
    command.add_argument(
        "--list", action="store_true", help="print the names of the figures and draw none"
    )
    add_figure_format(command, "--format")
    command.add_argument("--overwrite", action="store_true", help="replace files of these names")


def add_figure_format(command: Any, flag: str) -> None:
    """Add the flags that say how figures are written."""
    command.add_argument(
        flag,
        dest="figure_format",
        nargs="+",
        choices=FORMATS,
        default=list(FORMATS),
        help="formats of the figures (default: png svg)",
    )
    command.add_argument(
        "--dpi", type=_resolution, default=DPI, metavar="N", help=f"dots per inch (default: {DPI})"
    )
    command.add_argument(
        "--caption", metavar="TEXT", help="words below every figure, as credit and licence"
    )


def _resolution(text: str) -> int:
    """Return a resolution that figures may have, before anything is compared or drawn."""
    dpi = whole(text)
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise argparse.ArgumentTypeError(f"{dpi} is not between {LEAST_DPI} and {MOST_DPI}")
    return dpi


def run(given: argparse.Namespace) -> int:
    """Draw the figures and print where they are."""
    from napari_dinosar.inspection.cell_marks import marks_of_run
    from napari_dinosar.io.figures import figure_names, save_figures
    from napari_dinosar.io.run_reading import read_run, run_file

    file = run_file(given.folder)
    findings = read_run(file)
    if given.list:
        usual = figure_names(findings)
        for name in figure_names(findings, on_request=True):
            print(name if name in usual else f"{name} (with --only)")
        return 0
    written = save_figures(
        findings,
        given.output_dir or file.parent / "figures",
        formats=given.figure_format,
        dpi=given.dpi,
        names=given.only,
        caption=given.caption,
        overwrite=given.overwrite,
        marks=marks_of_run(file, findings),
    )
    for path in written:
        print(path)
    return 0
