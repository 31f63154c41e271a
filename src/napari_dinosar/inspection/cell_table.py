"""All cells, and all matches, of an inspection as tables to look through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.cell_facts import CellFacts
from napari_dinosar.inspection.cell_values import COLOUR, cell_values
from napari_dinosar.inspection.flags import Flags

if TYPE_CHECKING:
    from pandas import DataFrame

    from napari_dinosar.inspection.inspected import Inspection

IN_REGION = "in a region"
"""What stands for the flag of a cell that is left out because a region covers it."""


def cell_table(inspection: Inspection, *, with_colour: bool = True) -> DataFrame:
    """Return a row for each cell, in the order of the run's table of cells.

    Parameters
    ----------
    inspection : Inspection
        Of a comparison with cells.
    with_colour : bool
        Whether cells are compared by their mean colour too, which takes the longest by far.

    Returns
    -------
    DataFrame
        ``cell`` (its number), ``row``, ``col``, ``rank`` (1 for the most dissimilar),
        ``dissimilarity``, ``percentile``; ``noise_floor`` and ``under_floor`` where the floor was
        measured; ``colour_difference`` (Delta E*ab) where the photos are at hand; ``layer_std``
        and ``layer_0``, ``layer_1``, ... where several are known; ``coverage_a``, ``coverage_b``,
        ``folded``, ``in_hull``, ``used``, ``reason``, ``left_out``, ``flag`` (a reason, or
        `IN_REGION`), ``note``. What a cell does not have is missing.

    Raises
    ------
    DinosarError
        If no cells were compared.
    """
    import pandas as pd

    facts = inspection.cells.facts
    if facts is None:
        raise DinosarError("There are no homologous cells to list: compare with landmarks.")
    grid = facts.cells
    cell = np.arange(len(facts))
    row, col = np.divmod(cell, grid.shape[1])
    columns: dict[str, Any] = {
        "cell": cell,
        "row": row,
        "col": col,
        "rank": _where_used(facts, facts.place + 1),
        "dissimilarity": np.where(facts.used, facts.dissimilarity, np.nan),
        "percentile": facts.percentile,
        **_noise_columns(inspection),
    }
    if with_colour and inspection.comparison is not None:
        columns["colour_difference"] = cell_values(inspection, COLOUR).values.ravel()
    columns |= {
        **_layer_columns(facts),
        "coverage_a": grid.coverage_a.ravel(),
        "coverage_b": grid.coverage_b.ravel(),
        "folded": (grid.folded_a | grid.folded_b).ravel(),
        "in_hull": grid.in_hull.ravel(),
        "used": facts.used,
        "reason": grid.reason.ravel().astype(object),
        **flag_columns(inspection.flags, facts),
    }
    return pd.DataFrame(columns)


def flag_columns(flags: Flags, facts: CellFacts) -> dict[str, NDArray[Any]]:
    """Return the columns ``left_out``, ``flag`` and ``note`` of `cell_table` alone."""
    excluded = flags.excluded_cells()
    assert excluded is not None
    left_out = excluded.ravel()
    flag = np.where(left_out, IN_REGION, "").astype(object)
    note = np.full(len(facts), "", dtype=object)
    for one in flags.sheet.cells:
        number = one.row * facts.cells.shape[1] + one.col
        flag[number], note[number] = one.remark.reason, one.remark.note
    return {"left_out": left_out, "flag": flag, "note": note}


def match_table(inspection: Inspection) -> DataFrame:
    """Return a row for each match by rank: the run's table of matches with their numbers.

    Parameters
    ----------
    inspection : Inspection
        Of a comparison.

    Returns
    -------
    DataFrame
        ``match`` (its number, from 0), and the columns of ``matches.csv``.

    Raises
    ------
    DinosarError
        If nothing was compared.
    """
    if inspection.findings is None:
        raise DinosarError("There are no matches to list: run a comparison.")
    table = inspection.findings.tables["matches"].copy()
    table.insert(0, "match", np.arange(len(table)))
    return table


def _noise_columns(inspection: Inspection) -> dict[str, Any]:
    import pandas as pd

    noise = inspection.noise
    if noise is None:
        return {}
    is_unknown = ~noise.is_known.ravel()
    under = pd.arrays.BooleanArray(noise.is_noise.ravel().copy(), is_unknown)
    return {"noise_floor": noise.floor.ravel(), "under_floor": under}


def _layer_columns(facts: CellFacts) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if facts.cells.layer_std is not None:
        columns["layer_std"] = np.where(facts.used, facts.cells.layer_std.ravel(), np.nan)
    if facts.per_layer is not None and len(facts.per_layer) > 1:
        for layer, values in zip(facts.findings.record["layers"], facts.per_layer, strict=True):
            columns[f"layer_{layer}"] = np.where(facts.used, values.ravel(), np.nan)
    return columns


def _where_used(facts: CellFacts, values: NDArray[np.intp]) -> Any:
    import pandas as pd

    return pd.arrays.IntegerArray(values.astype(np.int64), ~facts.used)
