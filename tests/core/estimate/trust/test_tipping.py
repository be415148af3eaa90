"""Tipping points against two-by-two tables solved by hand, and against records that were really taken away."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.estimate.cells import Factor, cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.trust.tipping import moved, tipping
from ivig_core.terms import ON

Z = 1.959963984540054


def table(on, off, days_on=400, days_off=600, patients=1):
    """Patients alike, with infections and days on and off IVIG."""
    patient = np.repeat(np.arange(patients), 2)
    codes = np.tile([1, 0], patients)
    infections = np.tile([float(on), float(off)], patients)
    return cells(patient, np.tile([days_on, days_off], patients), infections, [Factor("exposure", (ON,), codes)])


def by_hand(on, off, days_on, days_off):
    return on * days_off / (off * days_on) * math.exp(Z * math.sqrt(1 / on + 1 / off))


@settings(max_examples=20)
@given(st.integers(8, 60), st.integers(30, 200))
def test_one_patient_is_a_table_of_four_numbers(on, off):
    upper = by_hand(on, off, 400, 600)
    found = tipping(table(on, off), "wald", 30)
    if upper >= 1:
        assert (found.missed, found.moved, found.covered) == (0, 0, 0)
        return
    assert found.missed == pytest.approx(1 - upper)
    share = found.moved
    assert by_hand(on + share * off, off - share * off, 400, 600) == pytest.approx(1, abs=1e-3)
    if found.covered is not None:
        gone = min(found.covered * off * 31, 600 * found.covered)
        at_tip = by_hand(on + found.covered * off, off - found.covered * off, 400 + gone, 600 - gone)
        assert at_tip == pytest.approx(1, abs=1e-3)
        assert found.covered >= found.moved - 1e-4


def test_as_many_infections_as_are_said_to_be_missing_bring_the_limit_to_one():
    """Records on IVIG thinned to the share that tips: the whole of them, analysed with its own days, holds 1."""
    data = table(3, 10, patients=10)
    found = tipping(data, "wald", 30)
    assert 0 < found.missed < 1
    kept = 1 - found.missed
    row = ratio_rows(table(3, 10, days_on=400 * kept, patients=10), "sccs", "wald", (ON,))[0]
    assert row.ci_high == pytest.approx(1)


def test_nothing_is_lost_where_records_are_moved():
    data = table(3, 10, patients=4)
    after = moved(data, 0.3, 31)
    for name in ("infections", "days"):
        assert data.totals(getattr(after, name)) == pytest.approx(data.totals(getattr(data, name)))
    assert (after.days >= 0).all()


def test_patients_without_days_on_ivig_keep_theirs():
    data = cells(np.array([0, 0, 1]), np.array([300, 300, 600]), np.array([2.0, 6.0, 5.0]),
                 [Factor("exposure", (ON,), np.array([1, 0, 0]))])  # fmt: skip
    after = moved(data, 0.5)
    assert after.infections[data.stratum == 1].tolist() == [5.0]
    assert sorted(after.infections[data.stratum == 0]) == [3.0, 5.0]


def test_no_limit_means_no_question():
    with pytest.raises(ValueError, match="no upper limit"):
        tipping(table(4, 0), "wald", 30)


def test_no_infection_on_ivig_has_a_share_too():
    found = tipping(table(0, 40), "auto", 30)
    assert 0 < found.moved < 0.5
    assert found.missed is not None
