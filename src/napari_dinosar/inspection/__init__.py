"""Looking closer at a comparison: probes, selected and flagged cells, what is noise. No window."""
