"""The page Flags: cells and regions that are left out, in the canvas and on disk."""
