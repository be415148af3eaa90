"""Firth's penalty on the case series: against R, by hand, at the corners, and what it is for.

R 4.2.2 with the sources of logistf 1.26.1, coxphf 1.13.4 and brglm2 0.9:
- `logistf(y ~ one - 1, offset = log(days_on / days_off))`, one row an infection of a patient with days both on and off;
  with `f + m - 1` (sex) for two ratios, with `~ sex` for p of their difference.
- `coxphf(Surv(stratum, stratum + 1, infection) ~ on + pre + fall)`, one row a day: a patient's days are one risk set
  (epsilon = gconv = 1e-12 for estimates and limits, 1e-7 for p: with less it does not report one).
- `brglmFit(type = "MPL_Jeffreys")` gives the estimate and standard error of the first as well. The Poisson model with a
  parameter for each patient (`y ~ patient + on + offset(log(days))`, "AS_mean") has another penalty: −0.49659710 there.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from ivig_core.estimate import bias_reduced
from ivig_core.estimate.bias_reduced import BiasReduced
from ivig_core.estimate.bias_reduced_fit import FIRTH, penalised_limits
from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.fit import fit_by, ratio_rows
from ivig_core.estimate.intervals import CHI2, search
from ivig_core.estimate.likelihood import ConditionalPoisson, maximise
from ivig_core.estimate.result import RatioRow
from tests.core.make import Patient, cohort
from tests.core.reference import forest, reference_cohort, sccs

NUMBERS = ("log_irr", "se", "ci_low", "ci_high", "p_value")
ON, OFF = 31, 69
# Patient, exposure (1 on, 2 pre), fall, days, infections.
ROWS = (
    (0, 0, 0, 40, 1), (0, 0, 1, 30, 2), (0, 1, 0, 20, 0), (0, 1, 1, 30, 1), (1, 0, 0, 25, 1), (1, 2, 0, 15, 2),
    (1, 1, 0, 20, 0), (1, 1, 1, 35, 1), (2, 0, 1, 50, 3), (2, 1, 1, 30, 1), (2, 1, 0, 20, 0), (3, 0, 0, 60, 0),
    (3, 2, 1, 15, 1), (3, 1, 1, 45, 1), (4, 0, 0, 30, 1), (4, 0, 1, 30, 0), (5, 0, 0, 10, 0), (5, 1, 0, 50, 0),
    (5, 1, 1, 25, 1),
)  # fmt: skip
COXPHF = {
    "on": (-0.675790679929, 0.664001882530, 0.128823749965, 1.71452972611, 0.2809452841095),
    "pre": (1.445490520488, 0.921620947878, 0.776840185270, 25.06189651987, 0.0928989404876),
    "fall": (1.006388465924, 0.644437696452, 0.861759236408, 10.24304896450, 0.0893381634762),
}
NONE_ON_IVIG = {
    "on": (-2.668729754440, 1.48121466347, 0.000523845114187, 0.586692211232, 0.0089635320656),
    "pre": (1.481705285243, 1.09900832594, 0.696121385948469, 46.494399502018, 0.1159061183553),
    "fall": (0.468888013019, 0.87088850642, 0.299621823202381, 9.690180908137, 0.5757837372764),
}


def small(*, on: bool = True) -> Cells:
    """Six patients; without their infections on IVIG unless `on`."""
    patient, exposure, fall, days, infections = np.array(ROWS).T
    infections = infections if on else np.where(exposure == 1, 0, infections)
    return cells(patient, days, infections, [Factor("exposure", ("on", "pre"), exposure), Factor("s", ("fall",), fall)])


def firth(data: Cells) -> dict[str, RatioRow]:
    return {row.term: row for row in ratio_rows(data, "sccs", FIRTH)}


def numbers(row) -> tuple[float, ...]:
    return tuple(float(getattr(row, name)) for name in NUMBERS)


@pytest.mark.parametrize(("on", "want"), [(True, COXPHF), (False, NONE_ON_IVIG)])
def test_several_terms_equal_coxphf(on, want):
    for term, row in firth(small(on=on)).items():
        assert (row.status, row.ci_method) == ("ok", FIRTH)
        assert numbers(row) == pytest.approx(want[term], rel=1e-6)


@pytest.mark.parametrize(
    ("settings", "want"),
    [
        ({}, (-0.49660422685, 0.190139365843, 0.41537792753, 0.87494722298, 0.00689841687977)),
        ({"min_grade": 3}, (-0.707956401243, 0.337294932042, 0.24603557887, 0.92213127298, 0.0261203393317)),
    ],
)
def test_one_term_equals_logistf_and_brglm2(settings, want):
    row = sccs(reference_cohort("sim43"), ci_method=FIRTH, **settings).loc["on_ivig"]
    assert numbers(row) == pytest.approx(want, rel=1e-8)
    unconditional = {0: -0.49659710387, 3: -0.707834642612}[settings.get("min_grade", 0)]
    assert abs(row["log_irr"] - unconditional) > 5e-6


def test_subgroups_and_their_difference_equal_logistf():
    table = forest(reference_cohort("sim43"), "sex", ci_method=FIRTH, min_grade=3)
    got = table[["irr", "ci_low", "ci_high", "p_value"]].loc[["female", "male"]].to_numpy(float)
    want = [[0.585777096750, 0.175884122079, 1.60938108374, 0.313066913687],
            [0.469410936388, 0.198617941411, 1.00714952491, 0.052268303803]]  # fmt: skip
    assert got == pytest.approx(np.array(want), rel=1e-7)
    assert table["p_interaction"].to_numpy() == pytest.approx(0.748417553167, rel=1e-7)


def treated(*infections: int) -> Patient:
    """31 days on IVIG, 69 off."""
    return Patient(days=100, doses=[0], infections=list(infections))


@pytest.mark.parametrize(
    ("people", "inside", "number"),
    [([(50,)], 0, 1), ([(5,)], 1, 1), ([(50, 50), ()], 0, 2), ([(0, 30)], 2, 2), ([(5,), (50,)], 1, 2),
     ([(0, 1, 2), (50, 60, 60, 99)], 3, 7)],
)  # fmt: skip
def test_patients_alike_have_half_an_infection_more_on_each_side(people, inside, number):
    """With one share of days on IVIG the penalty is a beta distribution: odds (y + ½) / (n − y + ½)."""
    row = sccs(cohort(*[treated(*days) for days in people]), ci_method=FIRTH).loc["on_ivig"]
    assert row["irr"] == pytest.approx((inside + 0.5) / (number - inside + 0.5) * OFF / ON, rel=1e-7)
    assert row["status"] == "ok"
    assert 0 < row["ci_low"] < row["irr"] < row["ci_high"] < 2000
    alone = {0: "without bias reduction the ratio is 0: no infection in this level", number: "without bias reduction "
             "the ratio is ∞: no infection in the reference level"}.get(inside, "")  # fmt: skip
    assert row["note"].startswith(alone) if alone else not row["note"]


def test_what_has_no_contrast_has_no_estimate_still():
    never, no_infection = cohort(Patient(infections=[3])), cohort(treated())
    for built in (never, no_infection):
        row, plain = (sccs(built, ci_method=kind).loc["on_ivig"] for kind in (FIRTH, "wald"))
        assert (row["status"], row["note"]) == ("no_contrast", plain["note"])
        assert np.isnan(row["irr"])


def test_a_ratio_without_infections_on_either_side_is_not_made_by_the_penalty_alone():
    """All infections in the washout: on against off IVIG has none at all."""
    person = Patient(days=100, doses=[0], infections=[31, 33, 35])
    table = sccs(cohort(person), ci_method=FIRTH, washout_days=7)
    assert table.loc["on_ivig", "status"] == "not_identified"
    assert table.loc["on_ivig", "note"] == "no infection in this level or in the reference level"
    assert table.loc["washout", "status"] == "ok"
    assert table.loc["washout", "irr"] > 10


def test_a_ratio_of_thousands_is_found():
    people = [Patient(days=30_000, doses=[0], infections=[*range(30), 20_000]) for _ in range(3)]
    row = sccs(cohort(*people), ci_method=FIRTH).loc["on_ivig"]
    assert row["irr"] == pytest.approx(90.5 / 3.5 * (30_000 - ON) / ON, rel=1e-6)
    assert row["ci_low"] > 3000


@pytest.fixture(params=[4096, 7])
def blocks(request, monkeypatch):
    monkeypatch.setattr(bias_reduced, "CELLS_AT_ONCE", request.param)


def test_derivatives_are_those_of_the_value(blocks):
    rng = np.random.default_rng(3)
    stratum = np.repeat(np.arange(9), 5)
    infections = rng.poisson(0.6, 45).astype(float) + (np.arange(45) % 5 == 0)
    covariates = rng.integers(0, 2, (45, 3)).astype(np.int8)
    plain = ConditionalPoisson(stratum, np.log(rng.integers(1, 300, 45)), infections, covariates)
    penalised, beta = BiasReduced.of(plain), np.array([0.3, -0.8, 1.2])
    at = penalised.at(beta)
    assert at.value == pytest.approx(plain.at(beta).value + np.linalg.slogdet(plain.at(beta).information)[1] / 2)
    steps = 1e-5 * np.eye(3)
    ahead, behind = ([penalised.at(beta + sign * step) for step in steps] for sign in (1, -1))
    assert at.score == pytest.approx([(a.value - b.value) / 2e-5 for a, b in zip(ahead, behind, strict=True)], rel=1e-6)
    second = np.array([(b.score - a.score) / 2e-5 for a, b in zip(ahead, behind, strict=True)])
    assert at.information == pytest.approx(second, rel=1e-6, abs=1e-8)
    # The way of Newton to a limit and a search for it end at one place.
    top = maximise([penalised], np.zeros(3))

    def excess(value: float) -> float:
        return 2 * (top.value - maximise([penalised.fix(1, value)], np.delete(top.beta, 1)).value) - CHI2

    searched = [search(excess, float(top.beta[1]), step) for step in (-0.7, 0.7)]
    assert penalised_limits(penalised, top, 1, 0.7)[:2] == pytest.approx(searched, rel=1e-7)


# Four patients with four infections: patient, days, infections, and the levels of four factors of each cell.
SEVERAL_MAXIMA = (
    (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3),
    (30, 31, 120, 31, 30, 120, 183, 120, 10, 60, 60, 10, 31, 183, 183, 120, 183, 120, 30, 183, 10, 31, 60, 10, 120),
    (0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1),
    (0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1),
    (1, 2, 3, 0, 3, 4, 1, 1, 1, 2, 3, 0, 1, 3, 1, 2, 4, 1, 0, 1, 2, 0, 0, 1, 4),
    (1, 1, 3, 1, 1, 1, 0, 0, 1, 1, 1, 2, 3, 3, 0, 2, 0, 3, 2, 0, 2, 0, 1, 3, 2),
    (0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0),
)  # fmt: skip


def test_a_limit_is_not_taken_from_a_lower_maximum_of_the_other_terms():
    """With as many terms as this the penalised likelihood has several maxima where one term is held. Newton's way ended
    at lower ones, −7.44 and 6.88; the highest is at the level looked for at −9.57 and 7.20."""
    patient, days, infections, *codes = np.array(SEVERAL_MAXIMA)
    names = [[f"{number}_{level}" for level in range(1, code.max() + 1)] for number, code in enumerate(codes)]
    factors = [Factor(str(number), tuple(names[number]), code) for number, code in enumerate(codes)]
    fitted, rng = fit_by(cells(patient, days, infections, factors), FIRTH), np.random.default_rng(1)
    top, column = fitted.maximum, fitted.terms.index("2_2")
    for limit in penalised_limits(fitted.likelihood, top, column, 2.6)[:2]:
        held = fitted.likelihood.fix(column, limit)
        starts = [np.zeros(8), *rng.normal(0, 2, (3, 8))]
        highest = max(maximise([held], start).value for start in starts)
        assert 2 * (top.value - highest) == pytest.approx(CHI2, abs=1e-5), limit


@cache
def by_count(number: int, kind: str) -> tuple[RatioRow, ...]:
    """The row for each count on IVIG of so many infections, with three tenths of the days on it."""
    days, level = np.array([300, 700]), Factor("exposure", ("on",), np.array([1, 0]))
    return tuple(
        ratio_rows(cells(np.zeros(2, int), days, np.array([y, number - y]), [level]), "sccs", kind)[0]
        for y in range(number + 1)
    )


@pytest.mark.parametrize("truth", [0.4, 0.6, 1.0])
@pytest.mark.parametrize("number", [12, 24])
def test_few_infections_exactly(number, truth):
    """Every outcome weighted by its probability, so without Monte-Carlo error: bias gone, coverage about as wished."""
    weight = binom.pmf(np.arange(number + 1), number, 0.3 * truth / (0.3 * truth + 0.7))
    rows = by_count(number, FIRTH)
    bias = weight @ [row.log_irr for row in rows] - np.log(truth)
    covered = weight @ [row.ci_low <= truth <= row.ci_high for row in rows]
    assert abs(bias) < 0.035
    assert 0.925 < covered < 0.98
    plain = [row.log_irr for row in by_count(number, "wald")]
    finite = np.array([value is not None for value in plain])
    if truth == 1.0:
        # Leaving out the ratio 0, as a mean has to, maximum likelihood is further off.
        mean = weight[finite] @ np.array(plain, float)[finite] / weight[finite].sum()
        assert abs(mean - np.log(truth)) > 3 * abs(bias)
