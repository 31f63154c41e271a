"""A process is killed while it edits and saves; every edit that it acknowledged is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from threading import Event

import project_made as made
from napari_dinosar.project.state import ProjectState
from napari_dinosar.project.store import Project

TIMES = int(os.environ.get("DINOSAR_SOAK", "20"))

CHILD = """
import sys
from random import Random
sys.path.insert(0, sys.argv[3])
import project_made as made
from napari_dinosar.project.history import History
from napari_dinosar.project.store import Project

project = Project.open(sys.argv[1])
for offer in project.recovered:
    assert project.recover(offer) == ()
project.history = History()  # what was recovered is not taken back by what follows
rng, model = Random(int(sys.argv[2])), made.Model(project.state)
print("ready", flush=True)
while True:
    operation = made.operation(rng, model.state)
    made.do(project, operation)
    model.do(operation)
    assert project.is_protected, project.warnings
    print("done", flush=True)
"""


def killed(path: Path, seed: int) -> int:
    """Run a process on a project, kill it at a random moment, return how much it acknowledged."""
    tests = str(Path(made.__file__).parent)
    command = [sys.executable, "-c", CHILD, str(path), str(seed), tests]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        first = child.stdout.readline()
        if first == "ready\n":
            Event().wait(Random(seed).uniform(0, 0.15))
        child.kill()
        said, errors = child.stdout.read(), child.stderr.read()
    assert first == "ready\n", errors
    assert errors == ""
    return said.count("done\n")


def after(start: ProjectState, seed: int, count: int) -> ProjectState:
    """Return what a project holds after so many operations of a process."""
    rng, model = Random(seed), made.Model(start)
    for _ in range(count):
        model.do(made.operation(rng, model.state))
    return model.state


def test_a_killed_process_loses_no_edit_that_it_acknowledged(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as project:
        start = project.state
    total = 0
    for seed in range(TIMES):
        count = killed(path, seed)
        with Project.open(path) as project:
            assert project.others == ()
            assert not project.warnings
            for offer in project.recovered:
                assert offer.is_of_this_file
                assert project.recover(offer) == ()
            # the edit in flight may have come through as well
            possible = [after(start, seed, count + more) for more in (0, 1)]
            assert any(made.same_project(project.state, one) for one in possible), (seed, count)
            if seed % 2:
                project.save()
            start = project.state
        total += count
    assert total > TIMES
    left = [one.name for one in tmp_path.iterdir() if one.suffix == ".journal"]
    assert len(left) <= 1, left
