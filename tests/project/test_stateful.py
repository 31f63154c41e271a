from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import project_made as made
from napari_dinosar.project.document import read_document
from napari_dinosar.project.history import History
from napari_dinosar.project.listing import Listing
from napari_dinosar.project.store import Project


class Work(RuleBasedStateMachine):
    """A project is edited, saved, closed and crashed in any order; a simple model is beside it."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.path = made.new_project(Path(self.folder.name))
        self.project = Project.open(self.path)
        self.model = made.Model(self.project.state)
        self.listing = Listing(self.project.state)

    @rule(seed=st.integers(0, 2**32))
    def work(self, seed: int) -> None:
        operation = made.operation(Random(seed), self.model.state)
        made.do(self.project, operation)
        self.model.do(operation)

    @rule()
    def save(self) -> None:
        self.project.save()
        assert self.project.is_saved
        assert made.same_project(read_document(self.path).state, self.model.state)

    @rule()
    def undo(self) -> None:
        made.do(self.project, "undo")
        self.model.do("undo")

    @rule()
    def redo(self) -> None:
        made.do(self.project, "redo")
        self.model.do("redo")

    @rule()
    def close_and_open(self) -> None:
        was_saved = self.project.is_saved
        self.project.close()
        self.project = Project.open(self.path)
        if was_saved:
            assert self.project.recovered == ()
        for offer in self.project.recovered:
            assert offer.is_of_this_file
            assert self.project.recover(offer) == ()
        # what was undone before, and what a save has settled, is not in the journal
        self.project.history = History()
        assert made.same_project(self.project.state, self.model.state)
        self.model = made.Model(self.project.state)

    @invariant()
    def the_project_holds_what_the_model_does(self) -> None:
        assert made.same_project(self.project.state, self.model.state)
        assert self.project.is_protected
        if self.project.is_saved:
            assert made.same_project(read_document(self.path).state, self.model.state)
        self.listing.update(self.project.state)
        assert list(self.listing) == list(Listing(self.project.state))

    def teardown(self) -> None:
        self.project.close()
        self.folder.cleanup()


TestWork = Work.TestCase
TestWork.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
