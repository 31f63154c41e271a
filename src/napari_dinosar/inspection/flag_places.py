"""Where the flags of a run lie on disk, and one version of them written there."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import Findings
from napari_dinosar.findings.flags import FlagSheet, merged
from napari_dinosar.inspection.flags_statistics import flags_table
from napari_dinosar.io import _atomic
from napari_dinosar.io.flag_files import (
    FLAGS_FILE,
    flags_bytes,
    flags_path,
    read_flag_file,
    write_flag_file,
)
from napari_dinosar.io.run_folder import csv_bytes

FLAGS_TABLE = "flags.csv"
_HEAD = b"kind,row,col,side,polygon_xy,"
_DIGITS = 16
_MEMORY = "The flags are in the memory of this window only."


class NotKeptError(DinosarError):
    """Flags could be written nowhere at all."""


def flags_store() -> Path:
    """Return the user's own folder for flags of comparisons that have no folder yet."""
    import platformdirs

    return Path(platformdirs.user_data_dir("napari-dinosar", appauthor=False)) / "flags"


def stored_path(store: Path, findings: Findings, run: Path | None = None) -> Path:
    """Return the file in the store for a pair of photos and a grid.

    Parameters
    ----------
    store : Path
        Its folder.
    findings : Findings
        The comparison.
    run : Path, optional
        The run folder that the flags could not be written into.
    """
    photos = "-".join(side.sha256[:_DIGITS] for side in (findings.a, findings.b))
    grid = "no-cells" if findings.cells is None else "{}x{}".format(*findings.cells.shape)
    of_run = "" if run is None else "-" + hashlib.sha256(os.fsencode(run)).hexdigest()[:_DIGITS]
    return store / f"{photos}-{grid}{of_run}.json"


def flags_file(store: Path, findings: Findings, run: Path | None) -> Path:
    """Return the file for the flags of a comparison: in its run folder, or else in the store."""
    return stored_path(store, findings) if run is None else run / FLAGS_FILE


def flag_files(sheet: FlagSheet, findings: Findings) -> dict[str, bytes]:
    """Return the files that go into a run folder with its flags: none where nothing is flagged.

    Parameters
    ----------
    sheet : FlagSheet
        What is flagged.
    findings : Findings
        The run.
    """
    if not sheet:
        return {}
    return {FLAGS_FILE: flags_bytes(sheet, findings), FLAGS_TABLE: _table(sheet, findings)}


@dataclass(frozen=True, eq=False)
class FlagJob:
    """One version of the flags of a run, to be written; any thread may do it.

    Attributes
    ----------
    findings : Findings
        The run.
    run : Path or None
        Its folder; without one the flags go into the store.
    store : Path
        The store.
    base : FlagSheet
        What the file holds as far as is known.
    sheet : FlagSheet
        What it is to hold.
    """

    findings: Findings
    run: Path | None
    store: Path
    base: FlagSheet
    sheet: FlagSheet

    @property
    def file(self) -> Path:
        """The file that it goes into."""
        return flags_file(self.store, self.findings, self.run)

    def write(self) -> FlagSheet:
        """Write it, and return what the file holds now.

        That is more than `sheet` where somebody else has written into the file since.

        Raises
        ------
        DinosarError
            If it cannot be written; earlier flags are as they were. Those of a run folder have
            then been put into the store, as the message says.
        """
        try:
            if self.run is None:
                return self._into_store(self.file)
            return self._into_run(self.run)
        except (OSError, DinosarError) as error:
            raise self._rescued(self._why(error)) from error

    def _why(self, error: OSError | DinosarError) -> str:
        """Return why the flags were not written; their place is not one that was chosen."""
        cause = error if isinstance(error, OSError) else error.__cause__
        if not isinstance(cause, OSError):
            return str(error)
        why = _atomic.reason(cause, is_chosen=False)
        return f"The flags were not written into {self.file.parent}: {why}."

    def _into_run(self, run: Path) -> FlagSheet:
        path = flags_path(run)
        sheet = self._merged(path)
        if path.exists() or sheet:
            write_flag_file(path, sheet, self.findings)
            _write_table(run / FLAGS_TABLE, sheet, self.findings)
        with suppress(OSError):
            stored_path(self.store, self.findings, run).unlink(missing_ok=True)
        return sheet

    def _into_store(self, path: Path) -> FlagSheet:
        sheet = self._merged(path)
        if sheet:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_flag_file(path, sheet, self.findings)
        else:
            path.unlink(missing_ok=True)
        return sheet

    def _merged(self, path: Path) -> FlagSheet:
        if not path.exists():
            return self.sheet
        return merged(self.base, self.sheet, read_flag_file(path, self.findings))

    def _rescued(self, problem: str) -> DinosarError:
        """Put flags that their run folder does not take into the store; return what to tell."""
        if self.run is None:
            return NotKeptError(f"{problem} {_MEMORY} Export the run to have them in its folder.")
        export = "Export the run into another folder to have them there."
        path = stored_path(self.store, self.findings, self.run)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_flag_file(path, self.sheet, self.findings)
        except (OSError, DinosarError):
            return NotKeptError(f"{problem} {_MEMORY} {export}")
        return DinosarError(
            f"{problem} Until that is possible the flags are kept in {path}, and are taken over "
            f"from there when the run is opened again. {export}"
        )


def _write_table(path: Path, sheet: FlagSheet, findings: Findings) -> None:
    """Write the flags as a table; a table of that name that somebody else made is left alone."""
    with suppress(FileNotFoundError), path.open("rb") as stream:
        if stream.read(len(_HEAD)) != _HEAD:
            return
    _atomic.replace_file(path, _table(sheet, findings))


def _table(sheet: FlagSheet, findings: Findings) -> bytes:
    return csv_bytes(flags_table(sheet, findings))
