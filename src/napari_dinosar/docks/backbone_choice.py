"""Which backbone runs: those that are here, those that can be fetched, or a checkpoint file."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QGroupBox, QSizePolicy, QWidget

from napari_dinosar.backbones import BUILT_IN, best_available
from napari_dinosar.docks.backbone_list import BackboneEntry, checkpoint_entry, entries
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.computing import ComputeChoice
from napari_dinosar.docks.theme import ThemeColours

FILE = "Checkpoint file…"


class BackboneChoice(QGroupBox):
    """Offers the backbones; where one's weights are missing, a banner offers the ways on.

    Signals
    -------
    file_wanted : no value
        A checkpoint is to be chosen.
    download_wanted : BackboneEntry
        The weights of a registered network are to be fetched.
    changed : no value
        A backbone was chosen.
    """

    file_wanted = Signal()
    download_wanted = Signal(object)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Backbone", parent)
        self.setObjectName("backboneGroup")
        self.combo = QComboBox()
        self.combo.setObjectName("backbone")
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setMinimumContentsLength(8)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.banner = Banner("missingWeights", "warning")
        self.choose_file = self.banner.add_button("Choose a file…", "chooseWeights")
        self.download = self.banner.add_button("Download…", "downloadWeights")
        self.use_built_in = self.banner.add_button("Use the built-in descriptor", "useBuiltIn")
        self.computing = ComputeChoice()
        layout = QFormLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addRow("Network", self.combo)
        layout.addRow(self.banner)
        layout.addRow(self.computing)
        self._entries: list[BackboneEntry] = []
        self._current: BackboneEntry | None = None
        self.refresh(best_available())
        self.combo.activated.connect(self._on_activated)
        self.choose_file.clicked.connect(self.file_wanted)
        self.download.clicked.connect(self._on_download)
        self.use_built_in.clicked.connect(self.choose_built_in)

    def backbone(self) -> str | Path:
        """Return what `load_backbone` takes: a name or a checkpoint."""
        entry = self._current
        assert entry is not None
        return entry.key

    def refresh(self, chosen: str | Path | None = None) -> None:
        """Look again which weights are here; choose a backbone, or keep the one that is chosen."""
        self._entries = entries()
        self._show(chosen if chosen is not None else self.backbone())

    def choose_checkpoint(self, path: Path) -> None:
        """Offer a checkpoint file and choose it."""
        self._entries.insert(0, checkpoint_entry(path))
        self._show(path)

    def choose(self, name: str, path: str | None = None) -> None:
        """Choose a backbone by its name, or by its checkpoint where the name is not known."""
        is_known = name in [entry.key for entry in self._entries]
        if path is not None and not is_known:
            self.choose_checkpoint(Path(path))
            return
        self._show(name)
        if not is_known:
            self.download.hide()
            self.banner.say(f"The backbone {name} is not known here. Choose one to compare again.")

    def choose_built_in(self) -> None:
        """Choose the descriptor that needs no weights."""
        self._show(BUILT_IN)

    def _show(self, chosen: str | Path) -> None:
        self.combo.clear()
        for entry in self._entries:
            self.combo.addItem(entry.title if entry.is_here else f"{entry.title} – not here yet")
            tooltip = Qt.ItemDataRole.ToolTipRole
            self.combo.setItemData(self.combo.count() - 1, entry.details, tooltip)
        self.combo.insertSeparator(self.combo.count())
        self.combo.addItem(FILE)
        keys = [entry.key for entry in self._entries]
        self._choose(keys.index(chosen) if chosen in keys else keys.index(BUILT_IN))

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.banner.set_colours(colours)

    def _choose(self, index: int) -> None:
        self._current = self._entries[index]
        self.computing.serve(self._current.key != BUILT_IN)
        self.combo.setCurrentIndex(index)
        self.combo.setToolTip(self._current.details)
        self.download.setVisible(self._current.can_be_fetched)
        if self._current.is_here:
            self.banner.hide()
        else:
            self.banner.say(self._current.missing_text())
            self.banner.setToolTip(self._current.details)
        self.changed.emit()

    def _on_activated(self, index: int) -> None:
        if index < len(self._entries):
            self._choose(index)
            return
        self._show(self.backbone())
        self.file_wanted.emit()

    def _on_download(self) -> None:
        self.download_wanted.emit(self._current)
