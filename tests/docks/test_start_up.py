"""Opening a dock imports nothing heavy."""

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
from {module} import {dock}
dock = {dock}(viewer)
heavy = ("torch", "rembg", "matplotlib", "pandas", "scipy.interpolate", "skimage.morphology",
         "onnxruntime", "pycocotools", "transformers")
print(*[name for name in heavy if name in sys.modules])
"""


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("module", "dock"),
    [
        ("napari_dinosar.docks.compare_dock", "CompareDock"),
        ("napari_dinosar.docks.landmarks.landmark_dock", "LandmarkDock"),
    ],
)
def test_opening_a_dock_is_light(module, dock):
    code = OPEN.format(module=module, dock=dock)
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == ""


def test_the_package_and_its_reader_import_no_qt():
    code = (
        "import sys, napari_dinosar._reader as r; r.get_reader('none.json');"
        "print(*[m for m in ('qtpy', 'napari', 'torch', 'pandas') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
