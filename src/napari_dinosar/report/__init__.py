"""What a comparison says: its tables, its summary and the record of how it was made."""

from napari_dinosar.report.compared import Compared
from napari_dinosar.report.gathering import (
    PatchFindings,
    gather_findings,
    gather_patches,
    score_samples,
)

__all__ = ["Compared", "PatchFindings", "gather_findings", "gather_patches", "score_samples"]
