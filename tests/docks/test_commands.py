"""The command palette's way to a picture of the pair."""

import pytest
from napari.utils.notifications import notification_manager

from napari_dinosar.docks.commands import save_pair
from napari_dinosar.docks.compare_dock import CompareDock


@pytest.mark.needs_gl
def test_the_picture_of_the_pair_is_asked_for_where_a_result_is_shown(make_napari_viewer_proxy):
    from napari._app_model import get_app_model

    viewer = make_napari_viewer_proxy()
    get_app_model().commands.execute_command("napari-dinosar.save_pair").result()
    assert "no comparison to save" in notification_manager.records[-1].message
    dock = CompareDock(viewer)
    viewer.window.add_dock_widget(dock, name="Compare specimens")
    save_pair(viewer)
    asked = []
    dock.bar.picture.triggered.disconnect()
    dock.bar.picture.triggered.connect(asked.append)
    dock.bar.set_exportable(True)
    save_pair(viewer)
    assert len(asked) == 1
