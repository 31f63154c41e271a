"""Saving, recovering, merging, and leaving a project."""
