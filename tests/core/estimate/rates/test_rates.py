"""Incidence rates: published counts, exact and robust intervals."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.rates.rates import exact_interval, rate, robust_interval
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

DAYS_A_MONTH = 365.25 / 12


def lancman_2021():
    """68 patients with 918 months on IVIG (151 infections) and 2 484 months off it (446), to the nearest day."""
    on_days, off_days = round(918 * DAYS_A_MONTH), round(2484 * DAYS_A_MONTH)
    blocks, rest = divmod(on_days, 31)  # a dose alone makes 31 days; one dose `rest` days before the end makes the rest
    doses = np.full(68, blocks // 68)
    doses[: blocks % 68] += 1
    off = np.full(68, off_days // 68)
    off[: off_days % 68] += 1
    people = []
    for number in range(68):
        given = [int(off[number]) + 31 * k for k in range(doses[number])]
        days = int(off[number] + 31 * doses[number])
        if number == 0:
            given, days = [*given, days], days + rest
        on_infections = [given[0] + k for k in range(151 // 68 + (number < 151 % 68))]
        off_infections = list(range(446 // 68 + (number < 446 % 68)))
        people.append(Patient(days=days, doses=given, infections=on_infections + off_infections))
    return cohort(*people)


def test_published_counts_give_the_published_rates_from_a_cohort():
    """Lancman 2021: 1.97 and 2.16 printed; 446 infections over 2 484 months are 2.15."""
    study = Study(lancman_2021())
    table = incidence_rates(study, AnalysisSpec()).set_index("period")
    assert table["infections"].to_dict() == {"on_ivig": 151, "observation": 446, "reference": 0}
    months = table["person_days"] / DAYS_A_MONTH
    assert months.round().to_dict() == {"on_ivig": 918, "observation": 2484, "reference": 0}
    assert table["rate"].round(2).dropna().to_dict() == {"on_ivig": 1.97, "observation": 2.15}
    assert round(table.loc["on_ivig", "rate"] / table.loc["observation", "rate"], 2) == 0.92


@pytest.mark.parametrize(
    ("count", "years", "low", "high"),
    [
        # R 4.2.2: poisson.test(count, years)$conf.int
        (151, 76.5, 1.6715847798823, 2.3149912837422),
        (446, 207, 1.9592426281032, 2.3641408849860),
        (0, 2, 0, 1.844439727057),
        (3, 2.5, 0.24746884915824, 3.50690922789693),
    ],
)
def test_exact_interval_equals_r(count, years, low, high):
    assert exact_interval(count, years) == pytest.approx((low, high), rel=1e-9)


def test_robust_interval_by_hand():
    """0, 0, 1, 2, 7 infections in a year each: r = 2, Σ(n − r)² = 34, variance of log r = 34/100 · 5/4, t₄ = 2.7764."""
    low, high = robust_interval(np.array([0, 0, 1, 2, 7]), np.full(5, 365.25))
    reach = 2.7764451051977987 * np.sqrt(0.34 * 1.25)
    assert (low, high) == pytest.approx((2 * np.exp(-reach), 2 * np.exp(reach)), rel=1e-9)


@pytest.mark.parametrize(
    "infections",
    [[0, 0, 0, 0, 0], [9], [1, 30], [0, 0, 0, 9], [3, 3, 3, 3, 3, 3], [0, 0, 0, 0, 0, 0, 0, 4], [1, 0, 0, 0, 0, 2]],
    ids=[
        "none",
        "one patient",
        "two patients",
        "four patients",
        "less variable than Poisson",
        "four infections",
        "three",
    ],
)
def test_where_patients_as_clusters_tell_nothing_the_exact_interval_stands(infections):
    """Two patients and a t quantile of one degree of freedom would give 0 to a million infections a year."""
    counts = np.array(infections)
    days = np.full(len(counts), 365)
    assert robust_interval(counts, days) is None
    row = rate(counts, days)
    assert (row["robust_low"], row["robust_high"]) == (row["exact_low"], row["exact_high"])


def test_from_five_infections_of_five_patients_on_the_robust_interval_stands():
    """Four infections of one of eight patients in a year each: Garwood 0.136–1.280 a year (R: `poisson.test(4, 8)`)."""
    four, five = (rate(np.array([0] * 7 + [number]), np.full(8, 365.25)) for number in (4, 5))
    assert (four["ci_low"], four["ci_high"]) == pytest.approx((0.13623317170329, 1.28019858442546), rel=1e-9)
    reach = 2.36462425159278 * np.sqrt((7 * 0.625**2 + 4.375**2) / 25 * 8 / 7)
    assert (five["ci_low"], five["ci_high"]) == pytest.approx((0.625 * np.exp(-reach), 0.625 * np.exp(reach)), rel=1e-9)


def test_robust_interval_covers_where_the_exact_one_does_not():
    """43 patients, 2 infections a year, gamma frailty of variance 1: infections of a patient come together."""
    random = np.random.default_rng(2026)
    days = np.full(43, 700)
    hits = {"exact": 0, "robust": 0}
    for _ in range(1000):
        mean = 2 * 700 / 365.25 * random.gamma(1, 1, 43)
        row = rate(random.poisson(mean), days)
        for kind in hits:
            hits[kind] += row[f"{kind}_low"] <= 2 <= row[f"{kind}_high"]
    assert hits["exact"] < 750
    assert 920 <= hits["robust"] <= 975


def test_periods_without_days_have_no_rate():
    table = incidence_rates(Study(cohort(Patient(days=50, infections=[3]))), AnalysisSpec()).set_index("period")
    assert np.isnan(table.loc["on_ivig", "rate"])
    assert table.loc["reference", "infections"] == 1


def test_population_all_counts_reference_as_observation():
    study = Study(cohort(Patient(days=50, doses=[0], infections=[40]), Patient(days=30, infections=[3])))
    exposed = incidence_rates(study, AnalysisSpec()).set_index("period")
    everybody = incidence_rates(study, AnalysisSpec().change(population="all")).set_index("period")
    assert exposed["person_days"].to_dict() == {"on_ivig": 31, "observation": 19, "reference": 30}
    assert everybody["person_days"].to_dict() == {"on_ivig": 31, "observation": 49}
    assert everybody.loc["observation", "infections"] == 2
    assert everybody.loc["observation", "label"] == "Off IVIG (all patients)"
    assert exposed.loc["observation", "label"] == "Off IVIG (treated patients)"


def test_rate_ci_chooses_the_interval():
    others = [Patient(days=100, doses=[0], infections=[7, 70]) for _ in range(5)]
    built = cohort(Patient(days=100, doses=[0], infections=[*range(12), 60]), *others)
    for kind in ("exact", "robust"):
        row = incidence_rates(Study(built), AnalysisSpec().change(rate_ci=kind)).iloc[0]
        assert (row["ci_low"], row["ci_high"]) == (row[f"{kind}_low"], row[f"{kind}_high"])
        assert row["robust_high"] > row["exact_high"]
