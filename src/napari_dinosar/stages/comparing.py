"""The stages that compare: best matches, correspondences and homologous cells."""

from __future__ import annotations

from collections.abc import Generator

from napari_dinosar.core.homology import CellSide, Homology, HomologyOptions, compute_homology
from napari_dinosar.core.matching import Matches, attention_matches, demo_matches
from napari_dinosar.core.similarity import BestMatches, best_matches
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Specimen
from napari_dinosar.stages.inputs import Inputs
from napari_dinosar.stages.run import Progress, Run


def match_patches(
    run: Run, a: Specimen, b: Specimen
) -> Generator[Progress, None, tuple[BestMatches, Matches] | None]:
    """Find best matches both ways and the correspondences to show, unless only cells count."""
    yield run.begin("Matching patches")
    if run.settings.matching_mode == "tps_homology":
        return None
    with run.timed("match"):
        best = best_matches(a.side.flat_tokens, b.side.flat_tokens, agg=run.settings.layer_agg)
        correspondences = _correspondences(a, b, best, run.settings)
    run.warn(*correspondences.warnings)
    return best, correspondences


def compare_cells(
    run: Run, a: Specimen, b: Specimen, inputs: Inputs
) -> Generator[Progress, None, Homology | None]:
    """Lay the grid of homologous cells over both specimens and compare cell with cell."""
    yield run.begin("Comparing homologous cells")
    pair, settings = inputs.pair, run.settings
    if pair is None or settings.matching_mode == "similarity":
        if inputs.consensus is not None:
            run.note("The saved consensus has no effect: it counts with landmarks on both photos.")
        return None
    xy_a, xy_b = pair.xy_a, pair.xy_b
    if inputs.consensus is not None:
        order = inputs.consensus.order(pair.labels)
        xy_a, xy_b = xy_a[order], xy_b[order]
        spare = [name for name in pair.labels if name not in inputs.consensus.names]
        if spare:
            run.note(f"The saved consensus has no landmark {', '.join(spare)}: not used.")
    with run.timed("homology"):
        homology = compute_homology(
            a.canvas.map.to_canvas(xy_a),
            b.canvas.map.to_canvas(xy_b),
            _cell_side(a),
            _cell_side(b),
            agg=settings.layer_agg,
            options=homology_options(settings),
            saved=inputs.consensus,
        )
    run.warn(*pair.warnings, *homology.warnings)
    return homology


def homology_options(settings: Settings) -> HomologyOptions:
    """Return what the settings say of the grid and its cells."""
    return HomologyOptions(
        cell_size=settings.tps_cell_size,
        rows=settings.tps_rows,
        cols=settings.tps_cols if settings.tps_cols is not None else settings.tps_rows,
        pad_cells=settings.tps_pad_cells,
        snap=settings.tps_snap,
        samples=settings.tps_samples,
        smoothing=settings.tps_smoothing,
        min_coverage=settings.tps_min_coverage,
        use_outside_hull=settings.use_outside_hull,
    )


def _correspondences(a: Specimen, b: Specimen, best: BestMatches, settings: Settings) -> Matches:
    if settings.match_flavor == "attention" and a.attention is not None:
        return attention_matches(a.side, b.side, best, a.attention, settings.top_matches)
    return demo_matches(
        a.side,
        b.side,
        best,
        agg=settings.layer_agg,
        mutual=settings.demo_mutual,
        ratio=settings.demo_ratio,
        topn=settings.demo_topn,
        verify=settings.demo_verify,
        ransac_reproj=settings.demo_ransac_reproj,
        mirror=settings.demo_mirror,
        seed=settings.seed,
    )


def _cell_side(specimen: Specimen) -> CellSide:
    side = specimen.side
    return CellSide(
        tokens=side.tokens,
        valid=side.valid,
        mask=specimen.canvas.mask,
        patch_size=side.patch_size,
    )
