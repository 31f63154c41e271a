"""Two specimens on one photo: the seed says which of them is compared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from napari_dinosar import Settings, compare
from napari_dinosar.cli import main
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.io.coco import read_coco
from napari_dinosar.io.run_reading import read_run
from napari_dinosar.layers import landmarks_from_layer, landmarks_spec

BASE = {"img_size": 128, "border_patches": 0, "matching_mode": "similarity", "mask_erode_px": 0}
SMALL = (290.0, 90.0)
FLAGS = [
    "--backbone=daisy", "--fg-mode=thresh", "--matching-mode=similarity", "--img-size=128",
    "--border-patches=0", "--no-figures", "--quiet", "--no-cache",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A: a large and a small specimen; B: one. The file notes a seed on the small one."""
    folder = tmp_path_factory.mktemp("two")
    rows, cols = np.mgrid[:180, :360]
    large = np.hypot(cols - 110, (rows - 90) * 1.3) < 80
    small = np.hypot((cols - 290) * 1.4, rows - 90) < 50
    texture = 30 * np.sin(cols / 5) + 20 * np.cos(rows / 7)
    for name, mask in (("A", large | small), ("B", small)):
        grey = np.where(mask, 90 + texture, 235).astype(np.uint8)
        Image.fromarray(np.repeat(grey[..., None], 3, axis=2)).save(folder / f"{name}.png")
    own = {"extras": {"mask_seed_xy": "290.0 90.0", "locality": "Kyoto"}}
    document = {
        "images": [
            {"id": 1, "file_name": "A.png", "width": 360, "height": 180},
            {"id": 2, "file_name": "B.png", "width": 360, "height": 180},
        ],
        "annotations": [
            {"id": 1, "image_id": 1, "keypoints": [280, 90, 2], "napari_dinosar": own},
            {"id": 2, "image_id": 2, "keypoints": [280, 90, 2]},
        ],
        "categories": [],
    }
    (folder / "keypoints.json").write_text(json.dumps(document))
    return folder


def run(folder: Path, *, backbone: object = "daisy", fg_mode: str = "thresh", **more: object):
    return compare(
        folder / "A.png",
        folder / "B.png",
        Settings(**BASE, fg_mode=fg_mode, attn_fg_thresh_pct=40),
        backbone=backbone,
        store=None,
        **more,
    )


def middle_x(mask: np.ndarray) -> float:
    return float(np.nonzero(mask)[1].mean())


def test_the_specimen_at_the_seed_is_compared(folder: Path) -> None:
    assert middle_x(run(folder).mask_a) == pytest.approx(110, abs=3)
    found = run(folder, seed_a=SMALL)
    assert middle_x(found.mask_a) == pytest.approx(290, abs=1)
    np.testing.assert_array_equal(found.mask_a, found.mask_b)
    assert found.findings.record["inputs"]["mask_seed_a"] == [290.0, 90.0]
    assert found.findings.record["inputs"]["mask_seed_b"] is None
    # what was remembered of one seed is not taken for another one
    assert middle_x(run(folder, seed_a=(110, 90)).mask_a) == pytest.approx(110, abs=3)


@pytest.mark.parametrize("mode", ["attn", "attn_union"])
def test_masks_by_attention_obey_it_too(folder: Path, network, mode: str) -> None:
    free = run(folder, backbone=network, fg_mode=mode).mask_a
    row, col = np.argwhere(free)[-1].tolist()
    mask = run(folder, backbone=network, fg_mode=mode, seed_a=(col, row)).mask_a
    assert mask[row, col]
    assert not (mask & ~free).any()


def test_an_intersection_lies_in_the_part_at_the_seed(folder: Path, network) -> None:
    by_colour = run(folder, seed_a=SMALL).mask_a
    attended = run(folder, backbone=network, fg_mode="attn").mask_a
    both = run(folder, backbone=network, fg_mode="attn_intersect", seed_a=SMALL).mask_a
    np.testing.assert_array_equal(both, by_colour & attended)


def test_a_seed_that_misses_is_told(folder: Path) -> None:
    found = run(folder, seed_b=(5, 5))
    assert any("B.png: nothing of the mask (thresh)" in said for said in found.warnings)
    assert middle_x(found.mask_b) == pytest.approx(290, abs=1)


def test_painted_masks_are_left_alone(folder: Path) -> None:
    painted = np.ones((180, 360), np.uint8)
    found = run(folder, fg_mode="layer", mask_a=painted, mask_b=painted, seed_a=SMALL)
    assert found.mask_a.all()
    assert "The mask seed has no effect: painted masks are taken as they are." in found.notes
    assert found.findings.record["inputs"]["mask_seed_a"] is None


def test_what_is_no_place_is_refused(folder: Path) -> None:
    with pytest.raises(DinosarError, match="mask seed of B"):
        run(folder, seed_b="here")


def test_landmarks_carry_it(folder: Path) -> None:
    found = run(folder, landmarks=folder / "keypoints.json")
    assert middle_x(found.mask_a) == pytest.approx(290, abs=1)
    other = run(folder, landmarks=folder / "keypoints.json", seed_a=(110, 90))
    assert middle_x(other.mask_a) == pytest.approx(110, abs=3)
    assert other.a.landmarks is not None
    assert other.a.landmarks.mask_seed_xy == (110.0, 90.0)


def test_a_note_that_is_no_seed_is_none(folder: Path, tmp_path: Path) -> None:
    document = json.loads((folder / "keypoints.json").read_text())
    for own in (
        3,
        {"extras": 4},
        {"extras": {"mask_seed_xy": 5}},
        {"extras": {"mask_seed_xy": ""}},
    ):
        document["annotations"][0]["napari_dinosar"] = own
        (tmp_path / "k.json").write_text(json.dumps(document))
        assert read_coco(tmp_path / "k.json")["A.png"].mask_seed_xy is None


def test_layers_carry_it() -> None:
    from napari.layers import Layer

    for seed in ((3.5, 4.0), None):
        marks = Landmarks.from_points([[1, 2], [3, 4]], mask_seed_xy=seed)
        layer = Layer.create(*landmarks_spec(marks, "a").as_tuple())
        assert landmarks_from_layer(layer).mask_seed_xy == seed


def test_on_the_command_line(folder: Path, tmp_path: Path, capsys) -> None:
    photos = [str(folder / "A.png"), str(folder / "B.png")]
    keypoints = ["--keypoints-json", str(folder / "keypoints.json")]

    def ran(name: str, *words: str) -> dict:
        assert main(["compare", *words, "--output-dir", str(tmp_path / name)]) == 0
        return yaml.safe_load((tmp_path / name / "run.yaml").read_text())["inputs"]

    noted = ran("noted", *photos, *keypoints, *FLAGS)
    assert noted["mask_seed_a"] == [290.0, 90.0]
    given = ran("given", *photos, *keypoints, *FLAGS, "--mask-seed-a", "110,90")
    assert given["mask_seed_a"] == [110.0, 90.0]
    repeated = ran("again", "--from", str(tmp_path / "given"), "--quiet", "--no-figures")
    assert repeated["mask_seed_a"] == [110.0, 90.0]
    np.testing.assert_array_equal(
        read_run(tmp_path / "again").a.mask, read_run(tmp_path / "given").a.mask
    )
    assert read_run(tmp_path / "noted").a.landmarks.mask_seed_xy == SMALL
    changed = ran(
        "changed", "--from", str(tmp_path / "given"), "--mask-seed-a=290,90", "--quiet",
        "--no-figures",
    )  # fmt: skip
    assert changed["mask_seed_a"] == [290.0, 90.0]
    capsys.readouterr()
    for words in ("110", "1,2,3", "x,1", "nan,2"):
        with pytest.raises(SystemExit):
            main(["compare", *photos, "--mask-seed-a", words])
        assert "--mask-seed-a" in capsys.readouterr().err
