"""When a project is to be saved by itself: a rule without clocks or threads of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AutosavePolicy:
    """Save after so many edits, or so long after the first that is not saved.

    Every edit is in the journal anyway; saving often keeps recovery short.

    Attributes
    ----------
    after_edits : int
        Edits.
    after_s : float
        Seconds.
    """

    after_edits: int = 50
    after_s: float = 60.0

    def is_due(self, n_unsaved: int, unsaved_for_s: float) -> bool:
        """Tell whether to save now.

        Parameters
        ----------
        n_unsaved : int
            Edits that the file does not hold.
        unsaved_for_s : float
            Seconds since the first of them.
        """
        return n_unsaved > 0 and (n_unsaved >= self.after_edits or unsaved_for_s >= self.after_s)
