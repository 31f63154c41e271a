from __future__ import annotations

from typing import Literal

import pytest

import project_made as made
from napari_dinosar.project import listing as listing_module
from napari_dinosar.project.edits import (
    Accept,
    AddSpecimen,
    Place,
    Propose,
    Remark,
    RemovePhotos,
    SetState,
    Together,
)
from napari_dinosar.project.listing import Listing


def test_a_row_says_how_far_a_photo_is() -> None:
    state = made.state(4)
    for name in made.NAMES:
        state = Place("1", name, (1, 2)).apply(state)
    state = Together(
        (
            SetState("1", "tip", "absent"),
            Place("2", "tip", (1, 1)),
            AddSpecimen("x", "2"),
            Propose("x", "base", (1, 1)),
            Propose("x", "tip", (1, 1), source="estimated"),
            Remark("2", is_flagged=True),
        )
    ).apply(state)
    rows = list(Listing(state))
    assert [row.progress for row in rows] == ["complete", "partial", "none", "none"]
    assert [row.state for row in rows] == ["complete", "flagged", "none", "none"]
    assert [row.count for row in rows] == ["4/4", "1/8", "0/4", "0/4"]
    assert rows[1].specimen_ids == ("2", "x")
    assert rows[1].n_proposed == 2


@pytest.mark.parametrize("source", ["proposed", "estimated"])
def test_a_machines_word_is_no_decision(source: Literal["proposed", "estimated"]) -> None:
    state = made.state(3)
    for name in made.NAMES:
        state = Place("1", name, (1, 2)).apply(state)
        state = Propose("2", name, (1, 2), source=source).apply(state)
    listing = Listing(state)
    assert listing["2"].progress == "none"
    assert listing.next_incomplete("1") == "2"
    for name in made.NAMES[1:]:
        state = Accept("2", name).apply(state)
    listing.update(state)
    assert (listing["2"].progress, listing["2"].count) == ("partial", "3/4")
    assert listing["2"].n_proposed == 1
    listing.update(Accept("2", made.NAMES[0]).apply(state))
    assert listing.next_incomplete("1") == "3"


def test_filters_search_and_the_next_incomplete() -> None:
    state = made.state(12)
    for name in made.NAMES:
        for key in ("1", "2", "12"):
            state = Place(key, name, (1, 2)).apply(state)
    state = Place("3", "tip", (1, 1)).apply(Remark("4", is_flagged=True).apply(state))
    listing = Listing(state)
    assert [row.photo_id for row in listing.shown("complete")] == ["1", "2", "12"]
    assert [row.photo_id for row in listing.shown("partial")] == ["3"]
    assert [row.photo_id for row in listing.shown("flagged")] == ["4"]
    assert len(listing.shown("incomplete")) == 9
    found = [row.file_name for row in listing.shown(search="1 .JPG")]
    assert found == ["0.jpg", "1.jpg", "9.jpg", "10.jpg", "11.jpg"]  # ids are searched as well
    assert listing.shown("complete", "11.jpg") == (listing["12"],)
    assert listing.next_incomplete("1") == "3"
    assert listing.next_incomplete("11") == "3"
    assert listing.next_incomplete("3", step=-1) == "11"
    assert listing.next_incomplete(None) == "3"
    assert listing.totals() == {"none": 8, "partial": 1, "complete": 3, "flagged": 1, "all": 12}


def test_no_photo_left_to_go_to() -> None:
    state = made.state(1)
    assert Listing(state).next_incomplete("1") is None
    assert Listing(RemovePhotos(("1",)).apply(state)).next_incomplete(None) is None


def test_10_000_photos_are_counted_once_and_then_only_what_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = made.state(10_000)
    listing = Listing(state)
    assert len(listing) == listing.n_counted == 10_000
    counted: list[str] = []
    count = listing_module._row
    monkeypatch.setattr(
        listing_module, "_row", lambda key, state: counted.append(key) or count(key, state)
    )
    state = Place("77", "tip", (1, 1)).apply(state)
    assert listing.update(state) == ("77",)
    assert listing.update(Place("77", "tip", (2, 2)).apply(state)) == ()
    assert listing.update(RemovePhotos(("5",)).apply(state)) == ("5",)
    assert set(counted) == {"77"}
    assert len(counted) == 3
    assert len(listing) == 9_999
