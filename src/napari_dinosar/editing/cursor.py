"""Where a person is in a landmark project: which specimen, which landmark, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Side: TypeAlias = Literal["a", "b"]
Mode: TypeAlias = Literal["sequential", "quick", "through"]

MODES: tuple[Mode, ...] = get_args(Mode)
"""What a click does where the current landmark is placed already.

sequential: nothing, so that no click moves what is done; quick: it moves the landmark; through: as
quick, and the same landmark on the next photo follows.
"""


@dataclass(frozen=True)
class Cursor:
    """Where a person is.

    Attributes
    ----------
    specimen_id : str
        The specimen on side A; the only one where none is shown beside it.
    partner_id : str or None
        The specimen that is shown beside it, on side B.
    landmark : int
        0-based place in the schema.
    side : str
        The side whose turn it is, ``"a"`` or ``"b"``.
    """

    specimen_id: str
    partner_id: str | None = None
    landmark: int = 0
    side: Side = "a"

    def on(self, side: Side) -> str | None:
        """Return the specimen on a side, or None."""
        return self.specimen_id if side == "a" else self.partner_id

    @property
    def shown_ids(self) -> tuple[str, ...]:
        """The specimens that are shown, that on side A first."""
        return (self.specimen_id,) if not self.partner_id else (self.specimen_id, self.partner_id)

    @property
    def due_id(self) -> str:
        """The specimen whose turn it is."""
        return self.partner_id if self.side == "b" and self.partner_id else self.specimen_id
