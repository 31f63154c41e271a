"""What the page of the probe writes: the probes that are shown, and the table of landmarks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QMenu, QPushButton, QWidget

from napari_dinosar.core.steps import Step
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.inspection.inspected import Inspection

if TYPE_CHECKING:
    from pandas import DataFrame

TABLES = "Tables (*.csv)"


class ProbeExport(QPushButton):
    """A button whose menu writes files in a worker and says where.

    Parameters
    ----------
    inspection : Inspection
        Whose probe.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__("Export", parent)
        self.setObjectName("probeExport")
        self.setToolTip("Write the probe with its maps, or the distances of all landmarks")
        self._inspection = inspection
        self.jobs = Jobs(self)
        menu = QMenu(self)
        self.probes = menu.addAction("Probe: table and maps…")
        self.landmarks = menu.addAction("Landmark table as CSV…")
        self.setMenu(menu)
        self.probes.triggered.connect(self.write_probes)
        self.landmarks.triggered.connect(self.write_landmarks)
        menu.aboutToShow.connect(self._offer)
        self.jobs.failed.connect(self._say_why_not)

    def write_probes(self) -> None:
        """Let the user choose a folder and write what is shown into a new one in it."""
        probing = self._inspection.probing
        if probing.probe is None or not probing.results:
            return
        parent = dialogs.folder_to_write(self, "The probe into a new folder in …")
        if parent is None:
            return
        results = dict(zip(("kept", "now") if len(probing.results) > 1 else ("now",),
                           probing.results, strict=True))  # fmt: skip
        landmarks = {"kept": probing.kept_landmark, "now": probing.landmark}
        rows = [{"probe": name, "landmark": landmarks[name], **one.as_row()}
                for name, one in results.items()]  # fmt: skip
        maps = {
            f"{name}_{part}": values
            for name, one in results.items()
            for part, values in one.arrays().items()
        }
        difference = probing.difference
        if difference is not None:
            maps["difference"] = difference.map.values
        findings = probing.probe.comparison.findings
        record = {
            "created": datetime.now().astimezone().isoformat(timespec="seconds"),
            "source": dict(probing.probe.source),
            "settings": findings.settings.as_mapping(),
            "backbone": dict(findings.backbone),
            "probes": {name: one.as_dict() for name, one in results.items()},
        }
        self._start(_written, parent, rows, maps, record)

    def write_landmarks(self) -> None:
        """Let the user name a file and write the table of all landmarks into it."""
        probing = self._inspection.probing
        if probing.probe is None or probing.probe.comparison.pair is None:
            return
        path = dialogs.file_to_write(self, "Save the landmark table", TABLES)
        if path is not None:
            find = partial(probing.probe.landmarks, layers=probing.layers)
            self._start(_listed, find, path)

    def _offer(self) -> None:
        probe = self._inspection.probing.probe
        self.probes.setEnabled(bool(self._inspection.probing.results))
        self.landmarks.setEnabled(probe is not None and probe.comparison.pair is not None)

    def _start(self, steps: Callable[..., Any], *args: Any) -> None:
        if not self.jobs.busy:
            self.jobs.start(steps, *args, on_result=self._say)

    def _say(self, path: Path) -> None:
        self._inspection.told.emit(f"Wrote {path}")

    def _say_why_not(self, error: Exception) -> None:
        # napari's notification cuts it after the path, and is gone after a while
        self._inspection.told.emit(str(error))


def _written(
    parent: Path, rows: Any, maps: Any, record: dict[str, Any]
) -> Generator[Step, None, Path]:
    yield "Writing the probe", 0, 0
    from napari_dinosar.io.probe_files import write_probes

    folder = parent / f"probe {datetime.now():%Y-%m-%d %H-%M-%S}"
    return write_probes(folder, rows, maps, record)


def _listed(find: Callable[[], DataFrame], path: Path) -> Generator[Step, None, Path]:
    yield "Asking about all landmarks", 0, 0
    from napari_dinosar.io.probe_files import write_landmark_table

    # the dialog has asked before it names a file that is there
    return write_landmark_table(path, find())
