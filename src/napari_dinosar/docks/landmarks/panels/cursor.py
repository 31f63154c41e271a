"""Whether the cursor of an editor stands on something that can be shown."""

from __future__ import annotations

from napari_dinosar.editing.editor import Editor


def stands(editor: Editor) -> bool:
    """Tell whether there is a current landmark of a current specimen.

    Between an edit and the cursor that follows it a specimen or a landmark may be gone.
    """
    cursor = editor.cursor
    if editor.project is None or cursor is None or editor.on(cursor.side) is None:
        return False
    return cursor.landmark < len(editor.schema.landmarks)
