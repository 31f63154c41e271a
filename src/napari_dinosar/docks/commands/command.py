"""A row of the tables of commands, and how it becomes a function that napari can call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from napari.utils.notifications import show_warning
from napari.viewer import Viewer

from napari_dinosar.core.errors import DinosarError


@dataclass(frozen=True)
class Command:
    """One action in the command palette.

    Attributes
    ----------
    id : str
        As in napari.yaml, without the name of the plugin: ``inspect.next_cell``.
    title : str
        What it does, from a verb on.
    act : callable
        Takes the viewer. A DinosarError says what is to be done first.
    """

    id: str
    title: str
    act: Callable[[Any], None]

    @property
    def function_name(self) -> str:
        """Name of its function."""
        return self.id.replace(".", "_")


def as_function(command: Command) -> Callable[[Any], None]:
    """Return a function that napari hands the viewer to; a refusal is told in a sentence."""

    def run(viewer: Viewer) -> None:
        try:
            command.act(viewer)
        except DinosarError as error:
            show_warning(str(error))

    run.__name__ = run.__qualname__ = command.function_name
    run.__doc__ = f"{command.title}."
    return run


def press(button: Any, otherwise: str) -> None:
    """Press a button or an entry of a menu.

    Raises
    ------
    DinosarError
        If it is grey; the words say why.
    """
    if not button.isEnabled():
        raise DinosarError(otherwise)
    button.click() if hasattr(button, "click") else button.trigger()
