"""The editor on napari's canvas: layers, mouse, loupe, ruler and the seed of the mask."""
