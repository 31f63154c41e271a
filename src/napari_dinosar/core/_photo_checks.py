"""Checks of imported landmarks against their photos and masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.landmark_findings import Finding, Masks, Shares, inside
from napari_dinosar.core.landmark_frames import (
    PhotoSizes,
    SizeFinder,
    last_part,
    turned_over,
)

# reductions that people make, the largest first
_NICE = (0.9, 0.8, 0.75, 2 / 3, 0.6, 0.5, 0.4, 1 / 3, 0.3, 0.25, 0.2, 1 / 6, 0.15, 0.125, 0.1)
_NICE_SMALL = (1 / 12, 0.075, 1 / 16, 0.05, 0.04, 1 / 32, 0.025, 0.02, 0.01)
_MOST_PAIRED = 200
_CLEARLY = 0.1
_MOSTLY = 0.9


class Ward:
    """The specimens with what is known of their photos."""

    def __init__(self, dataset: Dataset, sizes: PhotoSizes, masks: Masks) -> None:
        self.specimens = dataset.specimens
        self.photos = sizes
        self.find = SizeFinder(sizes)
        self._masks = masks
        self.sizes = [self.find(one.file_name) or one.size_xy for one in self.specimens]
        self.known = [
            place
            for place, size in enumerate(self.sizes)
            if size is not None and self.specimens[place].placed.any()
        ]

    def size(self, place: int) -> tuple[int, int]:
        """Return width and height of a specimen's photo, one of those that are known."""
        size = self.sizes[place]
        if size is None:
            raise ValueError(f"the size of photo {place} is not known")
        return size

    def shares(self, places: Sequence[int], is_turned: bool) -> Shares:
        """Return the shares of all landmarks of some specimens together."""
        n_inside, on, n_points, n_masked = 0, 0, 0, 0
        for place in places:
            one = self.specimens[place]
            width_height = self.size(place)
            xy = (turned_over(one, width_height[1]) if is_turned else one).xy[one.placed]
            n_inside += int(inside(xy, width_height).sum())
            n_points += len(xy)
            mask = self.mask(one.file_name)
            if mask is not None:
                on += _on_mask(xy, mask)
                n_masked += len(xy)
        return Shares(n_inside / max(n_points, 1), on / n_masked if n_masked else None)

    def outside(self) -> set[int]:
        """Return the specimens of which a landmark lies outside its photo."""
        return {
            place for place in self.known if not inside(self.placed(place), self.size(place)).all()
        }

    def placed(self, place: int) -> NDArray[np.float64]:
        """Return the positions (n, 2) of a specimen's placed landmarks."""
        one = self.specimens[place]
        return one.xy[one.placed]

    def mask(self, file_name: str) -> NDArray[np.bool_] | None:
        """Return the mask on a photo, where there is one."""
        found = self._masks.get(file_name)
        return self._masks.get(self.find.name(file_name) or "") if found is None else found

    def ids(self, places: Sequence[int]) -> str:
        """Return the ids of specimens for a message."""
        return listed([self.specimens[place].specimen_id for place in places])


def _on_mask(xy: NDArray[np.float64], mask: NDArray[np.bool_]) -> int:
    """Return how many positions (n, 2) lie on a mask."""
    cols, rows = np.rint(np.clip(xy, -2, max(mask.shape) + 2)).astype(np.int64).T
    is_in = (rows >= 0) & (rows < mask.shape[0]) & (cols >= 0) & (cols < mask.shape[1])
    return int(np.count_nonzero(mask[rows[is_in], cols[is_in]]))


def flips(ward: Ward) -> Iterator[Finding]:
    """Find y that counts from the bottom, as is said or as bounds and masks show."""
    up = [place for place in ward.known if ward.specimens[place].counts_y_up]
    down = [place for place in ward.known if not ward.specimens[place].counts_y_up]
    for places, is_said in ((up, True), (down, False)):
        as_is, turned = ward.shares(places, False), ward.shares(places, True)
        if not places or not (is_said or _is_better(turned, as_is)):
            continue
        why = (
            "y counts from the bottom of the photo, as the file says"
            if is_said
            else "y seems to count from the bottom of the photo"
        )
        yield Finding(
            "y_flip",
            f"{why} ({ward.ids(places)}): {_told(as_is)} as they are, {_told(turned)} turned over.",
            "Turn y over.",
            tuple(places),
            sizes=tuple(ward.size(place) for place in places),
            as_is=as_is,
            turned=turned,
        )


def _is_better(turned: Shares, as_is: Shares) -> bool:
    if turned.in_bounds != as_is.in_bounds:
        return turned.in_bounds > as_is.in_bounds and turned.in_bounds > _MOSTLY
    if turned.in_mask is None or as_is.in_mask is None:
        return False
    return turned.in_mask > as_is.in_mask + _CLEARLY


def _told(shares: Shares) -> str:
    on = "" if shares.in_mask is None else f" and {shares.in_mask:.0%} on the specimen"
    return f"{shares.in_bounds:.0%} of the landmarks lie inside the photo{on}"


def resized(ward: Ward) -> Iterator[Finding]:
    """Find photos of another size than the file states."""
    alike: list[int] = []
    other: list[int] = []
    for place in ward.known:
        stated, found = ward.specimens[place].size_xy, ward.size(place)
        if stated is None or stated == found:
            continue
        factor = found[0] / stated[0]
        is_alike = abs(stated[1] * factor - found[1]) <= max(1.0, factor)
        (alike if is_alike else other).append(place)
    if alike:
        factors = tuple(_ratio(ward, place) for place in alike)
        shown = ", ".join(sorted({f"{factor:.4g}" for factor in factors})[:5])
        yield Finding(
            "resized_photo",
            f"The photos have another size than the file states ({ward.ids(alike)}); they were "
            f"resized by {shown}.",
            "Resize the positions as the photos.",
            tuple(alike),
            factors=factors,
            sizes=tuple(ward.size(place) for place in alike),
        )
    if other:
        yield Finding(
            "resized_photo",
            f"The photos have another shape than the file states ({ward.ids(other)}); they were "
            "cropped, turned or replaced. Find the photos that were digitised.",
            "",
            tuple(other),
        )


def _ratio(ward: Ward, place: int) -> float:
    stated = ward.specimens[place].size_xy or ward.size(place)
    return ward.size(place)[0] / stated[0]


def wrong_scale(ward: Ward) -> Iterator[Finding]:
    """Find one factor that brings all landmarks inside their photos."""
    places = ward.known
    if not places or ward.shares(places, False).in_bounds == 1:
        return
    needed = 0.0
    for place in places:
        one = ward.specimens[place]
        xy = one.xy[one.placed]
        if (xy < -0.5).any():
            return
        needed = max(needed, float((xy / np.array(ward.size(place))).max()))
    # a landmark that is barely outside is a slip of the hand, not a resized photo
    is_slip = needed < 1 + _CLEARLY or ward.shares(places, False).in_bounds > _MOSTLY
    if needed > 1 / _NICE_SMALL[-1] or is_slip:
        return
    factor = next(nice for nice in (*_NICE, *_NICE_SMALL) if nice * needed <= 1)
    yield Finding(
        "wrong_scale",
        f"The landmarks reach up to {needed:.3g} times beyond their photos, and one factor brings "
        f"all inside: the photos may have been reduced to {factor:.3g} of their size.",
        f"Multiply the positions by {factor:.4g}.",
        tuple(places),
        factors=(factor,) * len(places),
        sizes=tuple(ward.size(place) for place in places),
    )


def swapped(ward: Ward) -> Iterator[Finding]:
    """Find two specimens that each lie wrong on their own photo and right on the other's."""
    wrong = [place for place in ward.known if not _fits(ward, place, place)][:_MOST_PAIRED]
    left = dict.fromkeys(wrong)
    for number, first in enumerate(wrong):
        for second in wrong[number + 1 :]:
            if not {first, second} <= left.keys():
                continue
            if _fits(ward, first, second) and _fits(ward, second, first):
                del left[first], left[second]
                pair = (second, first)
                names = tuple(ward.specimens[place].file_name for place in pair)
                yield Finding(
                    "swapped_photos",
                    f"The landmarks of {ward.ids([first])} do not fit its photo but that of "
                    f"{ward.ids([second])}, and the other way round.",
                    "Exchange the two photos.",
                    (first, second),
                    names=names,
                    sizes=tuple(ward.size(place) for place in pair),
                )


def _fits(ward: Ward, place: int, photo: int) -> bool:
    """Tell whether the landmarks of one specimen fit the photo of another."""
    one = ward.specimens[place]
    xy = one.xy[one.placed]
    if not inside(xy, ward.size(photo)).all():
        return False
    mask = ward.mask(ward.specimens[photo].file_name)
    needed = 0.5 if place == photo else _MOSTLY
    return mask is None or _on_mask(xy, mask) >= needed * len(xy)


def photos(ward: Ward) -> Iterator[Finding]:
    """Find photos that are not there, or are there under another name."""
    if not ward.photos:
        return
    by_case: dict[str, list[str]] = {}
    for name in ward.photos:
        by_case.setdefault(last_part(name).casefold(), []).append(name)
    renamed: dict[int, str] = {}
    missing: list[int] = []
    for place, one in enumerate(ward.specimens):
        if ward.find.name(one.file_name) is not None:
            continue
        alike = by_case.get(last_part(one.file_name).casefold(), []) if one.file_name else []
        if len(alike) == 1:
            renamed[place] = alike[0]
        else:
            missing.append(place)
    if renamed:
        yield Finding(
            "renamed_photo",
            f"Photos are there under names that differ in capitals ({ward.ids([*renamed])}).",
            f"Take the names of the files: {listed([*renamed.values()])}.",
            tuple(renamed),
            names=tuple(renamed.values()),
            sizes=tuple(ward.photos[name] for name in renamed.values()),
        )
    if missing:
        names = [ward.specimens[place].file_name or "(no name)" for place in missing]
        yield Finding(
            "missing_photo",
            f"Photos are not there, or not to be told apart: {listed(names)}.",
            "",
            tuple(missing),
        )


def out_of_bounds(ward: Ward, explained: set[int]) -> Iterator[Finding]:
    """Find landmarks outside their photos for which nothing else accounts."""
    places = sorted(ward.outside() - explained)
    if places:
        yield Finding(
            "out_of_bounds",
            f"Landmarks lie outside their photos ({ward.ids(places)}).",
            "Count the landmarks outside as missing.",
            tuple(places),
            sizes=tuple(ward.size(place) for place in places),
        )
