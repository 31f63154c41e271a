"""A project and a converted file say the same of a specimen, in the same words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark_datasets import ROUND_TRIPS, assert_alike, datasets
from napari_dinosar.core.digitised import SOURCES, STATES, Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io.coco_fields import remarks_of
from napari_dinosar.io.landmark_files import read_landmarks, write_landmarks
from napari_dinosar.project.document import document_bytes, new_document, read_document
from napari_dinosar.project.document_writing import updated
from napari_dinosar.project.state import PhotoEntry, ProjectState, Specimen, same_marks

REMARKS = st.fixed_dictionaries(
    {
        "note": st.text(st.characters(codec="utf-8"), max_size=8),
        "is_flagged": st.booleans(),
        "scale": st.none() | st.floats(1e-6, 1e6),
        "unit": st.sampled_from(["", "mm"]),
        "extras": st.dictionaries(st.sampled_from(["a", "mask_seed_xy"]), st.text("xü\n")),
    }
)
PARTS = {"colour": "#e69f00", "definition": "the far end", "partner": "wing tip, left"}


@st.composite
def whole_datasets(draw) -> Dataset:
    """Specimens with everything that our key holds."""
    dataset = draw(datasets(states=STATES, sources=SOURCES[1:], curves=True))
    eye, wing, *others = dataset.schema.names
    described = (
        LandmarkDefinition(eye, **PARTS),
        LandmarkDefinition(wing, partner=eye),
        *map(LandmarkDefinition, others),
    )
    specimens = tuple(replace(one, **draw(REMARKS)) for one in dataset.specimens)
    return Dataset(Schema(described, ((0, 1), (3, 2)), "leaf"), specimens)


def project_of(dataset: Dataset) -> ProjectState:
    photos = {
        one.file_name: PhotoEntry(one.file_name, one.file_name, one.size_xy)
        for one in dataset.specimens
    }
    specimens = {one.specimen_id: Specimen(one.file_name, one) for one in dataset.specimens}
    return ProjectState.of(dataset.schema, photos, specimens)


@given(dataset=whole_datasets())
@ROUND_TRIPS
def test_a_project_is_read_as_a_file_of_landmarks(tmp_path: Path, dataset: Dataset) -> None:
    state = project_of(dataset)
    noted = tuple(one for one in dataset.specimens if not Specimen("", one).is_blank)
    file = tmp_path / "leaves.json"
    file.write_bytes(document_bytes(updated(new_document(dataset.schema), state, {}).raw))
    if noted:
        found = read_landmarks(file)
        assert_same(found, replace(dataset, specimens=noted))
    else:
        with pytest.raises(DinosarError, match="no keypoints"):
            read_landmarks(file)


@given(dataset=whole_datasets())
@ROUND_TRIPS
def test_a_file_of_landmarks_is_opened_as_a_project(tmp_path: Path, dataset: Dataset) -> None:
    write_landmarks(tmp_path / "leaves.json", dataset, overwrite=True)
    state = read_document(tmp_path / "leaves.json").state
    found = tuple(one.digitised for one in state.specimens.values())
    assert_same(Dataset(state.schema, found), dataset)


def assert_same(found: Dataset, expected: Dataset) -> None:
    assert found.schema == expected.schema
    assert_alike(found, expected, "file_name", "size_xy")
    assert all(map(same_marks, found.specimens, expected.specimens))


def test_that_y_counts_from_the_bottom_is_read_by_both(tmp_path: Path) -> None:
    project = read_document(written_y_up(tmp_path))
    (inside,) = project.state.specimens.values()
    (outside,) = read_landmarks(tmp_path / "up.json").specimens
    assert inside.digitised.counts_y_up
    assert same_marks(inside.digitised, outside)


def written_y_up(folder: Path) -> Path:
    file = folder / "up.json"
    file.write_text(
        '{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{"id": 1, "image_id": 1, '
        '"keypoints": [1, 2, 2], "napari_dinosar": {"y_up": true}}]}'
    )
    return file


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"scale": 10**400}, "'scale' holds a number that is too large"),
        ({"scale": 0}, "'scale' must be above 0"),
        ({"extras": {"a": []}}, "'extras' holds a list, not text"),
        ({"curves": [[[1, 2, 3]]]}, "'curves' must hold lists of positions"),
    ],
)
def test_damage_is_named(own: dict[str, object], message: str) -> None:
    with pytest.raises(DinosarError, match=f"here: {message}"):
        remarks_of(own, "here")
