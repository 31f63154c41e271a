"""What may be wrong with imported landmarks, and repairs that are proposed and never imposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core._photo_checks import (
    Ward,
    flips,
    out_of_bounds,
    photos,
    resized,
    swapped,
    wrong_scale,
)
from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.landmark_findings import Finding, Masks, Shares, repaired
from napari_dinosar.core.landmark_frames import COUNT_KEY, PhotoSizes, negatives

__all__ = ["Finding", "Shares", "diagnose", "repaired"]


def diagnose(
    dataset: Dataset, photo_sizes: PhotoSizes, masks: Masks | None = None
) -> tuple[Finding, ...]:
    """Return what is odd about imported landmarks; nothing is changed.

    A landmark is in bounds from -0.5 to the width and height of its photo: that is up to half a
    pixel beyond its edge, since programs differ by as much in where they count from.

    Parameters
    ----------
    dataset : Dataset
        As a reader gave it.
    photo_sizes : mapping of str to (int, int)
        Width and height of the photos by file name; empty where there are none.
    masks : mapping of str to array (H, W), optional
        Masks of specimens by the same names: they tell a photo from its mirror image.

    Returns
    -------
    tuple of Finding
        Those that explain most first: a repair may mend what a later finding is about.
    """
    ward = Ward(dataset, photo_sizes, masks or {})
    findings = [*flips(ward), *resized(ward)]
    if not findings:
        findings = _misplaced(ward)
    explained = {place for one in findings for place in one.places}
    findings += photos(ward)
    findings += _negatives(dataset)
    explained |= {place for one in findings if one.kind == "negatives" for place in one.places}
    findings += out_of_bounds(ward, explained)
    findings += _duplicates(dataset)
    findings += _ragged(dataset)
    return tuple(findings)


def _misplaced(ward: Ward) -> list[Finding]:
    """Find exchanged photos, or one factor where these do not account for all."""
    exchanged = list(swapped(ward))
    accounted = {place for one in exchanged for place in one.places}
    factor = list(wrong_scale(ward))
    return factor if factor and ward.outside() - accounted else exchanged


def _negatives(dataset: Dataset) -> Iterator[Finding]:
    places = [n for n, one in enumerate(dataset.specimens) if negatives(one).any()]
    if places:
        ids = [dataset.specimens[place].specimen_id for place in places]
        yield Finding(
            "negatives",
            f"Landmarks have two negative coordinates ({listed(ids)}), which in many files means "
            "that they are missing.",
            "Count them as missing.",
            tuple(places),
        )


def _duplicates(dataset: Dataset) -> Iterator[Finding]:
    counts = Counter(one.specimen_id for one in dataset.specimens)
    twice = [name for name, count in counts.items() if count > 1]
    if not twice:
        return
    seen: Counter[str] = Counter()
    taken = set(counts)
    renamed: dict[int, str] = {}
    for place, one in enumerate(dataset.specimens):
        seen[one.specimen_id] += 1
        if seen[one.specimen_id] > 1:
            while (name := f"{one.specimen_id}_{seen[one.specimen_id]}") in taken:
                seen[one.specimen_id] += 1
            taken.add(name)
            renamed[place] = name
    yield Finding(
        "duplicate_ids",
        f"Specimens share their ids: {listed(twice)}.",
        f"Number the later ones: {listed([*renamed.values()])}.",
        tuple(renamed),
        names=tuple(renamed.values()),
    )


def _ragged(dataset: Dataset) -> Iterator[Finding]:
    places = [n for n, one in enumerate(dataset.specimens) if COUNT_KEY in one.extras]
    if places:
        told = [
            f"{dataset.specimens[place].specimen_id} ({dataset.specimens[place].extras[COUNT_KEY]})"
            for place in places
        ]
        yield Finding(
            "ragged_counts",
            f"Specimens list fewer landmarks than the {len(dataset.schema.names)} of others, and "
            f"the last ones count as missing: {listed(told)}. Check that these are the ones that "
            "were left out.",
            "",
            tuple(places),
        )
