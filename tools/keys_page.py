"""Write docs/keys.md from the tables of keys themselves: python tools/keys_page.py."""

from __future__ import annotations

from pathlib import Path

from napari_dinosar.editing import keys as editor
from napari_dinosar.editing.keys import Key
from napari_dinosar.inspection import keys as inspection

PAGE = Path(__file__).parent.parent / "docs" / "keys.md"

HEAD = """\
# Keys

On a Mac `Control` is the Command key. This page is made by `tools/keys_page.py`.
"""

EDITOR = """
## The landmark editor

They work on the canvas as long as the specimen's landmarks, photo or skeleton are the active layer,
and in the Landmarks dock except inside text fields. On these layers of ours Backspace, A and the
arrow keys are taken from napari on purpose; on all other layers they do what napari says.
"""

INSPECTION = """
## Looking closer

They work on the canvas as long as a photo or a layer that a comparison made is the active one, and
in the docks Inspect and Tables except inside text fields. On all other layers they do what napari
says, and on a photo in the landmark editor what that says.
"""


def page() -> str:
    """Return the page as Markdown."""
    parts = [HEAD, EDITOR, *_tables(editor.KEYS), INSPECTION, *_tables(inspection.KEYS)]
    return "\n".join(parts) + "\n"


def _tables(keys: tuple[Key, ...]) -> list[str]:
    """Return one table for each group of keys."""
    parts: list[str] = []
    group = ""
    for row in keys:
        if row.group != group:
            group = row.group
            parts.append(f"\n### {group}\n\n| key | what it does |\n|---|---|")
        does = f"**{row.title}.** {row.more}".strip()
        parts.append(f"| {' or '.join(map(_shown, row.keys))} | {does} |")
    return parts


def _shown(key: str) -> str:
    words = [word.upper() if len(word) == 1 else word for word in key.split("-")]
    return "+".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
