"""Datasets drawn by hypothesis, mutated files, and what two datasets have alike."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io.landmark_files import read_landmarks, write_landmarks

FUZZ = settings(
    max_examples=int(os.environ.get("DINOSAR_FUZZ", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
ROUND_TRIPS = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""A folder that is used again is what a file being replaced is."""

NAMES = ("eye", "wing tip, left", 'the "tip"', "Flügel;Ende")
PIECES = (
    b"LM=", b"LM=999999999", b"CURVES=9", b"POINTS=3", b"SCALE=", b"\r", b"\n", b"\r\n", b"\0",
    b"\xff\xfe", b"\xef\xbb\xbf", b"-1 -1", b"NA", b"nan", b"inf", b"1e999", b"1_0", b",", b";",
    b"\t", b'"', b"''", b"<", b">", b"</", b"&a;", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"[", b"]",
    b"{", b"}", b"null", b"-", b"\xe9", "é".encode(), "٣".encode(), b"99999999999999999999", b"=",
)  # fmt: skip


@st.composite
def mutations(draw, content: bytes) -> bytes:
    """A file with a few of its bytes removed, repeated, replaced or added to."""
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        piece = draw(
            st.one_of(
                st.sampled_from(PIECES),
                st.binary(max_size=4),
                st.just(content[start:end] * draw(st.integers(0, 3))),
            )
        )
        content = content[:start] + piece + content[end:]
    return content


def check_mutation(file: Path, content: bytes, name: str) -> None:
    """Only our own errors may come out of a file, and they name it."""
    file.write_bytes(content)
    for kind in (name, None):
        try:
            read_landmarks(file, kind)
        except DinosarError as error:
            assert file.name in str(error)  # noqa: PT017 - either outcome is right


@st.composite
def datasets(
    draw,
    *,
    names=NAMES,
    states=("missing", "visible"),
    sources=("manual",),
    sizes=True,
    curves=False,
    y_up=False,
) -> Dataset:
    """Specimens of one schema with what a format can hold."""
    schema = Schema(tuple(LandmarkDefinition(name) for name in names))
    count = len(names)
    specimens = []
    for number in range(draw(st.integers(1, 4))):
        given_states = draw(st.lists(st.sampled_from(states), min_size=count, max_size=count))
        position = st.floats(0, 700, allow_subnormal=False)
        points = draw(st.lists(st.tuples(position, position), min_size=count, max_size=count))
        who = draw(st.lists(st.sampled_from(sources), min_size=count, max_size=count))
        one = Digitised.from_points(
            f"specimen {number}", f"folder/photo {number}.jpg", points, states=given_states
        )
        placed = one.placed.tolist()
        one = replace(one, sources=tuple(w if p else "" for w, p in zip(who, placed, strict=True)))
        if sizes:
            one = replace(one, size_xy=(draw(st.integers(700, 900)), draw(st.integers(700, 900))))
        if curves and draw(st.booleans()):
            one = replace(one, curves=(np.array(points[:2]), np.empty((0, 2)), np.array(points)))
        if y_up and draw(st.booleans()):
            one = replace(one, counts_y_up=True, size_xy=None)
        specimens.append(one)
    return Dataset(schema, tuple(specimens))


def there_and_back(folder: Path, dataset: Dataset, kind: str, **reading) -> Dataset:
    """The dataset as it is read from the file that it was written to."""
    file = folder / "there.txt"
    write_landmarks(file, dataset, kind, overwrite=True)
    assert sorted(path.name for path in folder.iterdir()) == [file.name]
    return read_landmarks(file, kind, **reading)


def sizes_of(dataset: Dataset) -> dict[str, tuple[int, int]]:
    return {one.file_name: one.size_xy for one in dataset.specimens if one.size_xy is not None}


def assert_alike(first: Dataset, second: Dataset, *fields: str) -> None:
    """The positions agree within 1e-9, and so do the states, curves and named fields."""
    assert len(first.specimens) == len(second.specimens)
    for a, b in zip(first.specimens, second.specimens, strict=True):
        np.testing.assert_allclose(a.xy, b.xy, rtol=0, atol=1e-9)
        assert len(a.curves) == len(b.curves)
        for own, other in zip(a.curves, b.curves, strict=True):
            np.testing.assert_allclose(own, other, rtol=0, atol=1e-9)
        for name in ("specimen_id", "states", *fields):
            assert getattr(a, name) == getattr(b, name), name
