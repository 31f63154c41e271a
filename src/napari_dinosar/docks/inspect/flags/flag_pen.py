"""What the next flag will say: reason, note, who and when, shared by all parts of a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings.flags import Remark
from napari_dinosar.inspection.flag_places import flags_store

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection

MOST_AUTHOR = 200

_PENS: WeakKeyDictionary[Inspection, FlagPen] = WeakKeyDictionary()


class FlagPen:
    """Reason, note, author and date as they stand in the fields.

    Author and date are the person's to fill in. They are forgotten with the window, unless the
    person wants the author to be remembered.

    Attributes
    ----------
    remark : Remark
        All four.

    Signals
    -------
    changed : no value
        One of them is another.
    """

    changed = Signal()

    def __init__(self) -> None:
        self.remark = Remark("artefact", author=remembered_author())
        self._is_typed = False

    def write(self, **fields: str | None) -> None:
        """Change some of the fields.

        Raises
        ------
        DinosarError
            If there is no such reason, or a text is far too long.
        """
        remark = replace(self.remark, **fields)  # type: ignore[arg-type]
        self._is_typed = self._is_typed or remark.note != self.remark.note
        if remark != self.remark:
            self.remark = remark
            self.changed.emit()

    def turn_to(self, flag: Remark | None) -> None:
        """Take the reason and note of the cell that a person turns to.

        A note that was typed and not used yet stays for a cell without any.
        """
        if flag is not None:
            self.write(reason=flag.reason, note=flag.note)
            self._is_typed = False
        elif not self._is_typed:
            self.write(note="")
            self._is_typed = False

    def use(self) -> Remark:
        """Return the remark for a flag that is made now; its note is not that of the next one."""
        self._is_typed = False
        return self.remark


def remembered_author() -> str | None:
    """Return who flags on this computer, where that person wants to be remembered."""
    try:
        return _author_file().read_text("utf-8")[:MOST_AUTHOR] or None
    except (OSError, UnicodeDecodeError):
        return None


def remember_author(author: str | None) -> None:
    """Remember who flags, for later windows; None forgets it.

    Raises
    ------
    DinosarError
        If the disk refuses.
    """
    path = _author_file()
    try:
        if author:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(author, "utf-8")
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise DinosarError(f"{path} cannot be written: {error.strerror}.") from error


def _author_file() -> Path:
    return flags_store() / "author.txt"


def pen_of(inspection: Inspection) -> FlagPen:
    """Return the pen of an inspection, made when it is first asked for."""
    if inspection not in _PENS:
        _PENS[inspection] = FlagPen()
    return _PENS[inspection]
