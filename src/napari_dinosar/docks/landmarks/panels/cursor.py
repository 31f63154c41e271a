"""Whether the cursor of an editor stands on something that can be shown."""

from __future__ import annotations

from napari_dinosar.editing.editor import Editor


def stands(editor: Editor) -> bool:
    """Tell whether there is a current landmark of a current specimen.

    A project may have no photos yet, or no landmarks.
    """
    return editor.project is not None and editor.cursor is not None and bool(editor.schema.names)
