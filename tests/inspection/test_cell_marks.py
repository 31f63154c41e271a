"""Which cells of a run are marked in its figures: as in the window, and as in its folder."""

import numpy as np

from findings_made import made
from napari_dinosar.findings.flags import FlaggedRegion, FlagSheet, Remark
from napari_dinosar.inspection.cell_marks import cell_marks, marks_of_run, shown_marks
from napari_dinosar.inspection.flags import Flags
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.io.flag_files import write_flags
from napari_dinosar.io.run_folder import write_findings
from noise_made import noise_of


def test_cells_that_count_nowhere_are_marked_where_somebody_flagged_them():
    findings = made()
    unused, used = np.argwhere(~findings.cells.used)[0], np.argwhere(findings.cells.used)[0]
    flags = Flags(findings)
    flags.flag_cells([tuple(unused), tuple(used)], "pin")
    expected = np.zeros(findings.cells.shape, bool)
    expected[[unused[0], used[0]], [unused[1], used[1]]] = True
    found = cell_marks(findings, None, flags.sheet)
    np.testing.assert_array_equal(found.left_out, expected)
    assert (found.n_left_out, found.n_under_noise, found.under_noise) == (2, 0, None)
    width, height = findings.a.size_xy
    everything = FlaggedRegion(
        "a", [(0, 0), (width, 0), (width, height), (0, height)], Remark("leg")
    )
    found = cell_marks(findings, None, FlagSheet((), (everything,)))
    np.testing.assert_array_equal(found.left_out, findings.cells.used)


def test_the_window_and_the_folder_mark_the_same(tmp_path):
    findings = made()
    inspection = Inspection()
    inspection.show(findings, noise=noise_of(findings))
    inspection.flags.flag_cells([(1, 2)], "pin")
    shown = shown_marks(inspection, findings)
    assert shown.n_left_out == 1
    np.testing.assert_array_equal(shown.under_noise, inspection.noise.is_noise)
    assert shown_marks(inspection, made()).under_noise is None
    folder = write_findings(tmp_path / "run", findings)
    write_flags(folder, inspection.flags.sheet, findings)
    kept = marks_of_run(folder, findings)
    np.testing.assert_array_equal(kept.left_out, shown.left_out)
    assert kept.under_noise is None
