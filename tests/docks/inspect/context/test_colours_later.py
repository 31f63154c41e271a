"""Colours are compared once a page is looked at for a moment, and not for ever where they fail."""

from types import SimpleNamespace

import pytest
from qtpy.QtCore import QObject
from qtpy.QtWidgets import QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.context import colours_later
from napari_dinosar.docks.inspect.context.colours_later import ColoursLater
from napari_dinosar.inspection.inspected import Inspection


@pytest.fixture
def done(monkeypatch):
    """Compare nothing: note who was asked for, who is known by then, and who fails."""
    done = SimpleNamespace(asked=[], known=[], failing=[])

    def compared(comparison):
        yield "Comparing", 0, 0
        done.asked.append(comparison)
        if comparison in done.failing:
            raise DinosarError("No memory is left.")
        done.known.append(comparison)
        return comparison

    monkeypatch.setattr(colours_later, "PAUSE_MS", 0)
    monkeypatch.setattr(colours_later, "compared_colours", compared)
    monkeypatch.setattr(
        colours_later, "is_at_hand", lambda inspection, _: inspection.comparison in done.known
    )
    return done


@pytest.fixture
def parent(qtbot):
    return QObject()


@pytest.fixture
def colours(parent, done):
    inspection = Inspection()
    inspection.comparison = "first"
    return ColoursLater(inspection, parent)


@pytest.fixture
def told(colours):
    told = []
    colours.ready.connect(lambda: told.append("ready"))
    colours.failed.connect(lambda: told.append("failed"))
    return told


@pytest.fixture
def page(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    return page


def test_only_for_a_page_that_is_seen_they_are_compared(colours, done, told, page, qtbot):
    colours.ask_soon(page)
    qtbot.wait(20)
    assert done.asked == []
    page.show()
    colours.ask_soon(page)
    qtbot.waitUntil(lambda: told == ["ready"])
    assert done.asked == ["first"]
    assert colours.is_known


def test_a_page_is_told_of_what_another_one_had_compared(colours, done, told, page, qtbot):
    page.show()
    colours.ask_soon(page)
    done.known.append("first")
    qtbot.waitUntil(lambda: told == ["ready"])
    assert done.asked == []


def test_what_failed_is_tried_again_when_somebody_wants_it(colours, done, told, qtbot):
    done.failing.append("first")
    colours.ask()
    qtbot.waitUntil(lambda: told == ["failed"])
    assert colours.problem.endswith("No memory is left.")
    colours.ask()
    qtbot.wait(20)
    assert done.asked == ["first"]
    done.failing.clear()
    colours.ask_again()
    qtbot.waitUntil(lambda: told == ["failed", "ready"])
    assert colours.problem == ""


def test_of_a_comparison_that_is_shown_no_more_nothing_is_told(colours, done, told, qtbot):
    done.failing.append("first")
    colours.ask()
    colours._inspection.comparison = "second"
    colours._inspection.shown.emit()
    colours.ask()
    qtbot.waitUntil(lambda: told == ["ready"])
    assert done.asked == ["first", "second"]
    assert colours.problem == ""


def test_what_one_part_of_the_window_mends_is_mended_for_all(colours, done, told, parent, qtbot):
    other, heard = ColoursLater(colours._inspection, parent), []
    other.ready.connect(lambda: heard.append("ready"))
    done.failing.append("first")
    for one in (colours, other):
        one.ask()
    qtbot.waitUntil(lambda: bool(colours.problem and other.problem))
    done.failing.clear()
    other.ask_again()
    qtbot.waitUntil(lambda: told == ["failed", "ready"])
    assert (heard, colours.problem, done.asked) == (["ready"], "", ["first"] * 3)
    colours.ask()
    assert (heard, told) == (["ready"], ["failed", "ready"])
