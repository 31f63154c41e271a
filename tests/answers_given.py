"""Answers that are given before the questions are asked."""

from __future__ import annotations

from pathlib import Path


class Answers:
    """Stands for `Asking`: each question takes the answer that a test gave, and is remembered."""

    def __init__(self, **given):
        self.given, self.asked = given, []

    def _answer(self, question, *about):
        self.asked.append((question, *about))
        return self.given.get(question)

    def file(self, title, kinds):
        return self._answer("file", title)

    def files(self, title, kinds):
        return self._answer("files", title) or ()

    def folder(self, title):
        return self._answer("folder", title)

    def new_file(self, title, kinds, proposed: Path):
        return self._answer("new_file", title, proposed)

    def colour(self, title, present):
        return self._answer("colour", present)

    def agrees(self, title, text, details, button):
        return bool(self._answer("agrees", details))

    def one_of(self, title, question, answers):
        return self._answer("one_of", tuple(answers))
