"""Sample data of the File > Open Sample menu: pairs of specimens that are ready to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import numpy as np

from napari_dinosar.core.errors import DinosarError

if TYPE_CHECKING:
    from napari_dinosar.core.landmarks import Landmarks
    from napari_dinosar.core.photo import Photo
    from napari_dinosar.synthetic import SyntheticSpecimen

LayerTuple: TypeAlias = "tuple[Any, dict[str, Any], str]"

ATTRIBUTION = "Hopper Museum via iNaturalist, CC BY 4.0"
REPOSITORY = "https://github.com/alexrvandam/DINOSAR"

# The commit whose files were hashed, then whatever is there today: the hash decides.
SOURCES = (
    "https://raw.githubusercontent.com/alexrvandam/DINOSAR/1e8ca24/toy_data/",
    "https://raw.githubusercontent.com/alexrvandam/DINOSAR/HEAD/toy_data/",
)
FUSCA = "col-fusca_(L).jpg"
FUSCA_2 = "col-fusca_2_(L).jpg"
MACULATA = "col-macu-spp_maculata_(L).jpg"
KEYPOINTS = "working_copy_maculata_maculata_kpts_V2.json"
SHA256: Mapping[str, str] = {
    FUSCA: "4729be9a23ed5f1dae1d32abc09b1f105b4976f40672fd99c9689edf82559cde",
    FUSCA_2: "463b46f248177181e93ff47c0f038cf9d5eb35a65e2d756d6b0f2609d12bda2c",
    MACULATA: "eaeddfcaec9618c884fae44c1893f655be1dffa531d1a3c5e893c8b070d7c1e7",
    KEYPOINTS: "7bc7c0f59aba68834311872f224012c03516b2bc664611c430627ba857dd2b84",
}
TIMEOUT_S = (6.0, 30.0)
"""To connect, and between two pieces of a file."""


def synthetic_pair() -> list[LayerTuple]:
    """Draw two specimens of one invented species; the second has a spot that the first lacks."""
    from napari_dinosar.synthetic import synthetic_pair as draw

    first, second = draw()
    return _drawn(first, second)


def synthetic_species() -> list[LayerTuple]:
    """Draw one specimen of each of the two invented species."""
    from napari_dinosar.synthetic import synthetic_trio

    first, _, other = synthetic_trio()
    return _drawn(first, other)


def colpoptera_fusca() -> list[LayerTuple]:
    """Fetch two photos of Colpoptera fusca with their landmarks.

    Raises
    ------
    DinosarError
        Without a connection, or when the files there are no longer those that are known.
    """
    return _photographed(FUSCA, FUSCA_2)


def colpoptera_species() -> list[LayerTuple]:
    """Fetch a photo of Colpoptera fusca and one of C. maculata with their landmarks.

    Raises
    ------
    DinosarError
        Without a connection, or when the files there are no longer those that are known.
    """
    return _photographed(FUSCA, MACULATA)


def pair_layers(
    photo_a: Photo, landmarks_a: Landmarks, photo_b: Photo, landmarks_b: Landmarks
) -> list[LayerTuple]:
    """Lay two photos side by side with their landmarks on them.

    Parameters
    ----------
    photo_a, photo_b : Photo
        B comes to lie to the right of A.
    landmarks_a, landmarks_b : Landmarks
        In the pixels of their own photos.

    Returns
    -------
    list of layer data tuples
        Two images, then two layers of points.
    """
    from napari_dinosar.layers import beside, landmarks_spec, photo_spec

    left_px = beside(photo_a.size_xy[0])
    frame = np.eye(3)
    frame[1, 2] = left_px
    specs = [
        photo_spec(photo_a, "a"),
        photo_spec(photo_b, "b", left_px),
        landmarks_spec(replace(landmarks_a, file_name=photo_a.name), "a"),
        landmarks_spec(replace(landmarks_b, file_name=photo_b.name), "b", frame),
    ]
    return [spec.as_tuple() for spec in specs]


def fetch(name: str) -> Path:
    """Return a file of the published example, downloaded once and checked by its hash.

    Parameters
    ----------
    name : str
        One of `SHA256`.

    Raises
    ------
    DinosarError
        When no source gives that very file.
    """
    import pooch

    problems = []
    for source in SOURCES:
        try:
            return Path(
                pooch.retrieve(
                    source + quote(name),
                    known_hash=f"sha256:{SHA256[name]}",
                    fname=name,
                    path=pooch.os_cache("napari-dinosar") / "colpoptera",
                    downloader=pooch.HTTPDownloader(timeout=TIMEOUT_S),
                )
            )
        # requests' errors are OSErrors; a wrong hash is a ValueError
        except (OSError, ValueError) as error:
            problems.append(f"{source}: {_brief(error)}")
    raise DinosarError(
        f"{name} could not be fetched ({'; '.join(problems)}). The photos are downloaded once "
        f"from {REPOSITORY}: check the connection and try again, or open the synthetic specimens, "
        f"which need none (File > Open Sample > DINOSAR)."
    )


def _brief(error: Exception) -> str:
    """Say in a few words why a download failed."""
    import requests

    if isinstance(error, requests.exceptions.HTTPError) and error.response is not None:
        return f"the server answers {error.response.status_code}"
    if isinstance(error, requests.exceptions.Timeout):
        return "the server does not answer"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "no connection"
    if isinstance(error, requests.exceptions.RequestException):
        return type(error).__name__
    if isinstance(error, ValueError):
        return "the file there is not the known one"
    return str(error)


def _drawn(first: SyntheticSpecimen, second: SyntheticSpecimen) -> list[LayerTuple]:
    from napari_dinosar.core.photo import photo_from_array

    photos = [
        replace(
            photo_from_array(specimen.rgb, specimen.name),
            provenance={"drawn": f"synthetic specimen, species {specimen.species}"},
        )
        for specimen in (first, second)
    ]
    return pair_layers(photos[0], first.landmarks, photos[1], second.landmarks)


def _photographed(name_a: str, name_b: str) -> list[LayerTuple]:
    from napari_dinosar.io.coco import read_coco
    from napari_dinosar.io.photos import read_photo

    origin = {"attribution": ATTRIBUTION, "source": REPOSITORY}
    landmarks = read_coco(fetch(KEYPOINTS))
    photo_a, photo_b = (read_photo(fetch(name)) for name in (name_a, name_b))
    photo_a, photo_b = (
        replace(photo, provenance={**photo.provenance, **origin}) for photo in (photo_a, photo_b)
    )
    return pair_layers(photo_a, landmarks[name_a], photo_b, landmarks[name_b])
