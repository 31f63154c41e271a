"""What a dock leaves behind is ended also where Python collects all of it at once."""

from functools import partial

from napari_dinosar.docks.landmarks.collected import is_whole
from napari_dinosar.docks.landmarks.saving.closing import _let_go
from napari_dinosar.editing.editor import Editor


def test_an_object_that_the_collector_emptied_is_not_whole():
    editor = Editor()
    assert is_whole(editor)
    vars(editor).clear()
    assert not is_whole(editor)


def test_an_emptied_editor_is_let_go_without_a_word():
    editor = Editor()
    gone = partial(_let_go, editor)
    vars(editor).clear()
    gone()
