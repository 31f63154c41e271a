"""Landmark editing without a window: where a person is, what a key does, what comes next.

`editor.Editor` is the model that docks, canvas tools and scripts act on alike; `keys` is the one
table of keys. Nothing here knows Qt or napari.
"""
