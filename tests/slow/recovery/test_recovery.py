"""The rate ratio on IVIG in 2 000 cohorts of 43 patients: its intervals cover the truth, its bias is small.

Run by `make slow`, never by `make test`. Writes `docs/recovery.md`; what is asserted is the run, not the file.
"""

from __future__ import annotations

import pytest

from tests.slow.recovery.cohorts import LARGER, PATIENTS
from tests.slow.recovery.criteria import CRITERIA, VARIANTS, Criterion
from tests.slow.recovery.outcome import Outcome, run
from tests.slow.recovery.report import write_report

SMALL_SAMPLE = (
    "maximum likelihood with 4 severe infections on IVIG is biased away from 1; the bias goes with larger cohorts, "
    "see test_the_bias_goes_away_in_larger_cohorts and docs/recovery.md"
)


@pytest.fixture(scope="session")
def outcomes() -> dict[str, Outcome]:
    """The run, written down whatever it says."""
    made = {name: run(variant.model) for name, variant in VARIANTS.items()}
    write_report(made)
    return made


def cases():
    """Every variant with every criterion. The one that is known to be missed must go on being missed, or be told."""
    for name in VARIANTS:
        for item in CRITERIA:
            missed = (item.endpoint, item.quantity, item.analysis) == ("grade_3_plus", "median_bias", "full")
            marks = pytest.mark.xfail(strict=True, reason=SMALL_SAMPLE) if missed else ()
            yield pytest.param(name, item, marks=marks, id=f"{name}-{item.endpoint}-{item.words}")


@pytest.mark.parametrize(("name", "item"), list(cases()))
def test_cohorts_of_43_patients_meet_the_criteria(outcomes, name: str, item: Criterion):
    performance = outcomes[name].small[item.endpoint, item.analysis]
    assert item.met(performance), f"{item.found(performance)}, asked for {item.low} to {item.high}"


@pytest.mark.parametrize("name", list(VARIANTS))
def test_the_bias_goes_away_in_larger_cohorts(outcomes, name):
    """So what is missed at 43 patients is a small-sample property and no error of the model or of the generator."""
    largest = PATIENTS * LARGER[-1]
    for item in CRITERIA:
        performance = outcomes[name].by_size[item.endpoint, largest]
        if item.quantity != "coverage" and item.analysis == "full":
            assert item.met(performance), item.found(performance)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_the_truth_is_that_of_the_issue_and_a_wrong_model_is_seen_to_be_wrong(outcomes, name):
    outcome = outcomes[name]
    assert outcome.truth == pytest.approx({"all_grades": 0.60, "grade_3_plus": 0.40})
    crude = outcome.small["all_grades", "crude"]
    assert crude.mean_bias.value < -0.1
    assert crude.coverage.value < 0.935
