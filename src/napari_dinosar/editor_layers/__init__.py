"""Specimens of a landmark project as napari layers: points, skeleton, looks of states. No Qt."""
