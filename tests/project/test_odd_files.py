"""Whatever a file holds: it opens, edits and saves, or it is one clear error."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import project_made as made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.document import document_bytes, parse_document
from napari_dinosar.project.document_writing import updated
from napari_dinosar.project.edits import Place

ODD = [
    None, True, 0, -1, 3, 1.5, 1e308, 10**400, "", "x", "1", "\ud800", [], [[]], [1, 2, 2], {},
    {"size": 1}, [{}], float("nan"), float("inf"), {"id": 1}, [["a"]], {"tip": "absent"}, "absent",
]  # fmt: skip
OWN = {
    "states": {"tip": "absent"}, "sources": {"base": "proposed"}, "note": "n", "flagged": True,
    "scale": 2, "unit": "mm", "curves": [[[1, 2], [3, 4]]], "extras": {"a": "b"}, "y_up": False,
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = (
        value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    )
    return [path, *(place for key, one in parts for place in places(one, (*path, key)))]


def mutated(rng: Random) -> Any:
    raw = made.foreign()
    raw["annotations"][0]["napari_dinosar"] = dict(OWN)
    raw["categories"][1]["napari_dinosar"] = {"landmarks": {"tip": {"colour": "#112233"}}}
    raw["napari_dinosar"] = {"visibility": "0-1-2", "waiting": {"3": "77"}}
    for _ in range(rng.randint(1, 3)):
        *way, last = rng.choice(places(raw)[1:])
        inside: Any = raw
        for key in way:
            inside = inside[key]
        if rng.random() < 0.25:
            del inside[last]
        else:
            inside[last] = deepcopy(rng.choice(ODD))
    return raw


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_only_our_own_errors_come_out(seed: int) -> None:
    raw = mutated(Random(seed))
    try:
        document = parse_document(raw, "x.json")
    except DinosarError:
        return
    state = document.state
    if not (state.specimens and state.schema.names):
        return
    key, name = next(iter(state.specimens)), state.schema.names[0]
    after = Place(key, name, (3.5, 4)).apply(state)
    written = json.loads(document_bytes(updated(document, after, {}).raw))
    assert made.same_project(parse_document(written, "again").state, after)
