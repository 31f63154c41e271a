"""The report on this machine is aligned text, or JSON, and can empty the cache."""

import json
import re

import pytest

from napari_dinosar.cli import main


@pytest.fixture
def machine(tmp_path, monkeypatch, small_network):
    """A machine with one network, one file of its own and two encodings."""
    weights = tmp_path / "weights"
    weights.mkdir()
    for name in ("dinov3_vits16.pth", "mine.pth"):
        (weights / name).write_bytes(small_network.read_bytes())
    cache = tmp_path / "cache" / "encodings"
    cache.mkdir(parents=True)
    for letter in "ab":
        (cache / f"{letter * 40}.safetensors").write_bytes(b"1234")
    monkeypatch.setenv("DINOSAR_WEIGHTS", str(weights))
    monkeypatch.setenv("DINOSAR_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("DINOSAR_CACHE", raising=False)
    return tmp_path


def told(capsys, *words):
    assert main(["info", *words]) == 0
    return capsys.readouterr()


def test_the_text_names_what_is_here_with_licences(machine, capsys):
    text = told(capsys).out
    assert re.search(r"^  numpy +\d", text, re.MULTILINE)
    assert re.search(r"^  cpu +", text, re.MULTILINE)
    assert re.search(r"^  dinov3_vits16 +here +\S+ MB +DINOv3 License$", text, re.MULTILINE)
    assert re.search(r"^  dinov2_vits14 +not here +88 MB +Apache License 2.0$", text, re.MULTILINE)
    assert str(machine / "weights" / "mine.pth") in text
    assert re.search(r"^  u2net +not here +176 MB +Apache-2.0", text, re.MULTILINE)
    assert "2 (8 bytes of at most 5.0 GB)" in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_json_is_the_report_itself(machine, capsys):
    report = json.loads(told(capsys, "--json").out)
    assert report["encodings"]["n_files"] == 2
    assert report["default_network"] == "dinov3_vits16"


def test_the_cache_is_emptied(machine, capsys):
    out, error = told(capsys, "--clear-cache")
    assert "removed 2 encodings" in error
    assert "0 (0 bytes of" in out
    assert not list(machine.glob("cache/**/*.safetensors"))


def test_a_cache_that_is_off_is_said(machine, capsys, monkeypatch):
    monkeypatch.setenv("DINOSAR_CACHE", "off")
    assert re.search(r"^  used +off", told(capsys).out, re.MULTILINE)


def test_a_reader_that_has_seen_enough_is_no_error():
    """As ``napari-dinosar info | head -1`` does: no traceback, whatever is still to be written."""
    import subprocess
    import sys

    with subprocess.Popen(
        [sys.executable, "-m", "napari_dinosar", "info"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert "Traceback" not in said
    assert process.returncode == 141
