"""The command line: ``napari-dinosar`` and its commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from napari_dinosar import __version__
from napari_dinosar.cli import compare, convert, demo, figures, info
from napari_dinosar.cli.flags import Parser
from napari_dinosar.cli.settings_flags import in_flags
from napari_dinosar.core.errors import DinosarError

__all__ = ["main", "parser"]

EXIT_ERROR = 2
EXIT_STOPPED = 130
EXIT_CLOSED = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of the process by default.

    Returns
    -------
    int
        0, or 2 when something has to be mended first: the error stream says what. Words that
        cannot be understood end with the same status.
    """
    given = parser().parse_args(arguments)
    given.words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status: int = given.run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our output has seen enough, as `| head` does; the rest has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CLOSED
    except DinosarError as error:
        print(f"napari-dinosar: {in_flags(str(error))}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("napari-dinosar: stopped; nothing was written.", file=sys.stderr)
        return EXIT_STOPPED
    return status


def parser() -> Parser:
    """Return the parser of the command line; the settings' flags are made from `Settings`."""
    top = Parser(
        prog="napari-dinosar",
        description="Compare photographs of specimens by homologous landmarks and features.",
    )
    top.add_argument("--version", action="version", version=f"napari-dinosar {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (compare, figures, convert, info, demo):
        command.add_command(commands)
    return top
