"""Infections per patient over time: by hand, against R survival, and without a day lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.estimate.intervals import Z
from ivig_core.estimate.rates.mean_cumulative import curve, mean_cumulative, values_at
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.persontime.strategies import COHORTS, specs
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()

# R 4.2.2, survival 3.5-3, every day of a patient in a period as one row, (t − 1, t] on the clock of that period:
# f <- survfit(Surv(t - 1, t, n > 0) ~ 1, id = id); f$cumhaz and f$std.chaz at the last time up to 182, 365, 730 days
# and at the end. No patient has two infections on one day. "all": days of patients never on IVIG are off.
R = {
    ("sim43", "exposed", "on_ivig"): (
        (0.66819499315124, 0.19072371160276), (1.2583898601414, 0.2718372725548),
        (2.4817775835292, 0.43937198108699), (2.4817775835292, 0.43937198108699),
    ),
    ("sim43", "exposed", "observation"): (
        (1.241448022698, 0.22055404119898), (2.5256782175331, 0.41422155209429),
        (4.1877848342752, 0.61938389588025), (7.0667530882435, 0.81626568917821),
    ),
    ("sim43", "exposed", "reference"): (
        (0.53333333333333, 0.32569015040998), (1.5333333333333, 0.74196935146845),
        (1.5333333333333, 0.74196935146845), (1.5333333333333, 0.74196935146845),
    ),
    ("sim43", "all", "observation"): (
        (1.1469335123744, 0.19920019317042), (2.4069183888908, 0.38069532309947),
        (3.9165084166148, 0.57299928919148), (6.795476670583, 0.7734877533587),
    ),
    ("sim500", "exposed", "on_ivig"): (
        (0.60762562787307, 0.044342879196624), (1.1538858594739, 0.069096945867762),
        (1.9128409665594, 0.13334669018959), (2.4553734340918, 0.30377780371131),
    ),
    ("sim500", "exposed", "observation"): (
        (1.0457203849338, 0.063679981490113), (2.0665225250855, 0.11014670543336),
        (3.7376471068714, 0.18200218906016), (6.7386487723746, 0.74129646021096),
    ),
    ("sim500", "exposed", "reference"): (
        (0.9514826537234, 0.129452385363), (1.8468444379897, 0.22314789744834),
        (3.5883339750715, 0.36735272654513), (8.249884528964, 1.2986672454274),
    ),
    ("sim500", "all", "observation"): (
        (1.0251224939731, 0.057298226495834), (2.0210139954919, 0.099115505358522),
        (3.7057685484031, 0.16371417064719), (8.2649847559168, 1.0323534004247),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "population", "period"), R)
def test_estimate_and_robust_error_equal_survfit(name, population, period):
    study = Study(reference_cohort(name))
    table = mean_cumulative(study.time(SPEC), study.infections(SPEC), population).set_index("period").loc[period]
    got = [table[table["time"] <= day].iloc[-1][["mean", "se"]].tolist() for day in (182, 365, 730, 10_000)]
    np.testing.assert_allclose(got, R[name, population, period], rtol=1e-10)


def test_by_hand():
    """Days 3, 5, 5; infections on days 2 and 4 of the second patient, day 2 of the third.

    M(2) = 2/3, M(4) = 2/3 + 1/2. Terms of the variance on day 2: (0 − 2/3)/3, (1 − 2/3)/3, (1 − 2/3)/3; on day 4 with
    two at risk: none, (1 − 1/2)/2, (0 − 1/2)/2.
    """
    table = curve(np.array([3, 5, 5]), np.array([1, 1, 2]), np.array([2, 4, 2]))
    assert table["time"].tolist() == [2, 3, 4, 5]
    assert table["at_risk"].tolist() == [3, 3, 2, 2]
    assert table["infections"].tolist() == [2, 0, 1, 0]
    assert table["left"].tolist() == [0, 1, 0, 2]
    np.testing.assert_allclose(table["mean"], [2 / 3, 2 / 3, 7 / 6, 7 / 6])
    day_2 = (2 / 9) ** 2 + 2 * (1 / 9) ** 2
    day_4 = (2 / 9) ** 2 + (1 / 9 + 1 / 4) ** 2 + (1 / 9 - 1 / 4) ** 2
    np.testing.assert_allclose(table["se"] ** 2, [day_2, day_2, day_4, day_4])
    assert table["ci_high"].isna().all()


def test_limits_are_those_of_the_log_scale():
    table = curve(np.full(6, 9), np.array([0, 0, 1]), np.array([3, 5, 5]))
    reach = np.exp(Z * table["se"] / table["mean"])
    np.testing.assert_allclose(table["ci_low"], table["mean"] / reach)
    np.testing.assert_allclose(table["ci_high"], table["mean"] * reach)


def test_no_limits_before_the_first_infection_nor_with_fewer_than_five_at_risk():
    table = curve(np.array([2, 9, 9, 9, 9, 7]), np.array([1, 2]), np.array([4, 8])).set_index("time")
    assert table["ci_high"].isna().to_dict() == {2: True, 4: False, 7: False, 8: True, 9: True}


def test_two_infections_of_a_day_count_twice():
    assert curve(np.array([4, 4]), np.array([0, 0]), np.array([2, 2]))["mean"].iloc[-1] == 1


def test_days_of_a_period_are_put_end_to_end():
    """Doses on days 10 and 60 make days 10–40 and 60–90 on IVIG: day 62 is the 34th of them, day 45 the 15th off."""
    study = Study(cohort(Patient(days=100, doses=[10, 60], infections=[62, 45])))
    table = mean_cumulative(study.time(SPEC), study.infections(SPEC), "exposed")
    hit = table[table["infections"] > 0]
    assert dict(zip(hit["period"], hit["time"], strict=True)) == {"on_ivig": 34, "observation": 15}
    assert table.groupby("period")["time"].max().to_dict() == {"on_ivig": 62, "observation": 38}


@settings(derandomize=True, max_examples=20, deadline=None)
@given(people=COHORTS, spec=specs(), population=st.sampled_from(["exposed", "all"]))
def test_days_and_infections_are_those_of_the_rates(people, spec, population):
    study, one = Study(cohort(*people)), spec.change(window_cuts=(), population=population)
    table = mean_cumulative(study.time(one), study.infections(one), population)
    rates = incidence_rates(study, one).set_index("period")
    for name in ("on_ivig", "observation", "reference"):
        part = table[table["period"] == name]
        want = rates.loc[name] if name in rates.index else {"person_days": 0, "infections": 0, "patients": 0}
        assert (part["time"] * part["left"]).sum() == want["person_days"]
        assert part["infections"].sum() == want["infections"]
        assert part["left"].sum() == want["patients"]
        assert np.isfinite(part[["mean", "se"]].to_numpy()).all()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.lists(st.integers(1, 12), max_size=4)), min_size=1, max_size=7))
def test_variance_is_the_sum_over_patients_of_the_definition(people):
    days = np.array([days for days, _ in people])
    events = [(at, day) for at, (last, when) in enumerate(people) for day in when if day <= last]
    patient, time = (np.array([event[k] for event in events], int) for k in (0, 1))
    table = curve(days, patient, time)
    for t, se in zip(table["time"], table["se"], strict=True):
        want = 0.0
        for at, last in enumerate(days):
            parts = [
                (sum(e == (at, s) for e in events) - sum(e[1] == s for e in events) / (days >= s).sum())
                / (days >= s).sum()
                for s in range(1, min(t, last) + 1)
            ]
            want += sum(parts) ** 2
        assert se**2 == pytest.approx(want, abs=1e-12)


def test_values_on_a_day_need_somebody_with_so_many_days():
    built = cohort(*[Patient(days=30 + k, infections=[9]) for k in range(3)])
    study = Study(built)
    curves = mean_cumulative(study.time(SPEC), study.infections(SPEC), "exposed")
    (row,) = values_at(curves, 31.5).to_dict("records")
    assert (row["period"], row["at_risk"], row["infections"], row["mean"]) == ("reference", 1, 3, 1.0)
    (early,), (late,) = (values_at(curves, day).to_dict("records") for day in (5, 40))
    assert (early["at_risk"], early["mean"]) == (3, 0.0)
    assert late["at_risk"] == 0
    assert np.isnan(late["mean"])


def test_no_day_no_curve():
    study, spec = Study(cohort(Patient(days=10, infections=[3]))), SPEC.change(exclude_first_days=30)
    assert mean_cumulative(study.time(spec), study.infections(spec), "exposed").empty
