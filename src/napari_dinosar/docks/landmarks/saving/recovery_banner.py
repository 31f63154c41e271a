"""Offers the edits of a session that ended unexpectedly: recover, look, or let go."""

from __future__ import annotations

from qtpy.compat import isalive
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.docks.landmarks.panels.words import number_of
from napari_dinosar.docks.landmarks.saving.recovery_words import offer_text, photo_links
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.recovery import Recovered


class RecoveryBanner(QFrame):
    """Shows one offer of a project after the other; hidden where there is none.

    Parameters
    ----------
    editor : Editor
        Whose project.
    """

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recoveryBanner")
        self._editor = editor
        self.label, self.photos = QLabel(), QLabel()
        self.label.setObjectName("recoveryText")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.photos.setObjectName("recoveryPhotos")
        self.photos.setTextFormat(Qt.TextFormat.RichText)
        self.photos.linkActivated.connect(self._on_photo)
        for label in (self.label, self.photos):
            label.setWordWrap(True)
        self.recover = dock_button("Recover", "recover", "Apply these edits; they can be undone")
        self.show_which = dock_button("Show which", "showRecovered", "List the photos they change")
        self.show_which.setCheckable(True)
        self.discard = dock_button("Discard…", "discardRecovered", "Let these edits go")
        self.close_it = dock_button("Close", "closeRecovered", "Close this message")
        self.recover.clicked.connect(self._on_recover)
        self.show_which.toggled.connect(self.photos.setVisible)
        self.discard.clicked.connect(self._on_discard)
        self.close_it.clicked.connect(self._on_opened)
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for button in (self.recover, self.show_which, self.discard, self.close_it):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.label)
        layout.addWidget(self.photos)
        layout.addLayout(buttons)
        self.set_colours(first_colours())
        editor.opened.connect(self._on_opened)
        self._on_opened()

    @property
    def offer(self) -> Recovered | None:
        """What is offered now."""
        project = self._editor.project
        return project.recovered[0] if project is not None and project.recovered else None

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.setStyleSheet(
            f"#{self.objectName()} {{ border: none; border-left: 3px solid {colours.warning}; }}"
        )
        self.photos.setStyleSheet(f"QLabel {{ color: {colours.muted}; }}")
        self._link_colour = colours.text
        if self.offer is not None:
            self.photos.setText(photo_links(self.offer, self._editor.state, self._link_colour))

    def _on_opened(self) -> None:
        if not isalive(self):
            return
        offer, project = self.offer, self._editor.project
        if offer is None or project is None:
            self.hide()
            return
        self._say(offer_text(offer, len(project.recovered)), is_offer=True)
        self.photos.setText(photo_links(offer, project.state, self._link_colour))
        # of another version of the file nothing is taken over unseen
        self.show_which.setChecked(not offer.is_of_this_file)
        self.photos.setVisible(self.show_which.isChecked())
        self.show_which.setEnabled(bool(offer.photo_ids))
        self.recover.setEnabled(bool(offer.steps))
        self.recover.setText("Recover" if offer.is_of_this_file else "Recover anyway")

    def _say(self, text: str, *, is_offer: bool) -> None:
        self.label.setText(breakable(text))
        for button in (self.recover, self.show_which, self.discard):
            button.setVisible(is_offer)
        self.photos.setVisible(False)
        self.close_it.setVisible(not is_offer)
        self.show()

    def _on_photo(self, photo_id: str) -> None:
        try:
            self._editor.go_to_photo(photo_id)
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def _on_recover(self) -> None:
        offer, project = self.offer, self._editor.project
        if offer is None or project is None:
            return
        before = project.state
        try:
            refused = project.recover(offer)
        except OSError as error:
            kept = f"{offer.left.path} cannot be removed ({error.strerror}), so they are offered"
            self._editor.refresh(before)
            self._say(f"The edits are recovered. {kept} once more.", is_offer=False)
            return
        self._editor.refresh(before)
        n_done = number_of(len(offer.steps) - len(refused), "edit")
        if refused:
            self._say("\n".join((f"{n_done} recovered. What was not:", *refused)), is_offer=False)
            return
        them = "them back one by one" if len(offer.steps) > 1 else "it back"
        self._editor.told.emit(f"{n_done} recovered. Undo takes {them}.")
        self._on_opened()

    def _on_discard(self) -> None:
        offer, project = self.offer, self._editor.project
        if offer is None or project is None:
            return
        kept = offer.left.path.with_suffix(".discarded").name
        is_agreed = dialogs.agrees(
            self,
            "Discard edits",
            f"Let {number_of(len(offer.steps), 'edit')} go?",
            f"They are not offered again. Their journal is kept beside the project as {kept}, "
            "until you delete it.",
            "Discard",
        )
        if not is_agreed:
            return
        try:
            project.discard(offer)
        except OSError as error:
            self._say(f"{offer.left.path} cannot be renamed: {error.strerror}.", is_offer=False)
            return
        self._on_opened()
