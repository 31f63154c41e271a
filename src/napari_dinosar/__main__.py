"""``python -m napari_dinosar`` is the command line."""

from napari_dinosar.cli import main

raise SystemExit(main())
