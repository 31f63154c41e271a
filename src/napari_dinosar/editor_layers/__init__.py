"""Specimens of a landmark project as napari layers: points, skeleton, and how states look. No Qt."""
