"""Bands since the latest dose: labels, rates, and the ratios of the case series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.models import sccs
from ivig_core.study.rates.waning import waning
from ivig_core.study.study import Study
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient, cohort
from tests.core.persontime.strategies import COHORTS, specs

SC = (5, np.nan, np.nan, "sc")

# R 4.2.2 on sim43 and sim500, independent of this package: days off IVIG of treated patients by days since the latest
# dose, aggregate(cbind(n, 1) ~ cut(since, c(30, 60, 90, Inf))): infections and days.
OFF = {
    "sim43": {"off_1_30": (13, 2448), "off_31_60": (9, 1723), "off_61_on": (52, 9262), "before_ivig": (38, 5420)},
    "sim500": {
        "off_1_30": (140, 30593), "off_31_60": (92, 20628), "off_61_on": (461, 97993), "before_ivig": (396, 59248),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", OFF)
def test_counts_equal_r(name):
    bands = waning(reference_study(name), SPEC).bands.set_index("band")
    assert {band: tuple(bands.loc[band, ["infections", "person_days"]]) for band in OFF[name]} == OFF[name]


@pytest.mark.parametrize("name", OFF)
@pytest.mark.parametrize("more", [{}, {"adjust_for": "phase,season", "pre_exposure_days": 30, "washout_days": 14}])
def test_days_on_ivig_agree_with_the_case_series_and_the_rates(name, more):
    of, spec = reference_study(name), SPEC.change(**more)
    bands = waning(of, spec).bands.set_index("band")
    cut = spec.change(window_cuts=(7, 14, 21))
    ratios, rates = sccs(of, cut).set_index("term"), incidence_rates(of, cut).set_index("period")
    for term in [term for term in ratios.index if term in bands.index]:
        assert bands.loc[term, ["irr", "irr_low", "irr_high"]].tolist() == (
            ratios.loc[term, ["irr", "ci_low", "ci_high"]].tolist()
        )
        for column in ("patients", "infections", "person_days", "rate", "ci_low", "ci_high"):
            assert bands.loc[term, column] == rates.loc[term, column]
    assert set(cut.exposure.window_cuts) == {7, 14, 21}
    assert bands["person_days"].sum() == of.time(spec).person_days
    assert bands["infections"].sum() == of.time(spec).infections


@pytest.mark.parametrize(
    ("doses", "settings_", "labels"),
    [
        ([0], {}, ["Days 0–6", "Days 7–13", "Days 14–20", "Days 21–30", "Days 31–60", "Days 61–90", "Day 91 on"]),
        ([0], {"window_days": 21}, ["Days 0–6", "Days 7–13", "Days 14–21", "Days 22–51", "Days 52–81", "Day 82 on"]),
        ([0], {"window_days": 10}, ["Days 0–10", "Days 11–40", "Days 41–70", "Day 71 on"]),
        ([0], {"window_days": 0}, ["Day 0", "Days 1–30", "Days 31–60", "Day 61 on"]),
        ([0], {"window_cuts": "15"}, ["Days 0–14", "Days 15–30", "Days 31–60", "Days 61–90", "Day 91 on"]),
        ([0], {"washout_days": 40}, ["Days 0–6", "Days 7–13", "Days 14–20", "Days 21–30", "Days 31–70 (washout)",
                                     "Days 71–90", "Day 91 on"]),
        ([0], {"washout_days": 70}, ["Days 0–6", "Days 7–13", "Days 14–20", "Days 21–30", "Days 31–100 (washout)",
                                     "Day 101 on"]),
        ([SC], {}, ["Days 0–10", "Days 11–40", "Days 41–70", "Day 71 on", "No dose yet"]),
        ([SC], {"window_days_sc": 14, "pre_exposure_days": 2},
         ["Days 0–6", "Days 7–14", "Days 15–44", "Days 45–74", "Day 75 on", "Before those 2 days",
          "2 days before dose 1"]),
        ([SC, 6], {}, ["Days 0–6", "Days 7–13", "Days 14–20", "Days 21–30", "Days 1–30 after window",
                       "Days 31–60 after window", "Day 61 on after window", "No dose yet"]),
    ],
)  # fmt: skip
def test_bands_and_their_names_follow_the_window(doses, settings_, labels):
    result = waning(study(Patient(days=300, doses=doses)), SPEC.change(**settings_))
    assert result.bands["label"].tolist() == labels


def test_days_off_ivig_are_the_reference_and_have_no_ratio():
    bands = waning(reference_study("sim43"), SPEC).bands.set_index("band")
    assert bands.loc["off_1_30", "status"] == "reference"
    assert bands.loc["reference", "status"] == "descriptive"
    assert bands.loc[["off_1_30", "before_ivig", "reference"], "irr"].isna().all()


@settings(derandomize=True, max_examples=15, deadline=None)
@given(people=COHORTS, spec=specs())
def test_days_and_infections_add_up_to_follow_up(people, spec):
    of = Study(cohort(*people))
    result = waning(of, spec)
    assert result.bands["person_days"].sum() == of.time(spec).person_days
    assert result.bands["infections"].sum() == of.time(spec).infections
    assert result.bands["label"].is_unique
    assert result.bands["status"].notna().all()
    missing = result.bands["irr"].isna() & ~result.bands["status"].isin(["reference", "descriptive"])
    assert (result.bands.loc[missing, "note"] != "").all()
    assert (result.trend.irr is None) == bool(result.trend.note)
