"""The settings as forms: one magicgui container per group, made from the settings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from magicgui.widgets import Container
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGroupBox, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import wording
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.controls import grey_out, make_control, read_control, write_control
from napari_dinosar.docks.fold import Fold, align_labels, guard_wheel, let_shrink
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.settings import Settings, has_effect, options


class SettingsForm(QWidget):
    """All settings: those for everyone in the open, the others folded by group under Advanced.

    The folded controls are made when they are first wanted: making all of them takes longer than
    opening the rest of the dock.

    Parameters
    ----------
    extras : mapping of str to QWidget, optional
        What else stands in a folded group, by the group's title.

    Signals
    -------
    changed : no value
        A control was changed.
    """

    changed = Signal()

    def __init__(
        self, extras: Mapping[str, QWidget] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self._extras = dict(extras or {})
        self._overruled: Mapping[str, str] = {}
        self._base = Settings()
        self._controls: dict[str, Any] = {}
        self._groups: list[Container] = []
        self.error_banner = Banner("settingsError", "error")
        self._advanced_content = QWidget()
        self.advanced = Fold("Advanced", self._advanced_content)
        self.advanced.button.setObjectName("advanced")
        self.advanced.button.toggled.connect(self._make_advanced)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._in_the_open())
        layout.addWidget(self.error_banner)
        layout.addWidget(self.advanced)
        guard_wheel(self)

    def _in_the_open(self) -> QGroupBox:
        box = QGroupBox("Settings")
        layout = QVBoxLayout(box)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self._make_group(n for n, o in options().items() if not o.advanced))
        return box

    def _make_group(self, names: Iterable[str]) -> QWidget:
        controls = {name: make_control(name, options()[name]) for name in names}
        for name, control in controls.items():
            write_control(control, getattr(self._base, name))
        group = Container(widgets=list(controls.values()))
        group.margins = (0, 0, 0, 0)
        group.changed.connect(self._on_changed)
        self._controls |= controls
        self._groups.append(group)
        self._show_effects(self._base)
        return group.native

    def _make_advanced(self) -> None:
        if self._advanced_content.layout() is not None:
            return
        layout = QVBoxLayout(self._advanced_content)
        layout.setContentsMargins(10, 0, 0, 0)
        layout.setSpacing(2)
        members: dict[str, list[str]] = {}
        for name, option in options().items():
            if option.advanced:
                members.setdefault(option.group, []).append(name)
        for title, names in members.items():
            fold = Fold(title, self._with_extra(title, self._make_group(names)))
            fold.button.setObjectName(f"group{title}")
            layout.addWidget(fold)
        align_labels(self._advanced_content)
        let_shrink(self._advanced_content)
        guard_wheel(self._advanced_content)

    def _with_extra(self, title: str, group: QWidget) -> QWidget:
        extra = self._extras.get(title)
        if extra is None:
            return group
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(extra)
        layout.addWidget(group)
        return content

    def settings(self) -> Settings:
        """Return what the form says.

        Raises
        ------
        DinosarError
            If a value is wrong; the message also stands in the form.
        """
        try:
            read = {name: read_control(name, box) for name, box in self._controls.items()}
            settings = Settings(**(self._base.as_mapping() | read))
        except DinosarError as error:
            self.error_banner.say(str(error))
            raise
        self.error_banner.hide()
        return settings

    def overrule(self, reasons: Mapping[str, str]) -> None:
        """Grey out settings that something else than settings leaves without effect.

        Parameters
        ----------
        reasons : mapping of str to str
            Why each of them has no effect.
        """
        self._overruled = reasons
        with suppress(DinosarError):
            self._show_effects(self.settings())

    def value(self, name: str) -> Any:
        """Return what one control says, whatever the others say."""
        control = self._controls.get(name)
        return getattr(self._base, name) if control is None else read_control(name, control)

    def set_value(self, name: str, value: Any) -> None:
        """Change one setting."""
        control = self._controls.get(name)
        if control is None:
            self._base = replace(self._base, **{name: value})
            self._on_changed()
        else:
            write_control(control, value)

    def set_settings(self, settings: Settings) -> None:
        """Show these settings."""
        self._base = settings
        for name, control in self._controls.items():
            write_control(control, getattr(settings, name))
        self._show_effects(settings)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.error_banner.set_colours(colours)

    def _on_changed(self) -> None:
        with suppress(DinosarError):  # the form says what is wrong, and Run will say it again
            self._show_effects(self.settings())
        self.changed.emit()

    def _show_effects(self, settings: Settings) -> None:
        """Grey out what has no effect beside the other settings, and say why."""
        for name, control in self._controls.items():
            reason = self._overruled.get(name, "")
            if not has_effect(name, settings):
                reason = wording.when_it_counts(name, settings)
            grey_out(name, control, reason)
