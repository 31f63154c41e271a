"""The control of one setting: the magicgui widget that its `Option` asks for."""

from __future__ import annotations

from typing import Any

from magicgui.widgets import CheckBox, ComboBox, Container, FloatSpinBox, LineEdit, SpinBox
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import wording
from napari_dinosar.docks.model_choice import ModelChoice
from napari_dinosar.docks.several_choice import SeveralChoice
from napari_dinosar.settings import Option, defaults

FARTHEST = 2**31 - 1
"""The largest number that Qt's spin boxes take."""


class OptionalNumber(Container):
    """A number that may be left to the program: a check box, and a spin box beside it."""

    def __init__(self, option: Option, when_none: str, **kwargs: Any) -> None:
        self._wanted = CheckBox(value=False, text=when_none)
        first = -1 if option.minimum < 0 else max(option.minimum, 1)
        self._number = _number_box(option, first)
        super().__init__(
            layout="horizontal", labels=False, widgets=[self._wanted, self._number], **kwargs
        )
        self.margins = (0, 0, 0, 0)
        self._wanted.changed.connect(self._on_wanted)
        self._when_none = when_none
        self._on_wanted(False)

    @property
    def value(self) -> float | None:
        """The number, or None when it is left to the program."""
        return self._number.value if self._wanted.value else None

    @value.setter
    def value(self, value: float | None) -> None:
        self._wanted.value = value is not None
        if value is not None:
            _write_number(self._number, value)

    def _on_wanted(self, is_wanted: bool) -> None:
        self._number.visible = is_wanted
        self._wanted.text = "" if is_wanted else self._when_none


def make_control(name: str, option: Option) -> Any:
    """Return the magicgui widget of a setting, at its default.

    Parameters
    ----------
    name : str
        Field of `Settings`.
    option : Option
        What the setting takes.
    """
    default = defaults()[name]
    common: dict[str, Any] = {
        "name": name,
        "label": wording.label(name),
        "tooltip": wording.tooltip(name),
    }
    control: Any
    if option.kind == "switch":
        control = CheckBox(value=default, **common)
        control.text = wording.label(name)
    elif option.kind == "choice":
        control = ComboBox(value=default, choices=wording.choice_words(name, option), **common)
    elif option.kind == "choices":
        control = SeveralChoice(wording.choice_words(name, option), **common)
        control.value = default
    elif option.kind == "model":
        control = ModelChoice(option.choices, **common)
        control.value = default
    elif option.kind == "integers":
        control = LineEdit(value=wording.format_integers(default), **common)
        control.native.setPlaceholderText(wording.when_none(name))
    elif option.optional:
        control = OptionalNumber(option, wording.when_none(name), **common)
    else:
        control = _number_box(option, default, **common)
    control.native.setObjectName(name)
    return control


def _number_box(option: Option, value: float, **common: Any) -> Any:
    low, high = max(option.minimum, -FARTHEST), min(option.maximum, FARTHEST)
    box: Any
    if option.kind == "integer":
        box = SpinBox(value=int(value), min=int(low), max=int(high), **common)
    else:
        step = 0.05 if high <= 1 else 0.5
        box = FloatSpinBox(value=value, min=low, max=high, step=step, **common)
        box.native.setDecimals(1 if option.unit == "%" else 2 if high <= 1 else 3)
        _write_number(box, value)
    return box


def _write_number(box: Any, value: float) -> None:
    """Set a number without rounding it to the decimals that the box happens to show."""
    if isinstance(box, FloatSpinBox):
        digits = f"{value:.9f}".rstrip("0").partition(".")[2]
        box.native.setDecimals(max(box.native.decimals(), len(digits)))
    box.value = value


def read_control(name: str, control: Any) -> Any:
    """Return the value of a control.

    Raises
    ------
    DinosarError
        If its text cannot be read.
    """
    if not isinstance(control, LineEdit):
        return control.value
    try:
        return wording.parse_integers(control.value)
    except DinosarError as error:
        raise DinosarError(f"{wording.label(name)}: {error}") from error


def write_control(control: Any, value: Any) -> None:
    """Show a value in a control."""
    if isinstance(control, LineEdit):
        control.value = wording.format_integers(value)
    elif isinstance(control, FloatSpinBox):
        _write_number(control, value)
    else:
        control.value = value


def grey_out(name: str, control: Any, reason: str) -> None:
    """Grey a control out with its label where there is a reason; its tooltip then says it.

    Parameters
    ----------
    name : str
        Field of `Settings`.
    control : magicgui widget
        Its control.
    reason : str
        Why it has no effect now; empty where it has one.
    """
    tooltip = "\n\n".join(filter(None, (reason, wording.tooltip(name))))
    row, direct = control.native.parentWidget(), Qt.FindChildOption.FindDirectChildrenOnly
    labels = () if row is None else row.findChildren(QLabel, options=direct)
    for widget in (control.native, *labels):  # a check box is its own label
        widget.setEnabled(not reason)
        widget.setToolTip(tooltip)
