"""A schema says which landmarks there are, and refuses what cannot be one."""

import pytest

from napari_dinosar import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema

LEFT = LandmarkDefinition("eye left", "#E69F00", "centre of the left eye", "eye right")
RIGHT = LandmarkDefinition("eye right", partner="eye left")
TIP = LandmarkDefinition("tip")


def test_names_are_in_order_and_found():
    schema = Schema((LEFT, RIGHT, TIP), ((0, 2), (1, 2)), "moth")
    assert schema.names == ("eye left", "eye right", "tip")
    assert schema.index("tip") == 2
    with pytest.raises(DinosarError, match=r"'leg'.*eye left"):
        schema.index("leg")


@pytest.mark.parametrize(
    ("landmarks", "skeleton", "said"),
    [
        ((TIP, TIP), (), "'tip' twice"),
        ((LandmarkDefinition(" "),), (), "without a name"),
        ((LandmarkDefinition("tip", "red"),), (), "#RRGGBB"),
        ((LEFT,), (), "not mutual"),
        ((LEFT, LandmarkDefinition("eye right")), (), "not mutual"),
        ((LandmarkDefinition("tip", partner="tip"),), (), "not mutual"),
        ((TIP,), ((0, 1),), "joins landmarks 1 and 2"),
        ((TIP, LandmarkDefinition("head")), ((1, 1),), "joins landmarks 2 and 2"),
    ],
)
def test_what_is_no_schema_is_refused(landmarks, skeleton, said):
    with pytest.raises(DinosarError, match=said):
        Schema(landmarks, skeleton)
