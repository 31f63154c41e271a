"""Weights that are already on this machine: where they may lie, and under which file names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from napari_dinosar.backbones.registry import Model
from napari_dinosar.core.errors import DinosarError, MissingWeightsError

WEIGHTS_VARIABLE = "DINOSAR_WEIGHTS"
ENDINGS = (".safetensors", ".pth", ".pt")


def weights_folders(folder: str | os.PathLike[str] | None = None) -> tuple[Path, ...]:
    """List the folders that are searched, in order.

    Parameters
    ----------
    folder : path, optional
        The user's choice; it comes first.

    Returns
    -------
    tuple of Path
        The choice, the folder that DINOSAR_WEIGHTS names, and one in the user's data folder. They
        need not exist.
    """
    import platformdirs

    named = [folder, os.environ.get(WEIGHTS_VARIABLE) or None]
    chosen = [Path(entry).expanduser() for entry in named if entry is not None]
    own = Path(platformdirs.user_data_dir("napari-dinosar", appauthor=False)) / "weights"
    return tuple(dict.fromkeys((*chosen, own)))


def hub_cache(cache: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder in which huggingface_hub keeps what it downloads."""
    if cache is not None:
        return Path(cache)
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def find_weights(
    model: Model,
    folder: str | os.PathLike[str] | None = None,
    cache: str | os.PathLike[str] | None = None,
) -> Path | None:
    """Find a network's checkpoint on this machine by its file name.

    Parameters
    ----------
    model : Model
        The network.
    folder : path, optional
        A folder to look into first.
    cache : path, optional
        Another folder in place of the Hugging Face cache.

    Returns
    -------
    Path or None
        The first file found: in the weights folders under the official name, the registered name
        or the name of the hub's repository, then in the Hugging Face cache.
    """
    return next(_candidates(model, folder, cache), None)


def _candidates(
    model: Model,
    folder: str | os.PathLike[str] | None,
    cache: str | os.PathLike[str] | None,
) -> Iterator[Path]:
    for place in weights_folders(folder):
        for pattern in file_patterns(model):
            yield from sorted(path for path in _glob(place, pattern) if path.is_file())
    for location in model.hub:
        repo = hub_cache(cache) / f"models--{location.repo.replace('/', '--')}"
        found = [p for p in _glob(repo, f"snapshots/*/{location.filename}") if p.is_file()]
        yield from sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _glob(folder: Path, pattern: str) -> list[Path]:
    """Return what matches; nothing where the folder is missing or may not be read."""
    try:
        return list(folder.glob(pattern))
    except OSError:
        return []


def file_patterns(model: Model) -> tuple[str, ...]:
    """List the file names, with wildcards, under which a network is recognised."""
    repos = [location.repo.split("/")[1] for location in model.hub]
    stems = (f"{model.official_stem}*", model.name, *repos)
    files = [f"{stem}{ending}" for stem in stems for ending in ENDINGS]
    folders = [f"{repo}/{place.filename}" for repo, place in zip(repos, model.hub, strict=True)]
    return (*files, *folders)


def list_checkpoints(folder: str | os.PathLike[str] | None = None) -> tuple[Path, ...]:
    """List the files in the weights folders that end as checkpoints do, of whatever network.

    Parameters
    ----------
    folder : path, optional
        A folder to look into first.
    """
    found = (
        path
        for place in weights_folders(folder)
        for path in sorted(_glob(place, "*"))
        if path.suffix in ENDINGS and path.is_file()
    )
    return tuple(dict.fromkeys(found))


def find_file(given: str, folder: str | os.PathLike[str] | None = None) -> Path | None:
    """Find a checkpoint that was named by its path, or by its file name in a weights folder.

    Parameters
    ----------
    given : str
        A file, or a folder that holds a ``model.safetensors`` or exactly one checkpoint.
    folder : path, optional
        A folder to look into first.

    Returns
    -------
    Path or None
        The checkpoint; None when there is no such file.

    Raises
    ------
    DinosarError
        When it cannot be reached, or a folder was named that holds no checkpoint, or several.
    """
    path = Path(given).expanduser()
    try:
        if path.is_dir():
            return _only_checkpoint(path)
        places = () if path.is_absolute() else weights_folders(folder)
        candidates = (path, *(place / path for place in places))
        return next((candidate for candidate in candidates if candidate.is_file()), None)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DinosarError(f"The checkpoint {given} cannot be reached: {reason}.") from error


def _only_checkpoint(folder: Path) -> Path:
    single = folder / "model.safetensors"
    if single.is_file():
        return single
    found = sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} checkpoints" if found else "no checkpoint (.safetensors, .pth)"
    raise DinosarError(f"The folder {folder} holds {what}. Name the file.")


def looks_like_path(given: str) -> bool:
    """Whether a name that is no file was meant as one."""
    return Path(given).suffix in ENDINGS or any(sign in given for sign in ("/", "\\"))


def missing_file(given: str, folder: str | os.PathLike[str] | None = None) -> MissingWeightsError:
    """Say that a checkpoint is not where it was said to be, to be raised."""
    places = "; ".join(map(str, weights_folders(folder)))
    return MissingWeightsError(
        f"There is no checkpoint {given}, neither as a path nor in: {places}. Check the spelling, "
        "name a registered network as dinov3_vits16, or use the built-in descriptor 'daisy'."
    )


def missing_weights(
    model: Model,
    folder: str | os.PathLike[str] | None = None,
    cache: str | os.PathLike[str] | None = None,
    reason: str = "",
) -> MissingWeightsError:
    """Say which file is missing, where it was looked for, and the three ways on.

    Parameters
    ----------
    model : Model
        The network.
    folder, cache : path, optional
        As given to `find_weights`.
    reason : str
        Why it could not be fetched either, a whole sentence.

    Returns
    -------
    MissingWeightsError
        To be raised.
    """
    places = [str(place) for place in weights_folders(folder)]
    if model.hub:
        places.append(f"the Hugging Face cache {hub_cache(cache)}")
    return MissingWeightsError(
        f"The weights of {model.name} ({model.title}, about {model.size_text}) are not on this "
        f"machine. {reason + ' ' if reason else ''}"
        f"Looked for {model.official_stem}*.pth, {model.name}.safetensors and the like in: "
        f"{'; '.join(places)}. Three ways on: (1) choose a file: give the path of a checkpoint, "
        f"or put it into {places[0]}; (2) {how_to_get(model)}; (3) use the built-in "
        "descriptor 'daisy', which needs no weights."
    )


def how_to_get(model: Model) -> str:
    """Say how to come by the weights of a network, a clause that begins with its verb."""
    licence = model.licence
    if not model.hub:
        return f"get the file from its owner under the {licence.name}, {licence.url}"
    return (
        f"download it under the {licence.name} ({licence.url}), accepted with the dock's button, "
        "--accept-licence, accept_licence=True or DINOSAR_ACCEPT_LICENCE=1"
    )
