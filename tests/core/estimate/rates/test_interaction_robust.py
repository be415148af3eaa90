"""Do subgroups differ, with variances by patient: R, the rows themselves, and what has no part in it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f

from tests.core.make import Patient, cohort
from tests.core.reference import forest, reference_cohort


@pytest.mark.parametrize(
    ("name", "ratios", "p"),
    [
        ("sim43", [0.6386930875, 0.5847641915], 0.8126131259),
        ("sim500", [0.5300549705, 0.5568490727], 0.6709906426),
    ],
)
def test_levels_of_days_equal_r(name, ratios, p):
    """R 4.2.2: glm(infections ~ 0 + factor(patient) + on_fall + on_spring + fall + offset(log(days)), poisson),
    sandwich of the scores added up by patient, each error × √(G/(G − 1)), pf(W, 1, min(G) − 1, lower.tail = FALSE)."""
    table = forest(reference_cohort(name), "season", ci_method="robust")
    assert table["irr"].tolist() == pytest.approx(ratios, abs=1e-9)
    assert table["p_interaction"].tolist() == pytest.approx([p, p], abs=1e-8)


def test_groups_of_patients_by_their_own_intervals():
    """Without a common patient W is (b₁ − b₂)² / (s₁² + s₂²), s from each interval and its t."""
    table = forest(reference_cohort("sim500"), "sex", ci_method="robust")
    degrees = table["note"].str.extract(r"(\d+) degrees")[0].astype(int)
    error = np.log(table["ci_high"] / table["ci_low"]) / 2 / [f.ppf(0.95, 1, df) ** 0.5 for df in degrees]
    statistic = np.diff(np.log(table["irr"])).item() ** 2 / (error**2).sum()
    assert table["p_interaction"].tolist() == pytest.approx([f.sf(statistic, 1, degrees.min())] * 2, rel=1e-9)


def test_levels_without_a_robust_interval_have_no_part():
    """Four men are too few for one, so only women are left: nothing to compare."""
    rng = np.random.default_rng(2)
    people = [
        Patient(
            days=400, doses=[100, 130], baseline={"sex": "male" if at < 4 else "female"},
            infections=sorted([*rng.integers(0, 400, 4).tolist(), 110]),
        )
        for at in range(14)
    ]  # fmt: skip
    assert forest(cohort(*people), "sex", ci_method="robust")["p_interaction"].isna().all()
    assert forest(cohort(*people), "sex", ci_method="wald")["p_interaction"].notna().all()
