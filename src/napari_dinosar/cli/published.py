"""The flags of the published script that the settings do not have, and what they become here."""

from __future__ import annotations

import argparse
from typing import Any

from napari_dinosar.cli.flags import whole
from napari_dinosar.core.errors import DinosarError

ARCHITECTURES = ("vits16", "vitb16", "vitl16")
ATTENTION_MODES = {
    "intersection": "attn_intersect",
    "union": "attn_union",
    "attn_only": "attn",
}
"""What --attn-fg-mode is called among the foreground modes."""

NEVER_READ = ("auto", "rembg", "thresh")
"""Values of --fg-mode that mean nothing beside --attn-fg: the script never read that flag."""


def add_published(command: argparse.ArgumentParser) -> None:
    """Add the flags that only the published script has, under a heading of their own."""
    group = command.add_argument_group(
        "flags of the published script", "Accepted as it takes them; docs/from-dinosar.md maps all."
    )
    group.add_argument(
        "--dinov3-arch",
        choices=ARCHITECTURES,
        help="network that the checkpoint must hold; without one, the network to look for",
    )
    group.add_argument(
        "--layer", type=whole, metavar="N", help="one layer; gives way to --layers where both stand"
    )
    group.add_argument(
        "--attn-fg", action="store_true", help="make attention a part of the foreground"
    )
    group.add_argument(
        "--attn-fg-mode",
        choices=tuple(ATTENTION_MODES),
        help="how, with --attn-fg: "
        + ", ".join(f"{old} is --fg-mode {new}" for old, new in ATTENTION_MODES.items())
        + " (default: intersection)",
    )
    group.add_argument("--min-kpts", type=whole, metavar="N", help="no effect; alignment needs 3")
    group.add_argument(
        "--save-debug", action="store_true", help="no effect; arrays.npz always holds these arrays"
    )


def translated(given: argparse.Namespace, settings: dict[str, Any]) -> tuple[str, ...]:
    """Bring the flags of the published script into the settings that were given.

    Parameters
    ----------
    given : Namespace
        The flags of the command.
    settings : dict
        The settings that were given, by name; changed in place.

    Returns
    -------
    tuple of str
        A sentence for each flag that has no effect, or gave way to another.

    Raises
    ------
    DinosarError
        If two flags contradict each other.
    """
    notes = [
        *_layer(given, settings),
        *_attention_foreground(given, settings),
    ]
    if given.min_kpts is not None:
        notes.append(
            "--min-kpts has no effect: an alignment needs three common landmarks (a homography "
            "six), whatever it says."
        )
    if given.save_debug:
        notes.append(
            "--save-debug has no effect: arrays.npz of every run holds raw attention and masks."
        )
    return tuple(notes)


def declared_network(given: argparse.Namespace) -> tuple[str | None, str | None]:
    """Return the backbone that was named, and the architecture that it must have.

    The published script takes the architecture beside a file. Alone it names the network.
    """
    if given.dinov3_arch is None:
        return given.backbone, None
    name = f"dinov3_{given.dinov3_arch}"
    return given.backbone or name, name


def _layer(given: argparse.Namespace, settings: dict[str, Any]) -> list[str]:
    if given.layer is None:
        return []
    if "layers" in settings:
        return ["--layer has no effect here: --layers is given."]
    settings["layers"] = [given.layer]
    return []


def _attention_foreground(given: argparse.Namespace, settings: dict[str, Any]) -> list[str]:
    mode = given.attn_fg_mode
    if not given.attn_fg:
        return [] if mode is None else ["--attn-fg-mode has no effect here: it needs --attn-fg."]
    wanted = ATTENTION_MODES[mode or "intersection"]
    named = settings.get("fg_mode", wanted)
    settings["fg_mode"] = wanted
    if named == wanted:
        return []
    if named in NEVER_READ:
        return [f"--fg-mode {named} gives way to --attn-fg: the foreground is {wanted}."]
    raise DinosarError(
        f"--attn-fg asks for the foreground {wanted}, and --fg-mode for {named}. Give one of them."
    )
