"""The noise floor into the folder of its run; what a disk refuses is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.timers import single_shot

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection

PAUSE_MS = 10_000
"""After a failure the next try comes so much later."""


class NoiseKeeping(QObject):
    """Writes the noise floor that is shown, where its run was exported, until it is written.

    Parameters
    ----------
    inspection : Inspection
        Whose noise floor.
    parent : QObject
        With it the trying ends.

    Signals
    -------
    changed : str
        Why the noise floor is not in the folder of the run; empty where nothing is wrong.
    """

    changed = Signal(str)

    def __init__(self, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._retry = single_shot(self, PAUSE_MS, self.write)
        # another comparison has another noise floor; a folder that was just exported holds it
        inspection.shown.connect(self._forget)
        inspection.moved.connect(self._forget)

    def write(self) -> None:
        """Write it, or say why that cannot be and try again later."""
        from napari_dinosar.inspection.baselines_context import shown_context
        from napari_dinosar.inspection.noise_files import write_noise

        shown = self._inspection
        if shown.folder is None or shown.findings is None or shown.noise is None:
            return
        try:
            write_noise(shown.folder, shown.noise, shown.findings, shown_context(shown))
        except DinosarError as error:
            self.changed.emit(
                f"The noise floor is not in the folder of the run yet: {error} It is tried again "
                f"for as long as this run is shown."
            )
            self._retry.start(PAUSE_MS)
        else:
            self._forget()

    def _forget(self) -> None:
        if isalive(self):
            self._retry.stop()
            self.changed.emit("")
