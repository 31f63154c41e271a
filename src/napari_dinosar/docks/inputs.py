"""Everything that is chosen before a comparison: two specimens, a backbone and the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari.layers import Layer
from qtpy.QtWidgets import QWidget

from napari_dinosar.backbones import BUILT_IN
from napari_dinosar.docks import pairing
from napari_dinosar.docks.backbone_choice import BackboneChoice
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.consensus_choice import ConsensusChoice
from napari_dinosar.docks.forms import SettingsForm
from napari_dinosar.docks.input_area import InputArea
from napari_dinosar.docks.pair_room import make_room
from napari_dinosar.docks.request import Means, Request, gather
from napari_dinosar.docks.run_head import RunHead
from napari_dinosar.docks.specimen_input import SpecimenInput
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.settings import Settings

GRID_SETTINGS = ("tps_cell_size", "tps_pad_cells", "tps_snap", "tps_rows", "tps_cols")
GRID_IS_SAVED = "Has no effect now: the grid comes with the saved consensus."
NETWORK_SETTINGS = ("attn_layers", "attn_layer", "attn_heads", "precision")
NO_NETWORK = "Has no effect now: the built-in descriptor has no attention and one precision."


class Inputs(InputArea):
    """The scrolling part of the dock, and what it says.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are offered.

    Attributes
    ----------
    head : RunHead
        Opens a run, and says which of its photos are missing.
    a, b : SpecimenInput
        The two sides.
    correction : Banner
        Says that a mask was painted on.
    backbone : BackboneChoice
        What makes tokens.
    consensus : ConsensusChoice
        The mean shape that carries the cells.
    form : SettingsForm
        All settings.
    """

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        self._viewer = viewer
        self.head = RunHead()
        self.a, self.b = SpecimenInput(viewer, "a"), SpecimenInput(viewer, "b")
        self.correction = Banner("maskCorrected", "warning")
        self.backbone = BackboneChoice()
        self.consensus = ConsensusChoice()
        self.form = SettingsForm({"Homology": self.consensus})
        super().__init__(
            (self.head, self.a, self.b, self.correction, self.backbone, self.form), parent
        )
        self.form.changed.connect(self._on_settings)
        self.consensus.changed.connect(self._overrule)
        self.backbone.changed.connect(self._overrule)
        self._overrule()

    @property
    def sides(self) -> tuple[SpecimenInput, SpecimenInput]:
        """The two sides, A first."""
        return self.a, self.b

    def side(self, letter: str) -> SpecimenInput:
        """Return the side ``"a"`` or ``"b"``."""
        return {"a": self.a, "b": self.b}[letter]

    def show_run(self, findings: Findings) -> None:
        """Choose what a run was made with."""
        self.form.set_settings(findings.settings)
        self._on_settings()
        backbone, consensus = findings.backbone, findings.record["inputs"]["consensus"]
        self.backbone.choose(backbone["name"], backbone["path"])
        self.consensus.choose(None if consensus is None else Path(consensus["path"]))

    def request(self) -> Request:
        """Return what is chosen, taken from the layers as they are now.

        Raises
        ------
        DinosarError
            If a setting is wrong, a photo is missing or landmarks cannot be read.
        """
        settings = self.form.settings()
        landmarks = (self.a.landmarks.layer(), self.b.landmarks.layer())
        no_masks: tuple[Layer | None, Layer | None] = (None, None)
        masks = (self.a.mask.layer(), self.b.mask.layer())
        photos = (self.a.photo.layer(), self.b.photo.layer())
        pairing.hide_strays(self._viewer.layers, landmarks)
        request = gather(
            photos,
            landmarks,
            masks if settings.fg_mode == "layer" else no_masks,
            settings,
            self.means(settings),
        )
        make_room(self._viewer.layers, photos, landmarks)
        return request

    def means(self, settings: Settings) -> Means:
        """Return by what a comparison with these settings is computed."""
        computing = self.backbone.computing
        return Means(
            self.backbone.backbone(),
            computing.chosen_device(),
            computing.keeps_encodings(),
            self.consensus.path() if settings.matching_mode != "similarity" else None,
        )

    def take(self, layer: Layer | None) -> None:
        """Take a new layer that is marked for a side; fill in what is not chosen yet."""
        for side in self.sides:
            side.take(layer)
        self.a.propose(self.b.photo.layer())
        self.b.propose(self.a.photo.layer())

    def _on_settings(self) -> None:
        """Offer masks where the foreground comes from layers, and a consensus where it counts."""
        for side in self.sides:
            side.show_mask(self.form.value("fg_mode") == "layer")
        self.consensus.setEnabled(self.form.value("matching_mode") != "similarity")

    def _overrule(self) -> None:
        """Grey out settings that the backbone or the consensus leaves without effect."""
        reasons: dict[str, str] = {}
        if self.consensus.path() is not None:
            reasons |= dict.fromkeys(GRID_SETTINGS, GRID_IS_SAVED)
        if self.backbone.backbone() == BUILT_IN:
            reasons |= dict.fromkeys(NETWORK_SETTINGS, NO_NETWORK)
        self.form.overrule(reasons)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        for part in (self.head, self.correction, self.backbone, self.form):
            part.set_colours(colours)
