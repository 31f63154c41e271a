"""What the page of the probe says of a result, as text. No Qt."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from napari_dinosar.docks.number_text import NOTHING, number_text
from napari_dinosar.inspection.probe_difference import ProbeDifference
from napari_dinosar.inspection.probe_result import ProbeResult

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.probing import Probing

HOLD = "Hold Shift and move over a photo, or click it while this page is in front."
HONEST = (
    "Similar is not homologous: the network compares looks and context. A ratio near 0 means "
    "that the match stands alone; near 1 another place is as good."
)


def title(result: ProbeResult | None, landmark: str | None, is_frozen: bool) -> str:
    """Return where a probe points."""
    if result is None:
        return HOLD
    x, y = result.at_xy
    where = f"{number_text(x, 0)}, {number_text(y, 0)} px"
    name = f"Landmark {landmark}" if landmark is not None else "Patch"
    held = ", held" if is_frozen else ""
    return f"{name} in {result.side.upper()} at {where}{held}"


def why_no_match(result: ProbeResult) -> str:
    """Return why a place has no match, in a sentence; empty where it has one."""
    return "" if result.patch.valid else f"There is no match for this place: {result.patch.reason}."


def table_html(probing: Probing, colours: ThemeColours) -> str:
    """Return the numbers of the results that are shown, the kept one first, in columns."""
    results = [one for one in probing.results if one.match is not None]
    if not results:
        return ""
    rows = list(zip(*(_numbers(one, probing) for one in results), strict=True))
    lines = []
    if len(results) > 1:
        heads = "".join(f"<th align='right'>{word}</th>" for word in ("kept", "now"))
        lines.append(f"<tr><th></th>{heads}</tr>")
    for cells in rows:
        values = "".join(
            f"<td align='right' style='padding-left: 8px'>{escape(value)}</td>"
            for _, value in cells
        )
        label = f"<td style='color:{colours.muted}'>{escape(cells[0][0])}&nbsp;&nbsp;</td>"
        lines.append(f"<tr>{label}{values}</tr>")
    return f"<table width='100%' cellspacing='0' cellpadding='1'>{''.join(lines)}</table>"


def difference_text(difference: ProbeDifference | None) -> str:
    """Return how two maps differ, in a sentence."""
    if difference is None:
        return "Point at another place of the same photo to see how its map differs."
    known = math.isfinite(difference.correlation)
    alike = number_text(difference.correlation, 3) if known else "none"
    return (
        f"The map shows now minus kept: vermilion where the place now is more similar, blue where "
        f"it is less. Largest difference {number_text(difference.largest, 3)}, correlation {alike}."
    )


def cycle(result: ProbeResult, patch_px: float) -> str:
    """Return how far the way back ends from where it began."""
    if not math.isfinite(result.cycle_px):
        return NOTHING
    if result.is_mutual:
        return "0 px, mutual"
    patches = result.cycle_px / patch_px
    return f"{result.cycle_px:.0f} px, {patches:.1f} patches"


def clearness(ratio: float) -> str:
    """Return a ratio with a word for it."""
    if not math.isfinite(ratio):
        return NOTHING
    word = "clear" if ratio < 0.6 else "fair" if ratio < 0.85 else "ambiguous"
    return f"{ratio:.2f}, {word}"


def _numbers(result: ProbeResult, probing: Probing) -> list[tuple[str, str]]:
    """Return labels and values of one result."""
    assert probing.probe is not None
    assert result.match is not None
    patch_px = probing.probe.side(result.side).patch_px(result.patch.xy)
    x, y = result.match.refined_xy
    second = None if result.second is None else result.second.similarity
    return [
        (f"Match in {result.other_side.upper()}", f"{number_text(x, 0)}, {number_text(y, 0)} px"),
        ("Similarity", number_text(result.similarity, 3)),
        ("Second peak", number_text(second, 3)),
        ("Peak ratio", clearness(result.peak_ratio)),
        ("Distinctness", number_text(result.distinctness, 2)),
        ("Cycle error", cycle(result, patch_px)),
    ]
