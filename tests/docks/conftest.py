"""A backbone that takes no time, a dock and a drawn pair without a window, and a run."""

import hashlib
import sys

import numpy as np
import pytest

from drawn import NAMES, draw
from findings_made import made
from napari_dinosar import Landmarks
from napari_dinosar.backbones import Encoding, resolve_layers
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.showing import show_landmarks, show_photo


@pytest.fixture(autouse=True)
def _fresh_preferences():
    """Let no test leave looks behind that another one's layers would take."""
    yield
    preferences = sys.modules.get("napari_dinosar.docks.preferences")
    if preferences is not None:
        preferences.reset()


class Patchwork:
    """Four numbers for each patch, and as many heads of attention: light, and never the same."""

    name = "patchwork"
    patch_size = 16
    depth = 4
    has_attention = True
    sha256 = hashlib.sha256(b"patchwork").hexdigest()
    description = "patchwork, for tests"
    device = "cpu"
    precision = "fp32"
    engine = "numpy"
    arithmetic = "fp32-cpu"

    def encode(self, rgb, layers=None, attention_layers=()):
        layers = resolve_layers(layers, self.depth)
        rows, cols = rgb.shape[0] // 16, rgb.shape[1] // 16
        blocks = rgb.reshape(rows, 16, cols, 16, 3).astype(np.float32) / 255
        means, spread = blocks.mean(axis=(1, 3)), blocks.std(axis=(1, 3)).mean(axis=-1)
        tokens = np.concatenate([means, spread[..., None]], axis=-1)
        attention = np.broadcast_to(spread / spread.sum(), (len(attention_layers), 2, rows, cols))
        return Encoding(
            np.stack([tokens + 0.1 * layer for layer in layers]).astype(np.float32),
            np.ascontiguousarray(attention, np.float32) if attention_layers else None,
            layers,
            resolve_layers(attention_layers, self.depth),
        )


@pytest.fixture
def patchwork(monkeypatch):
    """Let every name and every file stand for the patchwork backbone."""
    backbone = Patchwork()
    monkeypatch.setattr("napari_dinosar.backbones.load_backbone", lambda key, **_: backbone)
    return backbone


@pytest.fixture
def viewer():
    """Return a viewer without a window."""
    from napari.components import ViewerModel

    return ViewerModel()


@pytest.fixture
def results_panel(viewer, qtbot, monkeypatch):
    """Return the panel that results are shown in, which such a viewer has no place for."""
    from napari_dinosar.docks.results_panel import ResultsPanel

    panel = ResultsPanel(viewer)
    qtbot.addWidget(panel)
    monkeypatch.setattr("napari_dinosar.docks.presenter.dock_panel", lambda *_: panel)
    return panel


@pytest.fixture
def compare_dock(viewer, results_panel, qtbot):
    """Return a dock on such a viewer: all but the place of the panel is the same."""
    from qtpy.compat import isalive

    from napari_dinosar.docks.compare_dock import CompareDock

    dock = CompareDock(viewer)
    qtbot.addWidget(dock)
    yield dock
    if isalive(dock):
        dock.jobs.cancel()
        dock.presenter.stop()
        dock.live.rebuild.drop()


@pytest.fixture
def drawn_pair():
    return draw(1), draw(1, angle_deg=5, shift_xy=(4, 2), band_rgb=(0.2, 0.5, 0.6))


@pytest.fixture
def fill():
    """Return a function that shows a pair with its landmarks in a viewer."""

    def fill(viewer, pair):
        for side, one in zip("ab", pair, strict=True):
            photo = photo_from_array(one.rgb, f"{side}.png")
            layer = show_photo(viewer, photo, side)
            marks = Landmarks.from_points(one.landmarks_xy, names=NAMES, file_name=photo.name)
            show_landmarks(viewer, marks, side, layer)

    return fill


@pytest.fixture(scope="module")
def findings():
    return made()


@pytest.fixture
def inspection(findings):
    inspection = Inspection()
    inspection.show(findings)
    return inspection
