"""Layers of the editor say all that the Compare dock and a saved file need."""

import numpy as np
from napari.layers import Layer

from editor_layers_made import HEIGHT, WIDTH, XY, marks, sheet
from napari_dinosar.docks.pairing import can_be_photo
from napari_dinosar.editor_layers import specs, updating
from napari_dinosar.layers import (
    EDITOR_ROLES,
    RESULT_ROLES,
    ROLES,
    landmarks_from_layer,
    photo_from_layer,
    tag_of,
)
from napari_dinosar.project.state import Specimen


def test_the_landmarks_layer_has_points_for_what_is_placed_only():
    layer = updating.make(specs.landmarks_layer(sheet()))
    assert layer.data.tolist() == [[20.5, 10.25], [40.0, 30.0], [8.75, 50.0]]
    assert layer.features["name"].tolist() == ["tip", "base", "right"]
    assert layer.features["number"].tolist() == [1, 2, 4]
    assert layer.features["landmark"].tolist() == [0, 1, 3]
    assert layer.features["visibility"].tolist() == [2, 1, 2]
    assert layer.features["state"].tolist() == ["visible", "occluded", "visible"]
    assert layer.features["source"].tolist() == ["manual", "manual", "proposed"]


def test_a_comparison_reads_the_landmarks_as_they_are():
    found = landmarks_from_layer(updating.make(specs.landmarks_layer(sheet())))
    assert found.names == ("tip", "base", "right")
    assert found.xy.tolist() == [list(XY[0]), list(XY[1]), list(XY[3])]
    assert found.specimen_id == "7"
    assert found.file_name == "leaf.png"


def test_a_comparison_takes_the_mask_at_the_seed():
    for seed in ((5.0, 6.5), None):
        layer = updating.make(specs.landmarks_layer(sheet(seed_xy=seed)))
        assert landmarks_from_layer(layer).mask_seed_xy == seed


def test_a_comparison_reads_the_photo_with_its_checksum():
    one = sheet()
    layer = updating.make(specs.photo_layer(one, 30.0))
    assert photo_from_layer(layer).sha256 == one.photo.sha256
    assert layer.translate.tolist() == [0.0, 30.0]
    assert tag_of(layer)["photo_id"] == "1"


def test_every_layer_says_which_specimen_of_which_project_it_shows():
    one = sheet(seed_xy=(5.0, 6.0))
    for spec in (
        specs.photo_layer(one),
        specs.skeleton_layer(one),
        specs.marks_layer(one),
        specs.landmarks_layer(one),
    ):
        tag = tag_of(updating.make(spec))
        assert {key: tag[key] for key in one.origin} == one.origin
        assert tag["side"] == "a"
        assert tag["role"] in ROLES


def test_no_role_of_the_editor_is_a_result():
    assert not EDITOR_ROLES & RESULT_ROLES
    assert set(ROLES) >= EDITOR_ROLES


def test_edges_are_drawn_between_placed_landmarks_only():
    # base to tip; left is missing, so that left to right is not drawn
    spec = specs.skeleton_layer(sheet())
    assert spec.data.tolist() == [[[20.5, 10.25], [19.5, 19.75]]]


def test_the_current_landmark_has_a_halo_and_the_mask_its_seed():
    layer = updating.make(specs.marks_layer(sheet(seed_xy=(5.0, 6.5))))
    assert layer.data.tolist() == [[20.5, 10.25], [6.5, 5.0]]
    assert layer.features["mark"].tolist() == ["current", "seed"]
    missing = specs.marks_layer(sheet(current=2))
    assert missing.data.shape == (0, 2)
    assert isinstance(updating.make(missing), Layer)


def test_a_photo_that_is_not_there_is_a_grey_area_that_no_comparison_takes():
    layer = updating.make(specs.placeholder_layer(sheet(photo=None)))
    assert layer.data.shape == (HEIGHT, WIDTH, 3)
    assert not can_be_photo(layer)
    assert "leaf.png" in layer.name
    unknown = specs.placeholder_layer(sheet(photo=None, size_xy=None))
    assert unknown.data.shape[:2] == specs.UNKNOWN_SIZE[::-1]


def test_landmarks_of_a_specimen_without_any_are_an_empty_layer():
    nothing = marks(xy=np.full((4, 2), np.nan), states=("missing",) * 4, sources=("",) * 4)
    one = sheet(specimen=Specimen("1", nothing))
    assert len(updating.make(specs.landmarks_layer(one)).data) == 0
    assert len(updating.make(specs.skeleton_layer(one)).data) == 0


def test_the_ruler_is_one_line():
    frame = np.eye(3)
    first = specs.ruler_layer(((3.0, 4.0),), "a", frame)
    both = specs.ruler_layer(((3.0, 4.0), (13.0, 4.0)), "a", frame)
    assert first.data.tolist() == [[[4.0, 3.0], [0.0, 0.0]]]
    assert both.data.tolist() == [[[4.0, 3.0], [0.0, 10.0]]]
    assert updating.make(both).ndim == 2
