"""Write docs/settings.md from the settings themselves: python tools/settings_page.py."""

from __future__ import annotations

from pathlib import Path

from napari_dinosar.settings import Option, defaults, options

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"

HEAD = """\
# Settings

These decide the numbers of a comparison. The dock, the command line and `run.yaml` show the same
ones: `tps_cell_size` in Python and in `run.yaml` is `--tps-cell-size` on the command line.
This page is made by `tools/settings_page.py`.
"""


def page() -> str:
    """Return the page as Markdown."""
    parts = [HEAD]
    group = ""
    for name, option in options().items():
        if option.group != group:
            group = option.group
            parts.append(f"\n## {group}\n\n| setting | default | values | what it does |")
            parts.append("|---|---|---|---|")
        parts.append(
            f"| `{name}` | {_default(option, defaults()[name])} | {_values(option)} | "
            f"{option.help}{_flags(option)} |"
        )
    return "\n".join(parts) + "\n"


def _default(option: Option, value: object) -> str:
    if value is None:
        return option.when_none
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`"


def _values(option: Option) -> str:
    if option.choices:
        before = {"choices": "one or more of "}.get(option.kind, "")
        after = {"model": ", or a file"}.get(option.kind, "")
        return before + ", ".join(f"`{choice}`" for choice in option.choices) + after
    if option.kind == "switch":
        return "on, off"
    if option.kind == "integers":
        return "whole numbers"
    if option.minimum == float("-inf"):
        return "whole number"
    unit = f" {option.unit}" if option.unit else ""
    return f"{option.minimum:.10g} to {option.maximum:.10g}{unit}"


def _flags(option: Option) -> str:
    if not option.aliases:
        return ""
    return " Also " + ", ".join(f"`{alias}`" for alias in option.aliases) + "."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
