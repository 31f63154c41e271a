"""Downloads against a hub of our own on this machine: consent, progress, resume, refusals."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from napari_dinosar import load_backbone
from napari_dinosar.backbones import download
from napari_dinosar.backbones.architecture import Architecture
from napari_dinosar.backbones.download import download_weights
from napari_dinosar.backbones.local_files import find_weights
from napari_dinosar.backbones.registry import DINOV3_LICENCE, MODELS, HubFile, Model
from napari_dinosar.core.errors import Cancelled, DinosarError, MissingWeightsError

REVISION = "0123456789abcdef0123456789abcdef01234567"
SIZE = 3_500_000
ARCHITECTURE = Architecture("dinov3", 64, 2, 1, "plain", 96, 16, registers=4)


@dataclass
class Hub:
    """What the server holds, how it misbehaves, and what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    break_after: list[int] = field(default_factory=list)
    breaks_always: bool = False
    ranges_ignored: bool = False
    etag: str | None = None
    sent: Callable[[bytes], bytes] = bytes
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    endpoint: str = ""

    @property
    def ranges(self) -> list[str | None]:
        return [asked for method, _, asked in self.requests if method == "GET"]


class Handler(BaseHTTPRequestHandler):
    """The few answers of the Hugging Face hub that a download needs."""

    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, *, with_body: bool) -> None:
        hub = self.hub
        asked = self.headers.get("Range")
        hub.requests.append((self.command, self.path, asked))
        matched = re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", self.path)
        repo = matched[1] if matched else ""
        status = hub.refusals.get(repo, 200 if repo in hub.files else 404)
        if status != 200:
            self.send_response(status)
            if status == 403:
                self.send_header("X-Error-Code", "GatedRepo")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = hub.files[repo]
        start = int(asked[6:-1]) if asked and not hub.ranges_ignored else 0
        self.send_response(206 if start else 200)
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("ETag", f'"{hub.etag or hashlib.sha256(content).hexdigest()}"')
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if with_body:
            self.send(hub.sent(content[start:]))

    def send(self, body: bytes) -> None:
        hub = self.hub
        stop = hub.break_after[0] if hub.break_after else len(body)
        if hub.break_after and not hub.breaks_always:
            hub.break_after.pop(0)
        try:
            self.wfile.write(body[:stop])
        except OSError:
            stop = 0
        if stop < len(body):
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """Serve one registered network, ``small``, from this machine."""
    from huggingface_hub import close_session, constants

    state = Hub(files={"open/small": bytes(range(256)) * (SIZE // 256)})
    handler = type("BoundHandler", (Handler,), {"hub": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    state.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    places = (HubFile("open/small"), HubFile("owner/small", gated=True))
    model = Model("small", ARCHITECTURE, DINOV3_LICENCE, "noise", "small_pretrain", places)
    monkeypatch.setitem(MODELS, "small", model)  # type: ignore[arg-type]
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE
    monkeypatch.setattr(
        constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        template.replace(constants.ENDPOINT, state.endpoint),
    )
    monkeypatch.setattr(constants, "ENDPOINT", state.endpoint)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(tmp_path / "config"))
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    monkeypatch.setattr(download, "PAUSE_S", 0.0)
    monkeypatch.delenv("DINOSAR_ACCEPT_LICENCE", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    close_session()
    yield state
    server.shutdown()
    server.server_close()
    close_session()


def fetch(hub: Hub, **options: Any) -> Path:
    return download_weights("small", accept_licence=True, endpoint=hub.endpoint, **options)


def partial_files(folder: Path) -> list[Path]:
    return list(folder.rglob("*.incomplete"))


# --- it works


def test_a_download_lands_in_the_hugging_face_cache(hub: Hub, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = fetch(hub, progress=lambda done, total: steps.append((done, total)))
    content = hub.files["open/small"]
    assert path.read_bytes() == content
    repo = tmp_path / "hub" / "models--open--small"
    assert path == repo / "snapshots" / REVISION / "model.safetensors"
    assert (repo / "blobs" / hashlib.sha256(content).hexdigest()).is_file()
    assert find_weights(MODELS["small"]) == path
    assert steps == sorted(steps)
    assert steps[0] == (0, len(content))
    assert steps[-1] == (len(content), len(content))
    assert len(steps) > 3
    assert not partial_files(tmp_path)


def test_what_is_there_is_not_transferred_again(hub: Hub) -> None:
    path = fetch(hub)
    assert fetch(hub) == path
    assert hub.ranges == [None]


def test_a_network_is_downloaded_by_name_and_runs(
    hub: Hub, make_tensors: Callable[..., Any], save_safetensors: Callable[..., Path]
) -> None:
    hub.files["open/small"] = save_safetensors(make_tensors()).read_bytes()
    backbone = load_backbone("small", accept_licence=True, device="cpu")
    assert backbone.name == "small"
    assert backbone.sha256 == hashlib.sha256(hub.files["open/small"]).hexdigest()
    hub.requests.clear()
    assert load_backbone("small", device="cpu").depth == 2
    assert not hub.requests


# --- consent


def test_nothing_is_asked_of_the_hub_without_consent(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingWeightsError, match="DINOv3 License") as caught:
        download_weights("small", endpoint=hub.endpoint)
    assert DINOV3_LICENCE.url in str(caught.value)
    assert DINOV3_LICENCE.summary in str(caught.value)
    monkeypatch.setenv("DINOSAR_ACCEPT_LICENCE", "0")
    with pytest.raises(MissingWeightsError):
        load_backbone("small")
    assert not hub.requests


def test_consent_is_remembered_for_downloads_that_are_asked_for(hub: Hub) -> None:
    hub.refusals = {"open/small": 404, "owner/small": 403}
    with pytest.raises(MissingWeightsError):
        fetch(hub)
    hub.refusals = {}
    hub.requests.clear()
    with pytest.raises(MissingWeightsError):
        load_backbone("small")
    assert not hub.requests
    assert download_weights("small", endpoint=hub.endpoint).is_file()


def test_consent_by_the_environment(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DINOSAR_ACCEPT_LICENCE", "1")
    assert download_weights("small", endpoint=hub.endpoint).is_file()
    assert not download.licence_accepted(DINOV3_LICENCE)


def test_consent_that_cannot_be_noted_still_counts_now(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder should be")
    assert fetch(hub).is_file()
    assert not download.licence_accepted(DINOV3_LICENCE)


# --- broken off and taken up again


def test_a_broken_transfer_is_taken_up_where_it_broke(hub: Hub) -> None:
    hub.break_after = [1_500_000, 700_000]
    path = fetch(hub)
    assert path.read_bytes() == hub.files["open/small"]
    first, second, third = hub.ranges
    assert first is None
    assert second is not None
    assert third is not None
    starts = [int(asked[6:-1]) for asked in (second, third)]
    assert 0 < starts[0] <= 1_500_000
    assert starts[0] <= starts[1] <= starts[0] + 700_000


def test_a_cancelled_download_goes_on_with_the_next_call(hub: Hub, tmp_path: Path) -> None:
    def cancel(done: int, _total: int) -> None:
        if done:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        fetch(hub, progress=cancel)
    (partial,) = partial_files(tmp_path)
    kept = partial.stat().st_size
    assert 0 < kept < SIZE
    assert find_weights(MODELS["small"]) is None
    steps: list[int] = []
    path = fetch(hub, progress=lambda done, _total: steps.append(done))
    assert hub.ranges[-1] == f"bytes={kept}-"
    assert steps[0] == kept
    assert path.read_bytes() == hub.files["open/small"]
    assert not partial_files(tmp_path)


def test_a_cancel_before_the_first_byte(hub: Hub) -> None:
    def cancel(_done: int, _total: int) -> None:
        raise Cancelled("no")

    with pytest.raises(Cancelled):
        fetch(hub, progress=cancel)
    assert hub.ranges == []


def test_a_server_that_sends_everything_again(hub: Hub) -> None:
    hub.ranges_ignored = True
    hub.break_after = [1_500_000]
    assert fetch(hub).read_bytes() == hub.files["open/small"]


def test_a_connection_that_always_breaks_ends_in_a_message(hub: Hub, tmp_path: Path) -> None:
    hub.break_after, hub.breaks_always = [0], True
    with pytest.raises(MissingWeightsError, match="connection broke"):
        fetch(hub)
    assert len(hub.ranges) == download.MAX_ATTEMPTS
    assert find_weights(MODELS["small"]) is None


# --- what can be wrong with what arrives


def test_a_damaged_file_is_not_kept(hub: Hub, tmp_path: Path) -> None:
    hub.sent = lambda body: b"\xff" + body[1:]
    with pytest.raises(DinosarError, match="arrived damaged"):
        fetch(hub)
    assert not partial_files(tmp_path)
    assert find_weights(MODELS["small"]) is None
    hub.sent = bytes
    assert fetch(hub).is_file()


@pytest.mark.parametrize("etag", ["../../../outside", "", "short"])
def test_an_answer_that_is_no_hub_file(hub: Hub, tmp_path: Path, etag: str) -> None:
    hub.etag = etag or " "
    with pytest.raises(DinosarError, match="not understood"):
        fetch(hub)
    assert not (tmp_path / "outside").exists()


# --- refusals


def test_the_open_copy_is_tried_first_and_the_gated_one_next(hub: Hub) -> None:
    hub.refusals = {"open/small": 404}
    hub.files["owner/small"] = b"gated" * 1000
    assert fetch(hub).read_bytes() == b"gated" * 1000


@pytest.mark.parametrize("status", [401, 403])
def test_closed_repositories(hub: Hub, status: int) -> None:
    hub.refusals = {"open/small": status, "owner/small": status}
    with pytest.raises(MissingWeightsError, match=r"owner/small is closed .* 'hf auth login'"):
        fetch(hub)


def test_vanished_repositories_and_broken_servers(hub: Hub) -> None:
    hub.refusals = {"open/small": 404, "owner/small": 404}
    with pytest.raises(MissingWeightsError, match=r"open/small or its file .* is not there"):
        fetch(hub)
    hub.refusals = {"open/small": 500, "owner/small": 500}
    with pytest.raises(MissingWeightsError, match=r"open/small answered: .*500"):
        fetch(hub)


def test_no_network_at_all(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingWeightsError, match=r"cannot be reached.*\(3\) use the built-in"):
        download_weights("small", accept_licence=True, endpoint="http://127.0.0.1:9")
    from huggingface_hub import close_session, constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    close_session()
    with pytest.raises(MissingWeightsError, match="switched off"):
        fetch(hub)


def test_a_network_nobody_may_pass_on(hub: Hub) -> None:
    with pytest.raises(MissingWeightsError, match="knows no place"):
        download_weights("dinov3_vitl16plus", accept_licence=True, endpoint=hub.endpoint)
    with pytest.raises(MissingWeightsError, match="from its owner"):
        load_backbone("dinov3_vitl16plus", accept_licence=True)


# --- the disk


def test_a_full_disk_leaves_nothing_behind(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overflow(_url: str, partial: Path, *_rest: object) -> None:
        partial.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download, "_append", overflow)
    with pytest.raises(DinosarError, match="is full"):
        fetch(hub)
    assert not partial_files(tmp_path)


def test_a_cache_that_cannot_be_written(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("a file where a folder should be")
    with pytest.raises(DinosarError, match="cannot be stored in"):
        fetch(hub)


def test_two_downloads_of_one_file_do_not_mix(hub: Hub, tmp_path: Path) -> None:
    from filelock import FileLock

    blob = hashlib.sha256(hub.files["open/small"]).hexdigest()
    blobs = tmp_path / "hub" / "models--open--small" / "blobs"
    blobs.mkdir(parents=True)
    with (
        FileLock(blobs / f"{blob}.dinosar.incomplete.lock"),
        pytest.raises(DinosarError, match="another download"),
    ):
        fetch(hub)
