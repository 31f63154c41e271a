"""A control for a network of rembg: those it knows, with their licences, or a file of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from magicgui.widgets import Container
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QSizePolicy

from napari_dinosar.docks import dialogs

FILE = "Choose a file…"


class ModelChoice(Container):
    """One of the networks by name, or an .onnx file.

    Parameters
    ----------
    names : sequence of str
        The networks that rembg knows.
    """

    def __init__(self, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(layout="horizontal", labels=False, **kwargs)
        self.margins = (0, 0, 0, 0)
        self.combo = QComboBox()
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.native.layout().addWidget(self.combo)
        for name in names:
            self.combo.addItem(name, name)
            self._explain(self.combo.count() - 1, _terms(name))
        self.combo.insertSeparator(self.combo.count())
        self.combo.addItem(FILE)
        self._value = names[0]
        self.combo.activated.connect(self._on_activated)

    @property
    def value(self) -> str:
        """The name of a network, or the path of a file."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        index = self.combo.findData(value)
        if index < 0:
            index = 0
            self.combo.insertItem(index, Path(value).name, value)
            self._explain(index, value)
        self.combo.setCurrentIndex(index)
        if value != self._value:
            self._value = value
            self.changed.emit(self)

    def _explain(self, index: int, text: str) -> None:
        self.combo.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)

    def _on_activated(self, index: int) -> None:
        value = self.combo.itemData(index)
        if value is None:
            path = dialogs.file_to_open(self.combo, "Network for rembg", dialogs.CUTOUT_NETWORKS)
            value = self._value if path is None else str(path)
        self.value = value


def _terms(name: str) -> str:
    """Return size and licence of a network, and whether it is here."""
    from napari_dinosar.backbones.cutout import CUTOUT_MODELS, rembg_model_path

    model, path = CUTOUT_MODELS[name], rembg_model_path(name)
    where = "not on this machine" if path is None else str(path)
    return f"{model.file_name}, {model.megabytes:g} MB\nLicence: {model.licence}\n{where}"
