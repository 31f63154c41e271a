"""Work in steps: generators that tell what begins, and return what they made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar

Step: TypeAlias = tuple[str, int, int]
"""What begins now, how many steps are done, and how many there are; 0 where nobody knows."""

Told = TypeVar("Told")
Result = TypeVar("Result")


def ended(
    steps: Generator[Told, None, Result], tell: Callable[[Told], object] | None = None
) -> Result:
    """Run a generator to its end, and return what it made.

    Parameters
    ----------
    steps : generator
        What yields before each of its steps.
    tell : callable, optional
        What is called with all that it yields.
    """
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
        if tell is not None:
            tell(step)
