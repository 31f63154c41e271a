"""The flags of the published script become settings and inputs of ours, or say why they do not."""

import re
from pathlib import Path

import pytest

from napari_dinosar.cli import main, parser
from napari_dinosar.cli.request import asked
from napari_dinosar.core.errors import DinosarError

PAGES = Path(__file__).parents[2] / "docs"

# every flag of the published script with a value that it takes
FLAGS = {
    "--dinov3-local-ckpt": ("weights.pth",),
    "--dinov3-arch": ("vits16",),
    "--img-size": ("518",),
    "--layer": ("-1",),
    "--layers": ("-3", "-2", "-1"),
    "--layer-agg": ("median",),
    "--report-layer-std": (),
    "--attn-layers": ("9", "11"),
    "--fg-thresh": ("0.15",),
    "--no-crop": (),
    "--border-patches": ("2",),
    "--mask-erode-px": ("0",),
    "--attn-fg": (),
    "--attn-fg-thresh": (".25",),
    "--attn-fg-mode": ("intersection",),
    "--attn-fg-thresh-mode": ("percentile",),
    "--attn-fg-thresh-pct": ("85",),
    "--attn-fg-morph": ("openclose",),
    "--attn-fg-kernel": ("3",),
    "--fg-mode": ("attn_intersect",),
    "--attn-mask-layer": ("11",),
    "--output-dir": ("out",),
    "--outdir": ("out",),
    "--top-matches": ("50",),
    "--keypoints-json": ("keypoints.json",),
    "--align-method": ("procrustes",),
    "--min-kpts": ("3",),
    "--match-flavor": ("attention",),
    "--demo-topn": ("200",),
    "--demo-ratio": ("0.9",),
    "--demo-mutual": (),
    "--demo-verify": (),
    "--demo-ransac-reproj": ("3.0",),
    "--score-mode": ("topk_mean",),
    "--topk": ("5",),
    "--hist-min-joint": ("100",),
    "--matching-mode": ("tps_homology",),
    "--tps-grid-cell-size": ("16",),
    "--tps-grid-rows": ("10",),
    "--tps-grid-cols": ("30",),
    "--tps-grid-snap": (),
    "--tps-pad-cells": ("1",),
    "--consensus-shape-db": ("shape.npz",),
    "--align-stage": ("image",),
    "--save-debug": (),
}


def request_of(*words):
    return asked(parser().parse_args(["compare", "A.jpg", "B.jpg", *words]))


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_is_accepted_alone(flag):
    needed = ("--tps-grid-rows", "10") if flag == "--tps-grid-cols" else ()
    request_of(*needed, flag, *FLAGS[flag])


def test_every_flag_has_a_row_in_the_page():
    page = (PAGES / "from-dinosar.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(--[a-z0-9-]+)` \|", page, re.MULTILINE)) == set(FLAGS)


def test_a_checkpoint_that_holds_something_else_is_refused(small_network, pair, tmp_path, capsys):
    photos = (str(pair / "A.png"), str(pair / "B.png"))
    network = ("--dinov3-local-ckpt", str(small_network), "--dinov3-arch", "vits16")
    target = ("--output-dir", str(tmp_path / "run"))
    assert main(["compare", *photos, *network, *target]) == 2
    assert "small.pth" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_checkpoint_comes_with_what_it_must_hold():
    request = request_of("--dinov3-local-ckpt", "weights.pth", "--dinov3-arch", "vitb16")
    assert (request.backbone, request.arch) == ("weights.pth", "dinov3_vitb16")


def test_an_architecture_alone_is_a_network_by_name():
    assert request_of("--dinov3-arch", "vitl16").backbone == "dinov3_vitl16"


def test_one_layer_gives_way_to_several():
    assert request_of("--layer", "-2").settings.layers == (-2,)
    request = request_of("--layer", "-2", "--layers", "1", "2")
    assert request.settings.layers == (1, 2)
    assert any(note.startswith("--layer ") for note in request.notes)


@pytest.mark.parametrize(
    ("mode", "fg_mode"),
    [
        ((), "attn_intersect"),
        (("intersection",), "attn_intersect"),
        (("union",), "attn_union"),
        (("attn_only",), "attn"),
    ],
)
def test_the_attention_gate_is_a_foreground_mode(mode, fg_mode):
    words = ("--attn-fg-mode", *mode) if mode else ()
    request = request_of("--attn-fg", *words)
    assert request.settings.fg_mode == fg_mode
    assert request.notes == ()


def test_the_gate_goes_before_a_mode_that_was_never_read():
    request = request_of("--attn-fg", "--fg-mode", "rembg")
    assert request.settings.fg_mode == "attn_intersect"
    assert "--fg-mode rembg gives way" in request.notes[0]


def test_the_gate_and_a_painted_mask_contradict_each_other():
    with pytest.raises(DinosarError, match=r"--attn-fg .* --fg-mode for layer"):
        request_of("--attn-fg", "--fg-mode", "layer")


@pytest.mark.parametrize(
    "words",
    [
        ("--attn-fg-mode", "union"),
        ("--attn-fg-thresh", "0.15"),
        ("--attn-fg-thresh", "0.25"),
        ("--min-kpts", "4"),
        ("--save-debug",),
        ("--align-method", "procrustes"),
        ("--align-method", "similarity"),
        ("--topk", "7"),
    ],
)
def test_a_flag_without_effect_is_said_once(words):
    notes = request_of(*words).notes
    assert len(notes) == 1
    assert notes[0].startswith(f"{words[0]} ")


def test_notes_name_flags_and_not_settings():
    (note,) = request_of("--align-method", "procrustes").notes
    assert "--align-stage image or mask or both" in note
    assert "align_stage" not in note


def test_photos_are_needed(capsys):
    assert main(["compare", "A.jpg"]) == 2
    assert "--from" in capsys.readouterr().err
