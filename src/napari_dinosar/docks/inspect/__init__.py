"""The Inspect dock: cells and matches closer, the probe, flags, and the context of the numbers."""
