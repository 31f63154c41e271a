"""What an import would do, in sentences."""

from __future__ import annotations

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import Dataset
from napari_dinosar.docks.landmarks.panels.words import number_of
from napari_dinosar.editing.import_plan import Plan, photos_of
from napari_dinosar.editing.importing import Import


def new_words(found: Import, dataset: Dataset) -> str:
    """Return what a new project would hold."""
    lost = [one.specimen_id for one in dataset.specimens if found.photo(one.file_name) is None]
    specimens = number_of(len(dataset.specimens) - len(lost), "specimen")
    said = [f"{specimens} on {number_of(len(photos_of(found, dataset)), 'photo')}."]
    if lost:
        said.append(f"Left out, since their photos were not found: {listed(lost)}.")
    return " ".join(said)


def plan_words(plan: Plan) -> str:
    """Return what would come into the project that is open."""
    done = "The project has all of it already: nothing would change."
    if plan.edit.edits:
        come = f"{number_of(plan.n_photos, 'photo')} and {number_of(plan.n_specimens, 'specimen')}"
        done = f"{come} come in; {number_of(plan.n_points, 'landmark')} would be set."
    return " ".join((done, *plan.notes))
