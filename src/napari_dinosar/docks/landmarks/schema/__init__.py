"""The dialog for the landmarks of a project."""
