"""rembg runs from files that are here, never fetches one, and never ends the process."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from napari_dinosar.backbones.cutout import (
    CUTOUT_MODELS,
    cutout_sha256,
    rembg_foreground,
    rembg_model_path,
)
from napari_dinosar.core.errors import DinosarError, MissingWeightsError
from napari_dinosar.core.photo import photo_from_array

# In a process of its own, as importing rembg cannot be undone; without numba's compiler, which is
# for mattings that are not used here and takes most of a minute
REAL_RUN = """
import sys
import numpy as np
from napari_dinosar.backbones.cutout import rembg_foreground
from napari_dinosar.io.photos import read_photo
told = []
photo = read_photo(sys.argv[1])
found = rembg_foreground(photo, "u2netp", told.append)
again = rembg_foreground(photo, "u2netp", told.append)
assert (found.mask == again.mask).all()
own = rembg_foreground(photo, sys.argv[3], told.append)
assert (found.mask == own.mask).all()
np.savez(sys.argv[2], mask=found.mask, mode=found.mode, own=own.mode, told=told)
"""


@pytest.fixture
def photo():
    pixels = np.full((64, 96, 3), 230, np.uint8)
    pixels[16:48, 24:72] = (90, 60, 30)
    return photo_from_array(pixels, "moth.jpg")


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    """A machine without any network; no variable of rembg is set."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name in ("U2NET_HOME", "REMBG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def _no_fake_stays_imported(tmp_path):
    yield
    for name, module in list(sys.modules.items()):
        origin = str(getattr(module, "__file__", None))
        if name.partition(".")[0] == "rembg" and origin.startswith(str(tmp_path)):
            del sys.modules[name]


def fake_rembg(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Put another package named rembg in front of the real one."""
    package = folder / "packages" / "rembg"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(source)
    for name in [name for name in sys.modules if name.partition(".")[0] == "rembg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(package.parent)


def put_network(folder: Path, session: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{session}.onnx"
    path.write_bytes(b"not a network")
    return path


def test_a_missing_network_names_file_size_licence_and_ways_on(empty_home, photo, monkeypatch):
    fake_rembg(empty_home, monkeypatch, "raise AssertionError('imported')")
    with pytest.raises(MissingWeightsError) as caught:
        rembg_foreground(photo, "u2net")
    message = str(caught.value)
    for part in ("u2net.onnx", "176 MB", "Apache-2.0", "https://", "U2NET_HOME", "thresh"):
        assert part in message
    assert str(empty_home / ".u2net") in message
    assert not list(empty_home.glob("**/*.onnx"))


@pytest.mark.parametrize(
    ("variable", "inside"),
    [
        ("U2NET_HOME", "."),
        ("U2NET_HOME", "models/silueta"),
        ("REMBG_HOME", "models/silueta"),
        ("XDG_DATA_HOME", ".u2net"),
        ("XDG_DATA_HOME", "rembg/models/silueta"),
        (None, ".u2net"),
        (None, ".rembg/models/silueta"),
    ],
)
def test_networks_are_found_where_rembg_keeps_them(
    empty_home, tmp_path, monkeypatch, variable, inside
):
    root = empty_home
    if variable is not None:
        root = tmp_path / "elsewhere"
        monkeypatch.setenv(variable, str(root))
    path = put_network(root / inside, "silueta")
    assert rembg_model_path("silueta") == path
    assert rembg_model_path("u2net") is None


def test_a_home_named_wrongly_does_not_hide_a_network(empty_home, tmp_path, monkeypatch):
    path = put_network(empty_home / ".u2net", "u2net")
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "nowhere"))
    assert rembg_model_path("u2net") == path


def test_an_unknown_network_lists_the_known_ones(photo):
    for call in (lambda: rembg_model_path("bria-rmbg"), lambda: rembg_foreground(photo, "../x")):
        with pytest.raises(DinosarError, match="u2net, u2netp, silueta, isnet-general-use"):
            call()


def test_every_network_has_a_size_and_a_licence():
    for session, model in CUTOUT_MODELS.items():
        assert model.file_name == f"{session}.onnx"
        assert model.megabytes > 1
        assert model.licence
        assert model.licence_url.startswith("https://")


def test_rembg_that_ends_the_process_is_an_error_of_ours(empty_home, photo, monkeypatch):
    put_network(empty_home / ".u2net", "u2net")
    fake_rembg(empty_home, monkeypatch, "import sys\nsys.exit(1)")
    with pytest.raises(DinosarError, match=r"rembg\[cpu\]"):
        rembg_foreground(photo, "u2net")


def test_rembg_that_is_not_installed_is_an_error_of_ours(empty_home, photo, monkeypatch):
    put_network(empty_home / ".u2net", "u2net")
    fake_rembg(empty_home, monkeypatch, "raise ImportError('no numba')")
    with pytest.raises(DinosarError, match="no numba"):
        rembg_foreground(photo, "u2net")


FAKE_REMBG = """
from PIL import Image
def remove(image, session, only_mask):
    assert only_mask
    return Image.frombytes("L", image.size, bytes({value}) * (image.width * image.height))
"""


@pytest.mark.parametrize(("value", "specimen"), [(128, True), (127, False)])
def test_alpha_is_cut_at_one_half(empty_home, photo, monkeypatch, value, specimen):
    put_network(empty_home / ".u2net", "u2net")
    fake_rembg(empty_home, monkeypatch, FAKE_REMBG.format(value=[value]))
    monkeypatch.setattr("napari_dinosar.backbones.cutout._session", lambda *_: None)
    if specimen:
        found = rembg_foreground(photo, "u2net")
        assert found.mask.all()
        assert found.mode == "rembg:u2net"
        assert found.separability is None
    else:
        with pytest.raises(DinosarError, match=r"moth\.jpg: rembg \(u2net\) found no specimen"):
            rembg_foreground(photo, "u2net")


@pytest.mark.parametrize("keep", [0, 5000, 2_000_000])
def test_a_damaged_network_is_an_error_of_ours(u2netp_folder, empty_home, photo, monkeypatch, keep):
    fake_rembg(empty_home, monkeypatch, FAKE_REMBG.format(value=[255]))
    (empty_home / "packages" / "rembg" / "sessions.py").write_text(
        "import onnxruntime\n"
        "class Session:\n"
        "    def __init__(self, name, options, providers):\n"
        "        file = self.download_models()\n"
        "        onnxruntime.InferenceSession(file, options, providers=providers)\n"
        "    @classmethod\n"
        "    def name(cls):\n"
        "        return 'u2netp'\n"
        "sessions_class = [Session]\n"
    )
    folder = empty_home / ".u2net"
    folder.mkdir()
    whole = (u2netp_folder / "u2netp.onnx").read_bytes()
    (folder / "u2netp.onnx").write_bytes(whole[:keep])
    with pytest.raises(DinosarError, match=r"could not run .*u2netp\.onnx"):
        rembg_foreground(photo, "u2netp")
    (folder / "u2netp.onnx").write_bytes(whole)
    assert rembg_foreground(photo, "u2netp").mask.all()


# --- a file of one's own

FAKE_SESSIONS = """
class Wanted:
    shape = {shape}
class Inner:
    def get_inputs(self):
        return [Wanted()] * {inputs}
class Session:
    def __init__(self, name, options, providers, model_path=None):
        assert model_path == self.download_models()
        self.inner_session, self.kind = Inner(), self.name()
class U2netCustom(Session):
    name = classmethod(lambda cls: 'u2net_custom')
class DisCustom(Session):
    name = classmethod(lambda cls: 'dis_custom')
sessions_class = [U2netCustom, DisCustom]
"""

SAYS_ITS_KIND = """
from PIL import Image
def remove(image, session, only_mask):
    if session.kind == {kind!r}:
        return Image.new("L", image.size, 255)
    raise AssertionError(session.kind)
"""


def put_own(folder: Path, monkeypatch: pytest.MonkeyPatch, shape: list, kind: str, inputs: int = 1):
    """Put a fake rembg whose network of one's own takes pictures of a shape."""
    fake_rembg(folder, monkeypatch, SAYS_ITS_KIND.format(kind=kind))
    sessions = folder / "packages" / "rembg" / "sessions.py"
    sessions.write_text(FAKE_SESSIONS.format(shape=shape, inputs=inputs))
    return put_network(folder / "nets", "My Wings")


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ([1, 3, 320, 320], "u2net_custom"),
        (["batch", 3, "height", "width"], "u2net_custom"),
        ([None, None, None, None], "u2net_custom"),
        ([1, 3, 1024, 1024], "dis_custom"),
        (["batch", 3, 1024, 1024], "dis_custom"),
    ],
)
def test_a_file_of_ones_own_is_run_as_its_pictures_ask(empty_home, photo, monkeypatch, shape, kind):
    path = put_own(empty_home, monkeypatch, shape, kind)
    found = rembg_foreground(photo, path)
    assert found.mask.all()
    assert found.mode == "rembg:My Wings.onnx"
    assert rembg_foreground(photo, str(path)).mode == found.mode


@pytest.mark.parametrize(
    ("shape", "inputs"),
    [
        ([1, 3, 224, 224], 1),
        ([1, 3, 320, 1024], 1),
        ([1, 1, 320, 320], 1),
        ([1, 77], 1),
        ([1, 3, 320, 320], 2),
    ],
)
def test_a_network_of_another_kind_is_refused(empty_home, photo, monkeypatch, shape, inputs):
    path = put_own(empty_home, monkeypatch, shape, "none", inputs)
    with pytest.raises(
        DinosarError, match=r"My Wings\.onnx \(it takes .*320 px.*1024 px"
    ) as caught:
        rembg_foreground(photo, path)
    assert str(shape) in str(caught.value)


def test_a_file_of_ones_own_that_is_not_there(photo, tmp_path):
    path = tmp_path / "nets" / "wings.onnx"
    assert rembg_model_path(path) is None
    for call in (lambda: rembg_foreground(photo, path), lambda: cutout_sha256(str(path))):
        with pytest.raises(MissingWeightsError, match=r"no network .*wings\.onnx\. Check the path"):
            call()
    folder = tmp_path / "folder.onnx"
    folder.mkdir()
    with pytest.raises(MissingWeightsError, match=r"folder\.onnx"):
        rembg_foreground(photo, folder)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x08\x07 not a network" * 50])
def test_a_file_that_is_no_network(empty_home, photo, monkeypatch, content):
    fake_rembg(empty_home, monkeypatch, FAKE_REMBG.format(value=[255]))
    (empty_home / "packages" / "rembg" / "sessions.py").write_text(
        "import onnxruntime\n"
        "class Session:\n"
        "    def __init__(self, name, options, providers, model_path):\n"
        "        onnxruntime.InferenceSession(model_path, options, providers=providers)\n"
        "    @classmethod\n"
        "    def name(cls):\n"
        "        return 'u2net_custom'\n"
        "sessions_class = [Session]\n"
    )
    path = put_network(empty_home, "notes")
    path.write_bytes(content)
    with pytest.raises(DinosarError, match=r"could not run .*notes\.onnx .*Only ONNX files"):
        rembg_foreground(photo, path)


def test_the_checksum_is_that_of_the_file_as_it_is_now(empty_home):
    path = put_network(empty_home / ".u2net", "u2netp")
    before = hashlib.sha256(b"not a network").hexdigest()
    assert cutout_sha256("u2netp") == cutout_sha256(path) == before
    path.write_bytes(b"changed")
    assert cutout_sha256("u2netp") == hashlib.sha256(b"changed").hexdigest()


@pytest.mark.needs_data
def test_u2netp_cuts_a_planthopper_off_its_pin(u2netp_folder, planthoppers, tmp_path):
    source = planthoppers / "col-fusca_(L).jpg"
    environment = {**os.environ, "U2NET_HOME": str(u2netp_folder), "NUMBA_DISABLE_JIT": "1"}
    own = shutil.copy(u2netp_folder / "u2netp.onnx", tmp_path / "my own.onnx")
    command = [sys.executable, "-c", REAL_RUN, str(source), str(tmp_path / "found.npz"), str(own)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = np.load(tmp_path / "found.npz")
    assert found["mode"] == "rembg:u2netp"
    assert found["own"] == "rembg:my own.onnx"
    assert len(found["told"]) == 1
    assert found["mask"].shape == (333, 500)
    assert 0.28 < found["mask"].mean() < 0.36
    assert not found["mask"][:20].any()
