"""The cells of a comparison found again for other landmarks, and put into their layers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.answer import Answer
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.presenter import PAUSE_MS, Presenter
from napari_dinosar.layers import role_of, side_of

if TYPE_CHECKING:
    from napari_dinosar.docks.live_inputs import Marks
    from napari_dinosar.layers import LayerSpec

MOST_CELLS_AT_ONCE = 600
"""Up to so many cells are found and shown in one go; more in a worker, and layer by layer."""
FIRST_ROLES = ("cells", "cell_map")
CELL_ROLES = (*FIRST_ROLES, "tps_grid")
Step = tuple[str, int, int]


class Rebuild(QObject):
    """Finds cells again and updates their layers and numbers in place.

    A wish that comes while another is worked on takes its place.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are updated.
    presenter : Presenter
        Holds what is shown.
    parent : QObject
        Who owns it.

    Signals
    -------
    finished : Answer
        The cells and the numbers are those of the new landmarks.
    refused : str
        Why the landmarks cannot be used.
    """

    finished = Signal(object)
    refused = Signal(str)

    def __init__(self, viewer: Any, presenter: Presenter, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._presenter = presenter
        self._jobs = Jobs(self)
        self._next: tuple[Answer, Marks] | None = None
        self._is_wanted = False
        self._steps: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_busy(self) -> bool:
        """Whether something is on its way."""
        return self._jobs.busy or bool(self._steps)

    def start(self, answer: Answer, marks: Marks) -> None:
        """Find the cells of a comparison for other landmarks."""
        self.drop()
        self._is_wanted = True
        if self._jobs.busy:
            self._next = answer, marks
        elif is_small(answer):
            self._take(rebuilt(answer, marks))
        else:
            self._jobs.start(_rebuilt_steps, answer, marks, on_result=self._take)

    def drop(self) -> None:
        """Show nothing more of what is on its way: the landmarks are moving again."""
        self._is_wanted = False
        self._next = None
        self._timer.stop()
        self._steps.clear()

    def _take(self, found: Answer | DinosarError) -> None:
        if self._next is not None:
            self.start(*self._next)
        elif self._is_wanted and isinstance(found, DinosarError):
            self.refused.emit(str(found))
        elif self._is_wanted and isinstance(found, Answer):
            self._show(found)

    def _show(self, found: Answer) -> None:
        """Show the cells, then the numbers, then the grids, which are hidden at most times."""
        self._presenter.renew(found)
        shown = {(spec.role, spec.side) for spec in found.specs}
        for layer in list(self._viewer.layers):
            if role_of(layer) in CELL_ROLES and (role_of(layer), side_of(layer)) not in shown:
                showing.retire(self._viewer, layer)
        first = [spec for spec in found.specs if spec.role in FIRST_ROLES]
        later = [spec for spec in found.specs if spec not in first]
        self._steps = deque(partial(self._show_one, found, spec) for spec in first)
        self._steps.append(partial(self._tell, found))
        self._steps.extend(partial(self._show_one, found, spec) for spec in later)
        for _ in range(len(first) + 1 if is_small(found) else 0):
            self._steps.popleft()()
        self._timer.start()

    def _show_one(self, found: Answer, spec: LayerSpec) -> None:
        showing.show(self._viewer, spec, found.made.pop((spec.role, spec.side), None))

    def _tell(self, found: Answer) -> None:
        self._presenter.raise_landmarks()
        self._presenter.show_numbers(found.findings)
        self.finished.emit(found)

    def _go_on(self) -> None:
        """Do one thing at a time, so that the window lives between them."""
        if self._steps:
            self._steps.popleft()()
            self._timer.start()


def is_small(answer: Answer) -> bool:
    """Tell whether an answer has so few cells that a worker would only make them wait."""
    cells = answer.findings.cells
    return cells is None or cells.used.size <= MOST_CELLS_AT_ONCE


def rebuilt(answer: Answer, marks: Marks) -> Answer | DinosarError:
    """Return a comparison with other landmarks and the layers that change, or why it cannot be.

    Parameters
    ----------
    answer : Answer
        The earlier comparison.
    marks : (Landmarks or None, Landmarks or None)
        In the pixels of the two photos.
    """
    from napari_dinosar.comparison import rehomologised
    from napari_dinosar.result_layers import landmark_specs

    assert answer.comparison is not None
    try:
        comparison = rehomologised(answer.comparison, *marks)
    except DinosarError as error:
        return error
    findings = comparison.findings
    specs = landmark_specs(findings, *answer.frames)
    return replace(answer, findings=findings, specs=specs, comparison=comparison, made={})


def _rebuilt_steps(answer: Answer, marks: Marks) -> Generator[Step, None, Answer | DinosarError]:
    yield "Finding the cells again", 0, 0
    found = rebuilt(answer, marks)
    if isinstance(found, DinosarError):
        return found
    return replace(found, made=showing.made_layers(found.specs))
