"""Tells what the program does to a layer's looks from what a person does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_depth: list[None] = []


@contextmanager
def by_program() -> Iterator[None]:
    """Change looks of layers in here, and nobody's wish is seen in it."""
    _depth.append(None)
    try:
        yield
    finally:
        _depth.pop()


def is_by_program() -> bool:
    """Tell whether a change that is seen now is the program's own."""
    return bool(_depth)
