"""What is left of our objects when Qt says that a dock is gone."""

from __future__ import annotations


def is_whole(one: object) -> bool:
    """Tell whether an object still has its attributes.

    Where dock and object are collected together, Python empties the object before Qt deletes the
    dock and calls what was connected to that.
    """
    return bool(vars(one))
