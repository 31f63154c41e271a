"""What is noted of a specimen beside its landmarks: words, a flag, a scale, a seed of its mask."""

from __future__ import annotations

from qtpy.compat import isalive
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.mask_seed import MASK_SEED
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import first_colours, quiet
from napari_dinosar.docks.landmarks.panels.cursor import stands
from napari_dinosar.docks.landmarks.panels.notes_field import NoteField
from napari_dinosar.docks.landmarks.panels.notes_words import (
    full_name,
    kept_text,
    pixels_text,
)
from napari_dinosar.docks.landmarks.panels.scale_fields import ScaleFields
from napari_dinosar.docks.landmarks.panels.words import tooltip
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.seeds import seed_of, with_seed
from napari_dinosar.project.edits import Remark
from napari_dinosar.project.state import Specimen


class NotesPanel(QWidget):
    """Shows and changes what is noted of the specimen whose turn it is.

    Parameters
    ----------
    editor : Editor
        Whose specimen.

    Signals
    -------
    ruler_wanted, seed_wanted : no value
        The person wants to measure a length on the photo, or to show where the specimen is.
    """

    ruler_wanted = Signal()
    seed_wanted = Signal()

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notesPanel")
        self._editor = editor
        self._specimen: Specimen | None = None
        self.name, self.pixels, self.seed, self.kept = (QLabel() for _ in range(4))
        self._captions = [QLabel(text) for text in ("Specimen", "Note", "Scale", "Mask seed")]
        self.flag = QCheckBox("Flagged")
        self.flag.setToolTip(tooltip("flag"))
        self.flag.clicked.connect(lambda is_flagged: self._apply(is_flagged=is_flagged))
        self.note = NoteField(self._keep_note)
        self.scale = ScaleFields(self._keep_scale, editor.told.emit)
        self.ruler = dock_button(
            "Ruler…", "notes_ruler", "Click on two points and give the length between them"
        )
        self.ruler.clicked.connect(self.ruler_wanted)
        self.clear_scale = dock_button("Clear", "notes_clear_scale", "Take the scale away")
        self.clear_scale.clicked.connect(lambda: self._apply(scale=0.0, unit=""))
        self.set_seed = dock_button(
            "Set…", "notes_set_seed", "Click on the specimen: its mask grows from there"
        )
        self.set_seed.clicked.connect(self.seed_wanted)
        self.clear_seed = dock_button(
            "Clear", "notes_clear_seed", "Let the mask be found without a seed"
        )
        self.clear_seed.clicked.connect(self._on_clear_seed)
        self._name_parts()
        self._lay_out()
        self.set_colours(first_colours())
        for signal in (editor.opened, editor.moved, editor.edited):
            signal.connect(self._on_changed)
        self._on_changed()

    def _name_parts(self) -> None:
        for name, part in vars(self).items():
            if isinstance(part, QWidget) and part not in (self.note, self.scale):
                part.setObjectName(f"notes_{name}")
        for label in (self.name, self.kept):
            label.setWordWrap(True)
        self.kept.setTextFormat(Qt.TextFormat.PlainText)

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(1, 1)
        rows: tuple[tuple[QWidget, ...], ...] = (
            (self.name, self.flag),
            (self.note,),
            (self.scale, self.ruler, self.clear_scale),
            (self.seed, self.set_seed, self.clear_seed),
        )
        for number, (caption, parts) in enumerate(zip(self._captions, rows, strict=True)):
            top = Qt.AlignmentFlag.AlignTop if parts[0] is self.note else Qt.AlignmentFlag(0)
            layout.addWidget(caption, 2 * number, 0, top)
            row = QHBoxLayout()
            row.setSpacing(3)
            for part in parts:
                row.addWidget(part, 1 if part is parts[0] else 0)
            layout.addLayout(row, 2 * number, 1)
        layout.addWidget(self.pixels, 5, 1)
        layout.addWidget(self.kept, 8, 0, 1, 2)
        layout.setRowStretch(9, 1)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.note.setStyleSheet(
            f"QPlainTextEdit {{ border: 1px solid {colours.line}; border-radius: 2px; }}"
        )
        for label in (*self._captions, self.pixels, self.kept):
            label.setStyleSheet(quiet(colours))

    def commit(self) -> None:
        """Make an edit of what was typed and is not one yet."""
        self.note.commit()
        self.scale.commit()

    def _keep_note(self, specimen_id: str, text: str) -> None:
        self._try(Remark(specimen_id, note=text))

    def _keep_scale(self, specimen_id: str, scale: float, unit: str) -> None:
        self._try(Remark(specimen_id, scale=scale, unit=unit))

    def _on_clear_seed(self) -> None:
        if self._specimen is not None:
            self._apply(extras=with_seed(self._specimen.digitised.extras, None))

    def _apply(self, **remarks: object) -> None:
        if self._specimen is not None:
            self._try(Remark(self._specimen.specimen_id, **remarks))  # type: ignore[arg-type]

    def _try(self, edit: Remark) -> None:
        project = self._editor.project
        if project is None or edit.specimen_id not in project.state.specimens:
            return  # it went while something was typed for it
        try:
            self._editor.apply(edit)
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        specimen = self._editor.specimen if stands(self._editor) else None
        self.note.show_specimen(specimen)
        self.scale.show_specimen(specimen)
        if specimen is self._specimen and specimen is not None:
            return
        self._specimen = specimen
        self._show(specimen)

    def _show(self, specimen: Specimen | None) -> None:
        self.setEnabled(specimen is not None)
        if specimen is None:
            for part in (self.name, self.pixels, self.seed, self.kept):
                part.clear()
            self.flag.setChecked(False)
            return
        marks, seed = specimen.digitised, seed_of(specimen)
        self.name.setText(full_name(specimen, self._editor.state.ids_by_photo[specimen.photo_id]))
        self.flag.setChecked(marks.is_flagged)
        self.pixels.setText(pixels_text(marks.scale, marks.unit))
        self.pixels.setVisible(marks.scale is not None)
        self.clear_scale.setEnabled(marks.scale is not None or bool(marks.unit))
        self.seed.setText("none" if seed is None else f"x {seed[0]:.1f}, y {seed[1]:.1f}")
        self.clear_seed.setEnabled(seed is not None)
        self.kept.setText(kept_text(marks, MASK_SEED))
        self.kept.setVisible(bool(self.kept.text()))
