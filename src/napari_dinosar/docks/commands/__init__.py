"""What napari's command palette can do here: every action of the docks as a function of the viewer.

napari.yaml names functions of this package; each is made from a row of the tables in
`comparing`, `inspecting`, `colouring` and `digitising`, and named like its id:
``inspect.next_cell`` is `inspect_next_cell`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari_dinosar.docks.commands.colouring import COLOURING
from napari_dinosar.docks.commands.command import Command, as_function
from napari_dinosar.docks.commands.comparing import COMPARING
from napari_dinosar.docks.commands.digitising import DIGITISING
from napari_dinosar.docks.commands.inspecting import INSPECTING

COMMANDS: tuple[Command, ...] = (*COMPARING, *INSPECTING, *COLOURING, *DIGITISING)
_BY_NAME = {command.function_name: command for command in COMMANDS}


def __getattr__(name: str) -> Callable[[Any], None]:
    """Return the function of a command."""
    if name not in _BY_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return as_function(_BY_NAME[name])
