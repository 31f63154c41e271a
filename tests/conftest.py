"""What every test may rely on: test data, a display, and a home folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from qtpy.QtWidgets import QApplication

NO_SKIP = os.environ.get("DINOSAR_NO_SKIP", "") not in ("", "0")
KEPT_VARIABLES = (
    *("DINOSAR_TEST_DATA", "DINOSAR_NO_SKIP", "DINOSAR_FUZZ", "DINOSAR_SOAK"),
    "DINOSAR_PICTURES",
)
WEIGHT_FOLDERS = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "TORCH_HOME", "U2NET_HOME")
QT_FIXTURES = {"qapp", "qtbot", "make_napari_viewer", "make_napari_viewer_proxy"}

# Runs in a process of its own: where libraries are missing Qt ends the process instead of raising.
DISPLAY_PROBE = """
from qtpy.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
app = QGuiApplication([])
print("qt", flush=True)
surface, context = QOffscreenSurface(), QOpenGLContext()
surface.create()
if context.create() and context.makeCurrent(surface):
    context.doneCurrent()
    print("gl", flush=True)
"""


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a home, caches and settings of its own, and 2 threads to torch and BLAS."""
    folder = TemporaryDirectory(prefix="dinosar-tests-")
    patch = pytest.MonkeyPatch()
    config.add_cleanup(folder.cleanup)
    config.add_cleanup(patch.undo)
    home = Path(folder.name)
    for name in os.environ:
        if name in WEIGHT_FOLDERS or (name.startswith("DINOSAR_") and name not in KEPT_VARIABLES):
            patch.delenv(name)
    for name, part in {
        "HOME": "",
        "USERPROFILE": "",
        "APPDATA": "appdata",
        "LOCALAPPDATA": "appdata-local",
        "XDG_CACHE_HOME": "cache",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "HF_HOME": "cache/huggingface",
        "MPLCONFIGDIR": "config/matplotlib",
    }.items():
        (home / part).mkdir(parents=True, exist_ok=True)
        patch.setenv(name, str(home / part))
    patch.setenv("NAPARI_CONFIG", str(home / "config" / "napari.yaml"))
    for name, value in {"QT_API": "pyqt6", "OMP_NUM_THREADS": "2"}.items():
        if name not in os.environ:
            patch.setenv(name, value)
    if sys.platform == "linux":
        _prepare_linux_display(patch, home / "run")


def _prepare_linux_display(patch: pytest.MonkeyPatch, runtime_dir: Path) -> None:
    if "XDG_RUNTIME_DIR" not in os.environ:
        runtime_dir.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime_dir))
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if not any(os.environ.get(name) for name in screens):
        # pytest-xvfb found no Xvfb: all but OpenGL still runs on Qt's own offscreen platform
        patch.setenv("QT_QPA_PLATFORM", "offscreen")


@cache
def _display() -> tuple[str, ...]:
    """Return what Qt can do here: ``()``, ``("qt",)`` or ``("qt", "gl")``."""
    command = [sys.executable, "-c", DISPLAY_PROBE]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return ()
    return tuple(found.stdout.split())


def _lacking(reason: str) -> None:
    if NO_SKIP:
        pytest.fail(f"DINOSAR_NO_SKIP is set and {reason}", pytrace=False)
    pytest.skip(reason)


def _test_data() -> Path:
    named = os.environ.get("DINOSAR_TEST_DATA", "")
    folder = Path(named).absolute()
    if not named:
        _lacking("DINOSAR_TEST_DATA does not name a folder of test data")
    if not (folder / "reference").is_dir():
        _lacking(f"DINOSAR_TEST_DATA names {folder}, which has no folder 'reference'")
    return folder


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test, or fail it under DINOSAR_NO_SKIP, where this machine lacks what it needs."""
    if item.get_closest_marker("needs_data"):
        _test_data()
    needs_gl = item.get_closest_marker("needs_gl") is not None
    if needs_gl and "gl" not in _display():
        _lacking("no OpenGL canvas can be made here (system packages: see docs/development.md)")
    if QT_FIXTURES & set(getattr(item, "fixturenames", ())) and "qt" not in _display():
        _lacking("Qt cannot start here (system packages: see docs/development.md)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Under DINOSAR_NO_SKIP no test may leave itself out, whatever the reason."""
    report = yield
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}\nDINOSAR_NO_SKIP is set: a skipped test is a failed test."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Under DINOSAR_NO_SKIP no module may leave itself out either."""
    report = yield
    if NO_SKIP and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr}\nDINOSAR_NO_SKIP is set: no module may be skipped."
    return report


@pytest.fixture(scope="session")
def opengl(qapp: QApplication) -> None:
    """Let napari ask once what OpenGL can do, in a context that no other window takes away.

    Where the first photo of a process is shown in a viewer that is not, beside one that is, napari
    may find no context to ask.
    """
    from napari._vispy.utils.gl import get_gl_extensions, get_max_texture_sizes
    from qtpy.QtGui import QOffscreenSurface, QOpenGLContext

    surface, context = QOffscreenSurface(), QOpenGLContext()
    surface.create()
    assert context.create()
    assert context.makeCurrent(surface)
    get_gl_extensions()
    get_max_texture_sizes()
    context.doneCurrent()


@pytest.fixture(autouse=True)
def _opengl_is_known(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("needs_gl"):
        request.getfixturevalue("opengl")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of test data that DINOSAR_TEST_DATA names."""
    return _test_data()


@pytest.fixture(scope="session")
def planthoppers(shared: Path) -> Path:
    """Return the folder with the three planthopper photos and their COCO file."""
    return shared / "data" / "planthoppers"


@pytest.fixture(scope="session")
def dinov2_weights(shared: Path) -> Path:
    """Return a real ViT-S/14 checkpoint; its blocks 6 to 9 are the ones to use."""
    return shared / "weights" / "dinov2_vits14" / "dinov2_vits14_saliency_fp16.safetensors"


@pytest.fixture(scope="session")
def u2netp_folder(shared: Path) -> Path:
    """Return a folder with ``u2netp.onnx``, as U2NET_HOME names one; rembg is here imported.

    Its first import ever would compile for over a minute what separates hairs from a background.
    Nothing of ours calls that, so it stays Python.
    """
    import numba

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numba.config, "DISABLE_JIT", 1)
        import rembg  # noqa: F401
    return shared / "weights" / "u2netp"
