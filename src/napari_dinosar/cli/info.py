"""``napari-dinosar info``: what is on this machine, in aligned plain text or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOT_HERE = "not here"
WIDTH = 96


def add_command(commands: Any) -> None:
    """Add the command and its flags."""
    command = commands.add_parser(
        "info",
        help="say which versions, devices and networks are here",
        description="Say which versions, devices and networks are here, under which licences, and "
        "what is kept on disk. Nothing is loaded or downloaded.",
    )
    command.set_defaults(run=run)
    command.add_argument("--json", action="store_true", help="print JSON, for other programs")
    command.add_argument(
        "--clear-cache", action="store_true", help="remove the encodings on disk first"
    )


def run(given: argparse.Namespace) -> int:
    """Print the report."""
    from napari_dinosar.encoding_store import EncodingStore
    from napari_dinosar.environment import environment_report
    from napari_dinosar.specimen import default_store

    store = default_store() or EncodingStore(enabled=False)
    if given.clear_cache:
        before = store.statistics()
        store.clear()
        print(f"removed {before.n_files} encodings from {before.folder}", file=sys.stderr)
    report = environment_report(store=store)
    print(json.dumps(report, indent=1, ensure_ascii=False) if given.json else report_text(report))
    return 0


def report_text(report: Mapping[str, Any]) -> str:
    """Return the report of `environment_report` as aligned plain text."""
    libraries = {name: version or NOT_HERE for name, version in report["libraries"].items()}
    sections: dict[str, list[str]] = {
        f"napari-dinosar {report['napari-dinosar']}": _aligned(
            [("python", report["python"]), ("platform", report["platform"])]
        ),
        "Libraries": _aligned(libraries.items()),
        "Computing": _computing(report["computing"]),
        f"Networks (without --backbone: {report['default_network']})": _networks(
            report["networks"], report["other_checkpoints"]
        ),
        "Looked for in": list(report["weights_folders"]),
        "rembg's networks (--rembg-session)": _networks(report["cutout_networks"], ()),
        "Encodings on disk": _encodings(report["encodings"]),
        "Variables": _aligned(report["variables"].items()) or ["none is set"],
    }
    return "\n\n".join(
        "\n".join([title, *(f"  {line}".rstrip() for line in lines)])
        for title, lines in sections.items()
    )


def _computing(computing: Mapping[str, Any]) -> list[str]:
    if computing["problem"]:
        return [str(computing["problem"])]
    rows = []
    for device in computing["devices"]:
        memory = device["memory_bytes"]
        rows.append(
            (
                device["device"],
                device["name"],
                "" if memory is None else _size(memory),
                f"{device['default_precision']} (of {', '.join(device['precisions'])})",
            )
        )
    used = f"--device auto: {computing['default_device']}, {computing['default_precision']}"
    return [*_aligned(rows), f"{used}; {computing['processor_threads']} processor threads"]


def _networks(
    networks: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return a line for each network, those that are here first, and how to get the others."""
    here = [one for one in networks if one["path"] is not None]
    away = [one for one in networks if one["path"] is None]
    rows = [(one["name"], "here", _size(one["bytes"]), one["licence"]) for one in here]
    rows += [(one["name"], NOT_HERE, f"{one['megabytes']:,.0f} MB", one["licence"]) for one in away]
    lines = _aligned(rows, right=2)
    if here or others:
        lines += ["", "Files:", *(f"  {one['path']}" for one in (*here, *others))]
    ways: dict[str, list[str]] = {}
    for one in away:
        ways.setdefault(one["how_to_get"], []).append(one["name"])
    for way, names in ways.items():
        lines += ["", *_wrapped(f"To get {', '.join(names)}: {way}.")]
    return lines


def _encodings(encodings: Mapping[str, Any]) -> list[str]:
    rate = encodings["hit_rate"]
    looked = encodings["hits"] + encodings["misses"]
    used = "on" if encodings["enabled"] else "off (DINOSAR_CACHE)"
    size = f"{_size(encodings['n_bytes'])} of at most {_size(encodings['limit_bytes'])}"
    found = "nothing was looked up yet" if rate is None else f"{rate:.0%} of {looked} look-ups"
    return _aligned(
        [
            ("folder", encodings["folder"]),
            ("used", used),
            ("canvases", f"{encodings['n_files']} ({size})"),
            ("found", found),
        ]
    )


def _aligned(rows: Iterable[Sequence[str]], right: int | None = None) -> list[str]:
    """Return rows of cells as lines whose columns begin, or in one of them end, together."""
    table = [tuple(map(str, row)) for row in rows]
    if not table:
        return []
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place == right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _wrapped(text: str) -> list[str]:
    """Return a sentence in lines; paths and addresses are never broken."""
    return textwrap.wrap(
        text, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _size(n_bytes: int | None) -> str:
    if n_bytes is None:
        return "?"
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= scale:
            return f"{n_bytes / scale:.1f} {unit}"
    return f"{n_bytes} bytes"
