"""The backbones that the dock offers: what is here, what can be fetched, and under which terms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from napari_dinosar.backbones import BUILT_IN, AvailableModel, available_backbones
from napari_dinosar.backbones.local_files import missing_weights
from napari_dinosar.backbones.registry import PREFERENCE, Model


@dataclass(frozen=True)
class BackboneEntry:
    """One line of the list of backbones.

    Attributes
    ----------
    key : str or Path
        What `load_backbone` takes.
    title : str
        What the list shows.
    details : str
        What more there is to know.
    is_here : bool
        Whether it can run without a download.
    model : Model or None
        The registered network; None for the built-in descriptor and for a checkpoint file.
    """

    key: str | Path
    title: str
    details: str
    is_here: bool = True
    model: Model | None = None

    @property
    def can_be_fetched(self) -> bool:
        """Whether its weights can be downloaded from here."""
        return self.model is not None and bool(self.model.hub)

    def missing_text(self) -> str:
        """Return what is missing, in a sentence or two."""
        assert self.model is not None
        return (
            f"The weights of {self.title} are not on this machine: about {self.model.size_text}, "
            f"under the {self.model.licence.name}."
        )


BUILT_IN_ENTRY = BackboneEntry(
    BUILT_IN,
    "daisy (built in)",
    "Descriptor of local gradients and colour: needs no download, and has no attention.",
)


def entries() -> list[BackboneEntry]:
    """Return the backbones that are here, the best first, and then those that are not."""
    order = {name: place for place, name in enumerate(PREFERENCE)}
    known = sorted(available_backbones(), key=lambda one: order.get(one.model.name, len(order)))
    found = [_entry(one) for one in known]
    here = [entry for entry in found if entry.is_here]
    return [*here, BUILT_IN_ENTRY, *(entry for entry in found if not entry.is_here)]


def checkpoint_entry(path: Path) -> BackboneEntry:
    """Return the entry of a checkpoint file."""
    return BackboneEntry(path, path.name, str(path))


def _entry(known: AvailableModel) -> BackboneEntry:
    model, path = known.model, known.path
    details = str(missing_weights(model)) if path is None else str(path)
    return BackboneEntry(model.name, model.title, details, path is not None, model)
