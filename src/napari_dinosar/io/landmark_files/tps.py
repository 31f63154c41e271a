"""TPS files, as the programs of the tps family, geomorph and others write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_frames import COUNT_KEY
from napari_dinosar.io.landmark_files._building import (
    Draft,
    listed_count,
    numbered_dataset,
)
from napari_dinosar.io.landmark_files._losses import Part, losses, refuse_y_down
from napari_dinosar.io.landmark_files._text import (
    Written,
    check_number,
    coordinate,
    lines_of,
    number,
    one_line,
    read_text,
    shown,
    whole,
)

TITLE = "TPS"
VERBATIM = "tps"
"""Extra that holds the lines of a specimen that mean nothing to us, outlines among them."""

_HELD: tuple[Part, ...] = ("photo", "size", "scale", "curves", "note")

_DIGITS = 10

_KEY = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=(.*)", re.DOTALL)


@dataclass
class _Lines:
    """The lines of a file, taken one after the other; messages name them."""

    where: str
    lines: list[str]
    place: int = 0

    def __bool__(self) -> bool:
        return self.place < len(self.lines)

    @property
    def here(self) -> str:
        """File and line that was taken last."""
        return f"{self.where}, line {self.place}"

    def take(self) -> str:
        """Return the next line."""
        self.place += 1
        return self.lines[self.place - 1]

    def key(self) -> tuple[str, str] | None:
        """Return key and value of the next line without taking it, or None where it has none."""
        found = _KEY.match(self.lines[self.place])
        return None if found is None else (found[1].upper(), found[2])

    def points(self, count: int, what: str) -> Iterator[tuple[float, float]]:
        """Yield that many positions, one a line."""
        told = self.here
        for done in range(count):
            while self and not self.lines[self.place].strip():
                self.place += 1
            if not self or self.key() is not None:
                raise DinosarError(f"{told}: {what} has {count} points, and {done} follow.")
            words = self.take().split()
            if len(words) != 2:
                raise DinosarError(
                    f"{self.here}: {shown(' '.join(words))} are not x and y, two numbers with a "
                    "blank between them."
                )
            x, y = (coordinate(word, self.here) for word in words)
            yield x, y


def is_tps(head: str) -> bool:
    """Tell whether a file that begins so may be a TPS file."""
    return re.match(r"LM3?\s*=", head, re.IGNORECASE) is not None


def read_tps(path: Path) -> Dataset:
    """Read a TPS file; y counts from the bottom, as in the file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Dataset
        Landmarks are numbered. ``COMMENT`` is the note; keys that mean nothing to us, and outlines,
        are kept word for word.

    Raises
    ------
    DinosarError
        If the file is none, or is damaged; the message names the line.
    """
    lines = _Lines(str(path), lines_of(read_text(path)))
    drafts: list[Draft] = []
    while lines:
        key = lines.key()
        if key is None and not lines.take().strip():
            continue
        if key is None or key[0] not in ("LM", "LM3"):
            lines.place += key is not None
            raise DinosarError(
                f"{lines.here}: a specimen of a TPS file begins with LM=, not with "
                f"{shown(lines.lines[lines.place - 1])}."
            )
        drafts.append(_specimen(lines, number_from_0=len(drafts)))
        check_number(len(drafts), str(path))
    return numbered_dataset(drafts, str(path))


def _specimen(lines: _Lines, number_from_0: int) -> Draft:
    """Take the lines of one specimen."""
    key, value = lines.key() or ("", "")
    lines.take()
    if key == "LM3":
        raise DinosarError(
            f"{lines.here}: these landmarks have x, y and z; those of photos have two."
        )
    draft = Draft("", counts_y_up=True)
    draft.points.extend(lines.points(whole(value, lines.here), "LM"))
    verbatim: list[str] = []
    while lines:
        found = lines.key()
        if found is not None and found[0] in ("LM", "LM3"):
            break
        line = lines.take()
        if found is not None and found[0] in _TAKEN:
            _TAKEN[found[0]](draft, found[1], lines)
        elif found is not None or (line.strip() and verbatim):
            verbatim.append(line)
        elif line.strip():
            raise DinosarError(
                f"{lines.here}: {shown(line)} follows the points that were announced. Correct "
                "the number after LM= or POINTS=."
            )
    if verbatim:
        draft.extras[VERBATIM] = "\n".join(verbatim)
    stem = PurePosixPath(draft.file_name.replace("\\", "/")).stem
    draft.specimen_id = draft.specimen_id or stem or str(number_from_0)
    return draft


def _take_curves(draft: Draft, value: str, lines: _Lines) -> None:
    for done in range(whole(value, lines.here)):
        while lines and not lines.lines[lines.place].strip():
            lines.place += 1
        found = lines.key() if lines else None
        if found is None or found[0] != "POINTS":
            raise DinosarError(
                f"{lines.here}: CURVES= announces {value.strip()} curves, and {done} follow."
            )
        lines.take()
        draft.curves.append(_curve(lines, found[1]))


def _curve(lines: _Lines, value: str) -> NDArray[np.float64]:
    points = list(lines.points(whole(value, lines.here), "a curve"))
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _take_scale(draft: Draft, value: str, lines: _Lines) -> None:
    # geomorph and tpsDig leave it empty where none was set
    scale = number(value, lines.here) if value.strip() else 0.0
    if scale < 0:
        raise DinosarError(f"{lines.here}: the scale {scale:g} is under 0; it is units per pixel.")
    draft.scale = scale or None


def _take_comment(draft: Draft, value: str, lines: _Lines) -> None:
    draft.notes.append(value)


def _take_image(draft: Draft, value: str, lines: _Lines) -> None:
    draft.file_name = value.strip()


def _take_id(draft: Draft, value: str, lines: _Lines) -> None:
    draft.specimen_id = value.strip()


_TAKEN = {
    "CURVES": _take_curves,
    "SCALE": _take_scale,
    "COMMENT": _take_comment,
    "IMAGE": _take_image,
    "ID": _take_id,
}


def tps_text(dataset: Dataset, missing: Literal["-1", "NA"] = "-1") -> Written:
    """Return a dataset as the text of a TPS file.

    Parameters
    ----------
    dataset : Dataset
        Specimens whose photos' heights are known, or that count y from the bottom.
    missing : {"-1", "NA"}
        What stands for both coordinates of a landmark that has none: -1 for tpsDig, NA for
        geomorph.

    Returns
    -------
    Written
        The text, and what it cannot hold.

    Raises
    ------
    DinosarError
        If the height of a photo is not known.
    """
    refuse_y_down(dataset, TITLE)
    lines: list[str] = []
    outside: list[str] = []
    for one in dataset.specimens:
        y_up = one.xy if one.counts_y_up else _turned(one, one.xy)
        if (y_up < 0).all(axis=1).any():
            outside.append(one.specimen_id)
        lines += _block(one, y_up, missing)
    found = [*losses(dataset, TITLE, _HELD, (VERBATIM, COUNT_KEY))]
    if outside:
        found.append(
            f"{TITLE} takes two negative coordinates for a missing landmark, and some landmarks "
            f"lie beyond the lower left corner of their photo ({listed(outside)})."
        )
    return Written("\n".join([*lines, ""]), tuple(found))


def _turned(one: Digitised, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions counted from the bottom of the photo."""
    height = one.size_xy[1] if one.size_xy is not None else 0
    return np.column_stack([xy[:, 0], height - xy[:, 1]])


def _block(one: Digitised, y_up: NDArray[np.float64], missing: str) -> Iterator[str]:
    """Yield the lines of one specimen."""
    count = listed_count(one)
    yield f"LM={count}"
    yield from (_line(point, missing) for point in y_up[:count].tolist())
    if one.curves:
        yield f"CURVES={len(one.curves)}"
    for curve in one.curves:
        points = curve if one.counts_y_up else _turned(one, curve)
        yield f"POINTS={len(points)}"
        yield from (_line(point, "NA") for point in points.tolist())
    if one.extras.get(VERBATIM):
        yield one.extras[VERBATIM]
    if one.file_name:
        yield f"IMAGE={one_line(one.file_name)}"
    yield f"ID={one_line(one.specimen_id)}"
    if one.scale is not None:
        yield f"SCALE={one.scale!r}"
    yield from (f"COMMENT={line}" for line in lines_of(one.note) if one.note)


def _line(point: list[float], missing: str) -> str:
    x, y = point
    if x != x:
        return f"{missing} {missing}"
    # turning y over leaves a rounding error in the last digits, which nobody wants to read
    return f"{round(x, _DIGITS)!r} {round(y, _DIGITS)!r}"
