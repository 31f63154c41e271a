"""A person's, an occluded, a proposed and an accepted landmark look different, on any photo."""

from dataclasses import replace

import numpy as np
import pytest

from editor_layers_made import grey, marks
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editor_layers import looks
from project_made import schema

PLACED = np.array([0, 1, 3])


def test_states_and_sources_have_symbols_of_their_own():
    accepted = replace(marks(), sources=("accepted", "manual", "", "estimated"))
    assert looks.looks(marks(), schema(), PLACED, 0).symbols == ("disc", "ring", "diamond")
    assert looks.looks(accepted, schema(), PLACED, 0).symbols == ("square", "ring", "diamond")


def test_only_a_machine_s_word_is_translucent():
    face = looks.looks(marks(), schema(), PLACED, 0).face
    assert face[:2, 3].tolist() == [1.0, 1.0]
    assert face[2, 3] < 0.5


def test_the_schema_s_colour_comes_before_the_palette_s():
    plain = Schema((LandmarkDefinition("one"), LandmarkDefinition("two", "#102030")))
    found = looks.colours(plain)
    assert found[1].tolist() == pytest.approx([16 / 255, 32 / 255, 48 / 255, 1.0])
    assert found[0].tolist() != found[1].tolist()


def test_few_landmarks_have_their_names_written_and_many_only_the_current_one():
    assert [t.strip() for t in looks.texts(marks(), schema(), PLACED, 0)] == [
        "tip",
        "base",
        "right?",
    ]
    names = [f"landmark {number}" for number in range(8)]
    many = Schema(tuple(LandmarkDefinition(name) for name in names))
    all_of_them = replace(
        marks(),
        xy=np.zeros((8, 2)),
        states=("visible",) * 8,
        sources=("manual",) * 8,
    )
    texts = [t.strip() for t in looks.texts(all_of_them, many, np.arange(8), 5)]
    assert texts == ["1", "2", "3", "4", "5", "landmark 5", "7", "8"]


@pytest.mark.parametrize(("value", "expected"), [(20, looks.LIGHT), (235, looks.DARK)])
def test_words_and_edges_stand_out_from_the_photo(value, expected):
    found = looks.looks(marks(), schema(), PLACED, 0, grey(value))
    assert found.text_colours.tolist() == [list(expected)] * 3
    assert found.border.tolist() == [list(expected)] * 3


def test_the_photo_beside_the_point_decides_on_its_words():
    rgb = grey(20)
    rgb[:, 40:] = 235
    found = looks.contrasting(rgb, np.array([[2.0, 20.0], [45.0, 20.0], [63.4, 47.4]]))
    assert found.tolist() == [list(looks.LIGHT), list(looks.DARK), list(looks.DARK)]


def test_a_point_has_its_size_where_the_photo_fills_a_small_canvas():
    assert looks.size_on((4000, 3000), 11) == pytest.approx(110.0)
