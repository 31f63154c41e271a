"""A project is left at any moment, alone and beside others; what was there is there again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest

import project_made as made
from napari_dinosar.project.document import read_document
from napari_dinosar.project.edits import Place
from napari_dinosar.project.merging import Choice
from napari_dinosar.project.state import ProjectState
from napari_dinosar.project.store import Project

CHAINS = int(os.environ.get("DINOSAR_SOAK", "20"))
ROUNDS = 15


def opened(folder: Path) -> Project:
    """Open the project with all that an earlier session left."""
    project = Project.open(folder / "leaves.json")
    for offer in project.recovered:
        assert offer.is_of_this_file
        assert project.recover(offer) == ()
        check(project)
    return project


def check(project: Project) -> None:
    """What calls itself saved is in the file."""
    if project.is_saved:
        assert made.same_project(read_document(project.path).state, project.state)


def save_in_parts(project: Project, rng: Random) -> None:
    """Begin to save, and get no further than chance has it."""
    job = project.begin_save()
    if rng.random() < 0.5:
        job.write()
        if rng.random() < 0.5:
            project.finish_save(job)


def merge(project: Project, rng: Random) -> None:
    """Take in what somebody else saves."""
    with Project.open(project.path) as other:
        other.apply(Place(rng.choice(sorted(other.state.specimens)), "base", (rng.random(), 5)))
        other.save()
    merged = project.merge_with_file()
    choices: tuple[Choice, ...] = ("mine", "theirs")
    project.take_merge(merged, {o.photo.photo_id: rng.choice(choices) for o in merged.conflicts})


def work(project: Project, rng: Random) -> None:
    for _ in range(rng.randrange(12)):
        if rng.random() < 0.12 and not project.has_changed_on_disk():
            merge(project, rng)
        else:
            made.do(project, made.operation(rng, project.state))
        check(project)
    if rng.random() < 0.3 and not project.has_changed_on_disk():
        save_in_parts(project, rng)


def left(project: Project, folder: Path, rng: Random) -> Path:
    """Close a project unsaved, or leave it as a crash would: its files alone, in another folder."""
    if rng.random() < 0.3:
        project.close()
        return folder
    elsewhere = folder.with_name(f"{folder.name}+")
    shutil.copytree(folder, elsewhere, ignore=shutil.ignore_patterns("*.lock"))
    project.close()
    shutil.rmtree(folder)
    return elsewhere.rename(folder)


@pytest.mark.parametrize("seed", range(CHAINS))
def test_wherever_work_stops_it_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # nothing here cuts the power
    folder, rng = tmp_path / "work", Random(seed)
    folder.mkdir()
    made.new_project(folder)
    state: ProjectState | None = None
    for _ in range(ROUNDS):
        project = opened(folder)
        assert state is None or made.same_project(project.state, state)
        work(project, rng)
        state = project.state
        folder = left(project, folder, rng)
        with opened(folder) as project:
            assert made.same_project(project.state, state)
            if rng.random() < 0.5:
                project.save()
