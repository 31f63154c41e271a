"""The dock of tables: all cells and all matches."""
