"""Range, envelope and directions of the rules about the first dose, also where ratios are 0, infinite or missing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import RATIO_COLUMNS, RULES, Headline, headline
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()
OPEN = np.nan
Ratio = tuple[str, float, float, float]
FEWER: Ratio = ("ok", 0.5, 0.3, 0.9)
WIDE: Ratio = ("ok", 0.8, 0.5, 1.3)
MORE: Ratio = ("ok", 1.6, 1.1, 2.4)
ZERO: Ratio = ("no_events_exposed", 0.0, 0.0, 1.2)
INFINITE: Ratio = ("no_events_reference", OPEN, 1.4, OPEN)
UNBOUNDED: Ratio = ("no_events_reference", OPEN, OPEN, OPEN)
ABSENT: Ratio = ("no_contrast", OPEN, OPEN, OPEN)


def made(main: Ratio, *rules: Ratio) -> Headline:
    """A headline with these ratios under the rules in their order; rules that are left out have no estimate."""
    rows = []
    for ratio, (rule, label, _) in zip(
        (main, *rules, *[ABSENT] * (4 - len(rules))), (("main", "as set", {}), *RULES), strict=True
    ):
        numbers = dict(zip(("status", "irr", "ci_low", "ci_high"), ratio, strict=True))
        rows.append({**numbers, "rule": rule, "label": label, "p_value": 0.018, "note": "", "infections_on": 5,
                     "infections_off": 9})  # fmt: skip
    table = pd.DataFrame(rows, columns=list(RATIO_COLUMNS))
    return Headline(table.iloc[0], table.iloc[1:].reset_index(drop=True))


@pytest.mark.parametrize(
    ("rules", "span", "envelope"),
    [
        ((FEWER, WIDE, MORE, FEWER), (0.5, 1.6), (0.3, 2.4)),
        ((FEWER, WIDE), (0.5, 0.8), (0.3, 1.3)),
        ((FEWER,), None, (0.3, 0.9)),
        ((), None, None),
        ((FEWER, ZERO), (0.0, 0.5), (0.0, 1.2)),
        ((FEWER, INFINITE), (0.5, math.inf), (0.3, math.inf)),
        ((INFINITE, INFINITE), (math.inf, math.inf), (1.4, math.inf)),
        ((FEWER, UNBOUNDED), None, (0.3, 0.9)),
    ],
)
def test_range_and_envelope_are_of_the_rules_with_an_estimate(rules, span, envelope):
    found = made(FEWER, *rules)
    assert found.span == span
    assert found.envelope == envelope


@pytest.mark.parametrize(
    ("main", "rules", "directions"),
    [
        (FEWER, (FEWER, FEWER), {-1}),
        (FEWER, (FEWER, WIDE), {-1, 0}),
        (WIDE, (MORE, FEWER), {-1, 0, 1}),
        (FEWER, (INFINITE,), {-1, 1}),
        (FEWER, (UNBOUNDED, ABSENT), {-1}),
        (ABSENT, (), {0}),
    ],
)
def test_directions_are_those_of_the_main_row_and_of_every_rule(main, rules, directions):
    found = made(main, *rules)
    assert found.directions == directions
    assert found.agree == (len(directions) == 1)


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_of_a_cohort(name):
    found = headline(Study(reference_cohort(name)), SPEC)
    assert found.span == (found.rules["irr"].min(), found.rules["irr"].max())
    assert found.envelope == (found.rules["ci_low"].min(), found.rules["ci_high"].max())
    assert found.envelope[0] < found.span[0] < found.span[1] < found.envelope[1]


def test_without_an_infection_off_ivig_the_range_is_open():
    found = headline(Study(cohort(*[Patient(days=300, doses=[100], infections=[110, 120])] * 3)), SPEC)
    assert found.span == (math.inf, math.inf)
    assert found.envelope == (found.rules["ci_low"].min(), math.inf)
    assert found.agree


@pytest.mark.parametrize("person", [Patient(days=300, infections=[3]), Patient(days=300, doses=[100])])
def test_without_ivig_or_infections_there_is_none(person):
    found = headline(Study(cohort(person)), SPEC)
    assert (found.span, found.envelope, found.missing != "") == (None, None, True)
