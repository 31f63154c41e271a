"""Photos at hand: those that were looked at last, and those that are likely to be next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo
from napari_dinosar.io.photos import read_photo

BUDGET_BYTES = 512 * 1024**2
"""Eight photos of 20 megapixels."""
MOST_KEPT = 12
"""Of small photos: those before are read again in an instant, and memory stays what it is."""
NEWEST_KEPT = 3
"""Kept whatever their size: the photo that is shown, and its neighbours on both sides."""
_PATIENCE_S = 2.0

_Stamp = tuple[int, int]


@dataclass(frozen=True, eq=False)
class _Kept:
    photo: Photo
    stamp: _Stamp | None

    @property
    def n_bytes(self) -> int:
        return self.photo.rgb.nbytes


class PhotoShelf:
    """Up to `MOST_KEPT` decoded photos; those that were not used for longest go first.

    All methods may be called from any thread.

    Parameters
    ----------
    budget_bytes : int
        Memory for pixels; more is used only where the `NEWEST_KEPT` newest photos take more.
    """

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._kept: OrderedDict[Path, _Kept] = OrderedDict()
        self._being_read: set[Path] = set()
        self._wishes: list[Path] = []
        self._worker: Thread | None = None
        self._is_closed = False
        self._changed = Condition()

    def photo(self, path: str | Path) -> Photo:
        """Return a photo from memory, or read it now.

        One that is being read in another thread is waited for; one whose file has changed since
        is read anew.

        Raises
        ------
        DinosarError
            As `read_photo`.
        """
        path = Path(path)
        stamp = _stamp(path)
        with self._changed:
            while path in self._being_read:
                self._changed.wait()
            kept = self._kept.get(path)
            if kept is not None and kept.stamp == stamp:
                self._kept.move_to_end(path)
                return kept.photo
            self._being_read.add(path)
        return self._read(path)

    def preload(self, paths: Iterable[str | Path]) -> None:
        """Read photos in the background, in their order, in place of all that were to be read.

        What cannot be read is silent until the photo is asked for.
        """
        with self._changed:
            if self._is_closed:
                return
            self._wishes = [Path(path) for path in paths]
            if self._wishes and (self._worker is None or not self._worker.is_alive()):
                self._worker = Thread(target=self._work, name="photo-shelf", daemon=True)
                self._worker.start()

    def close(self) -> None:
        """End the thread and let go of all photos; nothing is preloaded from then on."""
        with self._changed:
            self._is_closed = True
            self._wishes = []
            self._kept.clear()
            worker = self._worker
        if worker is not None:
            worker.join(_PATIENCE_S)  # a decoder cannot be stopped, and must not stop napari

    def _work(self) -> None:
        while (path := self._next_wish()) is not None:
            try:
                self._read(path)
            except DinosarError:
                continue

    def _next_wish(self) -> Path | None:
        """Return what to read next, and mark it as being read; None ends the thread."""
        while True:
            with self._changed:
                if not self._wishes:
                    self._worker = None
                    return None
                path = self._wishes.pop(0)
            stamp = _stamp(path)
            with self._changed:
                if path in self._being_read:
                    continue
                kept = self._kept.get(path)
                if kept is not None and kept.stamp == stamp:
                    self._kept.move_to_end(path)
                    continue
                self._being_read.add(path)
                return path

    def _read(self, path: Path) -> Photo:
        """Read a photo that is marked as being read."""
        kept = None
        try:
            # taken before the pixels: a file that changes meanwhile is read again
            stamp = _stamp(path)
            photo = read_photo(path)
            _ = photo.pixel_sha256  # whoever shows it needs it, and then the window waits
            kept = _Kept(photo, stamp)
        finally:
            # whether it was read or not: somebody may wait for it
            with self._changed:
                self._being_read.discard(path)
                if kept is not None and not self._is_closed:
                    self._keep(path, kept)
                self._changed.notify_all()
        return photo

    def _keep(self, path: Path, kept: _Kept) -> None:
        self._kept[path] = kept
        self._kept.move_to_end(path)
        n_bytes = sum(one.n_bytes for one in self._kept.values())
        while len(self._kept) > MOST_KEPT or (
            n_bytes > self._budget_bytes and len(self._kept) > NEWEST_KEPT
        ):
            _, oldest = self._kept.popitem(last=False)
            n_bytes -= oldest.n_bytes


def _stamp(path: Path) -> _Stamp | None:
    """Return what changes when a file is written; None where there is no file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size
