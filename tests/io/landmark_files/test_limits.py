"""What is too large to be meant is refused before it fills the memory or the hour."""

from __future__ import annotations

import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files import _text, read_landmarks


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("tps", "LM=0\n" * 11),
        ("morphoj", "a,1,2\n" * 11),
        ("imglab", "<dataset><image file='a'>" + "<box/>" * 11 + "</image></dataset>"),
        ("csv", "specimen,landmark,x,y\n" + "".join(f"{n},a,1,2\n" for n in range(11))),
        (
            "deeplabcut",
            "scorer,a,a\nbodyparts,a,a\ncoords,x,y\n" + "".join(f"{n},1,2\n" for n in range(11)),
        ),
    ],
)
def test_too_many_specimens_are_refused(tmp_path, monkeypatch, kind, text):
    monkeypatch.setattr(_text, "MAX_SPECIMENS", 10)
    (tmp_path / "many.txt").write_text(text)
    with pytest.raises(DinosarError, match=r"many\.txt: more than 10 specimens"):
        read_landmarks(tmp_path / "many.txt", kind)


def test_endless_tables_lines_and_files_are_refused(tmp_path, monkeypatch):
    file = tmp_path / "long.txt"
    file.write_text("a,1,2\n" * 20)
    for name, value in {"MAX_ROWS": 10, "MAX_LINE": 4, "MAX_FILE_BYTES": 50}.items():
        with monkeypatch.context() as patch:
            patch.setattr(_text, name, value)
            with pytest.raises(DinosarError, match=r"long\.txt has "):
                read_landmarks(file, "morphoj")


def test_an_element_that_never_ends_is_read_at_once(tmp_path):
    file = tmp_path / "endless.txt"
    file.write_text("<shapes " + "a= " * 5000)
    with pytest.raises(DinosarError, match=r"endless\.txt"):
        read_landmarks(file, "stereomorph")


@pytest.mark.parametrize("kind", ["csv", "morphoj", "deeplabcut"])
@pytest.mark.parametrize("text", [",\n", ";;\n\n", '""', "\t,"])
def test_tables_of_nothing_are_refused(tmp_path, kind, text):
    (tmp_path / "nothing.txt").write_text(text)
    with pytest.raises(DinosarError, match=r"nothing\.txt"):
        read_landmarks(tmp_path / "nothing.txt", kind)
