from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path, PureWindowsPath
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from findings_made import made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import TABLES, Findings, table
from napari_dinosar.io import _atomic
from napari_dinosar.io.figures import figure_names
from napari_dinosar.io.run_folder import (
    check_target,
    default_run_name,
    is_own,
    plain,
    write_findings,
)

NOW = datetime(2025, 3, 9, 14, 5, 7)
FILES = {
    "run.yaml",
    "summary.json",
    "patches_a_to_b.csv",
    "patches_b_to_a.csv",
    "matches.csv",
    "cells.csv",
    "arrays.npz",
    "landmarks.json",
}
FIGURES = {"matches.png": b"png", "histogram_topk_mean.svg": b"<svg/>"}


@cache
def findings() -> Findings:
    return made()


def write(
    folder: Path | str,
    *,
    figures: dict[str, bytes] | None = None,
    overwrite: bool = False,
    **changes: Any,
) -> Path:
    """Write the findings with some of their parts changed."""
    changed = replace(findings(), **changes)
    return write_findings(folder, changed, figures=figures, overwrite=overwrite)


def with_record(**entries: Any) -> dict[str, Any]:
    return {**findings().record, **entries}


def names_in(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# --- what is written


def test_a_run_has_its_files_and_nothing_else(tmp_path: Path) -> None:
    folder = write(tmp_path / "run")
    assert folder == tmp_path / "run"
    assert names_in(folder) == FILES
    assert names_in(tmp_path) == {"run"}


def test_relative_folders_are_made_where_the_program_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write("run")
    assert folder.is_absolute()
    assert names_in(tmp_path) == {"run"}


def test_yaml_reads_back_with_plain_types_in_order(tmp_path: Path) -> None:
    run = {
        **findings().record,
        "z_first": 1,
        "path": tmp_path / "Größe.jpg",
        "tuple": (1, (2.5, None)),
        "numpy": [np.float32(0.5), np.int8(-3), np.bool_(True), np.str_("text")],
        "small": 1e-05,
        "nan": np.nan,
        "traps": ["on", "1e-5", "2024-01-01", "null", "", "a: b", "line\nbreak", "\u2028", "\x00"],
        "frozen": MappingProxyType({"a": True}),
        "a_last": "end",
    }
    path = write(tmp_path / "run", record=run) / "run.yaml"
    text = path.read_bytes().decode("utf-8")
    back = yaml.safe_load(text)
    assert list(back) == list(run)
    assert back["path"] == str(tmp_path / "Größe.jpg")
    assert back["tuple"] == [1, [2.5, None]]
    assert back["numpy"] == [0.5, -3, True, "text"]
    assert back["small"] == 1e-05
    assert back["nan"] is None
    assert back["traps"] == run["traps"]
    assert back["frozen"] == {"a": True}
    assert "!!" not in text
    assert "\r" not in text


def test_json_has_null_for_what_is_not_a_number(tmp_path: Path) -> None:
    summary = {"nan": float("nan"), "deep": [{"inf": np.float32(np.inf)}], "n": 3}
    text = (write(tmp_path / "run", summary=summary) / "summary.json").read_text()
    refuse = pytest.fail
    back = json.loads(text, parse_constant=refuse)
    assert back == {"nan": None, "deep": [{"inf": None}], "n": 3}
    assert text.endswith("}\n")


def test_landmarks_are_written_in_utf8(tmp_path: Path) -> None:
    path = write(tmp_path / "run") / "landmarks.json"
    assert "Bé.png" in path.read_bytes().decode("utf-8")


def test_tables_keep_every_digit(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    cells = pd.DataFrame({"d": rng.random(50), "s": rng.random(50).astype(np.float32)})
    cells.loc[3, "d"] = np.nan
    tables = {**findings().tables, "cells": cells}
    path = write(tmp_path / "run", tables=tables) / "cells.csv"
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert raw.startswith(b"d,s\n")
    assert raw.splitlines()[4].startswith(b",")
    back = [line.split(",") for line in raw.decode().splitlines()[1:]]
    np.testing.assert_array_equal([float(d or "nan") for d, _ in back], cells["d"])
    np.testing.assert_array_equal(np.array([s for _, s in back], np.float32), cells["s"])


def test_a_table_without_rows_has_its_header(tmp_path: Path) -> None:
    folder = write(tmp_path / "run", tables={**findings().tables, "matches": table("matches", {})})
    assert (folder / "matches.csv").read_text() == f"{','.join(TABLES['matches'])}\n"


def test_arrays_are_read_without_pickle(tmp_path: Path) -> None:
    folder = write(tmp_path / "run")
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        assert all(array.dtype.kind in "biufU" for array in arrays.values())
        np.testing.assert_array_equal(arrays["mask_b"], findings().b.mask)
        np.testing.assert_array_equal(arrays["attention_layers_a"], [9, 11])
        assert arrays["cell_reason"].shape == findings().cells.shape
        assert "score_attention_weighted_b_to_a_weights" in arrays
        assert "score_foreground_b_to_a_weights" not in arrays


def test_parts_that_were_not_asked_for_have_no_arrays(tmp_path: Path) -> None:
    bare = made(
        cells=False, matches=False, attention=False, layer_std=False, alignment=False
    )  # fmt: skip
    folder = write_findings(tmp_path / "run", bare)
    assert names_in(folder) == FILES
    with np.load(folder / "arrays.npz") as arrays:
        parts = {"mask", "preview", "photo_to_canvas", "canvas_mask", "patch_fill", "patch_valid"}
        assert set(arrays) == {f"{part}_{side}" for part in parts for side in "ab"}


def test_figures_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    folder = write(tmp_path / "run", figures=FIGURES)
    assert names_in(folder) == {*FILES, "figures"}
    found = {name: (folder / "figures" / name).read_bytes() for name in FIGURES}
    assert found == FIGURES
    assert names_in(folder / "figures") == set(FIGURES)


def test_every_figure_of_a_run_is_its_own(tmp_path: Path) -> None:
    names = figure_names(findings(), on_request=True)
    figures = {f"figures/{name}.{kind}": b"" for name in names for kind in ("png", "svg")}
    folder = write(tmp_path / "run", figures=figures)
    assert {f"figures/{name}" for name in names_in(folder / "figures")} == set(figures)
    assert check_target(folder, overwrite=True) == folder


@pytest.mark.parametrize("name", ["mine.png", "attention_a.pdf", "../attention_a.png", "", "a/b"])
def test_figures_have_names_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain names"):
        write(tmp_path / "run", figures={name: b""})
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("run.yaml", True),
        ("cells.csv", True),
        ("notes.csv", False),
        ("figures", False),
        ("figures/", True),
        ("figures/matches.png", True),
        ("figures/cells.csv", False),
        ("figures/photo.png", False),
        ("figures/figures/", False),
        ("other/", False),
        ("other/run.yaml", False),
    ],
)
def test_what_a_run_owns(name: str, own: bool) -> None:
    assert is_own(name) is own


@pytest.mark.parametrize("kind", ["files", "columns", "arrays", "record"])
def test_the_page_on_the_run_folder_names_everything(tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path / "run", figures=FIGURES)
    page = (Path(__file__).parents[2] / "docs" / "run-folder.md").read_text("utf-8")
    with np.load(folder / "arrays.npz") as source:
        arrays = {re.sub("_b(_xy)?$", r"_a\1", name) for name in source}
    names = {
        "files": {path.name for path in folder.iterdir()},
        "columns": {column for columns in TABLES.values() for column in columns},
        "arrays": {name for name in arrays if not name.startswith("score_")},
        "record": set(yaml.safe_load((folder / "run.yaml").read_text("utf-8"))),
    }[kind]
    corners = {f"{axis}{k}_{side}" for axis in "xy" for k in (1, 2, 3, 4) for side in "ab"}
    assert {name for name in names - corners if f"`{name}" not in page} == set()


# --- where the photos lie


def test_paths_are_also_given_as_seen_from_the_run(tmp_path: Path) -> None:
    photos, runs = tmp_path / "photos", tmp_path / "deep" / "runs"
    photos.mkdir()
    runs.mkdir(parents=True)
    folder = write_findings(runs / "run", made(photos))
    record = yaml.safe_load((folder / "run.yaml").read_text("utf-8"))
    assert record["photo_a"]["path"] == str(photos / "A one.png")
    assert record["photo_a"]["path_relative"] == "../../../photos/A one.png"
    assert record["inputs"]["landmarks"]["path_relative"] == "../../../photos/keypoints.json"
    keys = list(record["photo_b"])
    assert keys[keys.index("path") + 1] == "path_relative"


def test_the_way_to_the_photos_leads_out_of_a_linked_folder(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "deep")
    folder = write_findings(tmp_path / "link" / "run", made(tmp_path))
    record = yaml.safe_load((folder / "run.yaml").read_text("utf-8"))
    assert record["photo_a"]["path_relative"] == "../../../A one.png"


@pytest.mark.parametrize("path", [None, "C:\\photos\\A one.png", "photos/A one.png"])
def test_no_way_leads_to_a_photo_of_another_system(tmp_path: Path, path: str | None) -> None:
    if path is not None and os.path.isabs(path):
        pytest.skip("a path of this system")
    photo = {**findings().record["photo_a"], "path": path}
    folder = write(tmp_path / "run", record=with_record(photo_a=photo))
    record = yaml.safe_load((folder / "run.yaml").read_text("utf-8"))
    assert record["photo_a"]["path"] == path
    assert record["photo_a"]["path_relative"] is None


def test_equal_runs_are_equal_bytes(tmp_path: Path) -> None:
    first = write(tmp_path / "one")
    second = write(tmp_path / "two")
    assert snapshot(first) == snapshot(second)


def test_file_names_that_are_not_unicode_are_spelt_out() -> None:
    assert plain(Path("a\udcff.jpg")) == "a\\udcff.jpg"
    assert plain(PureWindowsPath(r"C:\a")) == r"C:\a"


class Mode(str, Enum):  # noqa: UP042 - the older kind prints its class
    BOTH = "both"


def test_text_is_text_whatever_its_class() -> None:
    value = plain(Mode.BOTH)
    assert type(value) is str
    assert value == "both"


@pytest.mark.parametrize(
    "changes",
    [
        {"record": {"a": object()}},
        {"record": {"a": {1, 2}}},
        {"record": {"a": b"bytes"}},
        {"record": {"a": np.zeros(3)}},
        {"record": {"a": 1j}},
        {"record": {"a": np.complex64(1)}},
        {"record": {"a": NOW}},
        {"record": {1: "a"}},
        {"summary": {"a": [object()]}},
        {"aligned_rgb": np.array([None, "x"], dtype=object)},
    ],
)
def test_values_without_a_plain_form_are_a_mistake_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(TypeError):
        write(tmp_path / "run", **changes)
    assert names_in(tmp_path) == set()


# --- what is in the way


@pytest.mark.parametrize("check", [check_target, lambda folder: write(folder)])
def test_an_existing_folder_is_kept(tmp_path: Path, check: Callable[..., Any]) -> None:
    folder = write(tmp_path / "run")
    before = snapshot(tmp_path)
    with pytest.raises(DinosarError, match="exists already"):
        check(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DinosarError, match="exists already"):
        check(tmp_path / "empty")
    assert snapshot(tmp_path) == before


def test_a_run_is_replaced_when_asked(tmp_path: Path) -> None:
    write(tmp_path / "run", figures=FIGURES)
    (tmp_path / "run" / "figures" / "Thumbs.db").touch()
    folder = write(tmp_path / "run", summary={"n": 9}, overwrite=True)
    assert names_in(folder) == FILES
    assert json.loads((folder / "summary.json").read_text()) == {"n": 9}
    assert names_in(tmp_path) == {"run"}


def test_empty_folders_may_be_used_when_asked(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".DS_Store").touch()
    assert check_target(tmp_path / "run", overwrite=True) == tmp_path / "run"
    assert names_in(write(tmp_path / "run", overwrite=True)) == FILES


def user_file(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")


def user_folder(folder: Path) -> None:
    (folder / "figures").mkdir()
    (folder / "figures" / "mine.png").write_text("mine")


def folder_with_our_name(folder: Path) -> None:
    (folder / "cells.csv").unlink()
    (folder / "cells.csv").mkdir()


def folder_in_a_folder(folder: Path) -> None:
    (folder / "figures" / "figures").mkdir(parents=True)


def empty_user_folder(folder: Path) -> None:
    (folder / "notes").mkdir()


def linked_figures(folder: Path) -> None:
    (folder / "figures").symlink_to(folder)


def no_mark(folder: Path) -> None:
    (folder / "run.yaml").unlink()


@pytest.mark.parametrize(
    "change",
    [
        user_file, user_folder, folder_with_our_name, folder_in_a_folder, empty_user_folder,
        linked_figures, no_mark,
    ],
)  # fmt: skip
def test_other_files_are_never_destroyed(tmp_path: Path, change: Callable[[Path], None]) -> None:
    folder = write(tmp_path / "run")
    change(folder)
    before = snapshot(tmp_path)
    for attempt in (
        lambda: check_target(folder, overwrite=True),
        lambda: write(folder, overwrite=True),
    ):
        with pytest.raises(DinosarError, match="is not overwritten because it"):
            attempt()
    assert snapshot(tmp_path) == before
    assert names_in(tmp_path) == {"run"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_files_that_appear_while_we_write_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    real = _atomic.write_file

    def meanwhile(path: Path, data: bytes) -> None:
        (tmp_path / "run").mkdir(exist_ok=True)
        user_file(tmp_path / "run")
        real(path, data)

    monkeypatch.setattr(_atomic, "write_file", meanwhile)
    with pytest.raises(DinosarError):
        write(tmp_path / "run", overwrite=overwrite)
    assert snapshot(tmp_path) == {str(Path("run", "notes.txt")): b"mine"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_in_the_place_is_kept(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(DinosarError, match="is not a folder"):
        write(tmp_path / "run", overwrite=overwrite)
    assert snapshot(tmp_path) == {"run": b"mine"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "run")
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("link", "dangling"):
        with pytest.raises(DinosarError, match="is not a folder"):
            write(tmp_path / name, overwrite=True)
    assert names_in(folder) == FILES


@pytest.mark.parametrize("parent", ["missing", "missing/deeper", "file"])
def test_a_missing_parent(tmp_path: Path, parent: str) -> None:
    (tmp_path / "file").write_text("mine")
    for attempt in (check_target, lambda folder: write(folder)):
        with pytest.raises(DinosarError, match="is not a folder"):
            attempt(tmp_path / parent / "run")
    assert names_in(tmp_path) == {"file"}


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_names_that_no_disk_takes(tmp_path: Path, name: str) -> None:
    with pytest.raises(DinosarError):
        write(tmp_path / name)
    assert names_in(tmp_path) == set()


# --- a disk that refuses


class Disk:
    """Fails once, at the n-th call of one of the functions that writing rests on."""

    def __init__(self, failure: BaseException, at: int, real: Callable[..., Any]) -> None:
        self.failure, self.at, self.real = failure, at, real

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.at -= 1
        if self.at == 0:
            raise self.failure
        return self.real(*args, **kwargs)


@pytest.mark.parametrize("at", [1, 3, 6])
@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, overwrite: bool, number: int
) -> None:
    if overwrite:
        write(tmp_path / "run")
    before = snapshot(tmp_path)
    disk = Disk(OSError(number, os.strerror(number)), at, os.fsync)
    monkeypatch.setattr(_atomic.os, "fsync", disk)
    changed = {"summary": {"n": 5}}
    with pytest.raises(DinosarError, match="was not written: ") as caught:
        write(tmp_path / "run", **changed, overwrite=overwrite)
    if number == errno.ENOSPC:
        assert "the disk is full" in str(caught.value)
    assert snapshot(tmp_path) == before
    assert names_in(tmp_path) == ({"run"} if overwrite else set())
    monkeypatch.undo()
    write(tmp_path / "run", **changed, overwrite=overwrite)


def test_a_half_written_file_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(path: Path, data: bytes) -> None:
        path.write_bytes(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_atomic, "write_file", half)
    with pytest.raises(DinosarError, match="the disk is full"):
        write(tmp_path / "run")
    assert names_in(tmp_path) == set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_device_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def to_full_device(path: Path, data: bytes) -> None:
        path.symlink_to("/dev/full")
        with path.open("wb", buffering=0) as stream:
            stream.write(data)

    monkeypatch.setattr(_atomic, "write_file", to_full_device)
    with pytest.raises(DinosarError, match="the disk is full"):
        write(tmp_path / "run")
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_read_only_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    disk = Disk(OSError(number, os.strerror(number)), 1, Path.mkdir)
    monkeypatch.setattr(Path, "mkdir", disk)
    with pytest.raises(DinosarError, match="choose another folder"):
        write(tmp_path / "run")
    assert names_in(tmp_path) == set()


def test_a_folder_without_access_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_atomic.os, "access", lambda *args, **kwargs: False)
    for attempt in (check_target, lambda folder: write(folder)):
        with pytest.raises(DinosarError, match="writing is not permitted"):
            attempt(tmp_path / "run")


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), MemoryError(), OSError(errno.EIO, "io")])
@pytest.mark.parametrize("at", [1, 2])
def test_an_interrupted_exchange_keeps_the_old_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, at: int
) -> None:
    write(tmp_path / "run")
    before = snapshot(tmp_path)
    disk = Disk(failure, at, Path.rename)
    monkeypatch.setattr(Path, "rename", lambda *args: disk(*args))
    expected = DinosarError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(expected):
        write(tmp_path / "run", summary={}, overwrite=True)
    assert snapshot(tmp_path) == before


def test_an_old_run_that_cannot_be_put_back_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "run")
    before = snapshot(tmp_path / "run")
    real, calls = Path.rename, []

    def rename(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) > 1:
            raise OSError(errno.EIO, "io")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(DinosarError, match="earlier folder is now called"):
        write(tmp_path / "run", overwrite=True)
    (left,) = tmp_path.iterdir()
    assert snapshot(left) == before


# --- names


def test_the_default_name_says_what_was_compared_and_when() -> None:
    name = default_run_name("col-fusca_(L).jpg", "col-macu-spp_maculata_(L).JPG", NOW)
    assert name == "dinosar_col-fusca_(L)_vs_col-macu-spp_maculata_(L)_20250309-140507"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("/data/in/leaf.tif", "leaf"),
        (r"C:\data\leaf.TIFF", "leaf"),
        ("spec 1.5 mm", "spec_1.5_mm"),
        ('a<b>:"|?*c', "a_b_c"),
        ("Flügel.png", "Flügel"),
        ("..", "photo"),
        ("", "photo"),
        ("\x00\n", "photo"),
        ("\ud800", "photo"),
    ],
)
def test_default_names_are_fit_for_any_disk(name: str, safe: str) -> None:
    assert default_run_name(name, "b", NOW) == f"dinosar_{safe}_vs_b_20250309-140507"


def test_long_default_names_are_cut(tmp_path: Path) -> None:
    name = default_run_name("ü" * 300, "翅" * 300, NOW)
    assert len(name.encode()) <= 255
    write(tmp_path / name)
