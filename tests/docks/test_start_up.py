"""Opening the dock imports nothing heavy."""

import subprocess
import sys

import pytest

OPEN = """
import sys
import napari
from napari.components import ViewerModel
from qtpy.QtWidgets import QApplication
app = QApplication([])
viewer = ViewerModel()
import magicgui.widgets, napari.layers, napari.qt.threading
from napari_dinosar.docks.compare_dock import CompareDock
dock = CompareDock(viewer)
heavy = ("torch", "rembg", "matplotlib", "scipy.interpolate", "onnxruntime", "pycocotools",
         "transformers")
print(*[name for name in heavy if name in sys.modules])
"""


@pytest.mark.usefixtures("qapp")
def test_opening_the_dock_is_light():
    ran = subprocess.run(
        [sys.executable, "-c", OPEN], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == ""


def test_the_package_and_its_reader_import_no_qt():
    code = (
        "import sys, napari_dinosar._reader as r; r.get_reader('none.json');"
        "print(*[m for m in ('qtpy', 'napari', 'torch', 'pandas') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
