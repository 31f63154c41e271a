"""How words become values: the parser that all commands share, and the kinds of values."""

from __future__ import annotations

import argparse
import difflib
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

NONE = "none"
"""The word that takes an optional value back."""


class Parser(argparse.ArgumentParser):
    """A parser that takes flags only as they are written, and guesses what was meant.

    An abbreviation that is clear today would mean something else with the next flag.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "allow_abbrev": False})

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Parse all words, or end with a message that names the one that is not known."""
        given, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error("; ".join(map(self._unknown, unknown)))
        return given

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line and where help is, and end with status 2."""
        self.exit(2, f"{self.prog}: {message}\nSee {self.prog} --help.\n")

    def all_flags(self) -> set[str]:
        """Return the flags of this parser and of its commands."""
        flags: set[str] = set()
        for action in self._actions:
            flags.update(action.option_strings)
            if isinstance(action.choices, dict):
                flags.update(*(command.all_flags() for command in action.choices.values()))
        return flags

    def _unknown(self, word: str) -> str:
        flag = word.partition("=")[0]
        close = difflib.get_close_matches(flag, sorted(self.all_flags()), n=1)
        hint = f" (did you mean {close[0]}?)" if close and flag.startswith("-") else ""
        return f"there is no place for {word!r} here{hint}"


class OneOf(argparse.Action):
    """A value that has flags of several names: of one flag the last counts, of two none."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep the value, unless a flag of another name gave another one."""
        by_flag: dict[str | None, Any] = getattr(namespace, "by_flag", {})
        others = {flag for flag in by_flag if flag in self.option_strings} - {option_string}
        for other in others:
            if by_flag[other] != values:
                raise argparse.ArgumentError(
                    None, f"{other} {by_flag[other]} and {option_string} {values}: give one of them"
                )
        namespace.by_flag = {**by_flag, option_string: values}
        setattr(namespace, self.dest, values)


def whole(text: str) -> int:
    """Return a whole number."""
    return _number(text, int, "a whole number")


def number(text: str) -> float:
    """Return a number."""
    return _number(text, float, "a number")


def place(text: str) -> tuple[float, float]:
    """Return a place on a photo, ``X,Y`` in its pixels."""
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not a place: write X,Y in pixels")
    x, y = (number(part) for part in parts)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a place: write X,Y in pixels")
    return x, y


def or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a reader that takes the word ``none`` as well."""

    def reader(text: str) -> Any:
        return None if text == NONE else read(text)

    return reader


def _number(text: str, kind: Callable[[str], Any], what: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}") from None
