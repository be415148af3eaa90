"""The case series on public data of the R package SCCS 1.7, model by model against R: 21 models on 10 data sets.

The data are not ours to redistribute (see the README beside them): the tests skip where the folder is absent.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.reference import sccs
from tests.paths import SHARED_VALIDATION

FOLDER = SHARED_VALIDATION / "sccs_real"
EXPECTED = FOLDER / "sccs_expected.json"
CASES = json.loads(EXPECTED.read_text(encoding="utf-8"))["cases"] if EXPECTED.exists() else []
ABSENT = "the public case-series data are not at hand (validation/sccs_real)"
NAMES = [f"{case['file'].removesuffix('.csv')}-{number}" for number, case in enumerate(CASES)]
WITHIN = 1e-6


@cache
def data(file: str) -> Cohort:
    cohort = read_cohort(Path(FOLDER / file)).cohort
    assert cohort is not None
    return cohort


@pytest.mark.skipif(not CASES, reason=ABSENT)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_days_infections_and_every_term_equal_r(case):
    """R 4.2.2, gnm 1.1-2: `gnm(n ~ state [+ time band], eliminate = id, family = poisson, offset = log(days))` on
    day-by-day cells. A term without infections has the exact one-sided 97.5 % bound.
    """
    cohort, spec = data(case["file"]), AnalysisSpec().change(**case["set"])
    time = Study(cohort).time(spec).table
    cells = time.groupby(time["state"].astype(str))[["days", "infections"]].sum()
    assert {name: tuple(row) for name, row in cells.iterrows()} == {
        name: (cell["days"], cell["n"]) for name, cell in case["cells"].items()
    }
    got, want = sccs(cohort, **case["set"]), pd.DataFrame(case["terms"]).set_index("term")
    want = want.reindex(columns=["log_irr", "se", "upper"]).astype(float)
    rows = got.loc[want.index]
    np.testing.assert_allclose(rows["log_irr"].astype(float), want["log_irr"], rtol=0, atol=WITHIN)
    np.testing.assert_allclose(rows["se"].astype(float), want["se"], rtol=0, atol=WITHIN)
    empty = want["upper"].notna()
    assert (rows["status"] == np.where(empty, "no_events_exposed", "ok")).all()
    np.testing.assert_allclose(rows.loc[empty, "ci_high"].astype(float), want.loc[empty, "upper"], rtol=0, atol=WITHIN)
    # No term has an estimate that R was not asked about.
    assert set(got.index[got["status"] == "ok"]) == set(want.index[~empty])


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_all_models_are_there():
    assert len(CASES) == 21
    assert len({case["file"] for case in CASES}) == 10
