"""The context of a comparison's numbers: the same statistics of noise, of colour and of shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_dinosar.comparison import Comparison
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.scores import SHARE_LIMITS, Statistics
from napari_dinosar.inspection.baselines import colour_baseline, shape_baseline
from napari_dinosar.inspection.noise_result import LEVEL, NoiseFloor

if TYPE_CHECKING:
    from pandas import DataFrame

    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.inspected import Inspection

Values: TypeAlias = "Mapping[str, float | int | None]"

CELL_STATISTICS = "homology.dissimilarity"
SHAPE_DISTANCE = "homology.procrustes_distance"


@dataclass(frozen=True, eq=False)
class Column:
    """The statistics of a summary, of something that a comparison is held against.

    Attributes
    ----------
    name : str
        What the column is called in tables.
    unit : str
        What its numbers are in.
    says : str
        What they are, in one sentence.
    values : mapping of str to float, int or None
        By the names of `statistics_of`; what is missing is not defined here.
    """

    name: str
    unit: str
    says: str
    values: Values


@dataclass(frozen=True, eq=False)
class Context:
    """The statistics of a comparison's summary, each beside the same of what it is held against.

    Attributes
    ----------
    columns : tuple of Column
        The comparison's own first.
    """

    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        """Refuse columns that cannot be told apart."""
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise DinosarError(f"Columns of a context need different names: {', '.join(names)}.")

    @property
    def statistics(self) -> tuple[str, ...]:
        """Names of the rows, in the order of the summary."""
        return tuple(self.columns[0].values)

    def column(self, name: str) -> Column:
        """Return a column by its name.

        Parameters
        ----------
        name : str
            As in tables: ``comparison``, ``noise``, ``noise_p95``, ``colour``, ``shape``, or that
            of a column which was put `beside` them.

        Raises
        ------
        DinosarError
            If there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        there = ", ".join(column.name for column in self.columns)
        raise DinosarError(f"The context has no column {name!r}, only {there}.")

    def value(self, statistic: str, column: str) -> float | int | None:
        """Return one number; None where it is not defined.

        Parameters
        ----------
        statistic : str
            One of `statistics`.
        column : str
            As for `column`.
        """
        return self.column(column).values.get(statistic)

    def beside(self, *columns: Column) -> Context:
        """Return the context with further columns, such as those of a reference set.

        Raises
        ------
        DinosarError
            If there is a column of such a name already.
        """
        return replace(self, columns=(*self.columns, *columns))

    def table(self) -> DataFrame:
        """Return a row for each statistic with a column for each of `columns`; NaN is undefined."""
        import pandas as pd

        rows = self.statistics
        values = {
            column.name: np.array([column.values.get(row) for row in rows], dtype=np.float64)
            for column in self.columns
        }
        return pd.DataFrame({"statistic": np.array(rows, dtype=object), **values})


def context(comparison: Comparison, noise: NoiseFloor | None = None) -> Context:
    """Return the statistics of a comparison beside those of noise, colour and shape.

    Parameters
    ----------
    comparison : Comparison
        One with homologous cells.
    noise : NoiseFloor, optional
        Its noise floor; without it the context has no columns of noise.

    Returns
    -------
    Context
        Columns ``comparison``, ``noise`` (mean over all copies), ``noise_p95`` (their 95th
        percentile), ``colour`` and ``shape``. Colour has the statistics of cells; shape those of
        the landmarks' residuals in their place, and the Procrustes distance. Shares above a limit
        of dissimilarity are not defined for either.

    Raises
    ------
    DinosarError
        If no cells were compared.
    """
    colours, shapes = colour_baseline(comparison), shape_baseline(comparison)
    return context_of_run(comparison.findings, noise).beside(
        Column(
            "colour",
            "Delta E*ab",
            "Difference of the cells' mean CIELAB colours, nothing else.",
            _under_cells(colours.statistics),
        ),
        Column(
            "shape",
            "centroid sizes",
            "Distances of the superimposed landmarks, and their Procrustes distance.",
            {**_under_cells(shapes.statistics), SHAPE_DISTANCE: shapes.distance},
        ),
    )


def context_of_run(findings: Findings, noise: NoiseFloor | None = None) -> Context:
    """Return the statistics of a run beside those of noise: all that is known without its photos.

    Parameters
    ----------
    findings : Findings
        What was found, now or in a run that was opened.
    noise : NoiseFloor, optional
        Its noise floor.

    Returns
    -------
    Context
        Columns ``comparison``, and with a noise floor ``noise`` and ``noise_p95``.
    """
    values = statistics_of(findings.summary)
    own = Column("comparison", "1 - cosine", "The comparison's own.", values)
    return Context((own, *(() if noise is None else noise_columns(noise, values))))


def shown_context(inspection: Inspection) -> Context:
    """Return the context of what an inspection shows; of a run that was opened, what it holds.

    Raises
    ------
    DinosarError
        If nothing is shown, or no cells were compared.
    """
    if inspection.findings is None:
        raise DinosarError("There is no comparison whose numbers could have a context.")
    if inspection.comparison is None:
        return context_of_run(inspection.findings, inspection.noise)
    return context(inspection.comparison, inspection.noise)


def statistics_of(summary: Mapping[str, Any]) -> dict[str, float | int | None]:
    """Return the statistics of a summary by name.

    Parameters
    ----------
    summary : mapping
        What summary.json holds.

    Returns
    -------
    dict
        ``scores.MODE.DIRECTION.STATISTIC`` of each score mode,
        ``homology.dissimilarity.STATISTIC`` of the cells, and ``homology.procrustes_distance``,
        ``homology.bending_energy_a`` and ``homology.bending_energy_b``.
    """
    found: dict[str, float | int | None] = {}
    for mode, directions in summary["scores"].items():
        for direction, values in directions.items():
            found |= {f"scores.{mode}.{direction}.{name}": one for name, one in values.items()}
    cells = summary["homology"]
    if cells is not None:
        found |= {f"{CELL_STATISTICS}.{name}": one for name, one in cells["dissimilarity"].items()}
        for name in ("procrustes_distance", "bending_energy_a", "bending_energy_b"):
            found[f"homology.{name}"] = cells[name]
    return found


def noise_columns(noise: NoiseFloor, wanted: Values) -> tuple[Column, Column]:
    """Return the mean of each statistic over all copies, and its 95th percentile (linear).

    Parameters
    ----------
    noise : NoiseFloor
        Whose copies were summed up as a comparison is.
    wanted : mapping
        The statistics, by name; one that a copy lacks is None.
    """
    copies = [statistics_of(one) for one in noise.summaries]
    means: dict[str, float | int | None] = {}
    highs: dict[str, float | int | None] = {}
    for name in wanted:
        values = [value for copy in copies if (value := copy.get(name)) is not None]
        is_whole = len(values) == len(copies)
        means[name] = float(np.mean(values)) if is_whole else None
        highs[name] = float(np.percentile(values, LEVEL)) if is_whole else None
    said = f"of {len(copies)} jittered copies of A and of B, each with its own specimen."
    return (
        Column("noise", "1 - cosine", f"Mean {said}", means),
        Column(f"noise_p{LEVEL}", "1 - cosine", f"{LEVEL}th percentile {said}", highs),
    )


def _under_cells(values: Statistics) -> dict[str, float | int | None]:
    return {
        f"{CELL_STATISTICS}.{name}": value
        for name, value in values.items()
        if name not in SHARE_LIMITS
    }
