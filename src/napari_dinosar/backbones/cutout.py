"""Cut specimens out with rembg's segmentation networks, from files that are already here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.backbones.cutout_files import (
    CUTOUT_MODELS,
    CutoutFile,
    cutout_sha256,
    find_cutout,
    rembg_model_path,
)
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import Foreground, reduce_to_working_size
from napari_dinosar.core.photo import Photo
from napari_dinosar.core.resampling import HALF, resize

if TYPE_CHECKING:
    from rembg.sessions.base import BaseSession

__all__ = ["CUTOUT_MODELS", "cutout_sha256", "rembg_foreground", "rembg_model_path"]

_MAX_THREADS = 4
_OWN_KINDS = {320: "u2net_custom", 1024: "dis_custom"}
"""rembg's sessions for files of one's own, by the side of the pictures that the network takes."""


def rembg_foreground(
    photo: Photo,
    session: str | os.PathLike[str] = "u2net",
    progress: Callable[[str], None] | None = None,
) -> Foreground:
    """Mask a specimen with one of rembg's networks; nothing is ever downloaded.

    The first import of rembg on a machine compiles for up to a minute, so this belongs in a worker.

    Parameters
    ----------
    photo : Photo
        The photo; larger ones are reduced to 1024 px for the network.
    session : str or path
        A key of `CUTOUT_MODELS`, or the path of an ``.onnx`` file of one's own: a network that
        takes pictures of 320 px is run as U-2-Net is, one that takes 1024 px as IS-Net is.
    progress : callable, optional
        Called with a sentence before rembg is imported.

    Returns
    -------
    Foreground
        The pixels whose alpha is at least 128/255, with the mode ``rembg:`` and the session
        or the name of the file.

    Raises
    ------
    MissingWeightsError
        When the network's file is not on this machine.
    DinosarError
        When rembg cannot run, the file is damaged or no such network, or nothing was found in the
        photo.
    """
    network = find_cutout(session)
    if progress is not None and "rembg" not in sys.modules:
        progress("Preparing rembg (the first use ever takes up to a minute)")
    alpha = _alpha(reduce_to_working_size(photo), network)
    if alpha.shape != photo.rgb.shape[:2]:
        alpha = resize(alpha, photo.size_xy, "bilinear")
    mask = alpha >= HALF
    if not mask.any():
        raise DinosarError(
            f"{photo.name}: rembg ({network.title}) found no specimen. Choose another network or "
            "foreground mode, or paint the specimen in a Labels layer and use that (layer)."
        )
    return Foreground(mask, f"rembg:{network.title}")


def _alpha(rgb: NDArray[np.uint8], network: CutoutFile) -> NDArray[np.uint8]:
    """Return the cut-out's alpha (H, W)."""
    from PIL import Image

    try:
        # without onnxruntime rembg prints and calls sys.exit(), which would end napari
        from rembg import remove

        name = None if network.model is None else network.model.session
        status = network.path.stat()
        session = _session(name, network.path, status.st_mtime_ns, status.st_size)
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
            f"rembg could not run {network.path} ({error}). {network.advice}; or choose the "
            "foreground mode thresh."
        ) from error
    return np.asarray(mask.convert("L"))


@lru_cache(maxsize=1)
def _session(name: str | None, path: Path, mtime_ns: int, size: int) -> BaseSession:
    """Load a network into rembg's session of that name, once per state of the file.

    A file of one's own has no name: what pictures it takes says which session is right.
    """
    if name is not None:
        return _started(name, path)
    session = _started("u2net_custom", path)
    kind = _OWN_KINDS.get(_picture_side(session))
    if kind is None:
        shapes = ", ".join(str(wanted.shape) for wanted in session.inner_session.get_inputs())
        raise ValueError(f"it takes arrays of the shape {shapes}")
    return session if kind == "u2net_custom" else _started(kind, path)


def _picture_side(session: BaseSession) -> int:
    """Return the side of the pictures that a network takes; 320 where it takes any, 0 for none."""
    match [list(wanted.shape) for wanted in session.inner_session.get_inputs()]:
        case [[_, 3, int(height), int(width)]] if height == width:
            return height
        case [[_, 3 | None | str(), None | str(), None | str()]]:
            return 320
    return 0


def _started(name: str, path: Path) -> BaseSession:
    """Start rembg's own session class from a file that is here."""
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
    own = {"model_path": str(path)} if name in _OWN_KINDS.values() else {}
    session: BaseSession = local(name, options, providers=["CPUExecutionProvider"], **own)
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
