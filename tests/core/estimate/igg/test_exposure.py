"""IgG as the exposure: against R, and by hand.

sim500, every step in R from the raw rows, day by day (R 4.2.2, gnm 1.1-2): a value (g/L × 100) holds from the next day
for 120 days; on IVIG from a dose to 30 days after it; progressive inside its rows; days without a value left out.

    a <- aggregate(cbind(n, t) ~ ., days[, c("id", "low", "on", "pr", "n", "t")], sum)   # patients with n > 0
    gnm(n ~ low, eliminate=id, family=poisson, data=a, offset=log(t), tolerance=1e-12)
    gnm(n ~ low + on + pr, …); gnm(n ~ lev, …) and gnm(n ~ lev + on + pr, …), reference ≥ 700
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from ivig_core.estimate.igg.exposure import (
    IGG_RATE_COLUMNS,
    IGG_RATIO_COLUMNS,
    igg_below,
    igg_by_level,
    igg_rates,
    known_days,
)
from ivig_core.estimate.rates.rates import rates
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.persontime.strategies import COHORTS, specs
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()
YEAR = 365.25
# cut, adjusted: log rate ratio, standard error
R_BELOW = {
    (700, False): (0.2879686412301, 0.0679969957179),
    (400, False): (0.1199097329003, 0.0506775878147),
    (200, False): (0.1377769433907, 0.0919643862812),
    (700, True): (0.0576570956572, 0.0718631474882),
    (400, True): (0.00310440215128, 0.0516987625610),
    (200, True): (0.0506206870578, 0.0923517393567),
}
R_COUNTS = {700: (1558, 334948, 298, 92660), 400: (772, 159953, 1084, 267655), 200: (143, 27458, 1713, 400150)}
R_LEVELS = {
    False: [(0.370719130946, 0.1084615882283), (0.300100390441, 0.0760808497567), (0.266595096856, 0.0724569925379)],
    True: [(0.0960768946985, 0.1118432561828), (0.0417157124024, 0.0803898198862), (0.0621407590554, 0.0754234950883)],
}


@pytest.fixture(scope="module")
def sim500():
    spec = SPEC.change(igg_blank_heavy_chain="total", adjust_for="phase", ci_method="wald")
    return Study(reference_cohort("sim500")).time(spec, ("igg",)), spec.model


def made(*patients: Patient, axes=("igg",), **changes):
    spec = SPEC.change(**changes)
    return Study(cohort(*patients)).time(spec, axes), spec.model


def low_for_40(**more) -> Patient:
    """IgG below 700 mg/dL on days 21–60 of 100, above it on the other 60."""
    return Patient(igg=[(-10, 800), (20, 500), (60, 900)], baseline={"heavy_chain": "IgA"}, **more)


@pytest.mark.parametrize(("cut", "adjusted"), R_BELOW)
def test_below_a_cut_agrees_with_r(sim500, cut, adjusted):
    time, model = sim500
    table = igg_below(time, cut, model, adjusted=adjusted)
    assert tuple(table.columns) == IGG_RATIO_COLUMNS
    (row,) = table.to_dict("records")
    assert (row["log_irr"], row["se"]) == pytest.approx(R_BELOW[cut, adjusted], abs=1e-6)
    assert (row["term"], row["cut"], row["adjusted"], row["status"]) == (f"igg_lt_{cut}", cut, adjusted, "ok")
    assert (row["patients"], row["infections"]) == (415, 1856)
    counts = ("infections_low", "person_days_low", "infections_high", "person_days_high")
    assert tuple(row[name] for name in counts) == R_COUNTS[cut]


@pytest.mark.parametrize("adjusted", [False, True])
def test_levels_in_one_model_agree_with_r(sim500, adjusted):
    time, model = sim500
    table = igg_by_level(time, model, adjusted=adjusted)
    assert table["term"].tolist() == ["igg_lt_200", "igg_200_399", "igg_400_699"]
    assert table[["log_irr", "se"]].to_numpy() == pytest.approx(np.array(R_LEVELS[adjusted]), abs=1e-6)
    assert set(table["infections_high"]) == {R_COUNTS[700][2]}
    assert table["infections_low"].sum() == R_COUNTS[700][0]


def test_one_patient_is_a_conditional_binomial():
    """One infection on 40 low days, one on 60 others: variance of the log ratio 1/1 + 1/1."""
    time, model = made(low_for_40(infections=[30, 80]), ci_method="wald")
    (row,) = igg_below(time, 700, model).to_dict("records")
    assert row["irr"] == pytest.approx(60 / 40)
    assert row["se"] == pytest.approx(sqrt(2))
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(
        tuple(exp(log(1.5) + z * sqrt(2)) for z in (-1.959964, 1.959964))
    )


def test_never_treated_patients_enter_and_unknown_days_do_not():
    treated = low_for_40(infections=[30, 80], doses=[10])
    late = Patient(days=400, infections=[5, 300], igg=[(10, 500)], baseline={"heavy_chain": "IgA"})
    time, model = made(treated, low_for_40(infections=[31, 81]), late)
    (row,) = igg_below(time, 700, model).to_dict("records")
    assert (row["patients"], row["informative_patients"], row["infections"]) == (2, 2, 4)
    assert row["person_days_low"] == 40 + 40 + 120


def test_igg_is_never_its_own_adjuster():
    people = [low_for_40(infections=[30, 80, 90], doses=[50]), low_for_40(infections=[22, 70], doses=[0])]
    plain, model = made(*people)
    more, with_igg = made(*people, adjust_for="igg")
    one = igg_below(plain, 700, model, adjusted=True)
    pd.testing.assert_frame_equal(one, igg_below(more, 700, with_igg, adjusted=True))
    assert one["irr"].iloc[0] != igg_below(plain, 700, model)["irr"].iloc[0]


def test_a_split_window_and_days_before_the_first_dose_are_adjusted_for():
    people = [low_for_40(infections=[30, 80, 55, 12], doses=[50]), low_for_40(infections=[5, 58, 65, 70], doses=[52])]
    one, model = made(*people, pre_exposure_days=30)
    parts, _ = made(*people, pre_exposure_days=30, window_cuts="7")
    joined = igg_below(parts, 700, model, adjusted=True)
    assert joined["log_irr"].iloc[0] == pytest.approx(igg_below(one, 700, model, adjusted=True)["log_irr"].iloc[0])


@pytest.mark.parametrize(
    ("patient", "status", "said"),
    [
        (Patient(infections=[30], igg=[(-10, 800)], baseline={"heavy_chain": "IgA"}), "no_contrast", "no patient with"),
        (Patient(infections=[30], igg=[(-10, 800)]), "no_contrast", "no functional IgG is known on any day"),
        (low_for_40(), "no_contrast", "no patient with an infection"),
        (low_for_40(infections=[80]), "no_events_exposed", "no infection in this level"),
        (low_for_40(infections=[30]), "no_events_reference", "no infection"),
    ],
)
@pytest.mark.parametrize("adjusted", [False, True])
def test_no_estimate_says_why(patient, status, said, adjusted):
    time, model = made(patient)
    for table in (igg_below(time, 700, model, adjusted=adjusted), igg_by_level(time, model, adjusted=adjusted)):
        row = table.iloc[-1]
        assert row["status"] == status
        assert said in row["note"]


def test_rates_by_level_by_hand():
    time, _ = made(low_for_40(infections=[30, 80], doses=[50]), low_for_40(infections=[31]))
    table = igg_rates(time, "exposed", "exact").set_index(["period", "level"])
    assert tuple(table.reset_index()[list(IGG_RATE_COLUMNS)]) == IGG_RATE_COLUMNS
    low, high = "igg_400_699", "igg_ge_700"
    assert table.loc[("on_ivig", low), ["infections", "person_days"]].tolist() == [0, 11]
    assert table.loc[("on_ivig", high), ["infections", "person_days"]].tolist() == [1, 20]
    assert table.loc[("together", low), "rate"] == pytest.approx(YEAR / 40)
    assert table.loc[("reference", low), "rate"] == pytest.approx(YEAR / 40)
    assert np.isnan(table.loc[("together", "igg_lt_200"), "rate"])
    everybody = igg_rates(time, "all", "exact").set_index(["period", "level"])
    assert everybody.loc[("together", low), "infections"] == 2
    assert "reference" not in everybody.index.get_level_values(0)


@settings(derandomize=True, max_examples=12, deadline=None)
@given(people=COHORTS, spec=specs())
def test_levels_add_up_to_the_rates_of_the_periods(people, spec):
    time = Study(cohort(*people)).time(spec, ("igg",))
    for population in ("exposed", "all"):
        parts = igg_rates(time, population, "exact")
        whole = rates(time, population, "exact").set_index("period")
        sums = parts.groupby("period")[["infections", "person_days"]].sum()
        pd.testing.assert_frame_equal(
            sums.loc[whole.index], whole[["infections", "person_days"]], check_dtype=False, check_names=False
        )
        compared = whole.drop(index="reference", errors="ignore")[["infections", "person_days"]].sum()
        assert sums.loc["together"].tolist() == compared.tolist()
    known = known_days(time)
    assert known.person_days == time.person_days - int(time.table.loc[time.table["igg"] == "igg_unknown", "days"].sum())
