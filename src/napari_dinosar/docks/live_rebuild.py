"""The cells of a comparison found again for other landmarks, and put into their layers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import layer_order, live_cells, live_inputs
from napari_dinosar.docks.answer import Answer
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.presenter import PAUSE_MS, Presenter
from napari_dinosar.docks.recolouring import keep_colours
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.layers import role_of, side_of

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_dinosar.docks.live_inputs import Marks
    from napari_dinosar.layers import LayerSpec

MOST_CELLS_AT_ONCE = 600
"""Up to so many cells are found and shown in one go; more in a worker, and layer by layer."""
FIRST_ROLES = ("cells", "cell_map")
CELL_ROLES = (*FIRST_ROLES, "tps_grid")


class Rebuild(QObject):
    """Finds cells again and updates their layers and numbers in place.

    A wish that comes while another is worked on takes its place. Of many cells the map and the
    numbers are shown first, for which nothing has to be made; the cells of each photo follow.

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
        self._wish: tuple[Answer, Marks] | None = None
        self._is_outrun = False
        self._unfinished: Answer | None = None
        self._steps: deque[Callable[[], object]] = deque()
        self._timer = single_shot(self, PAUSE_MS, self._go_on)
        presenter.started.connect(self.drop)  # a new comparison has cells of its own

    @property
    def is_busy(self) -> bool:
        """Whether something is on its way."""
        return self._jobs.busy or bool(self._steps)

    @property
    def is_whole(self) -> bool:
        """Whether all cells that are shown are those of the numbers: no new drag came between."""
        return self._unfinished is None or self._unfinished is not self._presenter.answer

    def is_for(self, marks: Marks) -> bool:
        """Tell whether what is on its way are the cells of these landmarks."""
        if not self.is_busy or self._wish is None:
            return False
        return live_inputs.are_same(self._wish[1], marks)

    def start(self, answer: Answer, marks: Marks) -> None:
        """Find the cells of a comparison for other landmarks."""
        if self.is_for(marks):
            return  # one release is told of more than once
        self.drop()
        self._wish = answer, marks
        if self._jobs.busy:
            self._is_outrun = True
        elif is_small(answer):
            self._take(live_cells.rebuilt(answer, marks))
        else:
            self._jobs.start(live_cells.found_again, answer, marks, on_result=self._take)

    def drop(self) -> None:
        """Show nothing more of what is on its way: the landmarks are moving again."""
        self._wish = None
        self._is_outrun = False
        self._timer.stop()
        self._steps.clear()

    def _is_wanted(self) -> bool:
        """Tell whether what a worker has made is still wanted; if not, begin what is."""
        if self._is_outrun and self._wish is not None:
            self.start(*self._wish)
            return False
        return self._wish is not None

    def _take(self, found: Answer | DinosarError) -> None:
        if not self._is_wanted():
            return
        if isinstance(found, DinosarError):
            self.refused.emit(str(found))
        else:
            self._show(found)

    def _show(self, found: Answer) -> None:
        """Show map and numbers, then the cells, then the grids, which are hidden at most times."""
        self._presenter.renew(found)
        self._unfinished = self._presenter.answer
        shown = {(spec.role, spec.side) for spec in found.specs}
        for layer in list(self._viewer.layers):
            if role_of(layer) in CELL_ROLES and (role_of(layer), side_of(layer)) not in shown:
                showing.retire(self._viewer, layer)
        first = [spec for spec in found.specs if spec.role == "cell_map"]
        cells = [spec for spec in found.specs if spec.role == "cells"]
        later = [spec for spec in found.specs if spec.role not in FIRST_ROLES]
        seen = [
            partial(self._tell, found, first),
            *(partial(self._make, found, spec) for spec in cells),
            partial(self._finish, found),
        ]
        self._steps = deque(partial(self._make, found, spec) for spec in later)
        if not is_small(found):
            self._steps.extendleft(reversed(seen))
        else:
            for step in seen:
                step()
        self._timer.start()

    def _tell(self, found: Answer, first: list[LayerSpec]) -> None:
        for spec in first:
            showing.show(self._viewer, spec)
        layer_order.raise_landmarks(self._viewer.layers)
        self._presenter.show_numbers(found.findings)

    def _make(self, found: Answer, spec: LayerSpec) -> None:
        """Show a layer; its shapes are made in a worker where they are many."""
        if is_small(found) or spec.kind != "shapes":
            self._put(spec)
        else:
            self._jobs.start(live_cells.made, spec, on_result=partial(self._put_made, spec))

    def _put_made(self, spec: LayerSpec, made: Layer) -> None:
        if self._is_wanted():
            self._put(spec, made)
            self._timer.start()

    def _put(self, spec: LayerSpec, made: Layer | None = None) -> None:
        showing.show(self._viewer, spec, made)
        if spec.role == "cells" and spec.side is not None:
            keep_colours(self._viewer, spec.side)

    def _finish(self, found: Answer) -> None:
        self._unfinished = None
        self.finished.emit(found)

    def _go_on(self) -> None:
        """Do one thing at a time, so that the window lives between them."""
        if self._steps:
            self._steps.popleft()()
        if self._steps and not self._jobs.busy:
            self._timer.start()


def is_small(answer: Answer) -> bool:
    """Tell whether an answer has so few cells that a worker would only make them wait."""
    cells = answer.findings.cells
    return cells is None or cells.used.size <= MOST_CELLS_AT_ONCE
