"""The project's chores: ``nox -s demo``, ``tests``, ``lint``, ``types``, ``docs`` and more.

``demo``, ``tests``, ``soak``, ``types`` and ``pictures`` share one environment, ``.nox/dev``:
napari and torch take minutes and gigabytes, so they are installed once. Every installation is held
to ``constraints.txt``.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "types", "tests"]

ROOT = Path(__file__).parent
PYPROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "constraints.txt"
DEV_ENVIRONMENT = ROOT / ".nox" / "dev"
LINUX = sys.platform == "linux"
SCREEN_SIZE = "1600x1000x24"

IMPORT_COMMANDS = """
from npe2 import PluginManifest
from npe2.manifest.utils import import_python_name
for command in PluginManifest.from_distribution("napari-dinosar").contributions.commands:
    print(command.id, "->", import_python_name(command.python_name))
"""


@nox.session(venv_backend="none")
def demo(session: nox.Session) -> None:
    """Open napari with a pair that is already compared; ``-- --smoke PNG`` takes its picture."""
    has_screen = not LINUX or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    add_system_packages(session, virtual_screen=not has_screen)
    python = dev_python(session, "qt")
    arguments = list(session.posargs)
    if not has_screen and "--smoke" not in arguments:
        arguments += ["--smoke", "demo.png"]
        session.warn("There is no screen here: the window is drawn unseen and saved as demo.png.")
    with screen(is_virtual=not has_screen) as environment:
        session.run(python, "-m", "napari_dinosar", "demo", *arguments, env=environment)


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run the tests; those on real data need DINOSAR_TEST_DATA to name a folder."""
    add_system_packages(session, virtual_screen=True)
    python = dev_python(session, "tests")
    parallel = ["--numprocesses", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile"]
    session.run(python, "-m", "pytest", *parallel, *session.posargs, env={"QT_API": "pyqt6"})


@nox.session(venv_backend="none")
def soak(session: nox.Session) -> None:
    """Run what takes long: 200 killed processes, and 10,000 damaged landmark files per format."""
    add_system_packages(session, virtual_screen=True)
    python = dev_python(session, "tests")
    variables = {"QT_API": "pyqt6", "DINOSAR_SOAK": "200", "DINOSAR_FUZZ": "10000"}
    folders = ["tests/project", "tests/io/landmark_files"]
    session.run(python, "-m", "pytest", *folders, *session.posargs, env=variables)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style, the format, and that imports point one way only."""
    session.install("-c", str(CONSTRAINTS), *requirements("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", env={"PYTHONPATH": "src"})


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Check the types."""
    python = dev_python(session, "tests", "types")
    session.run(python, "-m", "mypy", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Make a site of docs/ in docs/_build; whatever Sphinx warns of is an error."""
    session.install("-c", str(CONSTRAINTS), *requirements("docs"))
    options = ["-b", "html", "--fail-on-warning", "--keep-going", "--fresh-env"]
    session.run("python", "-m", "sphinx", *options, *session.posargs, "docs", "docs/_build")


@nox.session(venv_backend="none")
def pictures(session: nox.Session) -> None:
    """Take the pictures of README and tutorial again, on a virtual screen; run the notebook."""
    add_system_packages(session, virtual_screen=True)
    python = dev_python(session, "qt")
    with screen(is_virtual=LINUX) as environment:
        session.run(python, "tools/pictures.py", *session.posargs, env=environment)
    session.run(python, "tools/notebook.py")


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel; install the wheel as users do and import all that napari may call."""
    add_system_packages(session, virtual_screen=False)
    session.install("-c", str(CONSTRAINTS), *requirements("build"))
    with TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--outdir", folder)
        (wheel,) = Path(folder).glob("*.whl")
        clean = Path(folder, "clean")
        session.run("python", "-m", "venv", str(clean))
        python = python_of(clean)
        session.chdir(folder)
        pip_install(session, python, f"{wheel}[all]")
        session.run(python, "-m", "pip", "check", external=True)
        session.run(python, "-m", "npe2", "validate", "--imports", "napari-dinosar", external=True)
        session.run(python, "-c", IMPORT_COMMANDS, external=True)


def add_system_packages(session: nox.Session, *, virtual_screen: bool) -> None:
    """Install Debian's and Ubuntu's packages below Qt and OpenGL, or stop with the line to run."""
    script = str(ROOT / "tools" / "system_packages.py")
    options = ["--virtual-screen"] if virtual_screen else []
    session.run(sys.executable, script, *options, external=True)


def requirements(*groups: str) -> tuple[str, ...]:
    """Return what some dependency groups of pyproject.toml ask for."""
    return nox.project.dependency_groups(nox.project.load_toml(PYPROJECT), *groups)


def dev_python(session: nox.Session, *groups: str) -> str:
    """Return the Python of the shared environment, with the project and some groups installed."""
    python = python_of(DEV_ENVIRONMENT)
    if not Path(python).exists():
        session.run(sys.executable, "-m", "venv", str(DEV_ENVIRONMENT))
    project = project_fingerprint()
    wanted = {project, *requirements(*groups)}
    record = DEV_ENVIRONMENT / "installed.txt"
    installed = set(record.read_text().splitlines()) if record.exists() else set()
    if project not in installed:
        installed = set()
    if not wanted <= installed:
        pip_install(session, python, "--editable", str(ROOT), *requirements(*groups))
        record.write_text("\n".join(sorted(installed | wanted)))
    return python


def project_fingerprint() -> str:
    """Return what changes when the shared environment has to be installed anew."""
    project = nox.project.load_toml(PYPROJECT)["project"]
    stated = json.dumps(project, sort_keys=True) + CONSTRAINTS.read_text(encoding="utf-8")
    return hashlib.sha256(stated.encode()).hexdigest()


def pip_install(session: nox.Session, python: str, *wanted: str) -> None:
    """Install with the versions of constraints.txt into an environment of ours."""
    pip = (python, "-m", "pip", "install", "-c", str(CONSTRAINTS))
    session.run(*pip, *wanted, external=True)


def python_of(environment: Path) -> str:
    """Return the Python of a virtual environment."""
    return str(environment / ("bin/python" if os.name == "posix" else "Scripts/python.exe"))


@contextmanager
def screen(*, is_virtual: bool) -> Iterator[dict[str, str]]:
    """Give the environment variables for a Qt program, with a virtual screen where wanted."""
    variables = {"QT_API": "pyqt6"}
    with TemporaryDirectory() as runtime_folder:
        if LINUX and "XDG_RUNTIME_DIR" not in os.environ:
            variables["XDG_RUNTIME_DIR"] = runtime_folder  # made with mode 0700, as Qt asks for
        if not is_virtual:
            yield variables
            return
        reading, writing = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN_SIZE, "-nolisten", "tcp"],
            pass_fds=[writing],
        )
        os.close(writing)
        try:
            with os.fdopen(reading) as number:
                variables["DISPLAY"] = f":{number.readline().strip()}"
            yield variables
        finally:
            server.terminate()
            server.wait()
