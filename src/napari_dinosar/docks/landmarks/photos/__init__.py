"""The list of a project's photos."""
