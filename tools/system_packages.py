"""Own the Debian and Ubuntu packages that Qt and OpenGL need below the Python packages.

``python tools/system_packages.py`` looks for the libraries, and with ``--virtual-screen`` for Xvfb.
Where something is missing it installs the packages as root; anyone else is shown the one line to
run. Other systems are left alone: there the Python packages bring all that is needed, or a package
manager of another family knows it by other names.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

# What is loaded, and the packages that hold it: the first that this release knows is taken.
LIBRARIES = {
    "libGL.so.1": ("libgl1",),
    "libEGL.so.1": ("libegl1",),
    "libglib-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libdbus-1.so.3": ("libdbus-1-3",),
    "libfontconfig.so.1": ("libfontconfig1",),
    "libxkbcommon.so.0": ("libxkbcommon0",),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
    "libxcb-cursor.so.0": ("libxcb-cursor0",),
    "libxcb-icccm.so.4": ("libxcb-icccm4",),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1",),
    "libxcb-shape.so.0": ("libxcb-shape0",),
}
VIRTUAL_SCREEN = {"Xvfb": ("xvfb",)}
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
LOCK_PATIENCE = ("-o", "DPkg::Lock::Timeout=120")
TRIES = 3


def main() -> int:
    """Install what is missing, or say how; return the exit status."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--virtual-screen", action="store_true", help="Xvfb is needed as well")
    needs_screen = parser.parse_args().virtual_screen
    if not is_debian() or not (lacking := missing(needs_screen)):
        return 0
    if os.geteuid() != 0:
        packages = package_names(lacking, known_packages(lacking))
        print(advice(packages), file=sys.stderr)
        return 1
    install(lacking)
    if still := missing(needs_screen):
        print(f"Still not found after apt-get: {', '.join(still)}", file=sys.stderr)
        return 1
    return 0


def is_debian() -> bool:
    """Return whether this is Debian, Ubuntu or a child of theirs."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def missing(needs_screen: bool) -> dict[str, tuple[str, ...]]:
    """Return the libraries and programs that are not here, with the packages that may hold them."""
    lacking = {name: held for name, held in LIBRARIES.items() if not can_load(name)}
    if needs_screen:
        lacking |= {name: held for name, held in VIRTUAL_SCREEN.items() if not shutil.which(name)}
    return lacking


def can_load(library: str) -> bool:
    """Return whether the system finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def known_packages(lacking: dict[str, tuple[str, ...]]) -> set[str]:
    """Return which of the packages this release's lists know; none where there are no lists."""
    wanted = [package for held in lacking.values() for package in held]
    found = subprocess.run(
        ["apt-cache", "show", "--no-all-versions", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    fields = (line.partition(": ") for line in found.stdout.splitlines())
    return {value for name, _, value in fields if name == "Package"}


def package_names(lacking: dict[str, tuple[str, ...]], known: set[str]) -> list[str]:
    """Return one package per missing thing.

    Releases with 64-bit times renamed some packages (``t64``). Where the lists are empty the
    older name is taken: the renamed packages provide it.
    """
    return [next((name for name in held if name in known), held[-1]) for held in lacking.values()]


def advice(packages: Iterable[str]) -> str:
    """Return what to tell someone who is not root."""
    install = " ".join(["sudo", *INSTALL, *packages])
    return (
        "napari needs system packages that are missing here. Install them, then run this again:\n\n"
        f"    sudo apt-get update && {install}\n"
    )


def install(lacking: dict[str, tuple[str, ...]]) -> None:
    """Fetch the lists and install, without questions; try again, since mirrors fail at times."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for attempt in range(1, TRIES + 1):
        subprocess.run(["apt-get", "update"], env=environment, check=False)
        packages = package_names(lacking, known_packages(lacking))
        command = [*INSTALL, *LOCK_PATIENCE, *packages]
        if subprocess.run(command, env=environment, check=False).returncode == 0:
            return
        print(f"apt-get failed ({attempt} of {TRIES} tries)", file=sys.stderr)
        time.sleep(5 * attempt)


if __name__ == "__main__":
    raise SystemExit(main())
