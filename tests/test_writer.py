"""Layers of ours are saved as results; everyone else's as if we were not there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tifffile
from napari.layers import Image, Labels, Layer, Points, Shapes, Vectors
from napari.plugins.io import save_layers
from npe2 import PluginManifest

import napari_dinosar
from findings_made import made, specimen
from napari_dinosar import DinosarError
from napari_dinosar.editing.seeds import seed_of
from napari_dinosar.findings import Findings, table
from napari_dinosar.io.coco import read_coco
from napari_dinosar.io.run_folder import csv_bytes
from napari_dinosar.io.tiff import read_tiff_description
from napari_dinosar.layers import LAYER_KEY, landmarks_spec
from napari_dinosar.project.document import read_document
from napari_dinosar.result_layers import comparison_specs, wire_spec

OURS = Path(napari_dinosar.__file__).with_name("napari.yaml")
FRAME_A = np.array([[2.0, 0, 5], [0, 2.0, 7], [0, 0, 1]])
FRAME_B = np.array([[1.0, 0, 0], [0, 1.0, 400], [0, 0, 1]])


@cache
def findings(projective: bool = False) -> Findings:
    return made(projective=projective)


def shown(role: str, side: str | None = None, projective: bool = False) -> Layer:
    """Return a layer of ours as napari shows it."""
    found = findings(projective)
    marks = [
        landmarks_spec(found.side(one).landmarks, one, frame)
        for one, frame in (("a", FRAME_A), ("b", FRAME_B))
    ]
    specs = [*comparison_specs(found, FRAME_A, FRAME_B), *marks]
    (spec,) = (spec for spec in specs if (spec.role, spec.side) == (role, side))
    return Layer.create(*spec.as_tuple())


@pytest.fixture(scope="module")
def manifests() -> list[PluginManifest]:
    """Return our manifest and two of napari's, which take long to read."""
    others = [PluginManifest.from_distribution(name) for name in ("napari", "napari-svg")]
    return [PluginManifest.from_file(OURS), *others]


@pytest.fixture(params=["ours first", "napari first"])
def plugins(request: pytest.FixtureRequest, npe2pm: Any, manifests: list[PluginManifest]) -> Any:
    """Return napari's plugins and ours, found in either order."""
    ours, *others = manifests
    found = [ours, *others] if request.param == "ours first" else [*others, ours]
    for manifest in found:
        npe2pm.register(manifest)
    return npe2pm


@pytest.fixture
def save(plugins: Any, tmp_path: Path) -> Callable[..., Path]:
    """Save a layer as our entry in the dialog does, and return the file."""

    def save(layer: Layer, name: str, command: str | None = None) -> Path:
        path = str(tmp_path / name)
        if command is None:
            (written,) = save_layers(path, [layer], plugin="napari-dinosar")
        else:
            (writer,) = (
                one
                for one in plugins.iter_compatible_writers([layer._type_string])
                if one.command == f"napari-dinosar.{command}"
            )
            (written,) = save_layers(path, [layer], _writer=writer)
        return Path(written)

    return save


# --- other people's layers


def polygons(name: str = "mine", **kwargs: Any) -> Shapes:
    shapes = [np.array([[0, 0], [0, 9], [9, 9.5]]), np.array([[1, 1], [4, 8]])]
    return Shapes(shapes, shape_type=["polygon", "line"], name=name, **kwargs)


def dots(name: str = "mine", **kwargs: Any) -> Points:
    features = {"name": ["a", "b"], "value": [0.1, 2.5]}
    return Points([[1, 2.5], [3, 4]], features=features, name=name, **kwargs)


def ramp(name: str = "mine", **kwargs: Any) -> Image:
    pixels = np.arange(600, dtype=np.uint16).reshape(20, 30)
    return Image(pixels, name=name, scale=(2, 3), **kwargs)


FOREIGN: dict[str, Callable[[], list[Layer]]] = {
    "shapes.csv": lambda: [polygons()],
    "shapes.json": lambda: [polygons()],
    "shapes.tif": lambda: [polygons()],
    "shapes.svg": lambda: [polygons()],
    "shapes": lambda: [polygons()],
    "tagged by others.csv": lambda: [polygons(metadata={"other": {"role": "cells"}})],
    "odd tag.csv": lambda: [polygons(metadata={LAYER_KEY: "cells"})],
    "odd role.csv": lambda: [polygons(metadata={LAYER_KEY: {"role": ["cells"]}})],
    "points.csv": lambda: [dots()],
    "points.json": lambda: [dots()],
    "points": lambda: [dots()],
    "empty.csv": lambda: [Points(np.empty((0, 2)), name="mine")],
    "image.tif": lambda: [ramp()],
    "image.TIFF": lambda: [ramp()],
    "image.png": lambda: [Image(np.eye(9, dtype=np.uint8), name="mine")],
    "image": lambda: [ramp()],
    "floats.tif": lambda: [Image(np.random.default_rng(1).random((4, 5, 6)), name="mine")],
    "rgb.tif": lambda: [Image(specimen("a").rgb, rgb=True, name="mine")],
    "labels.tif": lambda: [Labels(np.eye(9, dtype=np.uint8), name="mine")],
    "labels": lambda: [Labels(np.eye(9, dtype=np.int64), name="mine")],
    "set.svg": lambda: [ramp(), polygons(), dots(name="points")],
    "set": lambda: [ramp(), polygons(), dots(name="points"), dots(name="A: x.png")],
    "folder": lambda: [ramp(name="i"), polygons(name="s"), dots(name="p")],
    "our photo.tif": lambda: [ramp(metadata={LAYER_KEY: {"role": "photo", "side": "a"}})],
}  # fmt: skip


def files(path: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(path)): one.read_bytes() for one in path.rglob("*") if one.is_file()
    }


def saved_into(folder: Path, name: str, layers: list[Layer], command: str | None = None) -> Any:
    """Return the files, the names that napari reports, or the error."""
    folder.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            written = save_layers(str(folder / name), layers)
        except (ValueError, TypeError) as error:
            written = [type(error).__name__]
    names = sorted(str(path).removeprefix(str(folder)) for path in written)
    return names, files(folder)


@pytest.mark.parametrize("name", FOREIGN)
def test_layers_of_others_are_saved_as_without_us(plugins: Any, tmp_path: Path, name: str) -> None:
    plugins.disable("napari-dinosar")
    alone = saved_into(tmp_path / "alone", name, FOREIGN[name]())
    plugins.enable("napari-dinosar")
    assert saved_into(tmp_path / "with us", name, FOREIGN[name]()) == alone


@pytest.mark.parametrize("role", ["cells", "attention", "mask", "landmarks"])
@pytest.mark.parametrize("suffix", [".svg", ".png", ".npz"])
def test_formats_that_are_not_ours_stay_napari_s(
    plugins: Any, tmp_path: Path, role: str, suffix: str
) -> None:
    layer = shown(role, "a")
    plugins.disable("napari-dinosar")
    alone = saved_into(tmp_path / "alone", f"x{suffix}", [layer])
    plugins.enable("napari-dinosar")
    assert saved_into(tmp_path / "with us", f"x{suffix}", [layer]) == alone


@pytest.mark.parametrize(
    ("make", "command", "name", "expected"),
    [
        (polygons, "write_polygons", "x", "x.csv"),
        (polygons, "write_cell_labels", "x.csv", "x.csv"),
        (polygons, "write_table", "x.svg", "x.svg"),
        (dots, "write_keypoints", "x", "x.csv"),
        (ramp, "write_map", "x", "x.tif"),
        (ramp, "write_map", "x.png", "x.png"),
    ],
)
def test_our_entry_in_the_dialog_hands_layers_of_others_on(
    save: Callable[..., Path], make: Callable[[], Layer], command: str, name: str, expected: str
) -> None:
    assert save(make(), name, command).name == expected


def test_what_nobody_saves_is_said(plugins: Any, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"none that DINOSAR saves as 'x.json'"):
        assert save_layers(str(tmp_path / "x.json"), [dots()], plugin="napari-dinosar") == []


# --- vectors, which napari writes no table of and no folder with


def arrows(name: str = "mine") -> Vectors:
    data = [[[1, 2.5], [0, 3]], [[4, 5], [-1, 0.25]]]
    return Vectors(data, features={"grade": ["x", "y"]}, name=name)


ARROWS = (
    "index,axis-0,axis-1,projection-0,projection-1,grade\n"
    "0,1.0,2.5,0.0,3.0,x\n"
    "1,4.0,5.0,-1.0,0.25,y\n"
)


def test_all_layers_are_saved_into_a_folder_once_there_are_wires(
    plugins: Any, tmp_path: Path
) -> None:
    layers = [shown("mask", "a"), shown("cells", "b"), dots("dots")]
    save_layers(str(tmp_path / "before"), layers)
    wires = wire_spec(findings(), findings().cells.nodes_a_xy, "a", FRAME_A)
    layers += [Layer.create(*wires.as_tuple()), arrows()]
    written = save_layers(str(tmp_path / "after"), layers)
    before, after = files(tmp_path / "before"), files(tmp_path / "after")
    assert sorted(before) == ["A mask.tif", "B cells.csv", "dots.csv"]
    assert after.pop("mine.csv").decode() == ARROWS
    assert len(after.pop("A wire grid.csv").splitlines()) == len(wires.data) + 1
    assert after == before
    assert {Path(one).name for one in written} == {*before, "mine.csv", "A wire grid.csv"}


def test_vectors_are_saved_alone(plugins: Any, tmp_path: Path) -> None:
    (table,) = save_layers(str(tmp_path / "v.csv"), [arrows()])
    assert Path(table).read_text("utf-8") == ARROWS
    assert len(save_layers(str(tmp_path / "two"), [arrows("p"), arrows("q")])) == 2
    assert sorted(files(tmp_path / "two")) == ["p.csv", "q.csv"]


def test_a_table_in_the_folder_is_not_written_over(plugins: Any, tmp_path: Path) -> None:
    kept = tmp_path / "mine.csv"
    kept.write_text("kept")
    with pytest.raises(DinosarError, match=r"mine\.csv exists already"):
        save_layers(str(tmp_path), [arrows(), dots("dots")])
    assert files(tmp_path) == {"mine.csv": b"kept"}
    with pytest.raises(DinosarError, match=r"twice\.csv exists already"):
        save_layers(str(tmp_path), [arrows("twice"), arrows("twice")])


def test_no_name_of_a_layer_leads_out_of_the_folder(plugins: Any, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    layers = [
        arrows("../up"), arrows(str(away / "far")), arrows("fore/wing"), arrows("fore_wing"),
        arrows("a\\b"), dots("fore/wing"), dots("../../higher"), dots(".."), dots("A: x"),
    ]  # fmt: skip
    written = save_layers(str(tmp_path / "all"), layers)
    far = re.sub(r"[^\w-]+", "_", str(away / "far")).strip("_")
    names = {
        "up", far, "fore_wing (2)", "fore_wing", "a_b", "fore_wing (3)", "higher", "layer", "A: x",
    }  # fmt: skip
    assert set(files(tmp_path)) == {str(Path("all", f"{name}.csv")) for name in names}
    assert {Path(one).name for one in written} == {f"{name}.csv" for name in names}


# --- tables


def test_cells_are_saved_as_the_table_of_a_run_with_their_labels(
    save: Callable[..., Path],
) -> None:
    path = save(shown("cells", "b"), "cells.csv")
    assert path.read_text("utf-8").splitlines()[0].startswith("label,row,col,x1_a,")
    found = pd.read_csv(
        path, keep_default_na=False, na_values={"dissimilarity": [""], "layer_std": [""]}
    )
    expected = findings().tables["cells"]
    assert found["label"].tolist() == list(range(1, len(expected) + 1))
    again = table("cells", dict(found.drop(columns="label").items()))
    pd.testing.assert_frame_equal(again, expected, check_exact=True)


def test_a_part_of_the_cells_keeps_its_labels(save: Callable[..., Path]) -> None:
    layer = shown("cells", "a")
    layer.selected_data = {0, 1, 4}
    layer.remove_selected()
    found = pd.read_csv(save(layer, "cells.csv"))
    assert found["label"].tolist()[:3] == [3, 4, 6]


def test_correspondences_are_saved_as_the_table_of_a_run(save: Callable[..., Path]) -> None:
    path = save(shown("correspondences"), "matches.csv")
    assert path.read_bytes() == csv_bytes(findings().tables["matches"])


def test_our_suffix_is_added(save: Callable[..., Path]) -> None:
    cells = shown("cells", "a")
    assert save(cells, "x", "write_table").name == "x.csv"
    assert save(cells, "x", "write_polygons").name == "x.json"
    assert save(cells, "x", "write_cell_labels").name == "x.tif"
    assert save(shown("landmarks", "a"), "x", "write_keypoints").name == "x.json"
    assert save(shown("mask", "a"), "y", "write_mask").name == "y.tif"


def test_saving_again_replaces_the_file(save: Callable[..., Path]) -> None:
    path = save(shown("mask", "a"), "x.tif")
    assert save(shown("mask", "b"), "x.tif") == path
    assert tifffile.imread(path).shape == findings().b.mask.shape
    assert [one.name for one in path.parent.iterdir()] == ["x.tif"]


def test_a_folder_that_is_missing_is_said(save: Callable[..., Path]) -> None:
    with pytest.raises(DinosarError, match=r"missing.x\.tif was not written"):
        save(shown("mask", "a"), "missing/x.tif")


# --- COCO


@pytest.mark.parametrize("side", ["a", "b"])
def test_landmarks_are_saved_as_coco(save: Callable[..., Path], side: str) -> None:
    expected = findings().side(side).landmarks
    file = read_coco(save(shown("landmarks", side), "x.json"))
    (image,) = file.images
    found = file.select(image.id)
    assert found.names == expected.names
    np.testing.assert_allclose(found.xy, expected.xy, atol=1e-9)
    np.testing.assert_array_equal(found.visibility, expected.visibility)
    assert found.skeleton == expected.skeleton
    assert image.file_name == expected.file_name


def test_the_seed_of_the_mask_is_saved_with_them(save: Callable[..., Path]) -> None:
    layer = shown("landmarks", "a")
    tag = {**layer.metadata[LAYER_KEY], "mask_seed_xy": [0.1, 1 / 3]}
    layer.metadata = {**layer.metadata, LAYER_KEY: tag}
    path = save(layer, "x.json")
    assert read_coco(path).select(read_coco(path).images[0].id).mask_seed_xy == (0.1, 1 / 3)
    (specimen,) = read_document(path).state.specimens.values()
    assert seed_of(specimen) == (0.1, 1 / 3)


def test_landmarks_that_were_placed_by_hand_are_saved(save: Callable[..., Path]) -> None:
    layer = shown("landmarks", "b")
    layer.feature_defaults = pd.DataFrame({"name": ["eye"], "number": [7], "visibility": [1]})
    layer.add([[12.0, 34.0]])
    layer.data[0] = (50, 60)
    found = read_coco(save(layer, "x.json")).select(1, "10b")
    assert found.names == (*findings().b.landmarks.names, "eye")
    np.testing.assert_allclose(found.xy[-1], (34, 12))
    np.testing.assert_allclose(found.xy[0], (60, 50))
    assert found.visibility.tolist() == [2, 2, 2, 2, 2, 0, 1]


def test_aligned_landmarks_are_on_the_other_photo(save: Callable[..., Path]) -> None:
    file = read_coco(save(shown("aligned_landmarks", "a"), "x.json"))
    (image,) = file.images
    assert image.file_name == findings().b.name
    assert image.size_xy == findings().b.size_xy


def test_cells_are_saved_as_coco_polygons(save: Callable[..., Path]) -> None:
    path = save(shown("cells", "b"), "x.json")
    document = json.loads(path.read_text("utf-8"), parse_constant=pytest.fail)
    cells = findings().tables["cells"]
    assert len(document["annotations"]) == len(cells)
    assert document["images"][0]["file_name"] == "Bé.png"
    assert document["images"][0]["sha256"] == findings().b.sha256
    one, row = document["annotations"][11], cells.iloc[11]
    assert one["id"] == 12
    corners = [row[f"{axis}{k}_b"] for k in (1, 2, 3, 4) for axis in "xy"]
    assert one["segmentation"] == [corners]
    assert one["used"] == row["used"]
    assert one["reason"] == row["reason"]
    assert one["area"] > 0
    from pycocotools.coco import COCO

    coco = COCO()
    coco.dataset = document
    coco.createIndex()
    area = coco.annToMask(coco.loadAnns([12])[0]).sum()
    assert area == pytest.approx(one["area"], rel=0.1)


# --- TIFF


def imagej(path: Path) -> tuple[np.ndarray, dict[str, Any], tuple[float, float]]:
    """Return pixels, ImageJ's metadata and the pixel size (x, y)."""
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages[0]
        size = [page.tags[name].value for name in ("XResolution", "YResolution")]
        return page.asarray(), tiff.imagej_metadata, tuple(n[1] / n[0] for n in size)


@pytest.mark.parametrize("role", ["attention", "layer_std"])
def test_maps_are_saved_with_their_place(save: Callable[..., Path], role: str) -> None:
    layer = shown(role, "a")
    path = save(layer, "x.tiff")
    pixels, metadata, size_xy = imagej(path)
    np.testing.assert_array_equal(pixels, layer.data)
    assert pixels.dtype == np.float32
    to_photo = findings().a.patch_to_photo
    assert size_xy == pytest.approx((to_photo[0, 0], to_photo[1, 1]), rel=1e-6)
    assert metadata["unit"] == "photo px"
    # ImageJ's own rule: (pixel - origin) * size
    assert -metadata["xorigin"] * size_xy[0] == pytest.approx(to_photo[0, 2], rel=1e-5)
    assert -metadata["yorigin"] * size_xy[1] == pytest.approx(to_photo[1, 2], rel=1e-5)
    assert metadata["max"] == pytest.approx(np.nanmax(layer.data))
    about = read_tiff_description(path)
    np.testing.assert_allclose(np.array(about["affine_yx"])[[1, 0, 2]][:, [1, 0, 2]], to_photo)
    place = np.array(about["affine_yx_to_world"]) @ (3, 5, 1)
    np.testing.assert_allclose(place[:2], layer.data_to_world((3, 5)))
    assert about["role"] == role
    assert about["photo_sha256"] == findings().a.sha256
    assert about["layer"] == layer.name


def test_a_map_of_a_tilted_photo_lies_on_its_pixels(save: Callable[..., Path]) -> None:
    layer = shown("attention", "a", projective=True)
    about = read_tiff_description(save(layer, "x.tif"))
    np.testing.assert_allclose(np.array(about["affine_yx"]), np.eye(3), atol=1e-9)


def test_a_layer_that_was_turned_says_so(save: Callable[..., Path]) -> None:
    layer = shown("mask", "a")
    layer.rotate, layer.shear, layer.translate = 30, [0.2], (4, 5)
    about = read_tiff_description(save(layer, "x.tif"))
    place = np.array(about["affine_yx_to_world"]) @ (3, 5, 1)
    np.testing.assert_allclose(place[:2], layer.data_to_world((3, 5)))
    assert about["affine_yx"] == np.eye(3).tolist()


def test_the_cell_map_is_saved_in_consensus_pixels(save: Callable[..., Path]) -> None:
    path = save(shown("cell_map"), "x.tif")
    pixels, metadata, size_xy = imagej(path)
    cells = findings().cells
    np.testing.assert_array_equal(pixels, cells.dissimilarity.astype(np.float32))
    assert size_xy == pytest.approx(tuple(cells.cell_xy), rel=1e-6)
    assert metadata["unit"] == "consensus px"


def test_masks_are_saved_at_photo_size(save: Callable[..., Path]) -> None:
    layer = shown("mask", "b")
    layer.data[5:9, 5:9] = 1
    pixels, metadata, size_xy = imagej(save(layer, "x.tif"))
    expected = findings().b.mask.copy()
    expected[5:9, 5:9] = True
    np.testing.assert_array_equal(pixels, np.where(expected, 255, 0))
    assert pixels.dtype == np.uint8
    assert size_xy == (1, 1)
    assert "xorigin" not in metadata


def test_aligned_layers_are_saved_with_their_place_on_the_other_photo(
    save: Callable[..., Path],
) -> None:
    layer = shown("aligned_photo", "a")
    path = save(layer, "x.tif")
    pixels = tifffile.imread(path)
    np.testing.assert_array_equal(pixels, layer.data)
    np.testing.assert_array_equal(pixels[..., :3], findings().aligned_rgb)
    with tifffile.TiffFile(path) as tiff:
        assert [sample.name for sample in tiff.pages[0].extrasamples] == ["UNASSALPHA"]
    about = read_tiff_description(path)
    assert about["photo"] == findings().b.name
    to_canvas = np.linalg.inv(np.array(about["affine_yx"]))[[1, 0, 2]][:, [1, 0, 2]]
    np.testing.assert_allclose(to_canvas, findings().b.photo_to_canvas, atol=1e-9)
    mask = tifffile.imread(save(shown("aligned_mask", "a"), "y.tif"))
    assert set(np.unique(mask)) == {0, 255}


def test_used_cells_are_painted_with_their_labels(save: Callable[..., Path]) -> None:
    path = save(shown("cells", "a"), "x.tif")
    pixels, _, size_xy = imagej(path)
    assert pixels.shape == findings().a.mask.shape
    assert size_xy == (1, 1)
    cells = findings().tables["cells"]
    numbers = cells["row"] * 7 + cells["col"] + 1
    assert set(np.unique(pixels)) == {0, *numbers[cells["used"]]}
    for number, (_, row) in zip(numbers, cells.iterrows(), strict=True):
        x, y = (np.mean([row[f"{axis}{k}_a"] for k in (1, 2, 3, 4)]) for axis in "xy")
        assert pixels[round(y), round(x)] == (number if row["used"] else 0)
    unused = read_tiff_description(path)["unused"]
    told = {number: reason for reason, found in unused.items() for number in found}
    left = cells[~cells["used"]]
    assert told == dict(zip(numbers[left.index], left["reason"], strict=True))


def test_other_tiff_files_have_no_description(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "x.tif", np.eye(9))
    with pytest.raises(DinosarError, match="was not saved by"):
        read_tiff_description(tmp_path / "x.tif")
    (tmp_path / "y.tif").write_text("hello")
    for name in ("y.tif", "missing.tif"):
        with pytest.raises(DinosarError, match="cannot be read"):
            read_tiff_description(tmp_path / name)


# --- layers that were changed


def moved(layer: Layer) -> None:
    layer.data = [polygon + 5 for polygon in layer.data]


def one_more(layer: Layer) -> None:
    layer.add(layer.data[0], shape_type="polygon")


def triangle(layer: Layer) -> None:
    layer.add(layer.data[0][:3], shape_type="polygon")


def other_features(layer: Layer) -> None:
    layer.features = pd.DataFrame({"mine": range(len(layer.data))})


def twice(layer: Layer) -> None:
    layer.features = layer.features.assign(name="head")


def old_tag(layer: Layer) -> None:
    kept = {"role": layer.metadata[LAYER_KEY]["role"], "side": "a"}
    layer.metadata = {LAYER_KEY: kept}


def stack(layer: Layer) -> None:
    layer.data = np.zeros((3, 4, 5))


def whole_numbers(layer: Layer) -> None:
    layer.data = np.full((3, 4), 70_000)


@pytest.mark.parametrize(
    ("role", "suffix", "change", "message"),
    [
        ("cells", ".csv", moved, "do not lie where"),
        ("cells", ".json", moved, "do not lie where"),
        ("cells", ".tif", moved, "do not lie where"),
        ("cells", ".csv", one_more, "two cells of one row"),
        ("cells", ".csv", triangle, "two cells of one row|4 vertices"),
        ("cells", ".csv", other_features, "other features"),
        ("cells", ".tif", old_tag, "does not say its grid_shape"),
        ("correspondences", ".csv", moved, "do not lie where"),
        ("correspondences", ".csv", other_features, "other features"),
        ("landmarks", ".json", twice, "two landmarks named head"),
        ("landmarks", ".json", other_features, "other features"),
        ("attention", ".tif", stack, r"pixels of shape \(3, 4, 5\)"),
        ("attention", ".tif", whole_numbers, "above 65535"),
    ],
)
def test_a_layer_that_was_changed_is_refused(
    save: Callable[..., Path], role: str, suffix: str, change: Callable[[Layer], None], message: str
) -> None:
    layer = shown(role, None if role == "correspondences" else "a")
    change(layer)
    with pytest.raises(DinosarError, match=message) as caught:
        save(layer, f"x{suffix}")
    assert layer.name in str(caught.value)


# --- the manifest


def test_saving_needs_no_network_and_no_window() -> None:
    code = (
        "import sys, napari_dinosar._writer; "
        "print([name for name in ('torch', 'qtpy', 'matplotlib', 'rembg') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
