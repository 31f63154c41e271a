"""What must hold for the repository as a whole: manifest, versions, imports, links."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import napari_dinosar

ROOT = Path(__file__).parents[1]
MANIFEST = Path(napari_dinosar.__file__).parent / "napari.yaml"
HEAVY = {
    "huggingface_hub",
    "magicgui",
    "matplotlib",
    "napari",
    "numpy",
    "onnxruntime",
    "pandas",
    "PIL",
    "pooch",
    "pycocotools",
    "qtpy",
    "rembg",
    "scipy",
    "skimage",
    "torch",
}
NEVER_AT_IMPORT = {"matplotlib", "onnxruntime", "rembg", "scipy.interpolate", "torch"}


@pytest.fixture(scope="module")
def contributions() -> dict:
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["contributions"]


def modules_after(code: str) -> set[str]:
    """Return the names of the modules that a fresh Python holds after running some code."""
    command = [sys.executable, "-c", f"{code}\nimport sys; print('\\n'.join(sys.modules))"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return set(found.stdout.split())


def test_the_manifest_at_the_top_is_the_packaged_one() -> None:
    top = ROOT / "napari.yaml"
    if not top.is_symlink():
        pytest.skip("this checkout has no symbolic links")
    assert not Path(top.readlink()).is_absolute()
    assert top.read_bytes() == (ROOT / "src" / "napari_dinosar" / "napari.yaml").read_bytes()


def test_every_place_states_the_same_version() -> None:
    stated = version("napari-dinosar")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert napari_dinosar.__version__ == stated
    assert citation["version"] == stated
    assert stated in changelog


def test_napari_shows_every_menu_that_the_manifest_fills(contributions: dict) -> None:
    """Entries of ``napari/...`` menus that napari does not open to plugins vanish silently."""
    from napari._app_model.constants import MenuId

    menus = contributions.get("menus", {})
    own = {submenu["id"] for submenu in contributions.get("submenus", ())}
    assert set(menus) <= MenuId.contributables() | own
    commands = {command["id"] for command in contributions["commands"]}
    entries = [entry for menu in menus.values() for entry in menu]
    assert {entry["command"] for entry in entries if "command" in entry} <= commands
    assert {entry["submenu"] for entry in entries if "submenu" in entry} <= own


def test_every_command_of_the_manifest_can_be_called(contributions: dict) -> None:
    for command in contributions["commands"]:
        module, _, name = command["python_name"].partition(":")
        assert callable(getattr(import_module(module), name)), command["id"]


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not HEAVY & modules_after("import napari_dinosar")


def test_what_napari_imports_of_ours_brings_no_network_and_no_plots(contributions: dict) -> None:
    names = {command["python_name"].partition(":")[0] for command in contributions["commands"]}
    code = "\n".join(f"import {name}" for name in sorted(names))
    assert not NEVER_AT_IMPORT & modules_after(code)


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name}: {link}"
