"""Telling a COCO keypoints file from other JSON by its first megabyte."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from napari_dinosar.io.whole_files import first_bytes

SNIFF_BYTES = 2**20
DEEPEST = 64

# A string runs to its closing quote, or to the end where the file was cut inside it.
_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(\s*:)?|\\?\Z)|[{}\[\]]', re.DOTALL)


def looks_like_coco(path: str | PathLike[str]) -> bool:
    """Tell whether a file seems to hold COCO keypoints, from its first megabyte at most.

    A file that is cut off, or whose size is beyond that megabyte, is judged by the keys that are
    there: lists of images or annotations at the top whose entries have COCO's keys, and keypoints
    in the annotations as soon as one of them is complete.

    Parameters
    ----------
    path : str or Path
        Any file.

    Returns
    -------
    bool
        False also for what is not there or cannot be read.
    """
    head = first_bytes(Path(path), SNIFF_BYTES)
    text = head.decode(json.detect_encoding(head), errors="replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("{"):
        return False
    try:
        return _is_coco(json.loads(text))
    except (ValueError, RecursionError):
        return _Keys.of(text).are_coco


def _is_coco(document: dict[str, Any]) -> bool:
    images, annotations = document.get("images"), document.get("annotations")
    if not isinstance(images, list) or not isinstance(annotations, list):
        return False
    return any(
        isinstance(annotation, dict) and "keypoints" in annotation and "image_id" in annotation
        for annotation in annotations
    )


@dataclass
class _Keys:
    """The keys of a JSON object that may be cut off."""

    top: set[str] = field(default_factory=set)
    of_entries: set[str] = field(default_factory=set)
    whole_annotation: bool = False

    @classmethod
    def of(cls, text: str) -> _Keys:
        keys = cls()
        depth, section = 0, ""
        for token in _TOKEN.finditer(text):
            mark = token.group()
            if mark in "{[":
                depth += 1
                if depth > DEEPEST:
                    return cls()
            elif mark in "}]":
                depth -= 1
                keys.whole_annotation |= depth == 2 and section == "annotations"
            elif token.group(2) and depth == 1:
                section = token.group(1)
                keys.top.add(section)
            elif token.group(2) and depth == 3 and section in ("images", "annotations"):
                keys.of_entries.add(token.group(1))
        return keys

    @property
    def are_coco(self) -> bool:
        if self.whole_annotation:
            return {"image_id", "keypoints"} <= self.of_entries
        return bool({"images", "annotations"} & self.top) and bool(
            {"file_name", "image_id"} & self.of_entries
        )
