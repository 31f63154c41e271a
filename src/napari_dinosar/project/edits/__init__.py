"""All that can happen to a project, as plain data: what changes, and what would undo it."""

from napari_dinosar.project.edits.base import Edit, ProtectedError, Together
from napari_dinosar.project.edits.points import (
    Accept,
    Clear,
    Place,
    Propose,
    SetPoint,
    SetState,
)
from napari_dinosar.project.edits.project import AddPhotos, ChangeSchema, PutPhotos, RemovePhotos
from napari_dinosar.project.edits.specimens import (
    AddSpecimen,
    PutSpecimen,
    Remark,
    RemoveSpecimen,
)

__all__ = [
    "Accept",
    "AddPhotos",
    "AddSpecimen",
    "ChangeSchema",
    "Clear",
    "Edit",
    "Place",
    "Propose",
    "ProtectedError",
    "PutPhotos",
    "PutSpecimen",
    "Remark",
    "RemovePhotos",
    "RemoveSpecimen",
    "SetPoint",
    "SetState",
    "Together",
]
