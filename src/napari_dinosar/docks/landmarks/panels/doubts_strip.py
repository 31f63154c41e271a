"""A quiet line that says what looks odd about the specimen; it suggests, and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from qtpy.compat import isalive
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.docks.landmarks.panels.cursor import stands
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.state import Point

if TYPE_CHECKING:
    from napari_dinosar.core.shape_watch import Doubt

PAUSE_MS = 150
"""Until doubts are looked for: a photo is shown first, and quick steps are merged."""

_Key: TypeAlias = tuple[str, str, tuple[int, ...]]


class DoubtsStrip(QFrame):
    """Shows the first doubt about the specimen whose turn it is; hidden where there is none.

    Parameters
    ----------
    editor : Editor
        Whose specimen.
    watch : Watch
        What compares it with the others.
    """

    def __init__(self, editor: Editor, watch: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("doubtsStrip")
        self._editor, self._watch = editor, watch
        # what a person called fine, and where the landmarks were then
        self._fine: dict[_Key, tuple[Point, ...]] = {}
        self._doubt: Doubt | None = None
        self._doubted_id = ""
        self._soon = single_shot(self, PAUSE_MS, self._look)
        self.sentence = QLabel()
        self.sentence.setObjectName("doubtSentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.show_it = dock_button("Show", "showDoubt", "Go to this landmark")
        self.fine = dock_button(
            "It is fine", "dismissDoubt", "Say no more of it while these landmarks stay in place"
        )
        self.show_it.clicked.connect(self._on_show)
        self.fine.clicked.connect(self._on_fine)
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        buttons.addWidget(self.show_it)
        buttons.addWidget(self.fine)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 3, 4, 3)
        layout.setSpacing(3)
        layout.addWidget(self.sentence)
        layout.addLayout(buttons)
        self.set_colours(first_colours())
        editor.opened.connect(self._on_opened)
        editor.moved.connect(self._on_changed)
        editor.edited.connect(self._on_changed)
        watch.changed.connect(self._on_changed)
        self._look()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.setStyleSheet(
            f"#{self.objectName()} {{ border: none; border-left: 3px solid {colours.warning}; }}"
        )

    def _on_opened(self) -> None:
        self._fine.clear()
        if isalive(self):
            self._look()

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        if not stands(self._editor) or self._editor.specimen.specimen_id != self._doubted_id:
            self._doubt = None  # of another specimen: its buttons do nothing any more
        self._soon.start()

    def _look(self) -> None:
        """Show the first doubt about the specimen as it is now."""
        self._soon.stop()
        waiting = self._waiting()
        self._doubt = waiting[0] if waiting else None
        self._doubted_id = self._editor.specimen.specimen_id if waiting else ""
        if self._doubt is None:
            self.hide()
            return
        more = f" ({len(waiting) - 1} more)" if len(waiting) > 1 else ""
        self.sentence.setText(self._doubt.sentence + more)
        self.show()

    def _waiting(self) -> list[Doubt]:
        """Return the doubts that nobody has dismissed."""
        if not stands(self._editor):
            return []
        specimen = self._editor.specimen
        n = len(specimen.digitised.states)
        return [
            doubt
            for doubt in self._watch.doubts(specimen.specimen_id)
            # the comparison may still be of landmarks that are no more
            if max(doubt.landmarks, default=n) < n
            and self._fine.get(self._key(doubt)) != self._places(doubt)
        ]

    def _key(self, doubt: Doubt) -> _Key:
        return self._editor.specimen.specimen_id, doubt.kind, doubt.landmarks

    def _places(self, doubt: Doubt) -> tuple[Point, ...]:
        return tuple(self._editor.specimen.point(place) for place in doubt.landmarks)

    def _on_show(self) -> None:
        if self._doubt is None:
            return
        try:
            self._editor.go_to_landmark(self._doubt.landmarks[0])
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def _on_fine(self) -> None:
        if self._doubt is not None and stands(self._editor):
            self._fine[self._key(self._doubt)] = self._places(self._doubt)
            self._look()
