"""Qt: one module per dock widget. They read settings, start the worker and show layers."""
