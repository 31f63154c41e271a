"""Photos are added to a project once, however another program wrote their names."""

from dataclasses import replace

from napari_dinosar.editing.adding import photos_edit
from project_made import state


def test_new_photos_get_ids_of_their_own():
    edit, n_known = photos_edit(state(2), ["0.jpg", "new.jpg", "x/0.jpg", "new.jpg"])
    assert n_known == 2
    after = edit.apply(state(2))
    assert [one.file_name for one in after.photos.values()][2:] == ["new.jpg", "x/0.jpg"]
    assert list(after.specimens) == ["1", "2", "3", "4"]


def test_names_that_are_written_otherwise_mean_the_same_photo():
    before = state(2)
    names = {"1": "./0.jpg", "2": "sub\\1.jpg"}
    photos = {key: replace(one, file_name=names[key]) for key, one in before.photos.items()}
    edit, n_known = photos_edit(replace(before, photos=photos), ["0.jpg", "sub/1.jpg", "1.jpg"])
    assert n_known == 2
    assert [one.file_name for one in edit.photos] == ["1.jpg"]
