"""What goes with the numbers, as rich text: alignment, warnings, and what had no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from napari_dinosar.docks import wording
from napari_dinosar.docks.theme import ThemeColours


def alignment_html(alignment: Mapping[str, Any], colours: ThemeColours) -> str:
    """Return how A was laid over B and how well it fits; nothing where it was not.

    Parameters
    ----------
    alignment : mapping
        Entry ``alignment`` of a run's record.
    colours : ThemeColours
        Of the window.
    """
    if alignment["stage"] == "none":
        return ""
    facts = [
        f"{alignment['method']} by {alignment['source']}",
        _residual(alignment),
        _share("overlap (IoU)", alignment.get("iou"), "{:.2f}"),
        _share("of A lies beyond B’s frame", alignment.get("outside_share"), "{:.0%}", first=True),
        "mirrored" if alignment.get("mirrored") else "",
    ]
    stage = wording.word("align_stage", alignment["stage"])
    return (
        f"<p style='margin: 0'><b>A laid over B</b>, {escape(stage)}<br>"
        f"<span style='color: {colours.muted}'>{escape(', '.join(filter(None, facts)))}</span></p>"
    )


def warnings_html(warnings: Sequence[str], colours: ThemeColours) -> str:
    """Return the warnings as a list that can be read, or that there are none."""
    if not warnings:
        return f"<p style='margin: 0 0 6px 0; color: {colours.muted}'>No warnings.</p>"
    return _list("warning", warnings, "▲", colours.warning)


def notes_html(notes: Sequence[str], colours: ThemeColours) -> str:
    """Return what had no effect in this comparison as a list; nothing where all had."""
    return _list("note", notes, "●", colours.muted) if notes else ""


def _list(word: str, sentences: Sequence[str], sign: str, colour: str) -> str:
    items = "".join(
        f"<tr><td style='padding: 0 8px 6px 0; color: {colour}'>{sign}</td>"
        f"<td style='padding-bottom: 6px'>{escape(sentence)}</td></tr>"
        for sentence in sentences
    )
    count = f"1 {word}" if len(sentences) == 1 else f"{len(sentences)} {word}s"
    return f"<p style='margin: 0 0 6px 0'><b>{count}</b></p><table cellspacing='0'>{items}</table>"


def _residual(alignment: Mapping[str, Any]) -> str:
    residual, share = alignment.get("residual_px"), alignment.get("residual_share")
    if residual is None:
        return ""
    beside = "" if share is None else f" ({share:.1%} of the centroid size)"
    return f"residual {residual:.1f} px{beside}"


def _share(words: str, value: float | None, form: str, first: bool = False) -> str:
    number = "" if value is None else form.format(value)
    if number in ("", "0%"):
        return ""
    return f"{number} {words}" if first else f"{words} {number}"
