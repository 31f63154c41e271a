"""The page of settings in docs/ says what the settings are."""

import importlib.util
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "settings_page.py"


def test_the_page_is_up_to_date():
    spec = importlib.util.spec_from_file_location("settings_page", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page()
