"""What a comparison says: its tables, its summary and the record of how it was made."""

from napari_dinosar.report.gathering import Compared, gather_findings

__all__ = ["Compared", "gather_findings"]
