"""Data sets of dlib's imglab: XML of photos, boxes and numbered or named parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files._building import Draft, dataset_of, refuse_none, schema_of
from napari_dinosar.io.landmark_files._text import (
    check_extent,
    check_number,
    coordinate,
    file_bytes,
    shown,
    unique,
    whole,
)

TITLE = "imglab's XML"
BOX = "box"
"""Extra that holds left, top, width and height of a specimen's box."""

_DEEPEST = 32


@dataclass
class _Found:
    """What was found so far, while elements open and close."""

    where: str
    line: int = 0
    open: list[str] = field(default_factory=list)
    file_name: str = ""
    size_xy: tuple[int, int] | None = None
    n_boxes: int = 0
    drafts: list[tuple[Draft, dict[str, tuple[float, float]]]] = field(default_factory=list)

    @property
    def here(self) -> str:
        """File and line, for messages."""
        return f"{self.where}, line {self.line}"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element that opens."""
        if not self.open and name != "dataset":
            raise DinosarError(f"{self.here}: imglab's files hold a dataset, not {shown(name)}.")
        self.open.append(name)
        if len(self.open) > _DEEPEST:
            raise DinosarError(f"{self.here}: elements are nested too deeply.")
        if name == "image":
            self._image(attributes)
        elif name == "box" and "image" in self.open:
            self._box(attributes)
        elif name == "part" and "box" in self.open and self.drafts:
            self._part(attributes)

    def end(self, name: str) -> None:
        """Take an element that closes."""
        self.open.pop()

    def _image(self, attributes: dict[str, str]) -> None:
        self.file_name = attributes.get("file", "").strip()
        if not self.file_name:
            raise DinosarError(f"{self.here}: an image names no file.")
        self.n_boxes, self.size_xy = 0, None
        if "width" in attributes and "height" in attributes:
            width, height = (whole(attributes[key], self.here) for key in ("width", "height"))
            self.size_xy = (width, height) if width and height else None

    def _box(self, attributes: dict[str, str]) -> None:
        self.n_boxes += 1
        name = self.file_name if self.n_boxes == 1 else f"{self.file_name} {self.n_boxes}"
        draft = Draft(name, self.file_name, size_xy=self.size_xy)
        sides = [attributes.get(key, "") for key in ("left", "top", "width", "height")]
        if all(sides):
            draft.extras[BOX] = " ".join(sides)
        self.drafts.append((draft, {}))
        check_number(len(self.drafts), self.where)

    def _part(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "").strip()
        if not name:
            raise DinosarError(f"{self.here}: a part has no name.")
        draft, parts = self.drafts[-1]
        if name in parts:
            raise DinosarError(
                f"{self.here}: {draft.specimen_id} has its part {shown(name)} twice."
            )
        x, y = (coordinate(attributes.get(axis, ""), self.here) for axis in "xy")
        parts[name] = (x, y)


def is_imglab(head: str) -> bool:
    """Tell whether a file that begins so may be of imglab."""
    return head.startswith("<") and "<dataset" in head


def read_imglab(path: Path) -> Dataset:
    """Read a data set of imglab, as dlib and ml-morph use them.

    Entities are not expanded: a file that declares any is refused.

    Parameters
    ----------
    path : Path
        The XML file.

    Returns
    -------
    Dataset
        A specimen for each box. Landmarks are in the order of their names as text, which is
        dlib's own.

    Raises
    ------
    DinosarError
        If the file is damaged; the message names the line.
    """
    where = str(path)
    found = _Found(where)
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        found.line = parser.CurrentLineNumber
        found.start(name, attributes)

    def refuse(*_: object) -> None:
        raise DinosarError(
            f"{where}, line {parser.CurrentLineNumber}: the file declares a document type or "
            "entities, which are not read. Remove the declaration."
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = found.end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(file_bytes(path), True)
    except expat.ExpatError as error:
        raise DinosarError(f"{where}, line {error.lineno}: no XML: {error}.") from error
    except (LookupError, ValueError, UnicodeError) as error:
        raise DinosarError(f"{where}: no XML in an encoding that is read: {error}.") from error
    drafts = [draft for draft, _ in found.drafts]
    refuse_none(drafts, where)
    names = tuple(sorted(unique(name for _, parts in found.drafts for name in parts)))
    check_extent(len(drafts), len(names), where)
    nan = float("nan")
    for draft, parts in found.drafts:
        draft.points = [parts.get(name, (nan, nan)) for name in names]
    return dataset_of(schema_of(names), drafts)
