"""What the metadata of a result layer says of where it comes from."""

from __future__ import annotations

from typing import Any

from napari_dinosar.findings import Findings


def origin(findings: Findings, side: str | None = None, **more: Any) -> dict[str, Any]:
    """Return plain values: backbone, date, and the photo that a layer lies on.

    Parameters
    ----------
    findings : Findings
        What was found.
    side : str or None
        ``"a"`` or ``"b"`` for a layer in the pixels of one photo.
    **more
        Further plain values.
    """
    found: dict[str, Any] = {"backbone": findings.backbone["name"], "created": findings.created}
    if side is not None:
        specimen = findings.side(side)
        found |= {"photo": specimen.name, **specimen.photo_identity}
    return found | more
