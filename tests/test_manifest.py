"""The manifest is valid, all of it can be imported, and napari takes it up."""

import os
from importlib import import_module
from pathlib import Path

import pytest
from npe2 import PluginManifest

import napari_dinosar
from napari_dinosar.docks import commands
from napari_dinosar.docks.commands import COMMANDS, digitising, inspecting
from napari_dinosar.editing import keys as editing_keys
from napari_dinosar.inspection import keys as inspection_keys

PACKAGE = Path(napari_dinosar.__file__).parent


@pytest.fixture(scope="module")
def manifest():
    return PluginManifest.from_file(PACKAGE / "napari.yaml")


def test_the_installed_package_brings_its_manifest(manifest):
    installed = PluginManifest.from_distribution("napari-dinosar")
    assert installed.contributions.commands == manifest.contributions.commands
    assert manifest.name == "napari-dinosar"


def test_the_file_at_the_top_is_the_one_in_the_package():
    top = PACKAGE.parents[1] / "napari.yaml"
    if not top.is_symlink():
        pytest.skip("not a checkout with symbolic links")
    assert os.readlink(top) == "src/napari_dinosar/napari.yaml"
    assert top.read_bytes() == (PACKAGE / "napari.yaml").read_bytes()


VERBS = {
    "Accept", "Add", "Blink", "Cancel", "Centre", "Clear", "Close", "Colour", "Compare",
    "Digitise", "Edit", "End", "Exclude", "Export", "Fetch", "Flag", "Freeze", "Go", "Hatch",
    "Import", "Inspect", "Keep", "Let", "List", "Make", "Mark", "Measure", "Move", "Open",
    "Redo", "Reset", "Run", "Save", "Show", "Swipe", "Switch", "Undo", "Unflag",
}  # fmt: skip


def test_every_command_can_be_imported_and_begins_with_a_verb(manifest):
    for command in manifest.contributions.commands:
        module, _, name = command.python_name.partition(":")
        assert callable(getattr(import_module(module), name))
        assert command.title.split()[0] in VERBS


def test_the_tables_of_commands_and_the_manifest_say_the_same(manifest):
    place = "napari_dinosar.docks.commands"
    rows = [
        (f"napari-dinosar.{one.id}", one.title, f"{place}:{one.function_name}") for one in COMMANDS
    ]
    listed = [(one.id, one.title, one.python_name) for one in manifest.contributions.commands]
    assert [row for row in listed if row[2].startswith(place)] == rows
    for values in zip(*listed, strict=True):
        assert len(set(values)) == len(listed)


def test_every_key_is_a_command_too():
    for titles, keys, dock in (
        (inspecting.TITLES, inspection_keys.KEYS, "inspect"),
        (digitising.TITLES, editing_keys.KEYS, "landmarks"),
    ):
        assert set(titles) == {row.action for row in keys}
        ids = {one.id for one in COMMANDS}
        assert ids >= {f"{dock}.{row.action}" for row in keys}


def test_a_name_that_is_no_command_is_none():
    with pytest.raises(AttributeError, match="no attribute 'inspect_nothing'"):
        commands.inspect_nothing  # noqa: B018 - asking is what is tested


def test_contributions_name_commands_that_exist(manifest):
    contributions = manifest.contributions
    known = {command.id for command in contributions.commands}
    used = [*contributions.widgets, *contributions.readers, *contributions.sample_data]
    used += contributions.writers
    used += [item for items in contributions.menus.values() for item in items]
    in_palette_only = {f"napari-dinosar.{one.id}" for one in COMMANDS}
    assert {one.command for one in used} | in_palette_only == known


def test_the_palette_offers_no_command_that_needs_a_file(manifest):
    contributions = manifest.contributions
    with_files = {one.command for one in (*contributions.readers, *contributions.writers)}
    grey = {one.id for one in contributions.commands if one.enablement == "False"}
    assert grey == with_files


def test_menus_are_ones_that_napari_honours(manifest):
    from napari._app_model.constants import MenuId

    honoured = {menu.value for menu in MenuId.contributables()}
    menus = {"napari/layers/annotate", "napari/layers/register", "napari/file/io_utilities"}
    assert set(manifest.contributions.menus) == menus
    assert set(manifest.contributions.menus) <= honoured


def test_the_readers_ask_for_no_more_than_they_can_read(manifest):
    readers = manifest.contributions.readers
    assert [reader.filename_patterns for reader in readers] == [["*.json"], ["*run.yaml"]]
    assert not any(reader.accepts_directories for reader in readers)


def test_names_without_a_suffix_get_the_one_that_napari_gives(manifest):
    own = PluginManifest.from_distribution("napari").contributions.writers
    for kind in ("image", "labels", "points", "shapes"):
        theirs, ours = (
            next(writer for writer in writers if writer.layer_types == [kind])
            for writers in (own, manifest.contributions.writers)
        )
        assert ours.filename_extensions[0] == theirs.filename_extensions[0]
