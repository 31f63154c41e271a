"""``compare --from RUN``: what a run was asked for, read back from its folder."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.backbones.cutout_files import CUTOUT_MODELS
from napari_dinosar.cli.published import declared_network, translated
from napari_dinosar.cli.request import Request, given_inputs
from napari_dinosar.cli.settings_flags import given_settings, idle_notes, spoken_value
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.mask_seed import checked_seed
from napari_dinosar.settings import Settings, flag

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings

TOLERANCE = 1e-6
"""Within which a repeated run gives the numbers of the first."""

BUILT_IN = "daisy"
CUT_OUT = ("rembg", "attn_intersect", "attn_union")


def asked_again(given: argparse.Namespace) -> tuple[Request, Findings]:
    """Return what a run was asked for, with what the flags change, and what it found.

    Raises
    ------
    DinosarError
        If the run cannot be read, its photos are not found, or flags contradict each other.
    """
    from napari_dinosar.io.run_reading import read_run, run_file

    file = run_file(given.repeated)
    findings = read_run(file)
    values = given_settings(given)
    notes = [*translated(given, values)]
    settings, changes = _settings(findings, values, file)
    _check_cutout(findings, settings, values)
    inputs, replaced = _inputs(given, findings, settings, file)
    backbone, arch = declared_network(given)
    request = Request(
        photos=_photos(given, findings, file),
        settings=settings,
        inputs=inputs,
        backbone=backbone or _backbone(findings, file),
        arch=arch,
        device=given.device or str(findings.backbone["device"]),
        precision=_precision(findings, values, given.device),
        notes=(*notes, *changes, *replaced, *idle_notes(settings, values).values()),
        sha256=None if backbone else str(findings.backbone["sha256"]),
    )
    return request, findings


def agreement(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return a sentence on whether two summaries hold the same numbers.

    Parameters
    ----------
    earlier, now : mapping
        The summaries of a run and of its repetition.
    """
    before, after = dict(_numbers(earlier)), dict(_numbers(now))
    apart = {
        name: _distance(before.get(name), after.get(name))
        for name in before.keys() | after.keys()
        if _distance(before.get(name), after.get(name)) > TOLERANCE
    }
    if not apart:
        return f"all {len(before)} values of summary.json are those of the run that was repeated"
    worst = max(sorted(apart), key=lambda name: apart[name])
    return (
        f"{len(apart)} of {len(before)} values of summary.json differ from the run that was "
        f"repeated, most of all {worst}: {after.get(worst)} instead of {before.get(worst)}"
    )


def _settings(findings: Findings, values: dict[str, Any], file: Path) -> tuple[Settings, list[str]]:
    """Return the settings of a run with some changed, and a sentence for each change."""
    recorded = findings.settings.as_mapping()
    notes = []
    if recorded["fg_mode"] == "auto" and "fg_mode" not in values:
        chosen = str(findings.a.record["foreground"]).partition(":")[0]
        recorded["fg_mode"] = chosen
        notes.append(f"--fg-mode is {chosen}, which auto chose in the run that is repeated.")
    own = _found(findings.record.get("cutout"), file)
    if recorded["rembg_session"] not in CUTOUT_MODELS and own is not None:
        recorded["rembg_session"] = str(own)
    settings = Settings(**{**recorded, **values})
    now = settings.as_mapping()
    notes += [
        f"{flag(name)} is {spoken_value(now[name])} instead of {spoken_value(recorded[name])}."
        for name in values
        if now[name] != recorded[name]
    ]
    return settings, notes


def _check_cutout(findings: Findings, settings: Settings, values: Mapping[str, Any]) -> None:
    """Refuse another network of rembg under the name of the one that masked the run."""
    recorded = findings.record.get("cutout")
    named = values.get("rembg_session", findings.settings.rembg_session)
    if recorded is None or named != findings.settings.rembg_session:
        return
    if settings.fg_mode not in CUT_OUT:
        return
    from napari_dinosar.backbones.cutout import cutout_sha256

    now = cutout_sha256(settings.rembg_session)
    if now != recorded["sha256"]:
        raise DinosarError(
            f"rembg's network {settings.rembg_session} is another file than the one that masked "
            f"the run: its sha256 begins with {now[:12]} instead of "
            f"{str(recorded['sha256'])[:12]}. Put that file back, or name another --rembg-session "
            "or --fg-mode to mask anew."
        )


def _photos(given: argparse.Namespace, findings: Findings, file: Path) -> tuple[Path, Path]:
    """Return the photos of a run: where they were said to be, or where they are found."""
    from napari_dinosar.io.run_reading import check_photo, find_photos

    named = {"a": given.photo_a, "b": given.photo_b}
    for side, path in named.items():
        if path is not None:
            check_photo(findings, side, path)
    found = named if None not in named.values() else find_photos(findings, file.parent)
    photos = {side: path for side in "ab" if (path := named[side] or found[side]) is not None}
    missing = [findings.side(side).name for side in "ab" if side not in photos]
    if missing:
        raise DinosarError(
            f"{file}: {' and '.join(missing)} cannot be found, neither where it lay nor beside the "
            f"run. Put it beside the run's folder, or name both photos: compare A B --from {file}"
        )
    return photos["a"], photos["b"]


def _inputs(
    given: argparse.Namespace, findings: Findings, settings: Settings, file: Path
) -> tuple[dict[str, Any], list[str]]:
    """Return landmarks, masks and consensus of a run, and a sentence for each that is replaced."""
    from napari_dinosar.io.run_reading import read_consensus

    recorded: dict[str, Any] = {}
    marks = (findings.a.landmarks, findings.b.landmarks)
    if marks != (None, None):
        recorded["landmarks"] = marks
    if findings.settings.fg_mode == settings.fg_mode == "layer":
        recorded |= {"mask_a": findings.a.mask, "mask_b": findings.b.mask}
    if findings.record["inputs"].get("consensus") is not None and findings.cells is not None:
        recorded["consensus"] = read_consensus(file)
    replacing = given_inputs(given)
    if "landmarks" not in replacing:
        for side in "ab":
            seed = findings.record["inputs"].get(f"mask_seed_{side}")
            recorded[f"seed_{side}"] = checked_seed(seed, f"{file}: mask_seed_{side}")
    notes = [
        f"the {name.replace('_', ' ')} given here replaces that of the run."
        for name in replacing
        if recorded.get(name) is not None
    ]
    return {**recorded, **replacing}, notes


def _backbone(findings: Findings, file: Path) -> str:
    """Return the checkpoint of a run where it is found, else the network by its name."""
    name = str(findings.backbone["name"])
    path = None if name == BUILT_IN else _found(findings.backbone, file)
    return name if path is None else str(path)


def _found(entry: Mapping[str, Any] | None, file: Path) -> Path | None:
    """Return the file of an entry of run.yaml: where it lay, or as seen from the run."""
    if entry is None:
        return None
    places = [entry.get("path"), entry.get("path_relative")]
    paths = (file.parent / place for place in places if isinstance(place, str))
    return next((path.resolve() for path in paths if path.is_file()), None)


def _precision(findings: Findings, values: Mapping[str, Any], device: str | None) -> str:
    """Return the arithmetic that ran, unless another device or arithmetic is asked for."""
    if "precision" in values or device is not None:
        return str(values.get("precision", findings.settings.precision))
    return str(findings.backbone.get("precision") or findings.settings.precision)


def _numbers(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a summary with their names, as ``scores.foreground.mean.n``."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _numbers(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _numbers(item, f"{name}.{place}")
    else:
        yield name, value


def _distance(first: Any, second: Any) -> float:
    """Return how far two leaves are apart: 0 where they are the same, infinite as other kinds."""
    if first == second:
        return 0.0
    if isinstance(first, int | float) and isinstance(second, int | float):
        return abs(first - second)
    return math.inf
