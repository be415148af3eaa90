"""Many studies at once give what the case series gives of each."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.cells import Factor, cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.whatif.size.lives import LifeModel, draw_lives
from ivig_core.estimate.whatif.size.many_series import many_series

MODEL = LifeModel(np.array([300, 700]), 2 / 365.25, 0.6, trigger=6.0)
STUDIES, PATIENTS = 12, 25


def one_by_one(days: np.ndarray, infections: np.ndarray):
    """The row on IVIG of one study by `estimate.fit`."""
    patients, levels = days.shape
    stratum = np.repeat(np.arange(patients), levels)
    code = np.tile(np.arange(levels), patients)
    kept = days.ravel() > 0
    factor = Factor("exposure", ("on_ivig", "pre_ivig")[: levels - 1], code[kept])
    data = cells(stratum[kept], days.ravel()[kept], infections.ravel()[kept], [factor])
    return ratio_rows(data, "sccs", "profile")[0]


@pytest.mark.parametrize("before", [0, 30, 60])
def test_as_the_case_series_of_each_study(before):
    lives = draw_lives(np.random.default_rng(5), MODEL, STUDIES * PATIENTS)
    days, infections = (each.reshape(STUDIES, PATIENTS, -1) for each in lives.levels(before))
    found = many_series(days, infections, 0.6)
    rows = [one_by_one(*study) for study in zip(days, infections, strict=True)]
    assert all(row.status == "ok" for row in rows)
    assert found.log_ratio == pytest.approx([row.log_irr for row in rows], abs=1e-7)
    assert found.p_value == pytest.approx([row.p_value for row in rows], abs=1e-7)
    held = [row.ci_low <= 0.6 <= row.ci_high for row in rows]
    assert found.covers.tolist() == held


def test_studies_without_a_ratio():
    days = np.array([[[300, 60], [300, 60]]] * 4)
    days[3] = [[360, 0], [0, 360]]
    infections = np.array([[[4, 0], [3, 0]], [[0, 2], [0, 1]], [[0, 0], [0, 0]], [[3, 0], [0, 2]]])
    found = many_series(days, infections, 0.6)
    assert found.log_ratio[:2].tolist() == [-np.inf, np.inf]
    assert np.isnan(found.log_ratio[2:]).all()
    assert found.p_value[2:].tolist() == [1.0, 1.0]
    # 7 infections, all on 300 of 360 days: twice the log-likelihood at ratio 0 over that at 1 is −14 log(5/6).
    assert found.p_value[0] == pytest.approx(0.11007, abs=1e-4)
    assert found.covers.tolist() == [True, False, False, False]
