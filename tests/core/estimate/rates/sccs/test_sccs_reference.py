"""The self-controlled case series against R."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as student

from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.study import Study
from tests.core.reference import expected, forest, reference_cohort, sccs
from tests.paths import SHARED_VALIDATION

MODELS = {
    "on": {},
    "on_pre30": {"pre_exposure_days": 30},
    "on_pre60": {"pre_exposure_days": 60},
    "on_prog": {"adjust_for": "phase"},
    "on_band": {"adjust_for": "time"},
    "on_season": {"adjust_for": "season"},
    "full": {"pre_exposure_days": 30, "adjust_for": "phase,time,season"},
}
TERMS = {"on": "on_ivig", "pre30": "pre_ivig", "pre60": "pre_ivig", "prog": "progressive", "winter": "fall_winter"}
TERMS |= {f"band{number}": f"time_band_{number}" for number in range(1, 8)}
COHORTS = ("sim43", "sim500")
ENDPOINTS = {"all": {}, "grade3plus": {"min_grade": 3}}


@pytest.mark.parametrize("name", COHORTS)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("model", MODELS)
def test_all_models_equal_gnm(name, endpoint, model):
    """`gnm(n ~ terms, eliminate = id, family = poisson, offset = log(days))`, gnm 1.1-2; coefficients and Wald SE."""
    want = expected(name)["sccs"][endpoint][model]
    terms = [want["terms"]] if isinstance(want["terms"], str) else want["terms"]
    got = sccs(reference_cohort(name), ci_method="wald", **MODELS[model], **ENDPOINTS[endpoint])
    rows = got.loc[[TERMS[term] for term in terms]]
    assert len(rows) == len(got)
    for column, key, tolerance in (
        ("log_irr", "log_irr", 1e-7), ("se", "se", 1e-7), ("ci_low", "lower95", 1e-6), ("ci_high", "upper95", 1e-6),
        ("p_value", "p", 1e-6),
    ):  # fmt: skip
        np.testing.assert_allclose(rows[column], np.atleast_1d(want[key]).astype(float), atol=tolerance, err_msg=column)
    assert (rows["patients"] == want["n_cases"]).all()
    assert (rows["infections"] == want["n_events"]).all()


@pytest.mark.parametrize("name", COHORTS)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_profile_interval_and_likelihood_ratio_equal_r(name, endpoint):
    want = expected(name)["sccs"][endpoint]["on"]
    row = sccs(reference_cohort(name), ci_method="profile", **ENDPOINTS[endpoint]).loc["on_ivig"]
    assert row["ci_low"] == pytest.approx(want["profile_lower95"], abs=1e-6)
    assert row["ci_high"] == pytest.approx(want["profile_upper95"], abs=1e-6)
    assert row["p_value"] == pytest.approx(want["lrt_p"], abs=1e-7)


ROBUST = {
    ("sim43", "on"): [0.17997794308546],
    ("sim43", "full"): [0.18771649271404, 0.22912058063616, 0.22186548943990, 0.15384422770813],
    ("sim500", "on"): [0.060512576313274],
    ("sim500", "full"): [0.059645410174306, 0.090433435792347, 0.060912577329677, 0.046570451306279],
}


@pytest.mark.parametrize(("name", "model"), ROBUST)
def test_robust_standard_errors_equal_coxph_clustered_by_patient(name, model):
    """One stratum per infection, `coxph(Surv(1, ev) ~ terms + offset(log(days)) + strata(infection), cluster = id,
    ties = "breslow")` has the same likelihood; survival 3.5-3, terms on, pre-30, progression, October–March. R has no
    factor for few patients; here it is G/(G − 1), and t quantiles have G − 1 degrees of freedom.
    """
    settings = {"pre_exposure_days": 30, "adjust_for": "phase,season"} if model == "full" else {}
    table = sccs(reference_cohort(name), ci_method="robust", **settings)
    G = table["informative_patients"]
    np.testing.assert_allclose(table["se"] * np.sqrt((G - 1) / G), ROBUST[name, model], atol=1e-8)
    reach = student.ppf(0.975, G - 1) * table["se"]
    np.testing.assert_allclose(np.log(table["ci_low"]), table["log_irr"] - reach)
    np.testing.assert_allclose(np.log(table["ci_high"]), table["log_irr"] + reach)
    np.testing.assert_allclose(table["p_value"], 2 * student.sf(abs(table["log_irr"]) / table["se"], G - 1))


INTERACTIONS = [
    # cohort, factor, settings, levels, log IRR, SE, likelihood-ratio p; gnm 1.1-2, on crossed with the factor
    ("sim43", "sex", {}, [-0.414171254498, -0.560302203610], [0.303393553201, 0.243878572170], 0.708167910838),
    ("sim500", "sex", {}, [-0.679546319426, -0.530267441849], [0.0868741465122, 0.083486678274], 0.215128068536),
    ("sim43", "phase", {}, [-0.399444003101, -1.007442068809], [0.206589855542, 0.500433102063], 0.238801521258),
    ("sim500", "phase", {}, [-0.613765915577, -0.602762765832], [0.0683055545034, 0.119776912051], 0.935420858725),
    # on and pre-30 crossed with sex, one effect of October–March
    ("sim43", "sex", {"pre_exposure_days": 30, "adjust_for": "season"},
     [-0.220902464071, -0.473162820114], [0.311599531821, 0.250112290821], 0.529634449699),
    ("sim500", "sex", {"pre_exposure_days": 30, "adjust_for": "season"},
     [-0.600578749834, -0.412573751073], [0.0883081823243, 0.0854710098307], 0.125820923549),
]  # fmt: skip


@pytest.mark.parametrize(("name", "factor", "settings", "log_irr", "se", "p"), INTERACTIONS)
def test_subgroups_and_interaction_equal_gnm(name, factor, settings, log_irr, se, p):
    """`gnm(n ~ on + …)` against `gnm(n ~ on_level1 + on_level2 + …)`, `eliminate = id`; p from the two deviances."""
    table = forest(reference_cohort(name), factor, ci_method="wald", **settings)
    np.testing.assert_allclose(np.log(table["irr"]), log_irr, atol=1e-7)
    np.testing.assert_allclose(np.log(table["ci_high"] / table["ci_low"]) / 3.919927969080108, se, atol=1e-7)
    np.testing.assert_allclose(table["p_interaction"], p, atol=1e-8)


@pytest.mark.parametrize("name", COHORTS)
def test_subgroups_without_adjusters_equal_separate_fits(name):
    cohort = reference_cohort(name)
    together = forest(cohort, "index_therapy", pre_exposure_days=30)
    for level in together.index:
        alone = sccs(cohort, where=f"index_therapy={level}", pre_exposure_days=30).loc["on_ivig"]
        for column in ("irr", "ci_low", "ci_high", "p_value"):
            assert together.loc[level, column] == pytest.approx(alone[column], rel=1e-8)


WANING = {
    # gnm 1.1-2, days 0–13 and 14–30 since the latest dose, adjusted for progression
    "sim43": ([-0.436509336258, -0.563819981891, 0.439491615765], [0.243126389173, 0.253171918724, 0.215132793973]),
    "sim500": ([-0.588717597036, -0.633393745952, 0.622698630290], [0.0771446893332, 0.077541218030, 0.061102688601]),
}


@pytest.mark.parametrize("name", COHORTS)
def test_window_cuts_equal_gnm(name):
    table = sccs(reference_cohort(name), window_cuts="14", adjust_for="phase", ci_method="wald")
    assert list(table.index) == ["on_ivig_0_13", "on_ivig_14_30", "progressive"]
    np.testing.assert_allclose(table["log_irr"], WANING[name][0], atol=1e-7)
    np.testing.assert_allclose(table["se"], WANING[name][1], atol=1e-7)


def itp():
    """The published ITP data are not ours to redistribute: the test runs where the file is at hand."""
    path = Path(os.environ.get("ITP_CSV", SHARED_VALIDATION / "itp.csv"))
    if not path.exists():
        pytest.skip(f"published ITP data not at hand ({path.name}); set ITP_CSV to the file to run this test")
    cohort = read_cohort(path).cohort
    assert cohort is not None
    return cohort


def test_published_itp_example():
    """Whitaker et al., Stat Med 2006;25:1768: IRR 4.525 (2.273–9.006) in the 42 days after vaccination."""
    row = sccs(itp(), window_days=42).loc["on_ivig"]
    assert row[["log_irr", "se"]].tolist() == pytest.approx([1.50956347054619, 0.351203940541352], abs=1e-7)
    assert [round(row[name], 3) for name in ("irr", "ci_low", "ci_high")] == [4.525, 2.273, 9.006]


def test_published_itp_example_by_days_since_vaccination():
    """The same source: 1.913, 8.512, 3.394 in days 0–14, 15–28 and 29–42."""
    table = sccs(itp(), window_days=42, window_cuts="15,29", ci_method="wald")
    assert list(table.index) == ["on_ivig_0_14", "on_ivig_15_28", "on_ivig_29_42"]
    assert table["irr"].round(3).tolist() == [1.913, 8.512, 3.394]
    np.testing.assert_allclose(table["se"], [0.738676869664553, 0.414307198738865, 0.618556426812436], atol=1e-7)


def test_counts_of_the_reference_cohorts():
    """Brute-force person-days in R, all patients; day conventions as in the data model."""
    for name in COHORTS:
        want, study = expected(name)["counts"], Study(reference_cohort(name))
        spec = AnalysisSpec().change(population="all", pre_exposure_days=30)
        table = incidence_rates(study, spec).set_index("period")
        off = table.loc[["observation", "pre_ivig"]].sum()
        assert table.loc["on_ivig", ["person_days", "infections"]].tolist() == [want["days_on"], want["events_on"]]
        assert off[["person_days", "infections"]].tolist() == [want["days_off"], want["events_off"]]
        assert table.loc["pre_ivig", ["person_days", "infections"]].tolist() == [
            want["days_pre30"], want["events_pre30"],
        ]  # fmt: skip
        time = study.time(AnalysisSpec(), ("phase", "season")).table
        assert time.loc[time["phase"] == "progressive", "days"].sum() == want["days_prog"]
        assert time.loc[time["season"] == "fall_winter", "days"].sum() == want["days_winter"]
