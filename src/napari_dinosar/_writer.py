"""Layers of ours saved by napari's own File > Save; everyone else's go to the writer of theirs.

Each function is one entry in the dialog. napari chooses writers by kind of layer and suffix only,
so each gets other people's layers too and hands them on as they are. For layers of vectors, and for
a folder with some among its layers, napari has no writer of its own: those are saved here, whosever
they are.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io import _atomic
from napari_dinosar.io.layer_files import MAKERS
from napari_dinosar.io.run_folder import csv_bytes
from napari_dinosar.io.shown_layer import ShownLayer
from napari_dinosar.layers import LAYER_KEY

if TYPE_CHECKING:
    from npe2.manifest.contributions import WriterContribution

PLUGIN = "napari-dinosar"

_SUFFIXES = {".tiff": ".tif"}
_UNFIT = re.compile(r"[\x00-\x1f/\\]|^[. ]*$" + (r'|[<>:"|?*]' if os.name == "nt" else ""))
"""What a name of a file cannot hold, or what would make it one elsewhere, as dots alone do."""


def write_keypoints(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Save landmarks of ours as COCO keypoints."""
    return _write(path, data, meta, "points", ".json")


def write_table(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Save cells or correspondences of ours as a table."""
    return _write(path, data, meta, "shapes", ".csv")


def write_polygons(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Save cells of ours as COCO polygons."""
    return _write(path, data, meta, "shapes", ".json")


def write_cell_labels(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Save cells of ours as labels at photo size."""
    return _write(path, data, meta, "shapes", ".tif")


def write_map(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Save attention, spread, the cell map or the aligned photo with its place on the photo."""
    return _write(path, data, meta, "image", ".tif")


def write_mask(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Save a mask of ours at photo size."""
    return _write(path, data, meta, "labels", ".tif")


def write_vectors(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Save vectors as a table: where each begins, how far it goes, and its features."""
    import pandas as pd

    starts, projections = np.moveaxis(np.asarray(data, dtype=np.float64), 1, 0)
    axes = range(starts.shape[1])
    table = pd.DataFrame({f"axis-{axis}": starts[:, axis] for axis in axes})
    for axis in axes:
        table[f"projection-{axis}"] = projections[:, axis]
    features = pd.DataFrame(meta.get("features", {})).reset_index(drop=True)
    table = pd.concat([table, features], axis=1).rename_axis("index").reset_index()
    target = Path(path if Path(path).suffix else f"{path}.csv")
    _atomic.replace_file(target, csv_bytes(table))
    return [str(target)]


def write_folder(path: str, layers: list[tuple[Any, dict[str, Any], str]]) -> list[str]:
    """Save layers into a folder, vectors as tables and all others as without them.

    A layer whose name is no name of a file gets one that is, so that nothing is written elsewhere.
    """
    names = _file_names([str(meta["name"]) for _, meta, _ in layers])
    named = [
        (data, {**meta, "name": name}, kind)
        for (data, meta, kind), name in zip(layers, names, strict=True)
    ]
    vectors = [one for one in named if one[2] == "vectors"]
    targets = [Path(path) / f"{meta['name']}.csv" for _, meta, _ in vectors]
    for target in targets:
        _check_free(target)
    written = _folder_of_others(path, [one for one in named if one[2] != "vectors"])
    for target, (data, meta, _) in zip(targets, vectors, strict=True):
        _check_free(target)  # another layer's file may have come to be called so
        written += write_vectors(str(target), data, meta)
    return written


def _check_free(target: Path) -> None:
    if target.exists():
        raise DinosarError(
            f"{target} exists already, and is not written over. Save into another folder, or "
            f"rename the layer."
        )


def _file_names(names: Sequence[str]) -> list[str]:
    """Return a name of a file for each layer: its own where that is one."""
    found: list[str] = []
    for name in names:
        plain = name
        if _UNFIT.search(name):
            plain = re.sub(r"[^\w ()+-]+", "_", name).strip("_ ") or "layer"
        others, number, wanted = {*names, *found}, 1, plain
        while wanted != name and wanted in others:
            number += 1
            wanted = f"{plain} ({number})"
        found.append(wanted)
    return found


def _write(path: str, data: Any, meta: dict[str, Any], kind: str, default: str) -> list[str]:
    """Save a layer of ours, or hand it on.

    Parameters
    ----------
    path : str
        Where to; without a suffix it gets the default one.
    data, meta, kind
        napari's layer data.
    default : str
        Suffix of the entry that was chosen.

    Returns
    -------
    list of str
        The files that were written, as npe2 asks for.
    """
    tag = meta.get("metadata", {}).get(LAYER_KEY)
    suffix = Path(path).suffix.lower()
    suffix = _SUFFIXES.get(suffix, suffix)
    role = tag.get("role") if isinstance(tag, Mapping) else None
    maker = MAKERS.get((role, suffix or default)) if isinstance(role, str) else None
    if maker is None:
        return _hand_on(path, data, meta, kind)
    target = Path(path if suffix else f"{path}{default}")
    layer = ShownLayer(
        name=str(meta.get("name", target.stem)),
        tag=tag,
        data=data,
        features=meta.get("features"),
        to_world=_to_world(meta),
    )
    _atomic.replace_file(target, maker(layer))
    return [str(target)]


def _to_world(meta: Mapping[str, Any]) -> np.ndarray:
    """Return the map (3, 3) from a layer's data to the world, as napari composes it."""
    from napari.utils.transforms import Affine

    own = {name: meta.get(name) for name in ("scale", "translate", "rotate", "shear")}
    inner = Affine(**{name: value for name, value in own.items() if value is not None}, ndim=2)
    outer = np.asarray(meta.get("affine", np.eye(3)), dtype=np.float64)
    return np.asarray(outer @ inner.affine_matrix, dtype=np.float64)


def _hand_on(path: str, data: Any, meta: dict[str, Any], kind: str) -> list[str]:
    """Let the writer save a layer that npe2 would have chosen without us."""
    writer, target = _writer_of_others(path, kind)
    if writer is None:
        warnings.warn(
            f"Layer {meta.get('name')!r} is none that DINOSAR saves as {Path(target).name!r}, and "
            f"no other writer takes it: nothing was saved.",
            stacklevel=2,
        )
        return []
    is_for_one = sum(limit.max() for limit in writer.layer_type_constraints()) <= 1
    args: Sequence[Any] = (target, data, meta) if is_for_one else (target, [(data, meta, kind)])
    written: Any = writer.exec(args=tuple(args))  # napari's own return text, not a list
    return [written] if isinstance(written, str) else list(written or [])


def _folder_of_others(path: str, layers: list[tuple[Any, dict[str, Any], str]]) -> list[str]:
    """Let the writer save into a folder that npe2 would have chosen without us."""
    from npe2 import PluginManager

    writers = PluginManager.instance().iter_compatible_writers([kind for *_, kind in layers])
    for writer in writers:
        if writer.plugin_name != PLUGIN and not writer.filename_extensions:
            return list(writer.exec(args=(path, layers)) or [])
    Path(path).mkdir(parents=True, exist_ok=True)
    return []


def _writer_of_others(path: str, kind: str) -> tuple[WriterContribution | None, str]:
    """Choose as npe2's `get_writer` does, by the longest suffix and then by order, without us."""
    from npe2 import PluginManager

    writers = [
        writer
        for writer in PluginManager.instance().iter_compatible_writers([kind])
        if writer.plugin_name != PLUGIN
    ]
    name = Path(path).name.lower()
    if not Path(path).suffix:
        first = writers[0] if writers else None
        return first, path + next(iter(first.filename_extensions if first else ()), "")
    lengths = [
        max(
            (len(end) for end in writer.filename_extensions if name.endswith(end.lower())),
            default=0,
        )
        for writer in writers
    ]
    best = max(lengths, default=0)
    return (writers[lengths.index(best)], path) if best else (None, path)
