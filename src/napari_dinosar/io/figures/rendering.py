"""A figure as the bytes of a PNG or SVG file, the same bytes each time, and on disk."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.image import AxesImage

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io import _atomic
from napari_dinosar.io.figures.paper import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg")
DPI = 300
PNG_LEVEL = 4
"""Level 6, the usual one, takes a quarter longer for files that are 5 % smaller."""

PHOTO = "photo"
"""Label of the images that a viewer may scale smoothly."""

SMOOTH = "hanning"
"""How pixels of a photo become dots of a figure, many to one or one to many."""

LEAST_DPI, MOST_DPI = 36, 1200


def figure_bytes(
    figure: Figure, file_format: str = "png", dpi: int = DPI, title: str | None = None
) -> bytes:
    """Return a figure as the content of a file; equal figures give equal bytes.

    Parameters
    ----------
    figure : Figure
        The figure.
    file_format : {"png", "svg"}
        SVG keeps text as text, and photos as they were handed over.
    dpi : int
        Dots per inch, 36 to 1200: of all of a PNG, and in an SVG of what is drawn as pixels.
    title : str, optional
        What the file says that it shows.

    Raises
    ------
    DinosarError
        If there is no such format, or the resolution is out of range.
    """
    check_output((file_format,), dpi)
    about: dict[str, Any] = {"Title": title} if title else {}
    if file_format == "svg":
        about |= {"Creator": "napari-dinosar", "Date": None}
        more: dict[str, Any] = {}
    else:
        about |= {"Software": "napari-dinosar"}
        more = {"pil_kwargs": {"compress_level": PNG_LEVEL}}
    stream = io.BytesIO()
    smooth = [image for axes in figure.axes for image in axes.get_images() if _is_photo(image)]
    with style():
        for image in smooth:
            # "none" has a viewer of the SVG scale the photo, as it is; a PNG needs it at its own
            image.set_interpolation("none" if file_format == "svg" else SMOOTH)
        figure.savefig(stream, format=file_format, dpi=dpi, metadata=about, **more)
    return stream.getvalue()


def save_figure(figure: Figure, path: str | Path, dpi: int = DPI, overwrite: bool = False) -> Path:
    """Write a figure as PNG or SVG, as the end of the file's name says.

    Parameters
    ----------
    figure : Figure
        The figure.
    path : str or Path
        ``.png`` or ``.svg``, in a folder that exists.
    dpi : int
        Dots per inch, 36 to 1200.
    overwrite : bool
        Replace a file of that name.

    Returns
    -------
    Path
        The file, absolute.

    Raises
    ------
    DinosarError
        If the format is another, the file exists, or the disk refuses.
    """
    target = Path(path).absolute()
    content = figure_bytes(figure, target.suffix.lower().lstrip("."), dpi)
    return write_files(target.parent, {target.name: content}, overwrite)[0]


def check_output(formats: tuple[str, ...], dpi: int) -> None:
    """Raise DinosarError for formats and resolutions that figures do not have."""
    if not formats:
        raise DinosarError(f"Figures need a format: {' or '.join(FORMATS)}.")
    for one in formats:
        if one not in FORMATS:
            raise DinosarError(
                f"Figures cannot be written as {one!r}: choose {' or '.join(FORMATS)}."
            )
    if isinstance(dpi, bool) or not LEAST_DPI <= dpi <= MOST_DPI:
        raise DinosarError(
            f"The resolution of figures is {dpi!r} dpi: choose {LEAST_DPI} to {MOST_DPI}."
        )


def check_free(folder: Path, names: list[str], overwrite: bool) -> None:
    """Raise DinosarError where files of those names cannot be put into a folder."""
    if not folder.is_dir():
        raise DinosarError(f"{folder} is not a folder, so no figure can be written there.")
    taken = [name for name in names if os.path.lexists(folder / name)]
    if taken and not overwrite:
        raise DinosarError(
            f"{folder} has {', '.join(taken[:5])} already; choose another folder, or overwrite."
        )


def write_files(folder: Path, files: Mapping[str, bytes], overwrite: bool) -> list[Path]:
    """Write files into a folder that exists; each appears whole.

    Raises
    ------
    DinosarError
        If a file is there and may not be replaced, or the disk refuses.
    """
    check_free(folder, list(files), overwrite)
    for name, content in files.items():
        _atomic.replace_file(folder / name, content)
    return [folder / name for name in files]


def _is_photo(image: AxesImage) -> bool:
    return image.get_label() == PHOTO
