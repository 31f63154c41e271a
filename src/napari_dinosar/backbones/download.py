"""Weights from the Hugging Face hub into its own cache: asked for, with consent, resumable."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from pathlib import Path

from napari_dinosar.backbones.encoding import Progress
from napari_dinosar.backbones.local_files import hub_cache, missing_weights
from napari_dinosar.backbones.registry import HubFile, Licence, Model, find_model
from napari_dinosar.core.errors import DinosarError

ACCEPT_VARIABLE = "DINOSAR_ACCEPT_LICENCE"
CHUNK_BYTES = 1 << 20
MAX_ATTEMPTS = 5
PAUSE_S = 1.0
METADATA_TIMEOUT_S = 10.0
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def accepted_by_environment() -> bool:
    """Whether DINOSAR_ACCEPT_LICENCE says that the licences of downloads are accepted."""
    return os.environ.get(ACCEPT_VARIABLE, "").lower() not in ("", "0", "no", "false")


def licence_accepted(licence: Licence) -> bool:
    """Whether the user accepted a licence before, on this machine."""
    try:
        return licence.name in _consent_file().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False


def remember_licence(licence: Licence) -> None:
    """Note that the user accepted a licence; where nothing can be written it is asked again."""
    if licence_accepted(licence):
        return
    path = _consent_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{licence.name}\n")
    except OSError:
        return


def _consent_file() -> Path:
    import platformdirs

    folder = platformdirs.user_config_dir("napari-dinosar", appauthor=False)
    return Path(folder) / "accepted-licences.txt"


def download_weights(
    name: str,
    *,
    accept_licence: bool = False,
    progress: Progress | None = None,
    cache: str | os.PathLike[str] | None = None,
    endpoint: str | None = None,
) -> Path:
    """Download a registered network into the Hugging Face cache. Only ever call it when asked to.

    A transfer that breaks is taken up again by itself; one that was cancelled, or given up, by the
    next call.

    Parameters
    ----------
    name : str
        The registered name.
    accept_licence : bool
        That the user has seen the licence and accepts it; this is remembered. The variable
        DINOSAR_ACCEPT_LICENCE says the same for as long as it is set.
    progress : callable, optional
        Called with (bytes so far, bytes in all). Whatever it raises, as `Cancelled`, ends the
        download; what has come is kept.
    cache : path, optional
        Another folder in place of the Hugging Face cache.
    endpoint : str, optional
        Another hub.

    Returns
    -------
    Path
        The checkpoint in the cache.

    Raises
    ------
    MissingWeightsError
        When the licence is not accepted, or the file cannot be had; the message says why.
    DinosarError
        When the disk is full or the file arrived damaged.
    """
    model = find_model(name)
    licence = model.licence
    if accept_licence:
        remember_licence(licence)
    elif not accepted_by_environment() and not licence_accepted(licence):
        raise missing_weights(
            model,
            cache=cache,
            reason=f"They come under the {licence.name}, {licence.url}, which was not accepted "
            f"yet. {licence.summary}",
        )
    return _fetch_from_first(model, progress, hub_cache(cache), endpoint)


def _fetch_from_first(
    model: Model, progress: Progress | None, cache: Path, endpoint: str | None
) -> Path:
    """Try the places in turn; one that refuses leads on to the next."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    reasons = []
    for location in model.hub:
        try:
            return _fetch(location, progress, cache, endpoint)
        except HfHubHTTPError as error:
            reasons.append(_refusal(location, error))
        except OfflineModeIsEnabled as error:
            reason = "The network is switched off (HF_HUB_OFFLINE is set)."
            raise missing_weights(model, cache=cache, reason=reason) from error
        except _http_errors() as error:
            reason = f"The hub cannot be reached or the connection broke ({_first_line(error)})."
            raise missing_weights(model, cache=cache, reason=reason) from error
        except OSError as error:
            raise _disk_error(error, cache) from error
    reasons += [] if reasons else ["The project knows no place to download them from."]
    raise missing_weights(model, cache=cache, reason=" ".join(reasons))


def _refusal(location: HubFile, error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if location.gated or status in (401, 403):
        return (
            f"{location.repo} is closed to this machine: accept its terms on "
            f"huggingface.co/{location.repo} and log in with 'hf auth login'."
        )
    if status == 404:
        return f"{location.repo} or its file {location.filename} is not there (any more)."
    return f"{location.repo} answered: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.split("\n", 1)[0][:200]


def _disk_error(error: OSError, cache: Path) -> DinosarError:
    if error.errno in DISK_FULL:
        return DinosarError(f"The disk of {cache} is full. Free some space and start again.")
    return DinosarError(f"The weights cannot be stored in {cache}: {error.strerror or error}.")


def _fetch(location: HubFile, progress: Progress | None, cache: Path, endpoint: str | None) -> Path:
    """Bring a file into the cache; huggingface_hub itself then files it under its revision.

    Its own download forgets what has come when it is cancelled. A blob that is already in its
    place it accepts, so that is where a transfer of ours ends.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    url = hf_hub_url(location.repo, location.filename, endpoint=endpoint)
    metadata = get_hf_file_metadata(url, timeout=METADATA_TIMEOUT_S, endpoint=endpoint)
    etag, revision = metadata.etag or "", metadata.commit_hash or ""
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", etag) or not metadata.size:
        raise DinosarError(f"The hub's answer about {location.repo} is not understood.")
    blobs = cache / f"models--{location.repo.replace('/', '--')}" / "blobs"
    if not (blobs / etag).exists():
        pinned = hf_hub_url(location.repo, location.filename, revision=revision, endpoint=endpoint)
        blobs.mkdir(parents=True, exist_ok=True)
        _transfer(pinned, blobs / etag, metadata.size, progress)
    path = hf_hub_download(
        location.repo, location.filename, revision=revision, cache_dir=cache, endpoint=endpoint
    )
    return Path(path)


def _transfer(url: str, target: Path, size: int, progress: Progress | None) -> None:
    """Fetch into a file beside the target, check it, and put it in its place."""
    from filelock import FileLock, Timeout

    partial = target.with_name(f"{target.name}.dinosar.incomplete")
    try:
        with FileLock(f"{partial}.lock", timeout=0):
            _fill(url, partial, size, progress)
            _check_whole(partial, target.name, size)
            partial.replace(target)
    except Timeout:
        raise DinosarError(
            f"{target.parent} is being filled by another download of the same file. Wait for it."
        ) from None
    except OSError as error:
        if error.errno in DISK_FULL:
            partial.unlink(missing_ok=True)
        raise


def _fill(url: str, partial: Path, size: int, progress: Progress | None) -> None:
    """Append to the partial file until it is whole, taking a broken transfer up again."""
    failures = 0
    done = partial.stat().st_size if partial.exists() else 0
    while done < size:
        if progress is not None:
            progress(done, size)
        broken = _append(url, partial, done, size, progress)
        before, done = done, partial.stat().st_size
        failures = 0 if done > before else failures + 1
        if failures >= MAX_ATTEMPTS:
            raise broken or DinosarError(f"{url} sends no more than {done} of {size} bytes.")
        if broken is not None:
            time.sleep(PAUSE_S)
    if progress is not None:
        progress(size, size)


def _append(
    url: str, partial: Path, done: int, size: int, progress: Progress | None
) -> Exception | None:
    """Ask for the rest of a file; start over where the server sends all of it.

    Returns what broke the transfer, None when it ended by itself.
    """
    from huggingface_hub import get_session
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

    headers = build_hf_headers() | {"Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
    try:
        with get_session().stream("GET", url, headers=headers, follow_redirects=True) as response:
            hf_raise_for_status(response)
            with partial.open("ab" if response.status_code == 206 else "wb") as stream:
                for chunk in response.iter_bytes(CHUNK_BYTES):
                    stream.write(chunk)
                    if progress is not None:
                        progress(min(stream.tell(), size), size)
    except HfHubHTTPError:
        raise
    except _http_errors() as error:
        return error
    return None


def _http_errors() -> type[Exception]:
    """Return the family of errors of the HTTP library beneath huggingface_hub.

    Which library that is differs between the versions of huggingface_hub.
    """
    from huggingface_hub.errors import HfHubHTTPError

    family: type[Exception] = HfHubHTTPError.__bases__[0]
    return family


def _check_whole(partial: Path, expected: str, size: int) -> None:
    """Compare with the size, and with the SHA-256 where the hub names one."""
    with partial.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if partial.stat().st_size != size or found != (expected if len(expected) == 64 else found):
        partial.unlink()
        raise DinosarError("The download arrived damaged and was removed. Start it again.")
