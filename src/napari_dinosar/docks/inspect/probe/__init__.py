"""The page Probe: what the network finds like a place, in the canvas and in numbers."""
