"""What is said of the edits that a session left which ended unexpectedly."""

from __future__ import annotations

from html import escape

from napari_dinosar.docks.landmarks.panels.words import clock_time_of, number_of
from napari_dinosar.project.recovery import Recovered
from napari_dinosar.project.state import ProjectState

_MOST_NAMED = 20


def offer_text(offer: Recovered, n_offers: int) -> str:
    """Return what is offered, in a sentence or two.

    Parameters
    ----------
    offer : Recovered
        What a session left.
    n_offers : int
        How many sessions left something.
    """
    size = number_of(len(offer.steps), "edit")
    if offer.photo_ids:
        size += f" on {number_of(len(offer.photo_ids), 'photo')}"
    if offer.last_at:
        size += f", last at {clock_time_of(offer.last_at)}"
    text = f"Edits from a session that ended unexpectedly: {size}."
    if not offer.is_of_this_file:
        text += " The file has been changed since then: look at the photos before you take them."
    if n_offers > 1:
        text += f" {n_offers - 1} more to come."
    return "\n".join((text, *offer.warnings))


def photo_links(offer: Recovered, state: ProjectState, colour: str) -> str:
    """Return the photos that the edits concern as rich text.

    Parameters
    ----------
    offer : Recovered
        The edits.
    state : ProjectState
        Where the photos are listed.
    colour : str
        Of the links, each of which has the id of its photo.
    """
    lines = []
    for key in offer.photo_ids[:_MOST_NAMED]:
        photo = state.photos.get(key)
        if photo is None:
            lines.append(f"photo {escape(key)}, which is not in the file")
        else:
            name = escape(photo.file_name or key)
            lines.append(f'<a href="{escape(key, quote=True)}" style="color: {colour}">{name}</a>')
    if len(offer.photo_ids) > _MOST_NAMED:
        lines.append(f"and {len(offer.photo_ids) - _MOST_NAMED} more")
    return "<br>".join(lines)
