"""Sample pairs are ready to run, and the fetched ones are the known files or a clear error."""

import hashlib
import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from napari_dinosar import _sample_data
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.layers import LAYER_KEY, beside
from napari_dinosar.synthetic import LANDMARK_NAMES, synthetic_trio


class QuietHandler(SimpleHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server on this machine with three small photos and their keypoints."""
    folder = tmp_path / "toy_data"
    folder.mkdir()
    rng = np.random.default_rng(0)
    names = [_sample_data.FUSCA, _sample_data.FUSCA_2, _sample_data.MACULATA]
    for name in names:
        Image.fromarray(rng.integers(0, 255, (60, 100, 3), np.uint8)).save(folder / name)
    document = {
        "images": [{"id": name[:-4], "file_name": name} for name in names],
        "annotations": [
            {
                "id": number + 1,
                "image_id": name[:-4],
                "category_id": 1,
                "keypoints": [10 + number, 10, 2, 60, 20, 2, 30, 50, 2, 90, 40, 2, 5, 30, 2],
                "num_keypoints": 5,
            }
            for number, name in enumerate(names)
        ],
        "categories": [],
    }
    (folder / _sample_data.KEYPOINTS).write_text(json.dumps(document))
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    monkeypatch.setattr(_sample_data, "SHA256", sums)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "cache" / name)
    QuietHandler.asked.clear()
    here = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(tmp_path)))
    threading.Thread(target=here.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{here.server_port}"
    monkeypatch.setattr(_sample_data, "SOURCES", (f"{url}/gone/", f"{url}/toy_data/"))
    yield folder
    here.shutdown()
    here.server_close()


def check_pair(layers, names):
    photo_a, photo_b, points_a, points_b = layers
    assert [layer[2] for layer in layers] == ["image", "image", "points", "points"]
    left = beside(photo_a[0].shape[1])
    assert left == round(photo_a[0].shape[1] * 1.04)
    assert tuple(photo_b[1]["translate"]) == (0, left)
    np.testing.assert_array_equal(points_b[1]["affine"][:2, 2], (0, left))
    np.testing.assert_array_equal(points_a[1]["affine"], np.eye(3))
    for layer, side in zip(layers, "abab", strict=True):
        assert layer[1]["metadata"][LAYER_KEY]["side"] == side
    for points in (points_a, points_b):
        assert list(points[1]["features"]["name"]) == list(names)


def test_the_synthetic_pair_is_ready_to_run():
    layers = _sample_data.synthetic_pair()
    check_pair(layers, LANDMARK_NAMES)
    assert layers[0][0].shape == layers[1][0].shape == (600, 900, 3)
    assert "synthetic" in layers[0][1]["metadata"][LAYER_KEY]["provenance"]["drawn"]


def test_the_layers_open_in_a_viewer_model(monkeypatch):
    from napari.components import ViewerModel
    from napari.layers import Layer

    from napari_dinosar.layers import landmarks_from_layer, photo_from_layer

    small = partial(synthetic_trio, (300, 200))
    monkeypatch.setattr("napari_dinosar.synthetic.synthetic_trio", small)
    viewer = ViewerModel()
    for layer in _sample_data.synthetic_species():
        viewer.add_layer(Layer.create(*layer))
    photo = photo_from_layer(viewer.layers[1])
    landmarks = landmarks_from_layer(viewer.layers[3])
    assert photo.name.startswith("marmorata")
    assert landmarks.names == LANDMARK_NAMES
    assert landmarks.xy[:, 0].max() < photo.size_xy[0]


def test_the_photos_are_fetched_once(server):
    layers = _sample_data.colpoptera_species()
    check_pair(layers, ["1", "2", "3", "4", "5"])
    tag = layers[1][1]["metadata"][LAYER_KEY]
    assert tag["provenance"]["attribution"] == _sample_data.ATTRIBUTION
    assert tag["photo"] == _sample_data.MACULATA
    np.testing.assert_array_equal(layers[2][0][0], (10, 10))
    asked = len(QuietHandler.asked)
    assert asked
    again = _sample_data.colpoptera_species()
    np.testing.assert_array_equal(again[0][0], layers[0][0])
    assert len(QuietHandler.asked) == asked
    _sample_data.colpoptera_fusca()
    assert any("fusca_2" in path for path in QuietHandler.asked[asked:])


def test_a_file_that_is_not_the_known_one_is_refused(server):
    (server / _sample_data.FUSCA).write_bytes(b"something else")
    with pytest.raises(DinosarError, match="not the known one"):
        _sample_data.fetch(_sample_data.FUSCA)
    assert not list((server.parent / "cache").rglob("col-fusca*"))


def test_a_missing_file_is_said_to_be_missing(server):
    (server / _sample_data.FUSCA).unlink()
    with pytest.raises(DinosarError, match="answers 404"):
        _sample_data.fetch(_sample_data.FUSCA)


def test_offline_names_the_way_on(server, monkeypatch):
    monkeypatch.setattr(_sample_data, "SOURCES", ("http://127.0.0.1:9/",))
    with pytest.raises(DinosarError, match=r"no connection.*synthetic"):
        _sample_data.colpoptera_fusca()


def test_a_cache_that_cannot_be_written_is_an_error(server, monkeypatch):
    (server.parent / "file").write_text("")
    monkeypatch.setattr("pooch.os_cache", lambda name: server.parent / "file" / name)
    with pytest.raises(DinosarError, match="could not be fetched"):
        _sample_data.fetch(_sample_data.FUSCA)


def test_hashes_are_those_of_the_published_files(shared):
    for name, known in _sample_data.SHA256.items():
        data = (shared / "data" / "planthoppers" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == known
