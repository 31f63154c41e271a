"""Encodings are remembered by content and arithmetic, and never change what is found."""

import numpy as np
import pytest

from drawn import draw
from napari_dinosar.backbones import load_backbone
from napari_dinosar.core.canvas import make_canvas
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.encoding_store import EncodingStore
from napari_dinosar.specimen import CACHE_SWITCH, Cache, Memory, default_store, encode
from networks import Counting, write_small_network


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return write_small_network(tmp_path_factory.mktemp("network") / "small.pth")


@pytest.fixture
def backbone(checkpoint):
    return Counting(load_backbone(checkpoint))


@pytest.fixture
def canvas():
    one = draw(1)
    return make_canvas(photo_from_array(one.rgb, "A"), one.mask, patch_size=16, img_size=128)


def test_a_new_process_finds_the_layers_of_an_earlier_one(backbone, canvas, tmp_path):
    first = encode(backbone, canvas, (1, 2), (3,), Memory(Cache(), EncodingStore(tmp_path)))
    later = Memory(Cache(), EncodingStore(tmp_path))
    again = encode(backbone, canvas, (2,), (3,), later)
    assert backbone.runs == 1
    np.testing.assert_array_equal(again.tokens[0], first.tokens[1])
    np.testing.assert_array_equal(again.attention, first.attention)
    encode(backbone, canvas, (0,), (), later)
    assert backbone.runs == 2


def test_the_disk_changes_nothing(backbone, canvas, tmp_path):
    without = encode(backbone, canvas, (1, 2), (3,), Memory())
    for _ in range(2):
        kept = encode(backbone, canvas, (1, 2), (3,), Memory(Cache(), EncodingStore(tmp_path)))
        np.testing.assert_array_equal(kept.tokens, without.tokens)
        np.testing.assert_array_equal(kept.attention, without.attention)


def test_a_damaged_file_is_computed_again(backbone, canvas, tmp_path):
    kept = encode(backbone, canvas, (1,), (), Memory(Cache(), EncodingStore(tmp_path)))
    (file,) = tmp_path.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:-40] + bytes(40))
    again = encode(backbone, canvas, (1,), (), Memory(Cache(), EncodingStore(tmp_path)))
    assert backbone.runs == 2
    np.testing.assert_array_equal(again.tokens, kept.tokens)


def test_another_precision_is_another_encoding(checkpoint, canvas, tmp_path):
    memory = Memory(Cache(), EncodingStore(tmp_path))
    full = encode(load_backbone(checkpoint), canvas, (3,), (), memory)
    short = encode(load_backbone(checkpoint, precision="bf16"), canvas, (3,), (), memory)
    assert (full.tokens != short.tokens).any()


def test_the_built_in_descriptor_is_never_written(canvas, tmp_path):
    encode(load_backbone("daisy"), canvas, (0,), (), Memory(Cache(), EncodingStore(tmp_path)))
    assert not list(tmp_path.glob("*.safetensors"))


def test_the_variable_turns_the_disk_off(monkeypatch):
    monkeypatch.delenv(CACHE_SWITCH, raising=False)
    assert default_store() is not None
    monkeypatch.setenv(CACHE_SWITCH, "off")
    assert default_store() is None
