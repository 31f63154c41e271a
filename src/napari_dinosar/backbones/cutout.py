"""Cut specimens out with rembg's segmentation networks, from files that are already here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError, MissingWeightsError
from napari_dinosar.core.foreground import Foreground, reduce_to_working_size
from napari_dinosar.core.photo import Photo
from napari_dinosar.core.resampling import HALF, resize

if TYPE_CHECKING:
    from rembg.sessions.base import BaseSession

_RELEASE = "https://github.com/danielgatis/rembg/releases/download/v0.0.0"
_MAX_THREADS = 4


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
    """

    session: str
    megabytes: float
    licence: str

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
        CutoutModel("u2net", 176.0, "Apache-2.0 (U-2-Net)"),
        CutoutModel("u2netp", 4.6, "Apache-2.0 (U-2-Net)"),
        CutoutModel("silueta", 44.2, "none stated; a reduced U-2-Net, which is Apache-2.0"),
        CutoutModel(
            "isnet-general-use",
            178.6,
            "none stated for the weights; code Apache-2.0 (DIS), training images non-commercial",
        ),
    )
}


def rembg_foreground(
    photo: Photo, session: str = "u2net", progress: Callable[[str], None] | None = None
) -> Foreground:
    """Mask a specimen with one of rembg's networks; nothing is ever downloaded.

    The first import of rembg on a machine compiles for up to a minute, so this belongs in a worker.

    Parameters
    ----------
    photo : Photo
        The photo; larger ones are reduced to 1024 px for the network.
    session : str
        A key of `CUTOUT_MODELS`.
    progress : callable, optional
        Called with a sentence before rembg is imported.

    Returns
    -------
    Foreground
        The pixels whose alpha is at least 128/255, with the mode ``rembg:`` and the session.

    Raises
    ------
    MissingWeightsError
        When the network's file is not on this machine.
    DinosarError
        When rembg cannot run, the file is damaged, or nothing was found in the photo.
    """
    model = _model(session)
    path = rembg_model_path(session)
    if path is None:
        raise MissingWeightsError(_missing_message(model))
    if progress is not None and "rembg" not in sys.modules:
        progress("Preparing rembg (the first use ever takes up to a minute)")
    alpha = _alpha(reduce_to_working_size(photo), model, path)
    if alpha.shape != photo.rgb.shape[:2]:
        alpha = resize(alpha, photo.size_xy, "bilinear")
    mask = alpha >= HALF
    if not mask.any():
        raise DinosarError(
            f"{photo.name}: rembg ({model.session}) found no specimen. Choose another network or "
            "foreground mode, or paint the specimen in a Labels layer and use that (layer)."
        )
    return Foreground(mask, f"rembg:{model.session}")


def rembg_model_path(session: str) -> Path | None:
    """Return the file of a network if it is on this machine; nothing is imported.

    Parameters
    ----------
    session : str
        A key of `CUTOUT_MODELS`.

    Raises
    ------
    DinosarError
        For a session that is not in the table.
    """
    model = _model(session)
    for folder in _folders(model.session):
        path = folder / model.file_name
        try:
            if path.is_file():
                return path
        except OSError:
            continue
    return None


def _model(session: str) -> CutoutModel:
    if session not in CUTOUT_MODELS:
        raise DinosarError(
            f"There is no rembg network {session!r} here; choose one of {', '.join(CUTOUT_MODELS)}."
        )
    return CUTOUT_MODELS[session]


def _folders(session: str) -> tuple[Path, ...]:
    """Return the folders in which rembg keeps a network, now and in earlier versions."""
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
    looked_in = ", ".join(str(folder) for folder in _folders(model.session))
    return (
        f"rembg's network {model.session} is not on this machine: {model.file_name} "
        f"({model.megabytes:g} MB; licence: {model.licence}). It was looked for in {looked_in}. "
        f"Three ways on: download {model.url} into one of these folders; "
        "set U2NET_HOME to a folder that holds the file; or choose another foreground mode: "
        "thresh needs no network."
    )


def _alpha(rgb: NDArray[np.uint8], model: CutoutModel, path: Path) -> NDArray[np.uint8]:
    """Return the cut-out's alpha (H, W)."""
    from PIL import Image

    try:
        # without onnxruntime rembg prints and calls sys.exit(), which would end napari
        from rembg import remove

        status = path.stat()
        session = _session(model.session, path, status.st_mtime_ns, status.st_size)
        mask = remove(Image.fromarray(rgb), session=session, only_mask=True)
    except SystemExit as error:
        raise DinosarError(
            'rembg found no onnxruntime. Install it with: pip install "rembg[cpu]", or choose the '
            "foreground mode thresh."
        ) from error
    except ImportError as error:
        raise DinosarError(
            f'rembg cannot be loaded ({error}). Install it with: pip install "rembg[cpu]", or '
            "choose the foreground mode thresh."
        ) from error
    except _running_errors() as error:
        raise DinosarError(
            f"rembg could not run {path} ({error}). If the file is damaged or incomplete, download "
            f"it again from {model.url}; or choose the foreground mode thresh."
        ) from error
    return np.asarray(mask.convert("L"))


@lru_cache(maxsize=1)
def _session(name: str, path: Path, mtime_ns: int, size: int) -> BaseSession:
    """Load a network from `path` into rembg's own session class, once per state of the file."""
    import onnxruntime
    from rembg.sessions import sessions_class

    def here(cls: type, *args: Any, **kwargs: Any) -> str:
        return str(path)

    named = next(found for found in sessions_class if found.name() == name)
    # rembg asks its class for the file and would fetch it; this one only knows the file found
    local = type(f"Local{named.__name__}", (named,), {"download_models": classmethod(here)})
    options = onnxruntime.SessionOptions()
    # a core is left to the window, idle threads must not spin, and memory goes back after a photo
    options.intra_op_num_threads = max(1, min(_MAX_THREADS, (os.cpu_count() or 2) - 1))
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False
    session: BaseSession = local(name, options, providers=["CPUExecutionProvider"])
    return session


def _running_errors() -> tuple[type[Exception], ...]:
    """Return what a damaged or foreign network raises; onnxruntime's errors share no base."""
    common = (OSError, RuntimeError, ValueError, TypeError, LookupError)
    try:
        from onnxruntime.capi import onnxruntime_pybind11_state as runtime
    except ImportError:
        return common
    members = vars(runtime).values()
    own = (kind for kind in members if isinstance(kind, type) and issubclass(kind, Exception))
    return (*common, *own)
