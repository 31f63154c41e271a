"""An editor in which a new project is open."""

import pytest

from panels_made import editing


@pytest.fixture
def editor(tmp_path):
    editor = editing(tmp_path)
    yield editor
    editor.close()
