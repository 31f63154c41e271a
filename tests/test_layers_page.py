"""The page on layers names every role, feature and metadata entry that our layers have."""

import re
from pathlib import Path

import numpy as np
import pytest

from editor_layers_made import sheet
from findings_made import made
from napari_dinosar import Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.editor_layers import specs as editor_specs
from napari_dinosar.findings.flags import FlaggedRegion, Remark
from napari_dinosar.layers import LAYER_KEY, ROLES, landmarks_spec, photo_spec
from napari_dinosar.result_layers import PREVIEW, comparison_specs, preview_spec
from napari_dinosar.result_layers.flagged import excluded_spec, flagged_spec
from napari_dinosar.result_layers.noise import noise_spec
from napari_dinosar.result_layers.probe_marks import probe_marks_spec
from napari_dinosar.result_layers.selected import selected_cells_spec, selected_matches_spec
from noise_made import noise_of

EYE = np.eye(3)
PAGE = Path(__file__).parents[1] / "docs" / "layers.md"


@pytest.fixture(scope="module")
def words():
    """Return all that stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", PAGE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def specs():
    findings = made()
    region = FlaggedRegion("a", [(1, 1), (9, 1), (9, 9)], Remark("leg", ""))
    noise = noise_of(findings)
    left_out = np.ones(findings.cells.shape, dtype=bool)
    photo = photo_from_array(findings.a.preview, "a.png")
    marks = Landmarks.from_points([(1.0, 2.0)], names=("eye",))
    editor = sheet()
    return [
        *comparison_specs(findings, EYE, EYE),
        selected_cells_spec(findings, "a", EYE),
        selected_cells_spec(findings, None, EYE),
        selected_matches_spec(findings, EYE),
        probe_marks_spec(findings, {"a": EYE, "b": EYE}, None),
        noise_spec(findings, noise, "a", EYE),
        noise_spec(findings, noise, None, EYE),
        flagged_spec(findings, left_out, "a", EYE),
        flagged_spec(findings, left_out, None, EYE),
        excluded_spec(findings, [region], "a", EYE),
        preview_spec(findings.a, "a", EYE),
        photo_spec(photo, "a"),
        landmarks_spec(marks, "a"),
        editor_specs.landmarks_layer(editor),
        editor_specs.skeleton_layer(editor),
        editor_specs.marks_layer(editor),
    ]


def test_every_role_is_named(words):
    assert {*ROLES, PREVIEW} <= words
    assert LAYER_KEY in PAGE.read_text(encoding="utf-8")


def test_every_name_is_that_of_a_layer(specs, words):
    for spec in specs:
        if spec.role not in ("photo", PREVIEW):
            name = spec.name if spec.role == "tps_grid" else re.sub("^B ", "A ", spec.name)
            assert name in words


def test_every_feature_and_entry_of_the_metadata_is_named(specs, words):
    for spec in specs:
        for name in (*spec.kwargs.get("features", ()), *spec.metadata):
            assert name in words, (spec.name, name)
