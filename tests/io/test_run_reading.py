"""A run that is read is the run that was written, and a damaged one is a clear message."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from findings_made import SIDES, made, photo_bytes, write_photos
from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.findings import TABLES, Findings, table
from napari_dinosar.io import _npz, _run_record
from napari_dinosar.io.run_folder import npz_bytes, with_relative_paths, write_findings
from napari_dinosar.io.run_reading import (
    check_photo,
    find_photos,
    looks_like_run,
    read_consensus,
    read_run,
    write_consensus,
)

VARIANTS: list[dict[str, bool]] = [
    {},
    {"cells": False},
    {"matches": False},
    {"attention": False},
    {"layer_std": False},
    {"alignment": False},
    {"landmarks": False},
    {"projective": True},
    {"cells": False, "matches": False, "attention": False, "layer_std": False, "alignment": False},
]


@cache
def findings() -> Findings:
    return made()


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_findings(tmp_path_factory.mktemp("runs") / "run", findings())


@pytest.fixture
def run(pristine: Path, tmp_path: Path) -> Path:
    """Return a run folder that a test may damage."""
    return Path(shutil.copytree(pristine, tmp_path / "run"))


def assert_same(found: Any, expected: Any, where: str = "findings") -> None:
    """Compare to the last bit: values, types, NaN, None, order of keys and of rows."""
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected, check_exact=True, obj=where)
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype, where
        np.testing.assert_array_equal(found, expected, err_msg=where, strict=True)
    elif dataclasses.is_dataclass(expected):
        assert type(found) is type(expected), where
        for one in dataclasses.fields(expected):
            assert_same(
                getattr(found, one.name), getattr(expected, one.name), f"{where}.{one.name}"
            )
    elif isinstance(expected, Mapping):
        assert list(found) == list(expected), where
        for key, value in expected.items():
            assert_same(found[key], value, f"{where}[{key}]")
    else:
        assert type(found) is type(expected), where
        assert found == expected, where


def as_read(given: Findings, folder: Path) -> Findings:
    """Return findings with what is only known once they lie in a folder."""
    record = with_relative_paths(given.record, folder)
    sides = {
        letter: dataclasses.replace(given.side(letter), record=record[f"photo_{letter}"])
        for letter in "ab"
    }
    return dataclasses.replace(given, record=record, **sides)


# --- the way there and back


@pytest.mark.parametrize("parts", VARIANTS, ids=lambda parts: " ".join(parts) or "all")
def test_a_run_comes_back_as_it_was(tmp_path: Path, parts: dict[str, bool]) -> None:
    given = made(tmp_path, **parts)
    folder = write_findings(tmp_path / "run", given)
    assert_same(read_run(folder), as_read(given, folder))


def test_a_run_that_was_read_writes_the_same_bytes(run: Path) -> None:
    again = write_findings(run.with_name("again"), read_run(run / "run.yaml"))
    for path in run.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_odd_numbers_and_texts_come_back(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 1e-310, -0.0, np.inf, np.nan, 1 / 3, 2.0**53 + 2]
    columns = {
        column: np.arange(7) if kind == "int64" else values
        for column, kind in TABLES["matches"].items()
    }
    columns |= {
        "mutual": [True, False] * 3 + [True],
        "inlier": [None, True, False] * 2 + [None],
    }
    reasons = (
        findings()
        .tables["cells"]
        .assign(reason=['with "quotes", commas', "NA", "nan", "null", " "] * 7)
    )
    tables = {
        **findings().tables,
        "matches": table("matches", columns),
        "cells": table("cells", dict(reasons.items())),
    }
    record = {**findings().record, "notes": ["on", "1e-5", "\u2028", "a: b", "", "Größe\tµ"]}
    given = dataclasses.replace(findings(), tables=tables, record=record)
    folder = write_findings(tmp_path / "run", given)
    found = read_run(folder)
    assert_same(found, as_read(given, folder))
    assert np.signbit(found.tables["matches"]["x_a"][2])


@pytest.mark.parametrize(
    "landmarks",
    [
        Landmarks.from_points(()),
        Landmarks.from_points([(1.5, 2.0), (np.nan, np.nan)]),
        Landmarks.from_points([(1.5, 2.0)] * 2, names=["ä", "b"], visibility=[0, 0], image_id="x"),
        Landmarks.from_points([(0.1, 2.0), (7, 9)], skeleton=[(1, 0)], specimen_id="100"),
    ],
)
def test_landmarks_of_any_source_come_back(tmp_path: Path, landmarks: Landmarks) -> None:
    same = {one: dataclasses.replace(findings().side(one), landmarks=landmarks) for one in "ab"}
    given = dataclasses.replace(findings(), **same)
    folder = write_findings(tmp_path / "run", given)
    assert_same(read_run(folder), as_read(given, folder))


def test_two_specimens_of_one_photo_are_told_apart(tmp_path: Path) -> None:
    """As both sides lie on one photo, COCO lists it once, with two annotations."""
    same = dataclasses.replace(findings().a, landmarks=None)
    given = dataclasses.replace(
        findings(),
        b=same,
        aligned_rgb=None,
        record={**findings().record, "photo_b": findings().record["photo_a"]},
        tables={**findings().tables, "patches_b_to_a": findings().tables["patches_a_to_b"]},
    )
    folder = write_findings(tmp_path / "run", given)
    assert len(json.loads((folder / "landmarks.json").read_text())["images"]) == 1
    assert_same(read_run(folder), as_read(given, folder))


def test_files_beside_a_run_do_not_matter(run: Path) -> None:
    (run / "notes.txt").write_text("mine")
    (run / "figures").mkdir()
    assert_same(read_run(run), read_run(run / "run.yaml"))


# --- damage


def yaml_with(**entries: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        record = yaml.safe_load((folder / "run.yaml").read_text("utf-8"))
        for name, value in entries.items():
            target = record
            *groups, last = name.split("__")
            for group in groups:
                target = target[group]
            target[last] = value
        (folder / "run.yaml").write_text(yaml.safe_dump(record, sort_keys=False), "utf-8")

    return change


def arrays_with(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with np.load(folder / "arrays.npz") as source:
            arrays = {**source, **changes}
        kept = {name: value for name, value in arrays.items() if value is not None}
        (folder / "arrays.npz").write_bytes(npz_bytes(kept))

    return change


def json_with(name: str, **entries: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = json.loads((folder / name).read_text("utf-8"))
        (folder / name).write_text(json.dumps({**content, **entries}), "utf-8")

    return change


def text(name: str, content: str | bytes) -> Callable[[Path], None]:
    raw = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(raw) and None


def cut(name: str, share: float = 0.5) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(len(content) * share)])

    return change


def changed_text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = (folder / name).read_text("utf-8")
        assert old in content
        (folder / name).write_text(content.replace(old, new, 1), "utf-8")

    return change


def member(content: bytes, name: str = "mask_a.npy") -> Callable[[Path], None]:
    """Put a member of any bytes into the archive of arrays, in the place of an honest one."""

    def change(folder: Path) -> None:
        path = folder / "arrays.npz"
        with zipfile.ZipFile(path) as source:
            kept = {one: source.read(one) for one in source.namelist() if one != name}
        with zipfile.ZipFile(path, "w") as target:
            for one, honest in {**kept, name: content}.items():
                target.writestr(one, honest)

    return change


def npy(shape: str, descr: str = "'|b1'", data: bytes = b"") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


def pickled() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([{}], dtype=object), allow_pickle=True)
    return stream.getvalue()


def removed(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nformat: napari-dinosar run\n"
DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    **{f"no {name}": (removed(name), name) for name in ("summary.json", "arrays.npz",
       "landmarks.json", "matches.csv", "cells.csv", "patches_b_to_a.csv")},
    "no record": (removed("run.yaml"), "no run.yaml"),
    "empty record": (text("run.yaml", ""), "run.yaml is not the record"),
    "other yaml": (text("run.yaml", "a: 1\n"), "run.yaml is not the record"),
    "list yaml": (text("run.yaml", "- 1\n"), "run.yaml is not the record"),
    "not yaml": (text("run.yaml", "a: [1\nb: {"), "run.yaml is not YAML"),
    "odd keys": (text("run.yaml", "? [1, 2]\n: 3\n"), "run.yaml is not YAML"),
    "objects": (text("run.yaml", "!!python/object/apply:os.getcwd []\n"), "run.yaml is not YAML"),
    "date": (text("run.yaml", "a: 2024-99-99\n"), "run.yaml is not YAML"),
    "huge number": (text("run.yaml", f"a: {'9' * 9999}\n"), "run.yaml is not YAML"),
    "latin-1": (text("run.yaml", "a: Größe\n".encode("latin-1")), "not text in UTF-8"),
    "bomb": (text("run.yaml", BOMB), "aliases"),
    "deep": (text("run.yaml", "[" * 400_000), "nested too deeply|not YAML"),
    "cut record": (cut("run.yaml"), r"run\.yaml"),
    "deep lists": (text("run.yaml", "".join(f"{' ' * n}-\n" for n in range(900))), "too deeply"),
    "long record": (text("run.yaml", "#" * (_run_record.MAX_BYTES + 1)), "up to 512 KB"),
    "no version": (yaml_with(format_version=None), "which format_version"),
    "odd version": (yaml_with(format_version=True), "which format_version"),
    "newer": (yaml_with(format_version=3), r"newer version of napari-dinosar.*Update"),
    "older": (yaml_with(format_version=1), r"earlier version.*compare its photos again"),
    "no photo": (yaml_with(photo_a=None), "'photo_a' must be a group"),
    "number path": (yaml_with(photo_a__path=3), r"'photo_a\.path' must be text or nothing"),
    "size": (yaml_with(photo_b__size_xy=[10**6, 10**6]), "size_xy of photo_b"),
    "odd size": (yaml_with(photo_b__size_xy=["3", True]), "size_xy of photo_b"),
    "patch": (yaml_with(backbone__patch_size=0), "patch_size"),
    "warnings": (yaml_with(warnings=[1]), "warnings"),
    "matrix": (yaml_with(alignment__matrix=[[1, 2], [3, 4]]), "matrix of its alignment"),
    "unknown setting": (yaml_with(settings__knob=1), r"run\.yaml has settings.*knob"),
    "bad setting": (yaml_with(settings__img_size=-1), r"run\.yaml has settings.*img_size"),
    "summary list": (text("summary.json", "[]"), r"summary\.json is damaged"),
    "cut summary": (cut("summary.json"), r"summary\.json is not JSON"),
    "summary parts": (json_with("summary.json", scores=None), r"summary\.json.*'scores'"),
    "other scores": (json_with("summary.json", scores={}), "score modes none"),
    "no cells": (json_with("summary.json", homology=None), r"cells\.csv is damaged"),
    "columns": (text("cells.csv", "a,b\n1,2\n"), r"cells\.csv does not have the columns"),
    "empty table": (text("cells.csv", ""), r"cells\.csv"),
    "binary table": (text("matches.csv", b"\xff\xfe\n"), r"matches\.csv.*UTF-8"),
    "cut table": (cut("patches_a_to_b.csv"), r"patches_a_to_b\.csv"),
    "word": (changed_text("matches.csv", "\n2,", "\nx,"), r"line 3 has .x. as its rank"),
    "more": (changed_text("matches.csv", "\n2,", "\n2,2,"), r"matches\.csv is damaged: line 3"),
    "quote": (changed_text("matches.csv", "\n2,", '\n2,"'), r"matches\.csv"),
    "fewer rows": (text("cells.csv", f"{','.join(TABLES['cells'])}\n"), r"cells\.csv.*0 rows"),
    "cut arrays": (cut("arrays.npz"), r"arrays\.npz is not"),
    "arrays text": (text("arrays.npz", "hello"), r"arrays\.npz is not"),
    "no mask": (arrays_with(mask_b=None), r"arrays\.npz.*no array mask_b"),
    "mask size": (arrays_with(mask_a=np.ones((3, 3), bool)), "mask_a has the shape"),
    "mask kind": (arrays_with(mask_a=np.ones((220, 320))), "mask_a holds values of type float64"),
    "axes": (arrays_with(patch_valid_a=np.ones(3, bool)), "patch_valid_a has 1 axes"),
    "fill": (arrays_with(patch_fill_a=np.ones((8, 9), np.float32)), "patch_fill_a has the shape"),
    "map": (arrays_with(photo_to_canvas_a=np.zeros((3, 3))), "cannot be inverted|can be inverted"),
    "nan map": (arrays_with(photo_to_canvas_a=np.full((3, 3), np.nan)), "can be inverted"),
    "preview": (arrays_with(preview_a=np.zeros((9, 4000, 3), np.uint8)), "preview_a has 4000"),
    "layers": (arrays_with(attention_layers_a=None), "no array attention_layers_a"),
    "attention": (arrays_with(attention_b=None), "no array attention_b"),
    "one way": (arrays_with(score_topk_mean_b_to_a=None), "no array score_topk_mean_b_to_a"),
    "weights": (arrays_with(score_attention_weighted_a_to_b_weights=np.ones(3)), "_weights has"),
    "cell": (arrays_with(cell_coverage_a=None), "no array cell_coverage_a"),
    "nodes": (arrays_with(warped_nodes_b_xy=np.ones((5, 7, 2))), "warped_nodes_b_xy has the"),
    "aligned": (arrays_with(aligned_rgb=np.ones((5, 7, 3), np.uint8)), "aligned_rgb has the"),
    "pickle": (member(pickled()), "Python objects"),
    "huge array": (member(npy("(10**9, 10**9)")), r"arrays\.npz is damaged"),
    "promised": (member(npy("(1000000, 1000000)")), "not of the size"),
    "negative": (member(npy("(-1, -4)", data=b"1234")), "not of the size"),
    "not npy": (member(b"hello"), r"arrays\.npz is damaged"),
    "odd header": (member(npy("((((", data=b"")), r"arrays\.npz is damaged"),
    "odd type": (member(npy("(1,)", "'|S-3'")), r"arrays\.npz is damaged"),
    "no letter": (member(npy("(1,)", "'<U1'", b"\xff" * 4), "names.npy"), "is damaged"),
    "landmarks list": (text("landmarks.json", "[]"), r"landmarks\.json must be an object"),
    "cut landmarks": (cut("landmarks.json"), r"landmarks\.json is not JSON"),
    "no annotations": (json_with("landmarks.json", annotations=[]), "0 annotations"),
    "other coco": (changed_text("landmarks.json", "napari_dinosar", "mine"), "that it is side a"),
    "other side": (changed_text("landmarks.json", '"side": "a"', '"side": "b"'), "that it is side"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named(run: Path, name: str) -> None:
    damage, message = DAMAGES[name]
    damage(run)
    with pytest.raises(DinosarError, match=message) as caught:
        read_run(run)
    assert str(run) in str(caught.value)


@pytest.mark.parametrize("name", ["arrays.npz", "landmarks.json", "run.yaml", "cells.csv"])
def test_a_folder_in_the_place_of_a_file(run: Path, name: str) -> None:
    (run / name).unlink()
    (run / name).mkdir()
    with pytest.raises(DinosarError, match=name.replace(".", r"\.")):
        read_run(run)


def test_any_flipped_byte_of_the_arrays_is_found_or_changes_nothing_of_the_shape(run: Path) -> None:
    """Zip files have checksums; what they do not cover must not end in anything but a message."""
    path = run / "arrays.npz"
    content = path.read_bytes()
    rng = np.random.default_rng(1)
    for place in rng.integers(0, len(content), 25):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        path.write_bytes(flipped)
        try:
            read_run(run)
        except DinosarError:
            continue


def test_arrays_that_would_fill_the_memory_are_not_read(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_npz, "MAX_BYTES", 1000)
    with pytest.raises(DinosarError, match="GB of memory"):
        read_run(run)


@pytest.mark.parametrize("name", ["nowhere", "nowhere/run.yaml", "a\0b"])
def test_no_run_at_all(tmp_path: Path, name: str) -> None:
    with pytest.raises(DinosarError, match="no run"):
        read_run(tmp_path / name)


def test_a_folder_that_is_none_of_ours(tmp_path: Path) -> None:
    with pytest.raises(DinosarError, match=r"no run\.yaml.*Choose a folder"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("content", "is_run"),
    [
        (b"format: napari-dinosar run\n", True),
        (b"\xef\xbb\xbfformat: 'napari-dinosar run'\r\nformat_version: 9\n", True),
        (b"format: other run\n", False),
        (b"  format: napari-dinosar run\n", False),
        (b"\x00\xff", False),
        (b"", False),
    ],
)
def test_a_run_is_known_by_its_first_lines(tmp_path: Path, content: bytes, is_run: bool) -> None:
    (tmp_path / "run.yaml").write_bytes(content)
    assert looks_like_run(tmp_path / "run.yaml") is is_run
    assert not looks_like_run(tmp_path)
    assert not looks_like_run(tmp_path / "missing")


# --- photos


@pytest.fixture
def with_photos(tmp_path: Path) -> tuple[Findings, Path]:
    """Return findings and their folder; the photos lie in a folder beside it."""
    photos = tmp_path / "photos"
    photos.mkdir()
    write_photos(photos)
    folder = write_findings(tmp_path / "run", made(photos))
    return read_run(folder), folder


def test_photos_are_found_where_they_were(with_photos: tuple[Findings, Path]) -> None:
    found, folder = with_photos
    photos = folder.parent / "photos"
    assert find_photos(found, folder) == {one: photos / SIDES[one][0] for one in "ab"}


def test_photos_that_moved_with_the_run_are_found(
    with_photos: tuple[Findings, Path], tmp_path: Path
) -> None:
    found, _ = with_photos
    (tmp_path / "moved").mkdir()
    for name in ("photos", "run"):
        shutil.move(tmp_path / name, tmp_path / "moved" / name)
    places = find_photos(found, tmp_path / "moved" / "run")
    assert all(path is not None and "moved" in path.parts for path in places.values())


@pytest.mark.parametrize("place", ["run", "."])
def test_photos_beside_or_in_the_run_are_found(
    with_photos: tuple[Findings, Path], tmp_path: Path, place: str
) -> None:
    found, folder = with_photos
    shutil.rmtree(tmp_path / "photos")
    (tmp_path / place / SIDES["b"][0]).write_bytes(photo_bytes("b"))
    places = find_photos(found, folder)
    assert places["a"] is None
    assert places["b"].read_bytes() == photo_bytes("b")


@pytest.mark.parametrize("content", [b"", photo_bytes("b"), photo_bytes("a")[:-1] + b"x"])
def test_another_photo_of_the_name_is_not_taken(
    with_photos: tuple[Findings, Path], content: bytes
) -> None:
    found, folder = with_photos
    other = folder.parent / "photos" / SIDES["a"][0]
    other.write_bytes(content)
    assert find_photos(found, folder)["a"] is None
    with pytest.raises(DinosarError, match="another photo") as caught:
        check_photo(found, "a", other)
    assert found.a.sha256[:12] in str(caught.value)
    assert found.a.sha256 not in str(caught.value)


def test_the_photo_itself_is_taken(with_photos: tuple[Findings, Path], tmp_path: Path) -> None:
    found, _ = with_photos
    (tmp_path / "renamed.dat").write_bytes(photo_bytes("a"))
    check_photo(found, "a", tmp_path / "renamed.dat")
    with pytest.raises(DinosarError, match="no file"):
        check_photo(found, "a", tmp_path / "missing.png")


def test_a_photo_that_came_from_a_layer_has_no_file(run: Path) -> None:
    write_photos(run)
    found = read_run(run)
    assert find_photos(found, run) == {"a": None, "b": None}
    with pytest.raises(DinosarError, match="from a layer"):
        check_photo(found, "a", run / SIDES["a"][0])


@pytest.mark.parametrize("path", ["\0", "x" * 5000, "C:\\photos\\A one.png", "/dev/zero", ""])
def test_paths_that_lead_nowhere(run: Path, path: str) -> None:
    found = read_run(run)
    record = {**found.a.record, "path": path, "path_relative": path}
    odd = dataclasses.replace(found, a=dataclasses.replace(found.a, record=record))
    assert find_photos(odd, run)["a"] is None


# --- the consensus


@pytest.mark.parametrize("name", ["", "run.yaml", "arrays.npz"])
def test_a_run_has_a_consensus(run: Path, name: str) -> None:
    cells = findings().cells
    saved = read_consensus(run / name)
    assert saved.names == cells.names
    np.testing.assert_allclose(saved.unit_xy, cells.consensus_unit_xy, atol=1e-15)
    size = np.linalg.norm(cells.consensus_px_xy)
    np.testing.assert_allclose(saved.grid.nodes_xy * size, cells.nodes_xy, atol=1e-10)
    with np.load(run / "arrays.npz") as arrays:
        assert SavedConsensus.from_arrays(arrays).names == cells.names


def test_a_consensus_in_a_file_of_its_own(run: Path, tmp_path: Path) -> None:
    saved = read_consensus(run)
    path = write_consensus(tmp_path / "shape", saved)
    assert path == tmp_path / "shape.npz"
    again = read_consensus(path)
    assert_same(again.unit_xy, saved.unit_xy)
    assert_same(again.grid.nodes_xy, saved.grid.nodes_xy)
    with pytest.raises(DinosarError, match="exists already"):
        write_consensus(path, saved)
    assert write_consensus(path, saved, overwrite=True) == path
    with pytest.raises(DinosarError, match="not a folder"):
        write_consensus(tmp_path / "missing" / "shape.npz", saved)
    assert {one.name for one in tmp_path.iterdir()} == {"run", "shape.npz"}


def test_a_run_without_cells_has_no_consensus(tmp_path: Path) -> None:
    folder = write_findings(tmp_path / "run", made(cells=False))
    with pytest.raises(DinosarError, match="no homologous cells"):
        read_consensus(folder)


def test_the_published_consensus_is_refused_with_the_reason(tmp_path: Path) -> None:
    np.savez(tmp_path / "old.npz", consensus_shape=np.ones((5, 2)), weights=np.ones(5))
    with pytest.raises(DinosarError, match=r"published DINOSAR script.*canvas pixels"):
        read_consensus(tmp_path / "old.npz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"names": None}, "not a saved consensus"),
        ({"names": np.array(["a", "a", "b", "c", "d"])}, "damaged"),
        ({"consensus_unit_xy": np.full((5, 2), np.nan)}, "finite"),
        ({"grid_nodes_unit_xy": np.array(["x"])}, "finite"),
        ({"grid_nodes_unit_xy": np.random.default_rng(1).random((3, 4, 2))}, "equal cells"),
    ],
)
def test_a_damaged_consensus(run: Path, changes: dict[str, Any], message: str) -> None:
    arrays_with(**changes)(run)
    with pytest.raises(DinosarError, match=message) as caught:
        read_consensus(run)
    assert "arrays.npz" in str(caught.value)


@pytest.mark.parametrize("name", ["missing.npz", "text.npz", "other", "a\0b"])
def test_no_consensus_at_all(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "other").mkdir()
    with pytest.raises(DinosarError):
        read_consensus(tmp_path / name)
