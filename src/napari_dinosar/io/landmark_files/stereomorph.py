"""Shapes files of StereoMorph: one specimen each, in elements that only look like XML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files._building import Draft, dataset_of, refuse_none, schema_of
from napari_dinosar.io.landmark_files._text import (
    MAX_LANDMARKS,
    check_extent,
    coordinate,
    decoded,
    file_bytes,
    lines_of,
    number,
    shown,
    whole,
)

TITLE = "StereoMorph's shapes"

_OPENING = re.compile(r"\s*<([A-Za-z][\w.]*)((?:\s[^<>]*)?)>")
_ATTRIBUTE = re.compile(r"([\w.]+)\s*=\s*([^\s<>]*)")
_CLOSING = "</"


@dataclass
class _Lines:
    """The lines of a file, taken one after the other."""

    where: str
    lines: list[str]
    place: int = 0

    @property
    def here(self) -> str:
        """File and line that was taken last."""
        return f"{self.where}, line {self.place}"

    def until_closed(self, name: str) -> list[tuple[str, str]]:
        """Take the lines up to the end of an element; each with its place."""
        told = self.here
        found: list[tuple[str, str]] = []
        while self.place < len(self.lines):
            line = self.lines[self.place].strip()
            self.place += 1
            if line.startswith(f"{_CLOSING}{name}"):
                return found
            if line:
                found.append((self.here, line))
        raise DinosarError(f"{told}: {shown(name)} is opened and not closed.")


def is_stereomorph(head: str) -> bool:
    """Tell whether a file that begins so may be of StereoMorph."""
    return re.match(r"<(shapes|image\.name|landmarks\.pixel)\b", head) is not None


def read_stereomorph(path: Path) -> Dataset:
    """Read a shapes file of StereoMorph; y counts from the top.

    Parameters
    ----------
    path : Path
        The file of one specimen.

    Returns
    -------
    Dataset
        One specimen, called as the file: landmarks by their names, sampled curves, the scaling.

    Raises
    ------
    DinosarError
        If the file is damaged; the message names the line.
    """
    where = str(path)
    lines = _Lines(where, lines_of(decoded(file_bytes(path), where)))
    draft = Draft(path.stem)
    points: dict[str, tuple[float, float]] = {}
    is_shapes = False
    while lines.place < len(lines.lines):
        line = lines.lines[lines.place]
        lines.place += 1
        opened = _OPENING.match(line)
        if opened is None:
            _refuse_stray(line, lines.here)
            continue
        name = opened[1]
        is_shapes = True
        rest = line[opened.end() :]
        if f"{_CLOSING}{name}" in rest:
            _take_value(draft, name, rest.split(_CLOSING)[0].strip().strip("\"'"), lines.here)
        elif name == "landmarks.pixel":
            points |= _rows(lines, name, dict(_ATTRIBUTE.findall(opened[2])))
        elif name == "curves.pixel":
            _take_curves(draft, lines)
        elif name != "shapes":
            lines.until_closed(name)
    if not is_shapes:
        raise DinosarError(f"{where} holds no shapes of StereoMorph.")
    if not points and not draft.curves:
        refuse_none((), where)
    check_extent(1, len(points), where)
    draft.points = list(points.values())
    return dataset_of(schema_of(tuple(points)), [draft])


def _refuse_stray(line: str, here: str) -> None:
    text = line.strip()
    if text and not text.startswith(_CLOSING):
        raise DinosarError(f"{here}: {shown(text)} stands in no element of StereoMorph.")


def _take_value(draft: Draft, name: str, value: str, here: str) -> None:
    """Take an element of one line."""
    if not value or value == "NA":
        return
    if name == "scaling":
        scale = number(value.split()[0], here)
        if scale <= 0:
            raise DinosarError(f"{here}: the scaling {shown(value)} must be above 0.")
        draft.scale = scale
    elif name == "scaling.units":
        draft.unit = value
    elif name == "image.name":
        draft.file_name = value


def _rows(lines: _Lines, name: str, attributes: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Take the rows of a matrix: a name and two positions each."""
    told = lines.here
    points: dict[str, tuple[float, float]] = {}
    for here, line in lines.until_closed(name):
        words = line.rsplit(None, 2)
        if len(words) != 3:
            raise DinosarError(f"{here}: {shown(line)} are not a name, x and y.")
        label = words[0].strip("\"' \t")
        if label in points or not label:
            raise DinosarError(f"{here}: the landmark {shown(label)} has no name of its own.")
        x, y = (coordinate(word, here) for word in words[1:])
        points[label] = (x, y)
        if len(points) > MAX_LANDMARKS:
            raise DinosarError(f"{here}: more than {MAX_LANDMARKS:,} landmarks are not read.")
    stated = attributes.get("nrow", "").strip("\"'")
    if stated and whole(stated, told) != len(points):
        raise DinosarError(f"{told}: {stated} rows are announced, and {len(points)} follow.")
    return points


def _take_curves(draft: Draft, lines: _Lines) -> None:
    """Take the matrices of a list of curves."""
    points: list[tuple[float, float]] | None = None
    for here, line in lines.until_closed("curves.pixel"):
        if line.startswith("<"):
            if points:
                draft.curves.append(np.array(points, dtype=np.float64))
            points = None if line.startswith(_CLOSING) else []
            continue
        words = line.split()
        if points is None or len(words) < 2:
            raise DinosarError(f"{here}: {shown(line)} are not x and y of a curve.")
        x, y = (coordinate(word, here) for word in words[-2:])
        points.append((x, y))
