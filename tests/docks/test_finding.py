"""A dock that we open is the one that napari's menu opens: never are there two."""

import pytest
from npe2 import PluginManifest
from qtpy.QtWidgets import QApplication

from napari_dinosar.docks.finding import DOCKS, opened


def test_docks_have_the_titles_that_the_menu_gives_them():
    manifest = PluginManifest.from_distribution("napari-dinosar")
    titles = {
        one.command: f"{one.display_name} ({manifest.display_name})"
        for one in manifest.contributions.widgets
    }
    assert titles == dict(DOCKS.values())


@pytest.mark.needs_gl
@pytest.mark.parametrize("name", DOCKS)
def test_the_menu_adds_no_second_dock(make_napari_viewer, name):
    from napari._app_model import get_app_model

    viewer = make_napari_viewer()
    content = opened(viewer, name)
    get_app_model().commands.execute_command(DOCKS[name][0]).result()
    QApplication.processEvents()
    assert list(viewer.window.dock_widgets.values()) == [content]
