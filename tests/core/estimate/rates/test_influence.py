"""The change that one patient makes: exact fits, the one-step ranking, and where no ratio is left."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.cells import Factor, cells
from ivig_core.estimate.fit import fit
from ivig_core.estimate.rates.influence import leave_one_out


def data_of(counts):
    """(infections off, on, days off, on) per patient."""
    rows = np.array(counts, float)
    stratum = np.repeat(np.arange(len(rows)), 2)
    infections, days = rows[:, :2].ravel(), rows[:, 2:].ravel()
    return cells(stratum, days, infections, [Factor("exposure", ("on_ivig",), np.tile([0, 1], len(rows)))])


def test_every_change_is_that_of_a_fit_without_the_patient():
    rng = np.random.default_rng(3)
    data = data_of([[rng.poisson(3) + 1, rng.poisson(2), 200 + 9 * n, 150 + 5 * n] for n in range(30)])
    found = leave_one_out(data, "on_ivig", exact=30)
    full = fit(data).maximum.beta[0]
    for patient, log_irr in zip(found.patient, found.log_irr, strict=True):
        alone = fit(data.keep(data.cluster != patient)).maximum.beta[0]
        assert log_irr == pytest.approx(alone, abs=1e-10)
    assert found.change == pytest.approx(found.log_irr - full)
    assert (np.diff(np.abs(found.change)) <= 1e-12).all()


def test_one_step_ranks_as_fits_do():
    rng = np.random.default_rng(5)
    data = data_of([[rng.poisson(2) + 1, rng.poisson(2), 300, 200] for _ in range(60)] + [[1, 25, 300, 20]])
    quick, slow = leave_one_out(data, "on_ivig", exact=0), leave_one_out(data, "on_ivig", exact=61)
    assert quick.patient[0] == slow.patient[0] == 60
    assert set(quick.patient[:5]) == set(slow.patient[:5])
    by_patient = dict(zip(slow.patient, slow.change, strict=True))
    near = np.array([by_patient[patient] for patient in quick.patient[1:]])
    assert quick.change[1:] == pytest.approx(near, rel=0.05, abs=1e-4)


def test_a_patient_without_whom_there_is_no_ratio_comes_first():
    found = leave_one_out(data_of([[2, 3, 100, 100], [1, 0, 100, 50]]), "on_ivig")
    # Without patient 0 no infection on IVIG is left: no log ratio.
    assert found.patient[0] == 0
    assert np.isnan(found.change[0])


def test_no_ratio_with_everybody():
    assert leave_one_out(data_of([[1, 0, 100, 50]]), "on_ivig") is None
