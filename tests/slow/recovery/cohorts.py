"""Thousands of small cohorts from one simulation, analysed on all processors, the same numbers for the same seed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.bias_reduced_fit import FIRTH
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.contrast import OK
from ivig_core.estimate.fit import fit, ratio_rows, term_row
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.simulate.generator import simulate_blocks
from ivig_core.simulate.model import SimulationModel
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.terms import ON

COHORTS = 2000
PATIENTS = 43
"""Patients on IVIG in the study of 2026."""
SEED = 20261121
"""Fixed before the first run and never tuned."""
PIECE = 20
"""Cohorts in one file."""
LARGER = (2, 4, 10)
"""So many cohorts are also put together and analysed as one, to see a bias shrink; each divides `PIECE`."""

FULL = {"pre_exposure_days": "30", "adjust_for": "phase,season,time"}
"""Settings of the model that generated the data."""
INTERVALS = ("wald", "profile", "robust")
WALD = "full, wald"
BIAS_REDUCED = "full, firth"
ANALYSES = ("full", *(f"full, {kind}" for kind in INTERVALS), BIAS_REDUCED, "crude")
"""The generating model with the default interval (`auto`), the same with each kind of interval, the same with Firth's
penalty, and the crude model."""
ENDPOINTS = {"all_grades": {}, "grade_3_plus": {"min_grade": "3"}}


def analyse_cohorts(model: SimulationModel, cohorts: int = COHORTS, seed: int = SEED) -> pd.DataFrame:
    """The row of the term on IVIG, one per cohort × endpoint × analysis.

    Columns: `size` (patients in the cohort), `endpoint`, `analysis`, `treated` (patients with a day on IVIG) and those
    of `estimate.result.RatioRow`. Patients are drawn independently of each other and of how many there are, and their
    order means nothing: so cohort k is patients 43 k + 1 .. 43 k + 43 of one simulation. Larger cohorts are consecutive
    small ones put together, with the analysis "full, wald" only.
    """
    # One thread per process: the matrices are tiny, and threads would fight over the processors.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with multiprocessing.get_context("spawn").Pool() as pool:
        # imap keeps the order of the pieces, whichever is ready first, and draws a piece only when there is room.
        table = pd.concat(pool.imap(analyse_piece, pieces(model, cohorts, seed)), ignore_index=True)
    assert (table["size"] == PATIENTS).sum() == cohorts * len(ENDPOINTS) * len(ANALYSES)
    return table


def pieces(model: SimulationModel, cohorts: int, seed: int) -> Iterator[bytes]:
    """One simulation as cohort files of 20 cohorts each."""
    held: list[pd.DataFrame] = []
    current = drawn = 0
    for block in simulate_blocks(model, cohorts * PATIENTS, seed):
        code, ids = pd.factorize(block["patient_id"])
        for piece, rows in block.groupby((drawn + code) // (PIECE * PATIENTS)):
            if piece != current:
                yield _file(held)
                held, current = [], piece
            held.append(rows)
        drawn += len(ids)
    yield _file(held)


def _file(frames: list[pd.DataFrame]) -> bytes:
    return pd.concat(frames).to_csv(index=False, lineterminator="\n").encode()


def analyse_piece(file: bytes) -> pd.DataFrame:
    """Read one file as an upload is read, cut it into cohorts and analyse each."""
    whole = read_cohort(file).cohort
    assert whole is not None
    assert len(whole) % PATIENTS == 0
    rows = [row for cohort in cut(whole, PATIENTS) for row in analyse(cohort)]
    for times in LARGER:
        rows += [row for cohort in cut(whole, times * PATIENTS) for row in analyse_large(cohort)]
    return pd.DataFrame(rows)


def cut(whole: Cohort, size: int) -> Iterator[Cohort]:
    """Consecutive cohorts of `size` patients; patients left over at the end are in none."""
    number = np.arange(len(whole)) // size
    for k in range(len(whole) // size):
        yield whole.subset(number == k)


def analyse(cohort: Cohort) -> Iterator[dict]:
    """The term on IVIG of one cohort under every endpoint and analysis, by the way that the dashboard goes."""
    study = Study(cohort)
    for endpoint, counted in ENDPOINTS.items():
        crude, full = AnalysisSpec().change(**counted), AnalysisSpec().change(**counted, **FULL)
        reduced = bias_reduced(sccs_cells(study.time(full), full.model))
        rows = [*by_interval(study, full), reduced, on_ivig(study, crude)]
        for analysis, row in zip(ANALYSES, rows, strict=True):
            yield _named(study, endpoint, analysis, row)


def analyse_large(cohort: Cohort) -> Iterator[dict]:
    """The generating model with its Wald interval only."""
    study = Study(cohort)
    for endpoint, counted in ENDPOINTS.items():
        row = on_ivig(study, AnalysisSpec().change(**counted, **FULL, ci_method="wald"))
        yield _named(study, endpoint, WALD, row)


def _named(study: Study, endpoint: str, analysis: str, row: dict) -> dict:
    time = study.time(AnalysisSpec()).table
    treated = int(time.loc[time["state"] == ON, "patient"].nunique())
    return {"size": len(study.full), "endpoint": endpoint, "analysis": analysis, "treated": treated, **row}


def by_interval(study: Study, spec: AnalysisSpec) -> list[dict]:
    """The term with the default interval, then with each kind; one fit serves all of these."""
    row = on_ivig(study, spec)
    if row["status"] != OK:
        return [row] * (1 + len(INTERVALS))
    fitted = fit(sccs_cells(study.time(spec), spec.model))
    return [row, *(asdict(term_row(fitted, "sccs", ON, kind)) for kind in INTERVALS)]


def bias_reduced(data: Cells) -> dict:
    """The term with Firth's penalty, also where its ratio would be 0 or ∞ without."""
    return asdict(ratio_rows(data, "sccs", FIRTH, [ON])[0])


def on_ivig(study: Study, spec: AnalysisSpec) -> dict:
    """The row of the term on IVIG."""
    table = sccs(study, spec)
    return table.loc[table["term"] == ON].iloc[0].to_dict()
