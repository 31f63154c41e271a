"""Work in steps: generators that tell what begins, and return what they made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

Step = TypeVar("Step")
Result = TypeVar("Result")


def ended(
    steps: Generator[Step, None, Result], tell: Callable[[Step], object] | None = None
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
