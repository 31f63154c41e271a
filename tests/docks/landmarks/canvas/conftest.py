"""A canvas without a window, with a project that is open."""

import pytest
from qtpy.QtWidgets import QWidget

from canvas_made import Rig


@pytest.fixture
def rig(qtbot, tmp_path):
    dock = QWidget()
    qtbot.addWidget(dock)
    rig = Rig(tmp_path, dock)
    yield rig
    rig.close()
