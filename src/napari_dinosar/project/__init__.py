"""A landmark project on disk: a COCO keypoints file, its photos, and every edit of them kept.

`store.Project` opens, edits and saves one; what it holds at a moment is a `state.ProjectState`, and
what may happen to that is an edit of `edits`. Nothing here knows of networks, windows or napari.
"""
