"""A noise floor lies beside its run, reads back equal, and is refused where it is another's."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from napari_dinosar import DinosarError
from napari_dinosar.inspection.baselines_context import context_of_run
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.noise_files import read_noise, shown_noise_files, write_noise
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.io.run_reading import read_run
from noise_made import noise_of


@pytest.fixture(scope="module")
def noise(findings):
    return noise_of(findings)


@pytest.fixture
def run(tmp_path, findings):
    return write_findings(tmp_path / "run", findings)


@pytest.fixture
def written(run, findings, noise):
    write_noise(run, noise, findings, context_of_run(findings, noise))
    return run


def change(path, **changes):
    """Write a noise file again with other entries in 'about', or other arrays."""
    with np.load(path) as file:
        arrays = dict(file)
    about = json.loads(str(arrays["about"]))
    for name, value in changes.items():
        if isinstance(value, np.ndarray):
            arrays[name] = value
        else:
            about[name] = value
    if "about" not in changes:
        arrays["about"] = np.array(json.dumps(about))
    np.savez_compressed(path, **arrays)


def test_a_noise_floor_reads_back_equal(run, findings, noise):
    assert read_noise(run, findings) is None
    context = context_of_run(findings, noise)
    paths = write_noise(run / "run.yaml", noise, findings, context)
    assert paths == (run / "noise.npz", run / "context.csv")
    opened = read_noise(run, read_run(run))
    for name in ("draws", "seed", "jitter", "warnings"):
        assert getattr(opened, name) == getattr(noise, name)
    np.testing.assert_array_equal(opened.dissimilarity, noise.dissimilarity)
    np.testing.assert_array_equal(opened.is_noise, noise.is_noise)
    assert opened.is_noise.any()
    again = context_of_run(findings, opened).table()
    pd.testing.assert_frame_equal(again, context.table())
    table = pd.read_csv(paths[1])
    assert list(table.columns) == ["statistic", "comparison", "noise", "noise_p95"]
    np.testing.assert_array_equal(table["noise_p95"], context.table()["noise_p95"])


def test_it_comes_along_when_a_run_is_written(tmp_path, findings, noise):
    inspection = Inspection()
    assert shown_noise_files(inspection) == {}
    inspection.show(findings)
    assert shown_noise_files(inspection) == {}
    inspection.judge(noise)
    run = write_findings(tmp_path / "run", findings, extras=shown_noise_files(inspection))
    opened = read_noise(run, findings)
    np.testing.assert_array_equal(opened.dissimilarity, noise.dissimilarity)
    assert (run / "context.csv").is_file()


def test_a_newer_run_replaces_the_noise_of_the_old_one(written, findings):
    write_findings(written, findings, overwrite=True)
    assert read_noise(written, findings) is None
    assert not (written / "context.csv").exists()


def test_the_noise_of_another_comparison_is_neither_written_nor_read(written, findings, noise):
    other = replace(noise, compared=noise.compared + 0.01)
    with pytest.raises(DinosarError, match="another comparison"):
        write_noise(written, other, findings, context_of_run(findings, noise))
    assert findings.cells is not None
    moved = replace(findings, cells=replace(findings.cells, dissimilarity=other.compared))
    with pytest.raises(DinosarError, match=r"noise\.npz belongs to another run.*dissimilarities"):
        read_noise(written, moved)
    change(written / "noise.npz", photo_b_sha256="0" * 64)
    with pytest.raises(DinosarError, match=r"noise\.npz belongs to another run.*photos"):
        read_noise(written, findings)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "something else"},
        {"format_version": 2},
        {"format_version": "1"},
        {"draws": 3},
        {"draws": 0},
        {"draws": True},
        {"seed": -1},
        {"jitter": {"scale": 0.1}},
        {"jitter": None},
        {"jitter": dict.fromkeys(
            ("rotation_deg", "scale", "brightness", "contrast", "landmark_noise"), 0.7
        )},
        {"warnings": "none"},
        {"summaries": []},
        {"summaries": [{}] * 4},
        {"summaries": [{"scores": {"foreground": {"a_to_b": {"mean": "much"}}}}] * 4},
        {"summaries": [{"scores": {}, "homology": {"dissimilarity": {}}}] * 4},
        {"about": np.array("[[[")},
        {"about": np.array(3.0)},
        {"dissimilarity": np.zeros((2, 2, 1, 1))},
        {"dissimilarity": np.full((2, 2, 5, 7), np.inf)},
        {"compared": np.zeros((5, 7), np.float32)},
    ],
)  # fmt: skip
def test_a_damaged_file_is_named(written, findings, changes):
    change(written / "noise.npz", **changes)
    with pytest.raises(DinosarError, match=r"noise\.npz"):
        read_noise(written, findings)


def test_a_file_that_was_cut_off_is_named(written, findings):
    path = written / "noise.npz"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(DinosarError, match=r"noise\.npz"):
        read_noise(written, findings)
    np.savez(path, compared=np.zeros(3))
    with pytest.raises(DinosarError, match="no array 'dissimilarity'"):
        read_noise(written, findings)
