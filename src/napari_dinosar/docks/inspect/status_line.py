"""The line at the foot of the Inspect dock: what was said last, and what stands until mended."""

from __future__ import annotations

from qtpy.QtWidgets import QLabel

from napari_dinosar.docks.fold import breakable


class StatusLine(QLabel):
    """Says one sentence; a standing one comes back when what was said is over.

    It is hidden as long as there is nothing to say.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspectStatus")
        self.setWordWrap(True)
        self.setContentsMargins(8, 2, 8, 6)
        self._said = self._standing = self._why = ""
        self._update()

    def say(self, sentence: str = "") -> None:
        """Say a sentence in place of the last one; without one that is over."""
        self._said = sentence
        self._update()

    def stand(self, sentence: str, why: str) -> None:
        """Say something whenever there is nothing else to say; empty where it holds no more.

        Parameters
        ----------
        sentence : str
            What stands.
        why : str
            The longer sentence that it stands for, which was said when it was news.
        """
        if self._said == self._why != why:
            self._said = ""
        self._standing, self._why = sentence, why
        self._update()

    def _update(self) -> None:
        sentence = self._said or self._standing
        self.setText(breakable(sentence))
        self.setHidden(not sentence)
