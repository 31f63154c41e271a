"""What Preferences say of looking closer: how fast crops blink, and the cells' colormap."""

import numpy as np

from findings_made import made
from napari_dinosar import palette
from napari_dinosar.docks import preferences
from napari_dinosar.docks.inspect.crops.crop_picture import BLINK, SIDE
from napari_dinosar.docks.inspect.crops.crop_view import CropView
from napari_dinosar.docks.inspect.crops.place_strip import PlaceStrip
from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.inspection.cell_facts import CellFacts
from napari_dinosar.palette import COLORMAPS


def test_crops_blink_as_preferences_say_and_remember_how_fast(qtbot):
    preferences.write("inspecting", "blink_ms", 1200)
    cells, matches = CropView("cells", 1.0), CropView("patches", 1.0)
    for view in (cells, matches):
        qtbot.addWidget(view)
    assert cells._around_says.text() == "1 cell"
    cells.toggle_mode(BLINK)
    assert cells.interval.value() == 12
    cells.interval.setValue(3)
    assert preferences.read("inspecting", "blink_ms") == 300
    matches.toggle_mode(BLINK)
    assert matches.interval.value() == 3
    preferences.write("inspecting", "blink_ms", 2000)
    assert matches.mode != SIDE
    matches.toggle_mode(BLINK)
    matches.toggle_mode(BLINK)
    assert matches.interval.value() == 20


def test_the_small_histogram_follows_the_colormap_of_the_cells(qtbot):
    strip, facts = PlaceStrip(first_colours()), CellFacts(made())
    qtbot.addWidget(strip)
    COLORMAPS.choose("cells", "cividis")
    COLORMAPS.choose("cells", "viridis")
    strip.show_place(facts, 0.1, None)
    COLORMAPS.choose("cells", "cividis")
    expected = palette.cell_colours((facts.edges[:-1] + facts.edges[1:]) / 2)
    COLORMAPS.choose("attention", "magma")
    tones = [tone.getRgbF() for _, tone in strip._bars]
    for kind, name in (("cells", "viridis"), ("attention", "inferno")):
        COLORMAPS.choose(kind, name)
    np.testing.assert_allclose(tones, expected, atol=1e-4)
