"""The pages on the command line say what it takes."""

import re
import shlex
from pathlib import Path

import pytest

from napari_dinosar.cli import parser
from napari_dinosar.cli.request import asked
from napari_dinosar.core.scores import SHARE_LIMITS

DOCS = Path(__file__).parents[2] / "docs"
MOVING = (DOCS / "from-dinosar.md").read_text(encoding="utf-8")
COMMANDS = (DOCS / "command-line.md").read_text(encoding="utf-8")


def commands(page):
    """Return the commands of a page's examples as lists of words."""
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("napari-dinosar")]


def test_the_three_commands_of_the_guide_stand_first_and_are_understood():
    found = commands(MOVING)
    assert len(found) == 3
    requests = [asked(parser().parse_args(words)) for words in found]
    assert [request.settings.matching_mode for request in requests] == [
        "similarity",
        "both",
        "both",
    ]
    assert all(request.settings.layers == (-3, -2, -1) for request in requests)
    assert all(request.arch == "dinov3_vits16" for request in requests)
    assert requests[0].settings.attn_layers == (9, 10, 11)
    assert requests[0].notes[0].startswith("--attn-fg-thresh has no effect")
    assert requests[1].settings.demo_ransac_reproj == 3.0
    assert requests[2].settings.tps_snap


@pytest.mark.parametrize("words", commands(COMMANDS), ids=" ".join)
def test_the_examples_are_understood(words):
    assert parser().parse_args(words).run


@pytest.mark.parametrize("page", [MOVING, COMMANDS], ids=["moving", "commands"])
def test_every_flag_that_a_page_names_is_taken(page):
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*[a-z0-9]", page))
    assert named <= parser().all_flags()


def test_the_names_of_statistics_are_those_of_the_summary():
    assert set(re.findall(r"share_above_\w+", MOVING)) == set(SHARE_LIMITS)
