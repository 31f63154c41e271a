"""The whole path for a pair, on drawn specimens with the built-in descriptor."""

import json
from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, coco, draw, write
from napari_dinosar import DinosarError, Landmarks, Settings, compare, iter_compare
from napari_dinosar.backbones import load_backbone
from napari_dinosar.findings import LAYER_STD, TABLES
from napari_dinosar.specimen import Cache
from networks import Counting

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    write(folder, {"A.png": draw(1), "B.png": draw(1, angle_deg=4, shift_xy=(6, -3))})
    return folder


@pytest.fixture(scope="module")
def result(folder):
    return compare(
        folder / "A.png",
        folder / "B.png",
        SETTINGS,
        backbone="daisy",
        landmarks=folder / "keypoints.json",
        cache=Cache(),
    )


def pixels(one):
    return Landmarks.from_points(one.landmarks_xy, names=NAMES)


def test_tables_have_the_columns_of_the_contract(result):
    for name, table in result.findings.tables.items():
        assert list(table.columns) == [column for column in TABLES[name] if column != LAYER_STD]
    assert len(result.patches_a_to_b) == result.summary["specimens"]["a"]["n_valid"] > 30
    assert len(result.patches_b_to_a) == result.summary["specimens"]["b"]["n_valid"]


def test_dissimilarity_is_one_minus_similarity_and_mutual_agrees_both_ways(result):
    table = result.patches_a_to_b
    np.testing.assert_allclose(table["dissimilarity"], 1 - table["similarity"])
    back = result.patches_b_to_a.set_index(["row", "col"])
    for row in table[table["mutual"]].itertuples():
        there = back.loc[(row.match_row, row.match_col)]
        assert (there["match_row"], there["match_col"]) == (row.row, row.col)


def test_positions_are_in_photo_pixels(result):
    mask, table = result.mask_a, result.patches_a_to_b
    table = table[table["fill"] > 0.7]
    inside = mask[table["y"].round().astype(int), table["x"].round().astype(int)]
    assert inside.all()
    assert result.mask_a.shape == (220, 320)


def test_corners_of_the_cells_carry_landmarks_to_their_homologues(result):
    """A landmark lies at the same place of the same cell in A and in B."""
    cells = result.cells
    centres = {
        side: cells[[f"{axis}{k}_{side}" for axis in "xy" for k in range(1, 5)]]
        .to_numpy()
        .reshape(-1, 2, 4)
        .mean(axis=2)
        for side in "ab"
    }
    for xy_a, xy_b in zip(result.pair.xy_a, result.pair.xy_b, strict=True):
        nearest = np.linalg.norm(centres["a"] - xy_a, axis=1).argmin()
        offset_a, offset_b = xy_a - centres["a"][nearest], xy_b - centres["b"][nearest]
        assert np.linalg.norm(offset_a - offset_b) < 1.5


def test_summary_is_plain_json_without_times_or_paths(result, folder):
    text = json.dumps(result.summary, allow_nan=False)
    assert str(folder) not in text
    assert result.summary["scores"]["foreground"]["a_to_b"]["n"] == len(result.patches_a_to_b)
    assert result.summary["homology"]["n_used"] == int(result.cells["used"].sum())


def test_mean_of_the_summary_is_the_mean_of_the_table(result):
    expected = result.patches_a_to_b["dissimilarity"].mean()
    assert result.summary["scores"]["foreground"]["a_to_b"]["mean"] == pytest.approx(expected)


def test_progress_counts_to_its_total(folder):
    steps = list(
        iter_compare(
            folder / "A.png",
            folder / "B.png",
            SETTINGS,
            backbone="daisy",
            landmarks=folder / "keypoints.json",
        )
    )
    assert [step.done for step in steps] == list(range(steps[0].total))


def test_changes_after_the_encoding_never_encode_again(folder):
    backbone, cache = Counting(load_backbone("daisy")), Cache()

    def run(settings, landmarks=folder / "keypoints.json"):
        return compare(
            folder / "A.png",
            folder / "B.png",
            settings,
            backbone=backbone,
            landmarks=landmarks,
            cache=cache,
        )

    first = run(SETTINGS)
    assert backbone.runs == 2
    moved = tuple(
        Landmarks.from_points(side.landmarks.xy + 1.0, names=NAMES) for side in (first.a, first.b)
    )
    run(replace(SETTINGS, tps_cell_size=24, border_patches=0, score_mode="bidirectional"))
    run(replace(SETTINGS, demo_verify=True, demo_ratio=1.0, layer_agg="median"), moved)
    assert backbone.runs == 2
    run(replace(SETTINGS, mask_erode_px=5))
    assert backbone.runs == 4


def test_a_photo_that_changed_on_disk_is_read_again(folder, tmp_path):
    for name in ("A.png", "B.png"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    cache = Cache()
    args = (tmp_path / "A.png", tmp_path / "B.png", replace(SETTINGS, matching_mode="similarity"))
    before = compare(*args, backbone="daisy", cache=cache)
    (tmp_path / "B.png").write_bytes((folder / "A.png").read_bytes())
    after = compare(*args, backbone="daisy", cache=cache)
    assert after.b.photo.sha256 != before.b.photo.sha256
    np.testing.assert_allclose(after.patches_a_to_b["dissimilarity"], 0, atol=1e-5)


def test_arrays_and_files_give_the_same_numbers(folder, result):
    a, b = draw(1), draw(1, angle_deg=4, shift_xy=(6, -3))
    other = compare(a.rgb, b.rgb, SETTINGS, backbone="daisy", landmarks=(pixels(a), pixels(b)))
    np.testing.assert_allclose(
        other.cells["dissimilarity"], result.cells["dissimilarity"], equal_nan=True
    )


def test_a_specimen_against_itself_differs_nowhere():
    one = draw(2)
    marks = (pixels(one), pixels(one))
    found = compare(one.rgb, one.rgb, SETTINGS, backbone="daisy", landmarks=marks)
    assert found.summary["homology"]["dissimilarity"]["max"] == pytest.approx(0, abs=1e-5)
    assert found.patches_a_to_b["mutual"].all()


def test_a_recoloured_band_is_where_the_cells_differ_most():
    a, b = draw(3), draw(3, band_rgb=(0.2, 0.45, 0.75))
    found = compare(a.rgb, b.rgb, SETTINGS, backbone="daisy", landmarks=(pixels(a), pixels(b)))
    cells = found.cells[found.cells["used"]].nlargest(5, "dissimilarity")
    x = cells[[f"x{k}_a" for k in range(1, 5)]].mean(axis=1)
    unit_x = (x - (320 - 1) / 2) / (0.40 * 320)
    assert (abs(unit_x - 0.1) < 0.25).all()


def test_a_mirrored_specimen_is_warned_about():
    a, b = draw(4), draw(4, mirror=True)
    found = compare(a.rgb, b.rgb, SETTINGS, backbone="daisy", landmarks=(pixels(a), pixels(b)))
    assert any("mirrored specimen" in warning for warning in found.warnings)


def test_swapped_landmarks_are_warned_about():
    a, b = draw(4), draw(4)
    swapped = Landmarks.from_points(b.landmarks_xy, names=(*NAMES[:2], "belly", "back", *NAMES[4:]))
    found = compare(a.rgb, b.rgb, SETTINGS, backbone="daisy", landmarks=(pixels(a), swapped))
    assert any("swapped landmarks" in warning for warning in found.warnings)


def test_without_landmarks_only_patches_are_compared_and_said_so():
    a, b = draw(1), draw(2)
    found = compare(a.rgb, b.rgb, SETTINGS, backbone="daisy")
    assert found.homology is None
    assert len(found.cells) == 0
    assert any("Only patches" in warning for warning in found.warnings)
    with pytest.raises(DinosarError, match=r"photo A.*photo B"):
        compare(a.rgb, b.rgb, replace(SETTINGS, matching_mode="tps_homology"), backbone="daisy")


def test_cells_only_leaves_the_patches_out():
    a, b = draw(1), draw(2)
    found = compare(
        a.rgb,
        b.rgb,
        replace(SETTINGS, matching_mode="tps_homology"),
        backbone="daisy",
        landmarks=(pixels(a), pixels(b)),
    )
    assert len(found.patches_a_to_b) == len(found.matches) == 0
    assert found.summary["scores"] == {}
    assert found.summary["homology"]["n_used"] > 0


def test_a_painted_mask_decides_the_foreground():
    a, b = draw(1), draw(2)
    half = a.mask.copy()
    half[:, 160:] = False
    found = compare(
        a.rgb,
        b.rgb,
        replace(SETTINGS, fg_mode="layer", matching_mode="similarity"),
        backbone="daisy",
        mask_a=half.astype(int) * 7,
        mask_b=b.mask,
    )
    np.testing.assert_array_equal(found.mask_a, half)
    with pytest.raises(DinosarError, match="photo B"):
        compare(a.rgb, b.rgb, replace(SETTINGS, fg_mode="layer"), backbone="daisy", mask_a=half)


def test_attention_is_refused_by_name_without_it():
    a, b = draw(1), draw(2)
    with pytest.raises(DinosarError, match="daisy"):
        compare(a.rgb, b.rgb, replace(SETTINGS, match_flavor="attention"), backbone="daisy")


def test_few_values_are_warned_about_and_the_mode_kept():
    a, b = draw(1), draw(2)
    settings = replace(SETTINGS, hist_min_joint=10_000, matching_mode="similarity")
    found = compare(a.rgb, b.rgb, settings, backbone="daisy")
    assert any("10000" in warning for warning in found.warnings)
    assert list(found.summary["scores"]) == ["foreground"]


def test_specimens_of_very_different_size_are_warned_about():
    a, b = draw(1), draw(1, scale=0.5)
    settings = replace(SETTINGS, crop=False, matching_mode="similarity")
    found = compare(a.rgb, b.rgb, settings, backbone="daisy")
    assert any("valid patches" in warning for warning in found.warnings)


def test_a_run_closed_at_any_stage_leaves_the_next_one_unharmed(folder):
    arguments = (folder / "A.png", folder / "B.png", SETTINGS)
    inputs = {"backbone": "daisy", "landmarks": folder / "keypoints.json", "cache": Cache()}
    for n_steps in range(1, 11):
        steps = iter_compare(*arguments, **inputs)
        for _ in range(n_steps):
            next(steps)
        steps.close()
    assert len(compare(*arguments, **inputs).cells)


def test_a_run_is_saved_whole(result, tmp_path):
    folder = result.save(tmp_path / "run")
    assert {path.name for path in folder.iterdir()} >= {
        "run.yaml",
        "summary.json",
        "patches_a_to_b.csv",
        "patches_b_to_a.csv",
        "matches.csv",
        "cells.csv",
        "arrays.npz",
        "landmarks.json",
    }
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["mask_a"], result.mask_a)
        np.testing.assert_allclose(
            arrays["cell_dissimilarity"].ravel(), result.cells["dissimilarity"], equal_nan=True
        )
    saved = Landmarks.from_coco(folder / "landmarks.json")["A.png"]
    np.testing.assert_allclose(saved.xy, result.a.landmarks.xy, atol=1e-9)
    with pytest.raises(DinosarError, match="run"):
        result.save(folder)
    result.save(folder, overwrite=True)


def test_landmark_inputs_that_cannot_be_are_refused(folder):
    a, b = draw(1), draw(2)
    with pytest.raises(DinosarError, match="pair of Landmarks"):
        compare(a.rgb, b.rgb, SETTINGS, backbone="daisy", landmarks=[pixels(a)])
    with pytest.raises(DinosarError, match="specimen"):
        compare(a.rgb, b.rgb, SETTINGS, backbone="daisy", specimen_a="7")


def test_a_photo_with_two_specimens_needs_a_choice(folder, tmp_path):
    document = coco({"A.png": draw(1), "B.png": draw(1, angle_deg=4, shift_xy=(6, -3))})
    document["annotations"].append({**document["annotations"][0], "id": 555})
    path = tmp_path / "two.json"
    path.write_text(json.dumps(document))
    inputs = (folder / "A.png", folder / "B.png", SETTINGS)
    with pytest.raises(DinosarError, match="555"):
        compare(*inputs, backbone="daisy", landmarks=path)
    found = compare(*inputs, backbone="daisy", landmarks=path, specimen_a="555")
    assert found.a.landmarks.specimen_id == "555"


def test_landmarks_of_a_copy_of_another_size_are_warned_about(folder, tmp_path):
    document = json.loads((folder / "keypoints.json").read_text())
    document["images"][1]["width"] = 1280
    path = tmp_path / "large.json"
    path.write_text(json.dumps(document))
    found = compare(folder / "A.png", folder / "B.png", SETTINGS, backbone="daisy", landmarks=path)
    assert [w for w in found.warnings if "another size" in w and "B.png" in w]
    assert not [w for w in found.warnings if "another size" in w and "A.png" in w]


def test_inputs_that_cannot_matter_are_noted(folder, result):
    marks = (result.a.landmarks, result.b.landmarks)
    photos, settings = (
        (folder / "A.png", folder / "B.png"),
        replace(SETTINGS, score_mode="foreground"),
    )
    named = compare(*photos, settings, backbone="daisy", landmarks=marks, specimen_a="7")
    assert any("choice of a specimen has no effect" in note for note in named.notes)
    shape = result.saved_consensus()
    unused = compare(*photos, backbone="daisy", consensus=shape)
    assert any("consensus has no effect" in note for note in unused.notes)


def test_landmarks_that_are_absent_in_one_are_named():
    a, b = draw(1), draw(1, angle_deg=4)
    marks = [Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b)]
    marks[1] = Landmarks.from_points(b.landmarks_xy, names=NAMES, visibility=[2, 0, 2, 2, 0, 2])
    found = compare(a.rgb, b.rgb, SETTINGS, backbone="daisy", landmarks=tuple(marks), store=None)
    assert any("B has them marked as absent: tail, spot" in note for note in found.notes)
    assert found.findings.record["landmarks_used"] == ["head", "back", "belly", "waist"]
