"""The page on the run folder names all that looking closer writes."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_dinosar.findings.flags import FlaggedCell, FlaggedRegion, FlagSheet
from napari_dinosar.inspection.baselines_context import context_of_run
from napari_dinosar.inspection.flag_places import flag_files
from napari_dinosar.inspection.noise_files import noise_files
from napari_dinosar.inspection.probe_landmarks import COLUMNS
from noise_made import noise_of

PAGE = Path(__file__).parents[2] / "docs" / "run-folder.md"
SHEET = FlagSheet((FlaggedCell(0, 0),), (FlaggedRegion("a", ((1, 1), (9, 1), (9, 9))),))


@pytest.fixture(scope="module")
def words():
    """Return what stands in backticks in each chapter, by its heading."""
    chapters = re.split("^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {text.partition("\n")[0]: set(re.findall(r"`([^`\n]+)`", text)) for text in chapters}


def test_what_is_flagged(findings, words):
    files = flag_files(SHEET, findings)
    document = json.loads(files["flags.json"])
    named = {*document, *document["cells"][0], *document["regions"][0]}
    named |= {*pd.read_csv(io.BytesIO(files["flags.csv"])), *files}
    assert named <= words["flags.json and flags.csv"]


def test_the_noise_floor_and_the_context(findings, words):
    noise = noise_of(findings)
    files = noise_files(noise, findings, context_of_run(findings, noise))
    with np.load(io.BytesIO(files["noise.npz"])) as arrays:
        about, named = json.loads(str(arrays["about"])), set(arrays)
    named |= {*about, *pd.read_csv(io.BytesIO(files["context.csv"])), *files}
    assert named <= words["noise.npz and context.csv"]


def test_the_landmarks_that_were_asked_for(words):
    assert {*COLUMNS} <= words["Exported probes"]
