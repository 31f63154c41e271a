"""The packages below the Python packages: which are named, and who may install them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "system_packages.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("system_packages", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--virtual-screen"])
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000, raising=False)
    return module


def test_renamed_packages_are_taken_where_the_release_knows_them(script: ModuleType) -> None:
    glib = {"libglib-2.0.so.0": script.LIBRARIES["libglib-2.0.so.0"]}
    names = {"libglib2.0-0", "libglib2.0-0t64"}
    assert script.package_names(glib, names) == ["libglib2.0-0t64"]
    assert script.package_names(glib, {"libglib2.0-0"}) == ["libglib2.0-0"]
    assert script.package_names(glib, set()) == ["libglib2.0-0"]


def test_anyone_but_root_is_shown_the_line_to_run(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "is_debian", lambda: True)
    monkeypatch.setattr(script, "can_load", lambda name: name != "libEGL.so.1")
    monkeypatch.setattr(script.shutil, "which", lambda name: None)
    monkeypatch.setattr(script, "known_packages", lambda lacking: set())
    monkeypatch.setattr(script, "install", lambda lacking: pytest.fail("installed without root"))
    assert script.main() == 1
    line = "sudo apt-get install --yes --no-install-recommends libegl1 xvfb\n"
    assert line in capsys.readouterr().err


def test_nothing_is_asked_of_apt_where_nothing_is_missing(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "is_debian", lambda: True)
    monkeypatch.setattr(script, "can_load", lambda name: True)
    monkeypatch.setattr(script.shutil, "which", lambda name: name)
    monkeypatch.setattr(script, "install", lambda lacking: pytest.fail("nothing is missing"))
    assert script.main() == 0


def test_other_systems_are_left_alone(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "is_debian", lambda: False)
    monkeypatch.setattr(script, "can_load", lambda name: False)
    assert script.main() == 0


def test_a_failing_mirror_is_tried_again(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def fake_run(command: list[str], **options: object) -> object:
        calls.append(command)
        failed = command[1] == "install" and sum(c[1] == "install" for c in calls) < 3
        return type("Done", (), {"returncode": int(failed)})

    monkeypatch.setattr(script.subprocess, "run", fake_run)
    monkeypatch.setattr(script.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(script, "known_packages", lambda lacking: {"libegl1"})
    script.install({"libEGL.so.1": ("libegl1",)})
    assert [command[1] for command in calls] == ["update", "install"] * 3
    assert calls[-1][-1] == "libegl1"
