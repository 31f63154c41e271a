"""Finding a photo in a COCO file by whatever it may be called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from os.path import splitext

from napari_dinosar.io._coco_records import CocoImage


def path_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a path that was written on any system."""
    return tuple(re.split(r"[\\/]", name))


class PhotoIndex:
    """The photos of a COCO file by id, file name, last part of the file name, and stem.

    Parameters
    ----------
    images : iterable of CocoImage
        No two with one id or one file name.
    """

    def __init__(self, images: Iterable[CocoImage]) -> None:
        self._ids: set[str] = set()
        self._by_name: dict[str, str] = {}
        self._names_by_last_part: defaultdict[str, list[str]] = defaultdict(list)
        self._names_by_stem: defaultdict[str, list[str]] = defaultdict(list)
        for image in images:
            self._ids.add(str(image.id))
            if image.file_name:
                last = path_parts(image.file_name)[-1]
                self._by_name[image.file_name] = str(image.id)
                self._names_by_last_part[last].append(image.file_name)
                self._names_by_stem[splitext(last)[0]].append(image.file_name)

    def find(self, key: str) -> list[str]:
        """Return the ids of the photos that a key may mean, by the first of the four that fits.

        Where several files share their last part, the one that ends a longer path decides.
        """
        if key in self._ids:
            return [key]
        if key in self._by_name:
            return [self._by_name[key]]
        parts = path_parts(key)
        names = self._names_by_last_part.get(parts[-1]) or self._names_by_stem.get(parts[-1], [])
        if len(names) > 1:
            ends = [name for name in names if parts[-len(path_parts(name)) :] == path_parts(name)]
            names = ends if len(ends) == 1 else names
        return [self._by_name[name] for name in names]
