"""A over B: what the three stages change, and that results return to A's photo."""

import numpy as np
import pytest

from drawn import NAMES
from napari_dinosar import DinosarError, Landmarks, Settings, compare
from napari_dinosar.io.photos import read_photo

BASE = {"fg_mode": "thresh", "img_size": 256, "border_patches": 0}


def run(folder, *, marks=True, store=None, **settings):
    return compare(
        folder / "A.png",
        folder / "B.png",
        Settings(**BASE, **settings),
        backbone="daisy",
        landmarks=folder / "keypoints.json" if marks else None,
        store=store,
    )


def mean(result):
    return result.summary["scores"]["foreground"]["mean"]["mean"]


@pytest.mark.parametrize("stage", ["image", "both"])
@pytest.mark.parametrize("by", ["landmarks", "masks"])
def test_turning_a_onto_b_brings_the_two_nearer(turned, stage, by):
    plain = run(turned, align_stage="none")
    aligned = run(turned, align_stage=stage, align_by=by, align_mirror=False)
    assert mean(aligned) < 0.8 * mean(plain)
    assert aligned.alignment.source == by
    assert aligned.alignment.angle_deg == pytest.approx(-30, abs=3)
    record = aligned.findings.record["alignment"]
    assert record["stage"] == stage
    assert np.shape(record["matrix"]) == (3, 3)


@pytest.mark.parametrize("method", ["similarity", "procrustes", "homography"])
def test_results_come_back_to_the_pixels_of_a(turned, turned_and_upright, method):
    aligned = run(turned, align_stage="image", align_method=method)
    photo = turned_and_upright[0]
    patches = aligned.patches_a_to_b[aligned.patches_a_to_b["fill"] > 0.7]
    inside = photo.mask[
        patches["y"].round().astype(int).clip(0, 299), patches["x"].round().astype(int).clip(0, 359)
    ]
    assert inside.mean() > 0.9
    cells = aligned.cells
    for k in range(1, 5):
        back = aligned.a.canvas.map.to_canvas(cells[[f"x{k}_a", f"y{k}_a"]].to_numpy())
        assert np.isfinite(back).all()
    a, b = aligned.a, aligned.b
    on_a = a.canvas.map.to_canvas(aligned.pair.xy_a)
    on_b = b.canvas.map.to_canvas(aligned.pair.xy_b)
    gap = np.linalg.norm(on_a - on_b, axis=1)
    assert gap.max() < (25 if method == "procrustes" else 1.0)


def test_the_overlap_of_the_masks_moves_no_pixel_and_encodes_nothing_anew(turned):
    plain = run(turned)
    cut = run(turned, align_stage="mask")
    assert cut.a.canvas.sha256 == plain.a.canvas.sha256
    assert cut.a.canvas.mask.sum() <= plain.a.canvas.mask.sum()
    assert not (cut.a.canvas.mask & ~plain.a.canvas.mask).any()
    assert not (cut.b.canvas.mask & ~plain.b.canvas.mask).any()


def test_without_alignment_the_record_says_none(turned):
    plain = run(turned)
    assert plain.alignment is None
    assert plain.findings.record["alignment"] == {"stage": "none"}
    assert plain.findings.aligned_rgb is None


def test_the_picture_of_a_over_b_shows_a_where_b_is(turned):
    shown = run(turned, align_stage="mask").findings
    a = shown.aligned_rgb.astype(float)
    dark = a.mean(axis=2) < 160
    both = dark & shown.b.canvas_mask
    assert both.sum() > 0.9 * shown.b.canvas_mask.sum()


def test_masks_align_what_has_no_landmarks_unless_landmarks_are_asked_for(turned):
    found = run(turned, marks=False, align_stage="image", matching_mode="similarity")
    assert found.alignment.source == "masks"
    with pytest.raises(DinosarError, match="align_by"):
        run(turned, marks=False, align_stage="image", align_by="landmarks")


def test_what_cannot_matter_is_noted(turned):
    by_masks = run(turned, marks=False, align_stage="image", align_method="procrustes")
    assert any("align_method" in note for note in by_masks.notes)
    by_landmarks = run(turned, align_stage="image", align_mirror=True)
    assert any("align_mirror" in note for note in by_landmarks.notes)


def test_too_few_common_landmarks_fall_back_to_the_masks(turned_and_upright):
    a, b = turned_and_upright
    marks = tuple(Landmarks.from_points(one.landmarks_xy[:2], names=NAMES[:2]) for one in (a, b))
    settings = Settings(**BASE, matching_mode="similarity", align_stage="image")
    found = compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=marks, store=None)
    assert found.alignment.source == "masks"
    assert any("masks are aligned" in warning for warning in found.warnings)


def test_an_overlap_with_a_mirror_image_does_not_mirror_a(turned):
    photo = read_photo(turned / "A.png").rgb
    for stage, said in (("mask", "compared as it is"), ("image", "as its mirror image.")):
        result = compare(
            photo,
            photo[:, ::-1],
            Settings(
                img_size=256,
                fg_mode="thresh",
                matching_mode="similarity",
                align_stage=stage,
                align_by="masks",
                align_mirror=True,
            ),
            backbone="daisy",
            store=None,
        )
        assert result.alignment.mirrored
        assert [said in warning for warning in result.warnings if "mirrored" in warning] == [True]
