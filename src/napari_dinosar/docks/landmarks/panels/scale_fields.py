"""The scale of a specimen and its unit as fields of text: kept as one edit, whoever comes next."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.notes_words import read_scale, scale_text
from napari_dinosar.project.state import Specimen


class ScaleFields(QWidget):
    """Units per pixel, and the unit.

    Parameters
    ----------
    keep : callable
        Keeps a scale; takes the id of its specimen, the scale (0 for none) and the unit.
    refuse : callable
        Is told why something typed is no scale.
    """

    def __init__(
        self,
        keep: Callable[[str, float, str], None],
        refuse: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keep, self._refuse = keep, refuse
        self._key: str | None = None
        self._shown = ("", "")
        self.number, self.unit = QLineEdit(), QLineEdit()
        self.number.setObjectName("notes_scale")
        self.number.setToolTip("Units per pixel")
        self.number.setPlaceholderText("units per px")
        self.unit.setObjectName("notes_unit")
        self.unit.setToolTip("Unit of the scale, as mm")
        self.unit.setPlaceholderText("mm")
        self.unit.setMaximumWidth(56)
        self.unit.setMaxLength(12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.number, 1)
        row.addWidget(self.unit)
        for line in (self.number, self.unit):
            line.editingFinished.connect(self.commit)

    def show_specimen(self, specimen: Specimen | None) -> None:
        """Show the scale of a specimen; what was typed for the one before is kept first."""
        key = None if specimen is None else specimen.specimen_id
        texts = ("", "")
        if specimen is not None:
            texts = scale_text(specimen.digitised.scale), specimen.digitised.unit
        if key != self._key:
            self.commit()
        elif texts == self._shown:
            return  # nothing new, and what is being typed stays
        self._key = key
        self._show(texts)

    def commit(self) -> None:
        """Keep what was typed, if it is another scale than before."""
        text, unit = typed = self.number.text().strip(), self.unit.text().strip()
        if self._key is None or typed == self._shown:
            return
        try:
            scale = read_scale(text)
        except DinosarError as error:
            self._show(self._shown)
            self._refuse(str(error))
            return
        # first: the edit comes back as a change of the specimen
        self._shown = typed
        self._keep(self._key, scale, unit)

    def _show(self, texts: tuple[str, str]) -> None:
        self._shown = texts
        self.number.setText(texts[0])
        self.unit.setText(texts[1])
