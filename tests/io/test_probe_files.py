"""Probes as files: readable by others, whole or not there."""

import json

import numpy as np
import pandas as pd
import pytest

from napari_dinosar import DinosarError
from napari_dinosar.io.probe_files import write_landmark_table, write_probes

ROWS = [{"probe": "kept", "x": 0.1 + 0.2, "match_x": None}, {"probe": "now", "x": 2, "match_x": 5}]
MAPS = {"now_similarity": np.array([[0.5, np.nan]], np.float32)}
RECORD = {"source": {"photo_a": "Bé.png"}, "settings": {"layers": [9, 10]}}


def test_a_probe_is_a_table_maps_and_where_they_are_from(tmp_path):
    folder = write_probes(tmp_path / "probe", ROWS, MAPS, RECORD)
    table = pd.read_csv(folder / "probes.csv")
    assert list(table["probe"]) == ["kept", "now"]
    assert table["x"][0] == 0.1 + 0.2
    assert np.isnan(table["match_x"][0])
    with np.load(folder / "maps.npz") as maps:
        np.testing.assert_array_equal(maps["now_similarity"], MAPS["now_similarity"])
    record = json.loads((folder / "probe.json").read_text("utf-8"))
    assert (record["format"], record["format_version"]) == ("napari-dinosar probe", 1)
    assert record["source"] == RECORD["source"]


def test_nothing_is_overwritten(tmp_path):
    write_probes(tmp_path / "probe", ROWS, MAPS, RECORD)
    with pytest.raises(DinosarError, match="exists already"):
        write_probes(tmp_path / "probe", ROWS, MAPS, RECORD)
    with pytest.raises(DinosarError, match="not a folder"):
        write_probes(tmp_path / "nowhere" / "probe", ROWS, MAPS, RECORD)


def test_the_landmark_table_replaces_an_earlier_one(tmp_path):
    path = tmp_path / "landmarks.csv"
    path.write_text("old")
    table = pd.DataFrame({"landmark": ["tip"], "distance_px": [1.5]})
    assert write_landmark_table(path, table) == path
    assert path.read_bytes() == b"landmark,distance_px\ntip,1.5\n"
    with pytest.raises(DinosarError, match="was not written"):
        write_landmark_table(tmp_path / "no" / "landmarks.csv", table)
