"""Doubts in a project: by its finished specimens, and never by the one that is judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editing import watching
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.watching import Watch
from napari_dinosar.project.edits import (
    ChangeSchema,
    Clear,
    Place,
    Propose,
    Remark,
    Together,
)
from napari_dinosar.project.store import Project

NAMES = ("tip", "base", "left", "right", "low left", "low right")
PLAN = np.array([[0, 9], [0, -9], [-4, 5], [4, 5], [-6, -2], [6, -2]], float)
PHOTOS = tuple(str(number + 1) for number in range(12))


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    """Twelve photos; the specimens of the first ten are finished."""
    partners = {"left": "right", "low left": "low right"}
    partners |= {other: one for one, other in partners.items()}
    schema = Schema(tuple(LandmarkDefinition(n, partner=partners.get(n, "")) for n in NAMES))
    for key in PHOTOS:
        Image.new("L", (4, 3)).save(tmp_path / f"{int(key):02}.png")
    project = Project.new(tmp_path / "leaves.json", tmp_path, schema)
    assert tuple(project.state.specimens) == PHOTOS
    rng = np.random.default_rng(0)
    for key in PHOTOS[:10]:
        project.apply(placing(key, drawn(rng)))
    editor = Editor()
    editor.open(project)
    yield editor
    editor.close(discard=True)


def drawn(rng: np.random.Generator) -> np.ndarray:
    return 8 * (PLAN + 0.2 * rng.normal(size=PLAN.shape)) + [200, 150]


def placing(key: str, xy: np.ndarray) -> Together:
    return Together(
        tuple(Place(key, n, (float(x), float(y))) for n, (x, y) in zip(NAMES, xy, strict=True))
    )


def spoilt() -> np.ndarray:
    xy = drawn(np.random.default_rng(9))
    xy[[0, 1]] = xy[[1, 0]]
    return xy


def test_a_swap_is_doubted_as_soon_as_it_is_placed(editor: Editor) -> None:
    watch = Watch(editor)
    assert watch.doubts("11") == ()
    editor.apply(placing("11", spoilt()))
    (doubt,) = watch.doubts("11")
    assert (doubt.kind, doubt.landmarks) == ("swap", (0, 1))
    assert "on the 10 finished specimens" in doubt.sentence
    editor.undo()
    assert watch.doubts("11") == ()


def test_a_specimen_is_not_judged_by_itself(editor: Editor) -> None:
    watch = Watch(editor)
    editor.go_to_specimen("3")
    editor.apply(placing("3", spoilt()))
    (doubt,) = watch.doubts("3")
    assert "on the 9 finished specimens" in doubt.sentence
    # asked about others the finished ones are counted anew
    editor.go_to_specimen("11")
    editor.apply(placing("11", spoilt()))
    assert "on the 10 finished specimens" in watch.doubts("11")[0].sentence
    editor.go_to_specimen("12")
    assert "on the 10 finished specimens" in watch.doubts("3")[0].sentence


@pytest.mark.parametrize(
    "edit",
    [
        Remark("1", is_flagged=True),
        Clear("1", "tip"),
        Together((Clear("1", "tip"), Propose("1", "tip", (1.0, 2.0)))),
    ],
    ids=["flagged", "incomplete", "proposed"],
)
def test_only_what_a_person_finished_counts(editor: Editor, edit: object) -> None:
    watch = Watch(editor)
    editor.apply(placing("11", spoilt()))
    assert "on the 10 " in watch.doubts("11")[0].sentence
    editor.go_to_specimen("12")
    editor.apply(edit)
    assert "on the 9 " in watch.doubts("11")[0].sentence


def test_too_few_finished_say_nothing(editor: Editor) -> None:
    watch = Watch(editor)
    editor.go_to_specimen("12")
    editor.apply(placing("11", spoilt()))
    assert watch.doubts("11")
    for key in PHOTOS[4:10]:
        editor.apply(Remark(key, is_flagged=True))
    assert watch.doubts("11") == ()


def test_landmarks_on_one_spot_do_not_spoil_the_mean(editor: Editor) -> None:
    watch = Watch(editor)
    editor.apply(placing("2", np.full(PLAN.shape, 7.0)))
    editor.apply(placing("11", spoilt()))
    assert "on the 9 " in watch.doubts("11")[0].sentence
    assert watch.doubts("2") == ()


def test_other_landmarks_begin_anew(editor: Editor) -> None:
    watch = Watch(editor)
    editor.apply(placing("11", spoilt()))
    assert watch.doubts("11")
    landmarks = editor.schema.landmarks
    more = (*landmarks, LandmarkDefinition("new"))
    editor.apply(ChangeSchema(Schema(more)))
    assert watch.doubts("11") == ()
    editor.undo()
    assert watch.doubts("11")


def test_tells_that_doubts_may_have_changed(editor: Editor) -> None:
    watch = Watch(editor)
    told: list[int] = []
    watch.changed.connect(lambda: told.append(1))
    editor.apply(Place("11", "tip", (3.0, 4.0)))
    assert len(told) == 1
    editor.close(discard=True)
    assert len(told) == 2
    assert watch.doubts("11") == ()


def test_an_edit_fits_nothing(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(editor)
    fits: list[int] = []
    fit = watching.fit_mean_shape
    monkeypatch.setattr(watching, "fit_mean_shape", lambda xy: (fits.append(len(xy)), fit(xy))[1])
    editor.go_to_specimen("3")
    watch.doubts("3")
    for step in range(5):
        editor.apply(Place("3", "tip", (200.0 + step, 222.0)))
        watch.doubts("3")
    assert fits == [10]
    editor.go_to_specimen("11")
    watch.doubts("11")
    assert fits == [10, 10]


def test_of_very_many_some_are_taken(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST_SPECIMENS", 7)
    watch = Watch(editor)
    editor.apply(placing("11", spoilt()))
    editor.apply(Clear("11", "low right"))
    assert "on the 7 " in watch.doubts("11")[0].sentence


def test_a_specimen_that_is_gone(editor: Editor) -> None:
    assert Watch(editor).doubts("no such") == ()
    assert Watch(Editor()).doubts("1") == ()
