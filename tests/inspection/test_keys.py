"""The keys of looking closer: none twice, and none that means something else in the editor."""

import pytest

from napari_dinosar.editing.keys import KEYS as EDITOR_KEYS
from napari_dinosar.inspection.keys import KEYS, key

SAME_IN_BOTH = {"Up", "Down", "f", "Control-Z", "Control-Shift-Z", "Control-Y"}
"""Up and Down walk, F flags, and Z undoes: landmarks and specimens there, cells here."""


def test_no_action_and_no_key_stands_twice():
    actions = [row.action for row in KEYS]
    keys = [one.casefold() for row in KEYS for one in row.keys]
    assert len(set(actions)) == len(actions)
    assert len(set(keys)) == len(keys)


def test_no_key_means_something_else_in_the_editor():
    here, there = ({one for row in table for one in row.keys} for table in (KEYS, EDITOR_KEYS))
    assert here & there == SAME_IN_BOTH


def test_only_the_walk_goes_on_while_a_key_is_held():
    walk = {"next_cell", "previous_cell", "next_match", "previous_match"}
    assert {row.action for row in KEYS if row.repeats} == walk


def test_a_row_is_found_by_its_action():
    assert key("flag_cell").keys == ("f",)
    with pytest.raises(StopIteration):
        key("nothing")
