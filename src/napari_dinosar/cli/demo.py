"""``napari-dinosar demo``: napari with a pair that is already compared."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_command(commands: Any) -> None:
    """Add the command and its flags."""
    command = commands.add_parser(
        "demo",
        help="open napari with a synthetic pair, compared",
        description="Open napari with a pair of synthetic specimens, already compared.",
    )
    command.set_defaults(run=run)
    command.add_argument(
        "--smoke", type=Path, metavar="PNG", help="save a picture of the window and exit"
    )


def run(given: argparse.Namespace) -> int:
    """Open the demo and return its exit status."""
    from napari_dinosar.docks.demo import open_demo

    return open_demo(given.smoke)
