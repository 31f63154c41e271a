"""What a folder holds that can be opened is told from other files, and nothing else is opened."""

import pytest

from drawn import draw, write
from napari_dinosar import DinosarError
from napari_dinosar.editing.folders import is_project, n_photos, projects_in
from napari_dinosar.project.store import Project
from project_made import schema


def test_projects_are_found_with_landmarks_and_without(tmp_path):
    digitised = write(tmp_path, {"A.png": draw(1)})
    empty = tmp_path / "a.json"
    Project.new(empty, [tmp_path / "A.png"], schema()).close()
    (tmp_path / "package.json").write_text('{"images": [1], "annotations": []}')
    (tmp_path / ".hidden.json").write_bytes(digitised.read_bytes())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.json").write_bytes(digitised.read_bytes())
    assert projects_in(tmp_path) == (empty, digitised)
    assert (n_photos(empty), n_photos(digitised)) == (1, 1)


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"images": 3}', "[" * 100_000, "\x00\xff"])
def test_other_files_are_no_projects(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    assert not is_project(path)
    assert n_photos(path) == 0


def test_what_is_not_there_is_no_project(tmp_path):
    assert not is_project(tmp_path / "gone.json")
    assert not is_project(tmp_path)
    assert n_photos(tmp_path / "gone.json") == 0
    with pytest.raises(DinosarError, match="cannot be listed"):
        projects_in(tmp_path / "gone")
