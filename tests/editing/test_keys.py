"""The one table of keys, and that each of its actions is there."""

from __future__ import annotations

import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.editing.actions import editor_actions
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.keys import KEYS, key
from napari_dinosar.project.edits import Place

OF_THE_VIEW = {"previous_photo", "next_photo", "centre", "loupe", "help"}


def test_no_action_and_no_key_stands_twice() -> None:
    actions = [row.action for row in KEYS]
    keys = [one.casefold() for row in KEYS for one in row.keys]
    assert len(set(actions)) == len(actions)
    assert len(set(keys)) == len(keys)


def test_every_row_has_an_action_and_every_action_a_row(editor: Editor) -> None:
    assert {row.action for row in KEYS} - OF_THE_VIEW == set(editor_actions(editor))


def test_a_row_is_found_by_its_action() -> None:
    assert key("absent").keys == ("x",)


@pytest.mark.parametrize(
    ("action", "xy"),
    [
        ("nudge_left", (9.0, 20.0)),
        ("nudge_right", (11.0, 20.0)),
        ("nudge_up", (10.0, 19.0)),
        ("nudge_down", (10.0, 21.0)),
        ("nudge_left_finely", (9.9, 20.0)),
        ("nudge_right_finely", (10.1, 20.0)),
        ("nudge_up_finely", (10.0, 19.9)),
        ("nudge_down_finely", (10.0, 20.1)),
    ],
)
def test_nudges_go_where_they_say(editor: Editor, action: str, xy: tuple[float, float]) -> None:
    editor.apply(Place("1", "tip", (10.0, 20.0)))
    editor.go_to_landmark(0)
    editor_actions(editor)[action]()
    assert editor.point.xy == xy


def test_every_action_runs_or_says_what_is_wrong(editor: Editor) -> None:
    refused = []
    for name, act in editor_actions(editor).items():
        try:
            act()
        except DinosarError:
            refused.append(name)
    assert refused == ["occluded", "accept"]
