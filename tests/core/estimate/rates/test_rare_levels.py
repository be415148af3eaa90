"""Small cohorts with rare levels and extreme ratios against R: 21 of 390 simulated ones, 67 ratios.

One to twelve patients of 60 to 3,650 days, up to four doses and five infections each, windows of 0 to 30 days, levels
before the first dose and after a window, true ratios from e⁻⁴ to e¹⁰. When all 390 were compared, 919 of 919 ratios
agreed (largest difference 2.6e-9 in the log ratio, 3.7e-8 in the standard error) and none was without convergence.

R 4.2.2, cells added up by patient and state, patients without an infection left out of the case series:

    glm(infections ~ terms + patient, poisson, offset = log(days), epsilon = 1e-15)            # the case series
    glm(infections ~ terms, poisson, offset = log(days), epsilon = 1e-15)                      # GEE, corrected errors
                                                       # by the R at the head of test_gee.py, else vcov of the model
    uniroot(function(b) sum(n * log(1 - pi(b))) - log(0.025))                          # the bound of a ratio 0 or ∞

`value`, `second`: log ratio and standard error; of a ratio 0 or ∞ its bound and the exact two-sided p.
"""

from __future__ import annotations

import json

import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates import models
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.paths import REFERENCE

CASES = json.loads((REFERENCE / "rare_levels.json").read_text(encoding="utf-8"))
BOUND = {"no_events_exposed": "ci_high", "no_events_reference": "ci_low"}


def fitted(case):
    data = cohort(*(Patient(**patient) for patient in case["patients"]))
    spec = AnalysisSpec().change(ci_method="wald", population="all", **case["settings"])
    return {name: getattr(models, name)(Study(data), spec).set_index("term") for name in ("sccs", "gee")}


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_every_ratio_equals_r(case):
    tables = fitted(case)
    assert case["answers"]
    for want in case["answers"]:
        got, about = tables[want["model"]].loc[want["term"]], f"{want['model']} {want['term']}"
        assert got["status"] == want["status"], about
        bound = BOUND.get(want["status"])
        names = [bound, "p_value"] if bound else ["log_irr", "se"]
        assert got[names].tolist() == pytest.approx([want["value"], want["second"]], rel=1e-6, abs=1e-6), about
        if want["kind"]:
            assert got["ci_method"] == want["kind"], about


def test_the_cases_are_of_every_kind():
    answers = [answer for case in CASES for answer in case["answers"]]
    assert {answer["status"] for answer in answers} == {"ok", *BOUND}
    assert max(abs(answer["value"]) for answer in answers if answer["status"] == "ok") > 8
    assert {answer["kind"] for answer in answers} == {"", "robust", "wald"}
