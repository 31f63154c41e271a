"""The networks that rembg runs: which there are, under which terms, and where their files lie."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from napari_dinosar.core.errors import DinosarError, MissingWeightsError

_RELEASE = "https://github.com/danielgatis/rembg/releases/download/v0.0.0"
_U2NET = "https://github.com/xuebinqin/U-2-Net"
_DIS = "https://github.com/xuebinqin/DIS"


@dataclass(frozen=True)
class CutoutModel:
    """A network that rembg runs.

    Attributes
    ----------
    session : str
        rembg's name of it; its file is this name and ``.onnx``.
    megabytes : float
        Size of the file, in 10^6 bytes.
    licence : str
        Of the weights, as far as their authors state one.
    licence_url : str
        Where its authors state it.
    """

    session: str
    megabytes: float
    licence: str
    licence_url: str

    @property
    def file_name(self) -> str:
        """Name of the weights' file."""
        return f"{self.session}.onnx"

    @property
    def url(self) -> str:
        """Where rembg's authors publish the file."""
        return f"{_RELEASE}/{self.file_name}"


CUTOUT_MODELS = {
    model.session: model
    for model in (
        CutoutModel("u2net", 176.0, "Apache-2.0 (U-2-Net)", _U2NET),
        CutoutModel("u2netp", 4.6, "Apache-2.0 (U-2-Net)", _U2NET),
        CutoutModel("silueta", 44.2, "none stated; a reduced U-2-Net, which is Apache-2.0", _U2NET),
        CutoutModel(
            "isnet-general-use",
            178.6,
            "none stated for the weights; code Apache-2.0 (DIS), training images non-commercial",
            _DIS,
        ),
    )
}


@dataclass(frozen=True)
class CutoutFile:
    """A network's file on this machine.

    Attributes
    ----------
    path : Path
        The file.
    model : CutoutModel or None
        What it is; None for a file of the user's own.
    """

    path: Path
    model: CutoutModel | None

    @property
    def title(self) -> str:
        """Its name in rembg, or the name of the file of one's own."""
        return self.path.name if self.model is None else self.model.session

    @property
    def advice(self) -> str:
        """What to do when it cannot be run, a whole sentence without its end."""
        if self.model is None:
            return (
                "Only ONNX files of segmentation networks are run that take pictures of 320 px, as "
                "U-2-Net does, or of 1024 px, as IS-Net does"
            )
        return f"If the file is damaged or incomplete, download it again from {self.model.url}"


def find_cutout(session: str | os.PathLike[str]) -> CutoutFile:
    """Find the file of a network.

    Parameters
    ----------
    session : str or path
        A key of `CUTOUT_MODELS`, or the path of an ``.onnx`` file of one's own.

    Raises
    ------
    MissingWeightsError
        When the file is not on this machine; the message names the ways on.
    DinosarError
        For a session that is neither.
    """
    path = rembg_model_path(session)
    model = CUTOUT_MODELS.get(os.fspath(session))
    if path is not None:
        return CutoutFile(path, model)
    if model is not None:
        raise MissingWeightsError(_missing_message(model))
    raise MissingWeightsError(
        f"There is no network {os.fspath(session)}. Check the path, choose one of rembg's own "
        f"networks ({', '.join(CUTOUT_MODELS)}), or another foreground mode: thresh needs none."
    )


def rembg_model_path(session: str | os.PathLike[str]) -> Path | None:
    """Return the file of a network if it is on this machine; nothing is imported.

    Parameters
    ----------
    session : str or path
        A key of `CUTOUT_MODELS`, or the path of an ``.onnx`` file of one's own.

    Raises
    ------
    DinosarError
        For a session that is neither.
    """
    given = os.fspath(session)
    if given in CUTOUT_MODELS:
        model = CUTOUT_MODELS[given]
        candidates = [folder / model.file_name for folder in cutout_folders(model.session)]
    elif given.lower().endswith(".onnx"):
        candidates = [Path(given).expanduser()]
    else:
        raise DinosarError(
            f"There is no rembg network {given!r} here; choose one of {', '.join(CUTOUT_MODELS)}, "
            "or name an .onnx file of your own."
        )
    return next((path for path in candidates if _is_file(path)), None)


def cutout_sha256(session: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a network's file.

    Parameters
    ----------
    session : str or path
        A key of `CUTOUT_MODELS`, or the path of an ``.onnx`` file of one's own.

    Raises
    ------
    MissingWeightsError
        When the file is not on this machine.
    DinosarError
        When it cannot be read, or the session is neither.
    """
    path = find_cutout(session).path
    try:
        status = path.stat()
        return _sha256(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise DinosarError(f"{path} cannot be read: {error.strerror or error}.") from error


@lru_cache(maxsize=8)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    """Read a file once per state of it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def cutout_folders(session: str) -> tuple[Path, ...]:
    """Return the folders in which rembg keeps a network, now and in earlier versions.

    Parameters
    ----------
    session : str
        A key of `CUTOUT_MODELS`.
    """
    home = Path(os.path.expanduser("~"))
    data = os.environ.get("XDG_DATA_HOME")
    root = os.environ.get("REMBG_HOME") or (Path(data, "rembg") if data else home / ".rembg")
    folders = [Path(root, "models", session)]
    if named := os.environ.get("U2NET_HOME"):
        folders = [Path(named, "models", session), Path(named), *folders]
    if data:
        folders.append(Path(data, ".u2net"))
    folders.append(home / ".u2net")
    return tuple(dict.fromkeys(Path(os.path.expanduser(folder)) for folder in folders))


def _missing_message(model: CutoutModel) -> str:
    looked_in = ", ".join(str(folder) for folder in cutout_folders(model.session))
    return (
        f"rembg's network {model.session} is not on this machine: {model.file_name} "
        f"({model.megabytes:g} MB; licence: {model.licence}). It was looked for in {looked_in}. "
        f"Ways on: download {model.url} into one of these folders; "
        f"set U2NET_HOME to a folder that holds the file; {_others_here(model)}or choose another "
        "foreground mode: thresh needs no network."
    )


def _others_here(model: CutoutModel) -> str:
    here = [
        name
        for name in CUTOUT_MODELS
        if name != model.session and rembg_model_path(name) is not None
    ]
    return f"choose a session that is here ({', '.join(here)}); " if here else ""
