"""Layers look as the page in Preferences says, and what a person changes is remembered there."""

import numpy as np
import pytest
from napari.components import ViewerModel
from npe2 import PluginManifest
from qtpy.QtCore import QObject

from findings_made import made
from napari_dinosar import palette, showing
from napari_dinosar.docks import preferences
from napari_dinosar.docks.by_program import by_program
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.looks import ALWAYS, AUTOMATIC, NEVER, Looks
from napari_dinosar.inspection.cell_values import COVERAGE
from napari_dinosar.layers import role_of
from napari_dinosar.palette import COLORMAPS
from napari_dinosar.result_layers import comparison_specs

EYE = np.eye(3)
NAMES = ("A mask", "B mask", "A attention", "B attention", "A cells", "B cells")
COLOURED = ("Cell dissimilarity", "A cells", "B cells", "Correspondences")


@pytest.fixture(scope="module")
def manifest():
    return PluginManifest.from_distribution("napari-dinosar")


@pytest.fixture(autouse=True)
def page(plugin_settings, npe2pm, manifest):
    npe2pm.register(manifest)
    return preferences.page()


@pytest.fixture
def parent(qapp):
    owner = QObject()
    yield owner
    owner.deleteLater()
    qapp.sendPostedEvents(owner, 52)  # QEvent.DeferredDelete
    for kind, name in {"cells": "viridis", "correspondences": "viridis"}.items():
        COLORMAPS.choose(kind, name)


def shown(findings):
    """Return a viewer in which a comparison is shown, as by a new start of napari."""
    viewer = ViewerModel()
    return viewer, {spec.name: spec for spec in comparison_specs(findings, EYE, EYE)}


def fill(viewer, specs, *names):
    """Show some of the layers, all by default, and return them by their names."""
    return {name: showing.show(viewer, specs[name]) for name in names or specs}


def test_the_page_as_it_is_delivered_changes_nothing(findings, parent):
    viewer, specs = shown(findings)
    bare = fill(ViewerModel(), specs)
    Looks(viewer, parent)
    dressed = fill(viewer, specs)
    for name, layer in dressed.items():
        for look in ("opacity", "blending", "visible"):
            assert getattr(layer, look) == getattr(bare[name], look), (name, look)
        if layer._type_string == "image" and not layer.rgb:
            assert layer.colormap.name == bare[name].colormap.name


def test_what_the_dialog_of_preferences_changes_is_seen_at_once(findings, parent, page):
    viewer, specs = shown(findings)
    Looks(viewer, parent)
    layers = fill(viewer, specs, *COLOURED, "A mask")
    layers["B cells"].visible = False
    # the dialog gives a whole group, whichever part of it was changed
    for group, part in {"colours": "cells", "opacity": "mask", "shown": "mask"}.items():
        value = {"colours": "magma", "opacity": 12, "shown": True}[group]
        getattr(page, group).update({**getattr(page, group).model_dump(), part: value})
    assert layers["Cell dissimilarity"].colormap.name == "magma"
    assert (layers["A mask"].opacity, layers["A mask"].visible) == (0.12, True)
    assert not layers["B cells"].visible


def test_what_is_changed_in_one_window_stays_out_of_another(findings, parent, page):
    here, specs = shown(findings)
    there, _ = shown(findings)
    looks, others = Looks(here, parent), Looks(there, parent)
    mine, theirs = (fill(one, specs, *NAMES) for one in (here, there))
    mine["A cells"].opacity = 0.314
    looks.remember()
    assert page.opacity.cells == 31
    assert theirs["A cells"].opacity == pytest.approx(0.6)
    page.opacity.cells = 45
    assert theirs["A cells"].opacity == pytest.approx(0.45)
    others.remember()


def test_what_a_person_changes_is_how_the_next_comparison_looks(findings, parent, page):
    viewer, specs = shown(findings)
    looks = Looks(viewer, parent)
    layers = fill(viewer, specs, *NAMES)
    layers["A cells"].opacity = 0.2
    layers["A cells"].opacity = 0.314
    layers["A attention"].blending = "additive"
    looks.remember()
    assert page.opacity.cells == 31
    assert "cells: 31" in page.config_path.read_text()
    # the other layer of the pair is left as it is now
    assert layers["B cells"].opacity == 0.6
    second = ViewerModel()
    Looks(second, parent)
    after = fill(second, specs, *NAMES)
    assert after["B cells"].opacity == 0.31
    assert after["B attention"].blending == "additive"


def test_what_the_program_does_is_no_wish(findings, parent, page):
    viewer, specs = shown(findings)
    looks = Looks(viewer, parent)
    layers = fill(viewer, specs, "A mask", "A cells")
    with by_program():
        layers["A mask"].opacity = 0.1
        layers["A cells"].opacity = 0.9
    fill(viewer, specs, "A mask", "A cells")
    looks.remember()
    assert (page.opacity.mask, page.opacity.cells) == (35, 60)


def test_what_is_hidden_to_see_what_lies_below_is_there_the_next_time(findings, parent, page):
    viewer, specs = shown(findings)
    looks = Looks(viewer, parent)
    layers = fill(viewer, specs, "A cells", "A mask")
    layers["A cells"].visible = False
    layers["A mask"].visible = True
    looks.remember()
    assert (page.shown.cells, page.shown.mask) == (True, False)
    page.shown.cells = False
    second = ViewerModel()
    Looks(second, parent)
    assert not fill(second, specs, "A cells")["A cells"].visible


def test_a_change_in_preferences_is_seen_at_once(findings, parent, page):
    viewer, specs = shown(findings)
    looks = Looks(viewer, parent)
    layers = fill(viewer, specs, "Cell dissimilarity", "A cells", "B cells")
    page.opacity.cells = 25
    page.shown.cell_map = False
    assert [layers[f"{side} cells"].opacity for side in "AB"] == [0.25, 0.25]
    assert not layers["Cell dissimilarity"].visible
    looks.remember()
    preferences.reset()
    assert layers["A cells"].opacity == 0.6
    assert layers["Cell dissimilarity"].visible


def test_another_colormap_reaches_cells_map_and_scale_together(findings, parent, page):
    viewer, specs = shown(findings)
    looks = Looks(viewer, parent)
    layers = fill(viewer, specs, *COLOURED)
    before = layers["A cells"].face_color.copy()
    layers["Cell dissimilarity"].colormap = "cividis"
    looks.remember()
    assert page.colours.cells == COLORMAPS["cells"] == "cividis"
    values = findings.tables["cells"]["dissimilarity"].to_numpy(float)
    expected = palette.cell_colours(values)
    assert not np.allclose(before, expected)
    for side in "AB":
        np.testing.assert_allclose(layers[f"{side} cells"].face_color, expected, atol=1e-6)
    page.colours.correspondences = "plasma"
    similarity = findings.tables["matches"]["similarity"].to_numpy(float)
    lines = layers["Correspondences"].edge_color
    np.testing.assert_allclose(lines, palette.match_colours(similarity), atol=1e-6)


def test_cells_keep_what_their_colours_stand_for(findings, parent, page):
    viewer, specs = shown(findings)
    Looks(viewer, parent)
    layers = fill(viewer, specs, "A cells")
    inspection = inspection_of(viewer)
    inspection.show(findings)
    inspection.colouring.choose(COVERAGE)
    page.colours.cells = "magma"
    cells = findings.cells
    least = np.where(cells.used, np.minimum(cells.coverage_a, cells.coverage_b), np.nan)
    np.testing.assert_allclose(
        layers["A cells"].face_color, palette.cell_colours(least.ravel()), atol=1e-6
    )


def test_a_colormap_that_not_everybody_can_read_is_not_remembered(findings, parent, page):
    viewer, specs = shown(findings)
    looks = Looks(viewer, parent)
    layers = fill(viewer, specs, "A attention")
    layers["A attention"].colormap = "hsv"
    looks.remember()
    assert page.colours.attention == "inferno"
    assert layers["A attention"].colormap.name == "hsv"


@pytest.mark.parametrize("cells", [True, False])
def test_lines_stand_in_for_cells_unless_the_page_says_otherwise(parent, page, cells):
    viewer, specs = shown(made(cells=cells))
    Looks(viewer, parent)
    lines = fill(viewer, specs, *(("A cells",) if cells else ()), "Correspondences")[
        "Correspondences"
    ]
    assert lines.visible is not cells
    page.shown.correspondences = ALWAYS
    assert lines.visible
    page.shown.correspondences = NEVER
    assert not lines.visible
    page.shown.correspondences = AUTOMATIC
    assert lines.visible is not cells


def test_the_page_names_roles_that_our_layers_have(findings, page):
    roles = {spec.role for spec in comparison_specs(findings, EYE, EYE)} | {"probe_map"}
    for group in ("opacity", "blending", "shown", "colours"):
        assert set(type(getattr(page, group)).model_fields) <= roles


def test_other_layers_and_windows_without_a_page_are_left_alone(npe2pm, parent):
    npe2pm.disable("napari-dinosar")
    assert preferences.page() is None
    preferences.write("opacity", "cells", 3)
    preferences.reset()
    assert preferences.read("inspecting", "blink_ms", 500) == 500
    viewer = ViewerModel()
    Looks(viewer, parent).remember()
    layer = viewer.add_image(np.zeros((4, 4)))
    layer.opacity = 0.5
    assert role_of(layer) is None
