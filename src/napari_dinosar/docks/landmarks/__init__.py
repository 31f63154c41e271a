"""Qt: the landmark editor. Its parts show an `editing.editor.Editor` and call it."""
