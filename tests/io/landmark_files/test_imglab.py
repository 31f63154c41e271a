"""imglab's XML is read box by box, and no file makes the parser expand anything."""

from __future__ import annotations

import pytest
from hypothesis import given

from landmark_datasets import FUZZ, check_mutation, mutations
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files import format_of, read_landmarks, write_landmarks

XML = """<?xml version='1.0' encoding='ISO-8859-1'?>
<?xml-stylesheet type='text/xsl' href='image_metadata_stylesheet.xsl'?>
<dataset>
<name>wings</name>
<comment>made by hand</comment>
<images>
  <image file='photos/fl&#252;gel 1.jpg' width='632' height='480'>
    <box top='10' left='20' width='300' height='200'>
      <label>wing</label>
      <part name='01' x='100' y='50'/>
      <part name='00' x='30' y='40.5'/>
    </box>
    <box top='1' left='2' width='3' height='4'><part name='00' x='5' y='6'/></box>
  </image>
  <image file='b.jpg'/>
</images>
</dataset>
"""
BOMB = """<?xml version="1.0"?>
<!DOCTYPE dataset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<dataset><images><image file="&b;"><box><part name="0" x="1" y="2"/></box></image></images>
</dataset>
"""


def written(tmp_path, text):
    file = tmp_path / "wings.xml"
    file.write_bytes(text.encode("latin-1"))
    return file


def test_boxes_are_specimens_and_parts_landmarks(tmp_path):
    file = written(tmp_path, XML)
    assert format_of(file) == "imglab"
    dataset = read_landmarks(file)
    first, second = dataset.specimens
    assert dataset.schema.names == ("00", "01")
    assert first.xy.tolist() == [[30, 40.5], [100, 50]]
    assert (first.file_name, first.size_xy) == ("photos/flügel 1.jpg", (632, 480))
    assert first.extras == {"box": "20 10 300 200"}
    assert second.states == ("visible", "missing")
    assert second.specimen_id == "photos/flügel 1.jpg 2"


def test_it_is_read_only(tmp_path):
    dataset = read_landmarks(written(tmp_path, XML))
    with pytest.raises(DinosarError, match="is read and not written; choose coco"):
        write_landmarks(tmp_path / "new.xml", dataset, "imglab")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "line 2: the file declares a document type or entities"),
        (XML.replace("</dataset>", ""), "line 18: no XML"),
        (XML.replace("x='100'", "x='1O0'"), "line 10: '1O0' is not a number"),
        (XML.replace("name='01'", "name='00'"), "line 11: .* has its part '00' twice"),
        (XML.replace("name='01'", "nome='01'"), "line 10: a part has no name"),
        (XML.replace("file='b.jpg'", ""), "line 15: an image names no file"),
        (XML.replace("width='632'", "width='wide'"), "line 7: 'wide' is not a whole number"),
        ("<dataset/>", "has no specimen"),
        ("<svg/>", "hold a dataset, not 'svg'"),
        ("<dataset>" + "<a>" * 99, "nested too deeply"),
        (XML.replace("ISO-8859-1", "klingon"), "no XML"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, message):
    with pytest.raises(DinosarError, match=message) as caught:
        read_landmarks(written(tmp_path, text), "imglab")
    assert "wings.xml" in str(caught.value)


@given(content=mutations(XML.encode("latin-1")))
@FUZZ
def test_no_damaged_file_ends_in_a_foreign_error(tmp_path, content):
    check_mutation(tmp_path / "damaged.xml", content, "imglab")
