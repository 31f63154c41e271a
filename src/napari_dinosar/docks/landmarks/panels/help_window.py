"""All keys of the landmark editor in a small window of their own."""

from __future__ import annotations

from html import escape
from itertools import groupby

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.docks.landmarks.panels.colours import first_colours, quiet
from napari_dinosar.docks.landmarks.panels.words import caps, parts
from napari_dinosar.docks.theme import ThemeColours, mixed
from napari_dinosar.editing.keys import KEYS, Key

OURS = (
    "While our landmark layer is the active one, Backspace, A, Left and Right do what stands here, "
    "not what they do in the rest of napari. The dock obeys the same keys, except in fields of "
    "text."
)
_NUDGE = "nudge_"


class HelpWindow(QDialog):
    """Lists the keys by what they act on; stays open while one goes on working.

    Parameters
    ----------
    parent : QWidget, optional
        The dock.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("landmarkHelp")
        self.setWindowTitle("Keys of the landmark editor")
        self.setModal(False)
        self._caps: list[QLabel] = []
        self._quiet: list[QLabel] = []
        self._heads: list[QLabel] = []
        self._words: list[tuple[QLabel, Key]] = []
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(14, 6, 14, 10)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        row = 0
        for group, rows in groupby(help_rows(), key=lambda one: one.group):
            head = QLabel(group)
            self._heads.append(head)
            grid.addWidget(head, row, 0, 1, 2)
            for one in rows:
                row += 1
                grid.addWidget(self._keys(one), row, 0, Qt.AlignmentFlag.AlignTop)
                words = QLabel()
                words.setWordWrap(True)
                words.setTextFormat(Qt.TextFormat.RichText)
                self._words.append((words, one))
                grid.addWidget(words, row, 1, Qt.AlignmentFlag.AlignTop)
            row += 1
        grid.setRowStretch(row, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(content)
        ours = QLabel(OURS)
        ours.setObjectName("keysOfOurs")
        ours.setWordWrap(True)
        ours.setContentsMargins(14, 6, 14, 8)
        self._quiet.append(ours)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(area, 1)
        layout.addWidget(ours)
        self.resize(540, 580)
        self.set_colours(first_colours())

    def _keys(self, row: Key) -> QWidget:
        """Return the caps of the keys that do something."""
        widget = QWidget()
        layout = QHBoxLayout(widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for number, combination in enumerate(shown_keys(row)):
            if number:
                layout.addWidget(self._between("or"))
            for cap in combination:
                label = QLabel(cap)
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                label.setMinimumWidth(24)
                self._caps.append(label)
                layout.addWidget(label)
        layout.addStretch(1)
        return widget

    def _between(self, text: str) -> QLabel:
        label = QLabel(text)
        self._quiet.append(label)
        return label

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        face = mixed(colours.background, colours.text, 0.08)
        edge = mixed(colours.background, colours.text, 0.35)
        for cap in self._caps:
            cap.setStyleSheet(
                f"color: {colours.text}; background: {face}; border: 1px solid {edge}; "
                "border-bottom-width: 2px; border-radius: 4px; padding: 1px 5px;"
            )
        for label in self._quiet:
            label.setStyleSheet(quiet(colours))
        for words, row in self._words:
            more = f'<br><span style="color: {colours.muted}">{escape(row.more)}</span>'
            words.setText(escape(row.title) + (more if row.more else ""))
        for head in self._heads:
            head.setStyleSheet("font-weight: 700; padding: 8px 0 0 0; margin: 0;")


def help_rows() -> tuple[Key, ...]:
    """Return the rows of the table, those that differ in their direction alone as one."""
    rows: list[Key] = []
    for row in KEYS:
        step = row.title.partition(" px")[0]
        if row.action.startswith(_NUDGE):
            title, more = f"Nudge by {step} px", ""
            if rows and rows[-1].title == title:
                keys = (*rows[-1].keys, *row.keys)
                rows[-1] = Key(rows[-1].action, keys, title, more, row.group)
            else:
                rows.append(Key(row.action, row.keys, title, more, row.group))
        else:
            rows.append(row)
    return tuple(rows)


def shown_keys(row: Key) -> list[tuple[str, ...]]:
    """Return the caps of each way to do something; what holds keys in common names them once."""
    modifiers = {parts(name)[:-1] for name in row.keys}
    if row.action.startswith(_NUDGE) and len(modifiers) == 1:
        first = caps(row.keys[0])[:-1]
        return [(*first, *(caps(name)[-1] for name in row.keys))]
    return list(dict.fromkeys(caps(name) for name in row.keys))
