"""The list of landmarks with their states."""
