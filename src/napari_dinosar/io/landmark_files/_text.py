"""Text of landmark files: read within limits, decoded, and taken apart into checked values."""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from napari_dinosar.core._landmark_checks import FARTHEST_PX
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import MAX_COMMON_LANDMARKS
from napari_dinosar.io.whole_files import whole_file

MAX_FILE_BYTES = 64 * 2**20
HEAD_BYTES = 2**16
"""How much of a file is looked at to tell its format."""

MAX_LANDMARKS = MAX_COMMON_LANDMARKS
MAX_PLACES = 4_000_000
"""Most specimens x landmarks: 10,000 specimens of 400 landmarks, or 200,000 of 20."""

MAX_SPECIMENS = 200_000
MAX_ROWS = 2_000_000
MAX_LINE = 4 * 2**20

_CHOOSE = "choose a file of landmarks"

MISSING_WORDS = frozenset({"na", "nan", "-nan"})

_LINE_END = re.compile("\r\n|\r|\n")
# UTF-32 before UTF-16, whose little-endian mark it begins with
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Written:
    """A file's text, and one sentence for each thing that its format cannot hold."""

    text: str
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line of a table."""

    line: int
    cells: tuple[str, ...]


def file_bytes(path: Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    DinosarError
        If it is no file, is empty or too large, or cannot be read.
    """
    content = whole_file(path, MAX_FILE_BYTES, choose=_CHOOSE, beyond="Split it.")
    if not content.strip():
        raise DinosarError(f"{path} is empty; {_CHOOSE}.")
    return content


def decoded(content: bytes, where: str) -> str:
    """Return text in UTF-8, or with the mark of UTF-16 or -32, or else Latin-1.

    Raises
    ------
    DinosarError
        If it is no text.
    """
    mark, name = next((one for one in _MARKS if content.startswith(one[0])), (b"", ""))
    try:
        text = content[len(mark) :].decode(name or "utf-8")
    except UnicodeDecodeError as error:
        if name:
            raise DinosarError(f"{where} is no text in {name.upper()}: {error.reason}.") from error
        text = content.decode("latin-1")
    if "\0" in text:
        raise DinosarError(f"{where} is not a text file; {_CHOOSE}.")
    if not text.strip():
        raise DinosarError(f"{where} is empty; {_CHOOSE}.")
    return text


def read_text(path: Path) -> str:
    """Return the text of a file, whatever its encoding."""
    return decoded(file_bytes(path), str(path))


def head_of(path: Path) -> str:
    """Return the beginning of a file's text, cut at a line where it is long."""
    content = file_bytes(path)
    if len(content) > HEAD_BYTES:
        content = content[: max(content.rfind(b"\n", 0, HEAD_BYTES), 4) // 4 * 4]
    return decoded(content, str(path)).lstrip()


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with any kind of line ends."""
    return _LINE_END.split(text)


def rows_of(text: str, where: str, delimiter: str = ",") -> list[Row]:
    """Return the lines of a table that are not blank, one at least.

    Raises
    ------
    DinosarError
        If the table cannot be taken apart, as after a quotation mark that nothing closes, or is
        empty or too large.
    """
    if max(map(len, _LINE_END.split(text))) > MAX_LINE:
        raise DinosarError(f"{where} has a line of more than {MAX_LINE:,} letters.")
    stream = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for cells in stream:
            if any(cell.strip() for cell in cells):
                rows.append(Row(stream.line_num, tuple(cells)))
            if len(rows) > MAX_ROWS:
                raise DinosarError(f"{where} has more than {MAX_ROWS:,} lines. Split it.")
    except csv.Error as error:
        raise DinosarError(f"{where}, line {stream.line_num}: {error}.") from error
    if not rows:
        raise DinosarError(f"{where} is a table without anything in it.")
    return rows


def delimiter_of(line: str) -> str:
    """Return what separates the cells of a table's first line: a tab, a semicolon or a comma."""
    return max("\t;,", key=line.count)


def table_text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Return rows of cells as the text of a table, quoted where they need it."""
    stream = io.StringIO(newline="")
    # with the line end of RFC 4180 cells that hold either half of it are quoted
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def coordinate(word: str, where: str) -> float:
    """Return a coordinate; NaN for one that is not available.

    Raises
    ------
    DinosarError
        If it is no number, or none that a photo can have.
    """
    text = word.strip()
    if not text or text.lower() in MISSING_WORDS:
        return math.nan
    value = number(text, where)
    if abs(value) > FARTHEST_PX:
        raise DinosarError(f"{where}: {value:g} is no position in a photo.")
    return value


def number(word: str, where: str) -> float:
    """Return a finite number.

    Raises
    ------
    DinosarError
        If it is none.
    """
    try:
        # Python takes 1_000 and the digits of all scripts, which no other program writes
        value = float(word) if word.isascii() and "_" not in word else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DinosarError(f"{where}: {shown(word)} is not a number; write it as 12.5.")
    return value


def above_zero(word: str, where: str) -> float:
    """Return a finite number above 0.

    Raises
    ------
    DinosarError
        If it is none.
    """
    value = number(word, where)
    if value <= 0:
        raise DinosarError(f"{where}: {shown(word)} must be above 0.")
    return value


def whole(word: str, where: str) -> int:
    """Return a whole number of at least 0.

    Raises
    ------
    DinosarError
        If it is none.
    """
    text = word.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise DinosarError(f"{where}: {shown(word)} is not a whole number of at least 0.")
    return int(text)


def check_number(n_specimens: int, where: str) -> None:
    """Refuse more specimens than can be meant, while they are read.

    Raises
    ------
    DinosarError
        If there are too many.
    """
    if n_specimens > MAX_SPECIMENS:
        raise DinosarError(f"{where}: more than {MAX_SPECIMENS:,} specimens. Split the file.")


def check_extent(n_specimens: int, n_landmarks: int, where: str) -> None:
    """Refuse a table that is too large to be meant, before it is made.

    Raises
    ------
    DinosarError
        If there are too many landmarks, or too many specimens of so many.
    """
    check_number(n_specimens, where)
    if n_landmarks > MAX_LANDMARKS:
        raise DinosarError(
            f"{where} has {n_landmarks:,} landmarks for a specimen; up to {MAX_LANDMARKS:,} are "
            "read."
        )
    if n_specimens * max(n_landmarks, 1) > MAX_PLACES:
        raise DinosarError(
            f"{where} has {n_specimens:,} specimens of {n_landmarks:,} landmarks, which is more "
            f"than {MAX_PLACES:,} places. Split it."
        )


def shown(text: str) -> str:
    """Return text for a message, quoted and cut short."""
    return ascii(text if len(text) <= 40 else f"{text[:40]}...")


def one_line(text: str) -> str:
    """Return text without line ends, for formats of one line each."""
    return " ".join(_LINE_END.split(text)).strip()


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return each value once, in the order of its first."""
    return tuple(dict.fromkeys(values))
