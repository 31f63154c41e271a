"""Flags are never lost: those of a run go into its folder, those of any other comparison into ours.

Nothing here waits for the disk but what says so: `FlagKeeping` hands out jobs that any thread may
write, and is told how they ended.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import Findings
from napari_dinosar.findings.flags import FlagSheet, merged
from napari_dinosar.inspection.flag_places import (
    FlagJob,
    NotKeptError,
    flags_file,
    flags_store,
    stored_path,
)
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.io.flag_files import read_flag_file, read_flags

STILL_HERE = "Flags that were not written yet are still here."


@dataclass(eq=False)
class _Place:
    """The flags of one comparison, and what is known of their file."""

    findings: Findings
    run: Path | None
    file: Path
    base: FlagSheet
    sheet: FlagSheet
    problem: DinosarError | None = None
    is_refused: bool = False

    @property
    def is_saved(self) -> bool:
        return self.sheet == self.base


def sheet_of(folder: str | Path, findings: Findings) -> FlagSheet | None:
    """Return the flags in the folder of a run, for `Inspection.show`.

    Parameters
    ----------
    folder : str or Path
        The run's folder.
    findings : Findings
        What was read from it.

    Returns
    -------
    FlagSheet or None
        Empty where nothing was ever flagged. None where the file cannot be read: whoever keeps
        the flags then says so, and leaves it alone.
    """
    try:
        return read_flags(folder, findings)
    except DinosarError:
        return None


class FlagKeeping:
    """Keeps what is flagged in an inspection on disk.

    With a run folder that is ``flags.json`` in it. Without one it is a file of ours for the
    photos and the grid, and a later comparison of the same pair takes it over again.

    Parameters
    ----------
    inspection : Inspection
        Whose flags.
    store : Path, optional
        Folder for comparisons without a folder; that of the user by default.

    Signals
    -------
    changed : no value
        There is something to write, or something was written, or could not be.

    Examples
    --------
    >>> keeping = FlagKeeping(inspection)  # doctest: +SKIP
    >>> inspection.flags.flag_cells([(3, 4)], "pin")  # doctest: +SKIP
    >>> keeping.save()  # doctest: +SKIP
    """

    changed = Signal()

    def __init__(self, inspection: Inspection, store: Path | None = None) -> None:
        self._inspection = inspection
        self._store = flags_store() if store is None else store
        self._place: _Place | None = None
        self._left: list[_Place] = []
        self._moved_from: _Place | None = None
        inspection.shown.connect(self._on_shown)
        inspection.moved.connect(self._on_moved)
        inspection.flagged.connect(self._on_flagged)
        self._on_shown()

    @property
    def path(self) -> Path | None:
        """The file in which the flags are kept; None without a comparison."""
        return None if self._place is None else self._place.file

    @property
    def has_folder(self) -> bool:
        """Whether that file lies in the folder of a run."""
        return self._place is not None and self._place.run is not None

    @property
    def is_saved(self) -> bool:
        """Whether all that was flagged is on disk, that of earlier comparisons, too."""
        return all(place.is_saved for place in self._all())

    @property
    def is_written(self) -> bool:
        """Whether the flags that are shown are on disk."""
        return self._place is None or self._place.is_saved

    @property
    def problem(self) -> DinosarError | None:
        """Why the flags that are shown could not be read or written last."""
        return None if self._place is None else self._place.problem

    @property
    def risk(self) -> str:
        """Why some flags are in memory only; empty where all are on some disk."""
        problems = [place.problem for place in self._all() if not place.is_saved]
        return next((str(one) for one in problems if isinstance(one, NotKeptError)), "")

    def waiting(self, *, again: bool = True) -> list[FlagJob]:
        """Return what is to be written, one job for each file.

        Parameters
        ----------
        again : bool
            Whether to try what was refused and has not changed since.
        """
        # first what has not been refused yet: one disk that refuses does not stop the others
        return [
            FlagJob(place.findings, place.run, self._store, place.base, place.sheet)
            for place in sorted(self._all(), key=lambda place: place.is_refused)
            if not place.is_saved and (again or not place.is_refused)
        ]

    def finish(self, job: FlagJob, written: FlagSheet) -> None:
        """Take note of what a job has written.

        Parameters
        ----------
        job : FlagJob
            One of those that were `waiting`.
        written : FlagSheet
            What its file holds now, as `FlagJob.write` returns it.
        """
        for place in self._of(job):
            place.base, place.problem, place.is_refused = written, None, False
            place.sheet = merged(job.sheet, place.sheet, written)
            if place is self._place:
                self._take(place, place.sheet, "Somebody else has flagged something in this run.")
                self._drop_stored()
        self._left = [place for place in self._left if not place.is_saved]
        self.changed.emit()

    def fail(self, job: FlagJob, problem: DinosarError) -> None:
        """Take note of why a job could not be written; each reason is told once.

        Parameters
        ----------
        job : FlagJob
            One of those that were `waiting`.
        problem : DinosarError
            What `FlagJob.write` raised.
        """
        for place in self._of(job):
            is_news = str(place.problem) != str(problem)
            place.problem, place.is_refused = problem, True
            if is_news:
                self._inspection.told.emit(str(problem))
        self.changed.emit()

    def save(self) -> None:
        """Write all that is not on disk yet, and return when it is.

        Raises
        ------
        DinosarError
            If the disk refuses.
        """
        while jobs := self.waiting():
            try:
                written = jobs[0].write()
            except DinosarError as error:
                self.fail(jobs[0], error)
                raise
            self.finish(jobs[0], written)

    def _all(self) -> list[_Place]:
        return [*self._left, *([] if self._place is None else [self._place])]

    def _of(self, job: FlagJob) -> list[_Place]:
        return [place for place in self._all() if place.file == job.file]

    def _on_flagged(self) -> None:
        place = self._place
        if place is not None and place.sheet != self._inspection.flags.sheet:
            place.sheet, place.is_refused = self._inspection.flags.sheet, False
            self.changed.emit()

    def _on_moved(self) -> None:
        before = self._place
        self._on_shown()
        if before is not None and before.run is None and self._place is not None:
            # all of it goes into the folder now: written later, it would come back some day
            self._left = [place for place in self._left if place is not before]
            self._moved_from = before
            self._drop_stored()

    def _on_shown(self) -> None:
        """Go on with the file of what is shown now; what it held before is taken over."""
        findings, run = self._inspection.findings, self._inspection.folder
        before, self._place, self._moved_from = self._place, None, None
        if findings is not None:
            file, mine = flags_file(self._store, findings, run), self._inspection.flags.sheet
            self._place = _Place(findings, run, file, FlagSheet(), mine)
            if before is not None and before.file == file:
                self._go_on(self._place, before)  # as after each step of a landmark that is dragged
            elif (earlier := self._unwritten(file)) is not None:
                self._go_back(self._place, earlier)
            else:
                self._read(self._place)
        if before is not None and not before.is_saved and before.file != self.path:
            self._left.append(before)
        if before is not None and self._place is not None:
            self._carry_regions(before, self._place)
        self.changed.emit()

    def _go_on(self, place: _Place, before: _Place) -> None:
        place.base, place.problem = before.base, before.problem
        self._take(place, merged(before.base, place.sheet, before.sheet), STILL_HERE)

    def _unwritten(self, file: Path) -> _Place | None:
        """Return what waits to be written into a file, which waits no longer."""
        found = next((place for place in self._left if place.file == file), None)
        self._left = [place for place in self._left if place is not found]
        return found

    def _go_back(self, place: _Place, earlier: _Place) -> None:
        """Go on with flags that were left before they were written: on disk they are not yet."""
        place.base, place.problem = earlier.base, earlier.problem
        self._take(place, merged(FlagSheet(), place.sheet, earlier.sheet), STILL_HERE)

    def _read(self, place: _Place) -> None:
        """Take over what lies on disk; a file that cannot be read is left alone, and told of."""
        place.base = self._found(place, place.file)
        known = merged(FlagSheet(), place.sheet, place.base)
        if place.run is not None:  # what the folder did not take
            rescued = stored_path(self._store, place.findings, place.run)
            known = merged(FlagSheet(), known, self._found(place, rescued))
        n_new = _count(known) - _count(place.sheet)
        flags = f"{n_new} flag{'s' if n_new > 1 else ''}"
        sentence = f"{flags} from an earlier look at this pair came back."
        self._take(place, known, f"{sentence} Undo takes {'them' if n_new > 1 else 'it'} away.")

    def _found(self, place: _Place, path: Path) -> FlagSheet:
        try:
            return read_flag_file(path, place.findings)
        except DinosarError as error:
            place.problem = error
        except OSError as error:
            place.problem = DinosarError(f"{path} cannot be read: {error.strerror}.")
        self._inspection.told.emit(str(place.problem))
        return FlagSheet()

    def _carry_regions(self, before: _Place, place: _Place) -> None:
        """Keep regions, which mean the same on any grid of the same photos; cells do not."""
        sides = ((before.findings.side(side), place.findings.side(side)) for side in "ab")
        same_pair = all(was.sha256 == now.sha256 for was, now in sides)
        if not same_pair or place.run is not None or _grid(before) == _grid(place):
            return
        new = FlagSheet((), before.sheet.regions)
        if before.sheet.cells:
            count = len(before.sheet.cells)
            flagged = "the flag of 1 cell" if count == 1 else f"the flags of {count} cells"
            self._inspection.told.emit(
                f"This grid has other cells: {flagged} on the earlier grid can be "
                f"found in {before.file}. Excluded regions stay."
            )
        self._take(place, merged(FlagSheet(), place.sheet, new), "")

    def _take(self, place: _Place, sheet: FlagSheet, sentence: str) -> None:
        place.sheet = sheet
        if sheet != self._inspection.flags.sheet:
            self._inspection.flags.become(sheet)
            if sentence:
                self._inspection.told.emit(sentence)

    def _drop_stored(self) -> None:
        """Take the file of ours away once the same flags lie in the run folder."""
        old, place = self._moved_from, self._place
        if old is not None and place is not None and place.run and place.is_saved:
            with suppress(OSError):
                old.file.unlink(missing_ok=True)
            self._moved_from = None


def _count(sheet: FlagSheet) -> int:
    return len(sheet.cells) + len(sheet.regions)


def _grid(place: _Place) -> tuple[int, int] | None:
    return None if place.findings.cells is None else place.findings.cells.shape
