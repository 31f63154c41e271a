"""Leaving a project: its edits are saved first, or the person says what is to become of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, TypeAlias
from weakref import WeakSet

from qtpy.compat import isalive
from qtpy.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QMessageBox, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.afterwards import when_gone
from napari_dinosar.docks.landmarks.panels.words import number_of
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.store import Project

Way: TypeAlias = Literal["copy", "journal", "lose", "stay"]
Ask: TypeAlias = "Callable[[QWidget, str, str, tuple[Way, ...]], Way]"

_WORDS: dict[Way, str] = {
    "copy": "Save a copy…",
    "journal": "Leave them in the journal",
    "lose": "Lose them",
    "stay": "Cancel",
}


def ask_way(parent: QWidget, text: str, details: str, ways: tuple[Way, ...]) -> Way:
    """Ask what is to become of edits that cannot be saved."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Landmarks are not saved", text, parent=parent)
    box.setInformativeText(details)
    roles = QMessageBox.ButtonRole
    buttons = {
        way: box.addButton(_WORDS[way], roles.RejectRole if way == "stay" else roles.AcceptRole)
        for way in ways
    }
    if "stay" in buttons:
        box.setEscapeButton(buttons["stay"])
    box.exec()
    return next((way for way, one in buttons.items() if one is box.clickedButton()), ways[-1])


class CloseGuard(QObject):
    """Stands between a project and the end of the window, of the dock, or of the program.

    Parameters
    ----------
    editor : Editor
        Whose project.
    saver : Saver
        What saves it.
    dock : QWidget
        The dock; it and the window that it comes to stand in are watched.
    ask : callable
        As `ask_way`.
    """

    def __init__(self, editor: Editor, saver: Saver, dock: QWidget, ask: Ask = ask_way) -> None:
        super().__init__(dock)
        self._editor, self._saver, self._dock, self._ask = editor, saver, dock, ask
        # a child that held on to the window would keep it from ever being deleted
        self._ancestors: WeakSet[QWidget] = WeakSet()
        dock.installEventFilter(self)
        # a window that goes at once takes this object with it, and the project must still be closed
        when_gone(dock, partial(_let_go, editor))
        self._on_place(False)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._on_quit)

    def may_leave(self) -> bool:
        """Save what is not saved; return whether the project may be closed now."""
        return self._settle(("copy", "journal", "stay"))

    def leave(self) -> bool:
        """Close the project where it may be; return whether it is closed."""
        if not self.may_leave():
            return False
        self._editor.close()
        return True

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Save before the window closes, and keep it open where the person wants that."""
        if event is None or not (isalive(self) and isalive(self._dock)):
            return False
        kind = event.type()
        if watched is self._window and kind == QEvent.Type.Close:
            if not self.may_leave():
                event.ignore()
                return True
            # napari may ask, too, and stay: the project is closed when the window has gone
            QTimer.singleShot(0, self._close_with_window)
        elif kind in (QEvent.Type.Show, QEvent.Type.ParentChange):
            self._on_place(watched is self._dock)
        return False

    def _on_place(self, is_dock: bool) -> None:
        """Follow the dock to wherever it is put."""
        if is_dock and self._dock.parentWidget() is None and self._ancestors:
            # the dock was closed, which nobody can prevent
            self._settle(("copy", "journal"))
            self._end()
        ancestors = WeakSet(_above(self._dock))
        for gone in self._ancestors - ancestors:
            if isalive(gone):
                gone.removeEventFilter(self)
        for new in ancestors - self._ancestors:
            new.installEventFilter(self)
        self._ancestors = ancestors

    @property
    def _window(self) -> QWidget:
        """The outermost window around the dock, which is not that of a dock that floats."""
        return [self._dock, *_above(self._dock)][-1]

    def _close_with_window(self) -> None:
        if isalive(self) and not (isalive(self._dock) and self._window.isVisible()):
            self._end()

    def _on_quit(self) -> None:
        """Save without a word: there is no window any more to ask in."""
        if not isalive(self) or self._editor.project is None:
            return
        self._try_to_save()
        self._end()

    def _end(self) -> None:
        self._editor.close()

    def _settle(self, ways: tuple[Way, ...]) -> bool:
        """Save; where that is refused ask until there is an answer that can be followed."""
        project = self._editor.project
        if project is None:
            return True
        problem = self._try_to_save()
        while problem is not None:
            edits = number_of(project.n_unsaved, "edit")
            text = f"{edits} of {project.path.name} cannot be saved."
            offered, where = _offered(ways, project.is_protected)
            way = self._ask(self._dock, text, f"{problem}\n\n{where}", offered)
            if way == "stay":
                return False
            if way != "copy":
                return True
            problem = self._save_copy(project, problem)
        return True

    def _try_to_save(self) -> DinosarError | None:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        try:
            self._saver.save_now()
        except DinosarError as error:
            return error
        finally:
            QGuiApplication.restoreOverrideCursor()
        return None

    def _save_copy(self, project: Project, problem: DinosarError) -> DinosarError | None:
        """Return why there is no copy; the problem before where the person named no file."""
        place = dialogs.file_to_write(self._dock, "Save a copy", dialogs.KEYPOINTS)
        if place is None:
            return problem
        try:
            project.save_copy(place)
        except DinosarError as error:
            return error
        return None


def _let_go(editor: Editor) -> None:
    """End the session of the project; the widgets that an editor tells of it are gone."""
    if editor.project is not None:
        editor.project.close()


def _above(widget: QWidget) -> list[QWidget]:
    """Return what a widget stands in, the innermost first."""
    above: list[QWidget] = []
    while (parent := (above or [widget])[-1].parentWidget()) is not None:
        above.append(parent)
    return above


def _offered(ways: tuple[Way, ...], is_protected: bool) -> tuple[tuple[Way, ...], str]:
    """Return what can be done with the edits, and where they are."""
    if is_protected:
        return ways, "The journal beside the project has them: they are offered at the next start."
    # what the journal has not got can only be lost knowingly
    return (
        tuple("lose" if way == "journal" else way for way in ways),
        "They are nowhere but in memory. Save a copy in another place to keep them.",
    )
