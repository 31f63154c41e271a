"""The science: canvas, landmarks, shape, foreground, matching, homology, scores.

Everything here works on numpy arrays and small frozen dataclasses; nothing here knows of networks,
windows or napari.
"""
