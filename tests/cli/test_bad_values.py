"""Every option refuses what it cannot take, and says which option it was."""

import math

import pytest

from napari_dinosar.cli import main
from napari_dinosar.settings import flag, options


def words_of(option):
    """Return what an option must refuse, each as the words behind its flag."""
    if option.kind in ("choice", "choices", "model"):
        more = (("x.txt",),) if option.kind == "model" else ()
        twice = ((option.choices[0],) * 2,) if option.kind == "choices" else ()
        return (("magic",), ("",), *more, *twice)
    if option.kind == "integers":
        return (("x",), ("1.5",), ("1", "1"), ("none", "1"))
    numbers = [("x",), ("",), ("nan",), ("inf",)]
    if option.kind == "integer":
        numbers.append(("1.5",))
    if not option.optional:
        numbers.append(("none",))
    step = 1 if option.kind == "integer" else 1e-6
    numbers += [(str(bound),) for bound in (option.minimum - step, option.maximum + step)]
    return tuple(numbers)


CASES = [
    pytest.param(name, words, id=f"{name} {' '.join(words)}")
    for name, option in options().items()
    if option.kind != "switch"
    for words in words_of(option)
]


def refused(capsys, *words):
    """Return the message with which a command ends before any work."""
    try:
        status = main(["compare", "A.jpg", "B.jpg", *words])
    except SystemExit as end:
        status = end.code
    assert status == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in error
    return error


@pytest.mark.parametrize(("name", "words"), CASES)
def test_a_bad_value_is_refused_by_the_name_of_its_flag(capsys, name, words):
    assert flag(name) in refused(capsys, flag(name), *words)


@pytest.mark.parametrize("name", [n for n, o in options().items() if o.kind == "switch"])
def test_a_switch_takes_no_value(capsys, name):
    assert flag(name) in refused(capsys, f"{flag(name)}=perhaps")


@pytest.mark.parametrize("name", [n for n, o in options().items() if o.kind != "switch"])
def test_a_value_is_needed(capsys, name):
    assert flag(name) in refused(capsys, flag(name))


def test_every_number_has_bounds():
    for name, option in options().items():
        if option.kind in ("integer", "number"):
            assert math.isfinite(option.minimum), name
            assert math.isfinite(option.maximum), name


@pytest.mark.parametrize(
    "words",
    [
        ("--tps-cols", "3"),
        ("--tps-rows", "9", "--tps-snap"),
        ("--tps-rows", "3", "--tps-pad-cells", "2"),
        ("--score-mode", "demo_inliers", "--match-flavor", "attention"),
    ],
)
def test_a_contradiction_names_both_flags(capsys, words):
    error = refused(capsys, *words)
    for word in words:
        if word.startswith("--"):
            assert word in error
    assert not [name for name in options() if f"'{name}'" in error]


@pytest.mark.parametrize(
    "words",
    [
        ("--layers", "4"),
        ("--layers", "3", "-1"),
        ("--attn-layers", "-5"),
        ("--attn-layer", "9"),
        ("--attn-heads", "2"),
        ("--attn-mask-layer", "4", "--fg-mode", "attn"),
    ],
)
def test_what_the_network_has_not_is_refused_by_name(pair, small_network, tmp_path, capsys, words):
    photos = (str(pair / "A.png"), str(pair / "B.png"), "--backbone", str(small_network))
    asked = (
        "--fg-mode",
        "thresh",
        "--match-flavor",
        "attention",
        "--img-size",
        "128",
        "--no-cache",
    )
    assert main(["compare", *photos, *asked, *words, "--output-dir", str(tmp_path / "run")]) == 2
    assert f"napari-dinosar: {words[0]}" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--keypoints-json", "--consensus", "--mask-a", "--backbone"])
def test_a_file_that_is_not_there_is_named(pair, tmp_path, capsys, flag):
    photos = (str(pair / "A.png"), str(pair / "B.png"), "--backbone", "daisy")
    marks = ("--keypoints-json", str(pair / "keypoints.json"), "--fg-mode", "layer")
    words = (*photos, *marks, flag, str(tmp_path / "nowhere.png"))
    assert main(["compare", *words, "--output-dir", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert "nowhere.png" in error
    assert "Traceback" not in error


@pytest.mark.parametrize(("flag", "value"), [("--device", "cuda"), ("--dinov3-arch", "vits16")])
def test_what_the_built_in_descriptor_cannot_be_is_refused(pair, tmp_path, capsys, flag, value):
    photos = (str(pair / "A.png"), str(pair / "B.png"), "--backbone", "daisy")
    assert main(["compare", *photos, flag, value, "--output-dir", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert "daisy" in error
    assert value in error
