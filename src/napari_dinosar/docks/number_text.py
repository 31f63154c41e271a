"""Numbers as the window writes them: with a minus sign, without a negative nought."""

from __future__ import annotations

import math

NOTHING = "–"
"""Stands where there is no number."""
MINUS = "−"


def number_text(value: float | None, decimals: int, sign: str = "") -> str:
    """Return a number with so many decimals.

    Parameters
    ----------
    value : float or None
        None, or what is not finite, is no number.
    decimals : int
        How many.
    sign : str
        ``"+"`` where a positive number shows its sign, too.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    # nought is added because what is rounded to it would keep its minus
    return with_minus(f"{round(value, decimals) + 0.0:{sign}.{decimals}f}")


def with_minus(digits: str) -> str:
    """Return a number that Python wrote, with the minus sign of print."""
    return digits.replace("-", MINUS)
