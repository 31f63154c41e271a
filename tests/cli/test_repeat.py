"""A run is repeated from its folder: the same numbers, from the same photos and network."""

import json
import shutil

import numpy as np
import pytest
import yaml

from napari_dinosar.cli import main
from napari_dinosar.cli.repeat import agreement
from napari_dinosar.comparison import SESSION_CACHE

SMALL = ("--img-size", "256", "--no-figures", "--no-cache", "--quiet")


@pytest.fixture(scope="module")
def first(pair, small_network, tmp_path_factory):
    """Return a folder with photos and a run of them that used as much as a run can use."""
    folder = tmp_path_factory.mktemp("repeat")
    for name in ("A.png", "B.png"):
        shutil.copy(pair / name, folder)
    shutil.copy(pair / "keypoints.json", folder)
    network = shutil.copy(small_network, folder)
    common = ("compare", str(folder / "A.png"), str(folder / "B.png"), "--backbone", str(network))
    marks = ("--keypoints-json", str(folder / "keypoints.json"), *SMALL)
    shape = str(folder / "shape.npz")
    words = ("--tps-cell-size", "30", "--fg-mode", "thresh", "--save-consensus", shape)
    assert main([*common, *marks, *words, "--output-dir", str(folder / "shape")]) == 0
    masks = [f"--mask-{side}={pair / f'mask_{side.upper()}.png'}" for side in "ab"]
    words = ("--fg-mode", "layer", *masks, "--consensus", shape, "--layers", "1", "3")
    words += ("--score-mode", "foreground", "attention_weighted", "--align-stage", "image")
    assert main([*common, *marks, *words, "--output-dir", str(folder / "run")]) == 0
    return folder


@pytest.fixture
def moved(first, tmp_path):
    """Return a copy of that folder, whose photos and run are all that is left."""
    for name in ("A.png", "B.png", "small.pth"):
        shutil.copy(first / name, tmp_path)
    shutil.copytree(first / "run", tmp_path / "run")
    return tmp_path


def repeat(folder, *words):
    SESSION_CACHE.clear()
    target = ("--output-dir", str(folder / "again"))
    return main(["compare", "--from", str(folder / "run" / "run.yaml"), *target, *words])


def summary(run):
    return json.loads((run / "summary.json").read_text())


def numbers(value):
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value]


def test_a_run_gives_its_numbers_again(moved, capsys):
    """Landmarks, masks and consensus come from the run: their files are not here."""
    assert repeat(moved, "--no-figures") == 0
    out = capsys.readouterr().out
    assert "are those of the run that was repeated" in out
    before, after = (numbers(summary(moved / name)) for name in ("run", "again"))
    is_number = [isinstance(value, float | int) for value in before]
    assert sum(is_number) > 100
    pairs = [
        pair
        for pair, is_one in zip(zip(before, after, strict=True), is_number, strict=True)
        if is_one
    ]
    assert np.allclose(*np.array(pairs, dtype=float).T, rtol=0, atol=1e-6)


def test_a_setting_that_is_given_is_changed_and_said(moved, capsys):
    assert repeat(moved, "--layers", "2", "--no-figures") == 0
    out, error = capsys.readouterr()
    assert "note: --layers is 2 instead of 1 3." in error
    assert "differ from the run that was repeated" in out
    record = yaml.safe_load((moved / "again" / "run.yaml").read_text())
    assert record["layers"] == [2]
    assert record["settings"]["fg_mode"] == "layer"


def test_another_network_of_that_name_is_refused(moved, capsys):
    network = moved / "small.pth"
    record = moved / "run" / "run.yaml"
    content = yaml.safe_load(record.read_text())
    content["backbone"]["path"] = str(network)
    content["backbone"]["sha256"] = "0" * 64
    record.write_text(yaml.safe_dump(content))
    assert repeat(moved) == 2
    error = capsys.readouterr().err
    assert "small.pth is another file than the network of the run" in error
    assert "000000000000" in error
    assert not (moved / "again").exists()


def test_a_photo_that_is_gone_is_asked_for(moved, first, capsys, monkeypatch):
    record = moved / "run" / "run.yaml"
    content = yaml.safe_load(record.read_text())
    for side in "ab":
        content[f"photo_{side}"]["path"] = str(moved / "elsewhere" / f"{side.upper()}.png")
        content[f"photo_{side}"]["path_relative"] = None
    record.write_text(yaml.safe_dump(content))
    (moved / "A.png").rename(moved / "renamed.png")
    assert repeat(moved) == 2
    error = capsys.readouterr().err
    assert "A.png cannot be found" in error
    assert "B.png" not in error
    photos = (str(moved / "renamed.png"), str(moved / "B.png"))
    assert repeat(moved, *photos, "--no-figures", "--quiet") == 0
    assert repeat(moved, *reversed(photos), "--overwrite") == 2
    assert "is another photo than A.png" in capsys.readouterr().err


def test_the_mode_that_auto_chose_is_kept(pair, tmp_path, capsys):
    words = [str(pair / "A.png"), str(pair / "B.png"), "--backbone", "daisy", "--img-size", "128"]
    words += [
        "--matching-mode",
        "similarity",
        "--no-figures",
        "--output-dir",
        str(tmp_path / "run"),
    ]
    assert main(["compare", *words]) == 0
    assert repeat(tmp_path, "--no-figures") == 0
    out, error = capsys.readouterr()
    assert "--fg-mode is thresh, which auto chose" in error
    assert "are those of the run that was repeated" in out


def test_another_network_of_rembg_is_refused(
    planthoppers, u2netp_folder, tmp_path, monkeypatch, capsys
):
    own = tmp_path / "mine.onnx"
    own.write_bytes((u2netp_folder / "u2netp.onnx").read_bytes())
    photo = str(planthoppers / "col-fusca_(L).jpg")
    words = [photo, photo, "--backbone", "daisy", "--matching-mode", "similarity", *SMALL]
    words += ["--fg-mode", "rembg", "--rembg-session", str(own)]
    assert main(["compare", *words, "--output-dir", str(tmp_path / "run")]) == 0
    own.write_bytes(own.read_bytes() + b" ")
    assert repeat(tmp_path) == 2
    assert "is another file than the one that masked the run" in capsys.readouterr().err


def test_networks_that_moved_with_the_run_are_found(
    planthoppers, u2netp_folder, small_network, tmp_path, monkeypatch, capsys
):
    """The file of rembg was named from the folder in which it lay, as one does in a shell."""
    here = tmp_path / "here"
    here.mkdir()
    shutil.copy(u2netp_folder / "u2netp.onnx", here / "mine.onnx")
    shutil.copy(small_network, here / "small.pth")
    shutil.copy(planthoppers / "col-fusca_(L).jpg", here / "A.jpg")
    monkeypatch.chdir(here)
    words = ["A.jpg", "A.jpg", "--backbone", "small.pth", "--matching-mode", "similarity", *SMALL]
    words += ["--fg-mode", "rembg", "--rembg-session", "mine.onnx", "--img-size", "128"]
    assert main(["compare", *words, "--output-dir", "run"]) == 0
    monkeypatch.chdir(tmp_path)
    there = here.rename(tmp_path / "there")
    assert repeat(there, "--no-figures") == 0
    assert "are those of the run that was repeated" in capsys.readouterr().out


def test_a_consensus_that_the_run_did_not_use_is_not_asked_for(pair, tmp_path, capsys):
    photos = [str(pair / "A.png"), str(pair / "B.png"), "--backbone", "daisy", *SMALL]
    marks = ["--keypoints-json", str(pair / "keypoints.json"), "--fg-mode", "thresh"]
    shape = str(tmp_path / "shape.npz")
    target = ["--output-dir", str(tmp_path / "first"), "--save-consensus", shape]
    assert main(["compare", *photos, *marks, *target]) == 0
    words = ["--consensus", shape, "--matching-mode", "similarity"]
    assert main(["compare", *photos, *marks, *words, "--output-dir", str(tmp_path / "run")]) == 0
    assert repeat(tmp_path, "--no-figures") == 0
    assert "are those of the run that was repeated" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_what_is_no_run_is_named(tmp_path, capsys, name):
    assert main(["compare", "--from", str(tmp_path / name)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_agreement_counts_what_differs():
    one = {"a": {"n": 3, "mean": 0.5}, "b": None, "c": [1.0, 2.0], "mode": "x"}
    assert agreement(one, json.loads(json.dumps(one))).startswith("all 6 values")
    assert agreement(one, one | {"c": [1.0, 2.0 + 1e-7]}).startswith("all 6 values")
    said = agreement(one, one | {"a": {"n": 3, "mean": 0.7}, "c": [1.0, 2.1]})
    assert said.startswith("2 of 6 values")
    assert "a.mean: 0.7 instead of 0.5" in said
    assert "b: 1 instead of None" in agreement(one, one | {"b": 1})
