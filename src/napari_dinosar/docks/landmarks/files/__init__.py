"""Making, opening, importing and exporting landmark projects, with their dialogs."""
