"""How one setting is shown, and what values it takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from napari_dinosar.core.errors import DinosarError

Kind = Literal["integer", "number", "switch", "choice", "choices", "integers", "model"]
Requirement: TypeAlias = Mapping[str, tuple[Any, ...]]
"""Values of other settings, all of which are needed; for a list it is enough that one is in it."""

MODEL_SUFFIX = ".onnx"


@dataclass(frozen=True)
class Option:
    """How one setting is shown and what values it takes.

    Attributes
    ----------
    group : str
        Heading under which the dock and the command line list it.
    help : str
        What it does, as one sentence.
    kind : str
        ``"integer"``, ``"number"``, ``"switch"``, ``"choice"``, ``"choices"`` (several of them),
        ``"integers"``, or ``"model"`` (one of the choices, or the path of an .onnx file).
    unit : str
        Unit of the value, or an empty string.
    choices : tuple of str
        The values of a choice.
    minimum, maximum : float
        Inclusive bounds of a number.
    optional : bool
        Whether None is allowed; ``when_none`` says what None means.
    when_none : str
        What the program does when the value is None.
    advanced : bool
        Whether the dock folds it away.
    aliases : tuple of str
        Further command-line flags, as the published script names them.
    needs : tuple of Requirement
        When it has an effect: one of these must be met. Empty: always.
    """

    group: str
    help: str
    kind: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()
    minimum: float = -math.inf
    maximum: float = math.inf
    optional: bool = False
    when_none: str = ""
    advanced: bool = True
    aliases: tuple[str, ...] = ()
    needs: tuple[Requirement, ...] = ()


def checked(name: str, option: Option, value: Any) -> Any:
    """Return the value in its kind.

    Raises
    ------
    DinosarError
        If it is wrong; the message names the setting and says what it takes.
    """
    if value is None:
        if option.optional:
            return None
        raise DinosarError(f"Setting {name!r} needs a value.")
    if option.kind == "switch":
        return _switch(name, value)
    if option.kind == "choice":
        return _choice(name, option, value)
    if option.kind == "choices":
        return _choices(name, option, value)
    if option.kind == "model":
        return _model(name, option, value)
    if option.kind == "integers":
        return _integers(name, value)
    return _number(name, option, value)


def _switch(name: str, value: Any) -> bool:
    if value in (True, False) and not isinstance(value, float):
        return bool(value)
    raise DinosarError(f"Setting {name!r} is on or off (true or false), not {value!r}.")


def _choice(name: str, option: Option, value: Any) -> str:
    if isinstance(value, str) and value in option.choices:
        return value
    raise DinosarError(f"Setting {name!r} takes one of {', '.join(option.choices)}, not {value!r}.")


def _choices(name: str, option: Option, value: Any) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else _items(name, "words", value)
    return tuple(_choice(name, option, word) for word in words)


def _model(name: str, option: Option, value: Any) -> str:
    if isinstance(value, str) and value in option.choices:
        return value
    if hasattr(value, "__fspath__") or isinstance(value, str):
        path = str(value)
        if path.lower().endswith(MODEL_SUFFIX):
            return path
    raise DinosarError(
        f"Setting {name!r} takes one of {', '.join(option.choices)}, or the path of an "
        f"{MODEL_SUFFIX} file, not {value!r}."
    )


def _integers(name: str, value: Any) -> tuple[int, ...]:
    return tuple(_as_integer(name, item) for item in _items(name, "whole numbers", value))


def _items(name: str, what: str, value: Any) -> list[Any]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise DinosarError(f"Setting {name!r} takes a list of {what}, not {value!r}.")
    items = list(value)
    if not items:
        raise DinosarError(f"Setting {name!r} is empty: name at least one of its values.")
    if any(item in items[:place] for place, item in enumerate(items)):
        raise DinosarError(f"Setting {name!r} lists a value twice: {items}.")
    return items


def _number(name: str, option: Option, value: Any) -> int | float:
    number = _as_integer(name, value) if option.kind == "integer" else _as_float(name, value)
    if not option.minimum <= number <= option.maximum:
        raise DinosarError(
            f"Setting {name!r} is {number}; it must lie between {option.minimum:g} and "
            f"{option.maximum:g}."
        )
    return number


def _as_integer(name: str, value: Any) -> int:
    number = _as_float(name, value)
    if not number.is_integer():
        raise DinosarError(f"Setting {name!r} takes a whole number, not {value!r}.")
    return int(number)


def _as_float(name: str, value: Any) -> float:
    if isinstance(value, str | bool):
        raise DinosarError(f"Setting {name!r} takes a number, not {value!r}.")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise DinosarError(f"Setting {name!r} takes a number, not {value!r}.") from error
    if not math.isfinite(number):
        raise DinosarError(f"Setting {name!r} must be finite, not {value!r}.")
    return number
