"""Shapes of StereoMorph are read: named landmarks, sampled curves, the scaling."""

from __future__ import annotations

import pytest
from hypothesis import given

from landmark_datasets import FUZZ, check_mutation, mutations
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files import format_of, read_landmarks

SHAPES = """<shapes type=list >
\t<image.name type=vector >wing 1.jpg</image.name>
\t<scaling type=vector as.numeric=TRUE >0.025</scaling>
\t<scaling.units type=vector >mm</scaling.units>
\t<ruler.interval type=vector >1</ruler.interval>
\t<landmarks.pixel type=matrix rownames=TRUE as.numeric=TRUE nrow=3 ncol=2 >
\t\teye centre\t10.5\t20
\t\ttip\tNA\tNA
\t\tbase\t30\t4e1
\t</landmarks.pixel>
\t<landmarks.scaled type=matrix rownames=TRUE nrow=1 ncol=2 >
\t\tbase\t0.75\t-1
\t</landmarks.scaled>
\t<curves.pixel type=list names=TRUE >
\t\t<margin type=matrix nrow=2 ncol=2 >
\t\t\tmargin0001\t1\t2
\t\t\tmargin0002\t3\t4
\t\t</margin>
\t\t<vein type=matrix nrow=1 ncol=2 >
\t\t\t5\t6
\t\t</vein>
\t</curves.pixel>
</shapes>
"""


def written(tmp_path, text):
    file = tmp_path / "wing 1.txt"
    file.write_text(text)
    return file


def test_a_file_is_a_specimen(tmp_path):
    file = written(tmp_path, SHAPES)
    assert format_of(file) == "stereomorph"
    dataset = read_landmarks(file)
    (one,) = dataset.specimens
    assert dataset.schema.names == ("eye centre", "tip", "base")
    assert one.xy[[0, 2]].tolist() == [[10.5, 20], [30, 40]]
    assert one.states == ("visible", "missing", "visible")
    assert (one.specimen_id, one.file_name) == ("wing 1", "wing 1.jpg")
    assert (one.scale, one.unit, one.counts_y_up) == (0.025, "mm", False)
    assert [curve.tolist() for curve in one.curves] == [[[1, 2], [3, 4]], [[5, 6]]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SHAPES.replace("nrow=3", "nrow=4"), "line 6: 4 rows are announced, and 3 follow"),
        (SHAPES.replace("4e1", "forty"), "line 9: 'forty' is not a number"),
        (SHAPES.replace("\t\ttip\tNA\tNA", "\t\ttip"), "line 8: 'tip' are not a name, x and y"),
        (SHAPES.replace("tip", "base"), "line 9: the landmark 'base' has no name of its own"),
        (SHAPES.replace("</landmarks.pixel>", ""), "line 6: 'landmarks.pixel' is opened and not"),
        (SHAPES.replace("0.025", "-1"), "line 3: the scaling '-1' must be above 0"),
        (SHAPES.replace("\t\t<vein type=matrix nrow=1 ncol=2 >\n", ""), "line 19: .* of a curve"),
        ("<shapes type=list >\nhello\n</shapes>", "line 2: 'hello' stands in no element"),
        ("<shapes type=list >\n</shapes>", "has no specimen"),
        ("</shapes>", "holds no shapes"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, message):
    with pytest.raises(DinosarError, match=message) as caught:
        read_landmarks(written(tmp_path, text), "stereomorph")
    assert "wing 1.txt" in str(caught.value)


@given(content=mutations(SHAPES.encode()))
@FUZZ
def test_no_damaged_file_ends_in_a_foreign_error(tmp_path, content):
    check_mutation(tmp_path / "damaged.txt", content, "stereomorph")
