"""Looking closer in the canvas: mouse, keys, and the layers of what is selected."""
