"""A level that has two ratios in one plot: said with both numbers, and why both are right."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.rates.same_days import WHY, same_days
from ivig_core.figures.words import ratio
from ivig_core.study.overview.key_rows import named_rows
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from tests.core.figures.studies import SPEC
from tests.paths import SAMPLES


@cache
def sample() -> Study:
    """The synthetic sample on daratumumab, which has IgG at all levels."""
    found = read_cohort(SAMPLES / "daratumumab.csv").cohort
    assert found is not None
    return Study(found)


def rows(*factors: str) -> pd.DataFrame:
    study = sample()
    tables = [named_rows(study, SPEC), *(forest(study, SPEC, factor) for factor in factors)]
    return pd.concat(tables).reset_index(drop=True)


def test_two_models_of_the_same_days_are_said_with_both_ratios():
    table = rows("igg", "hgg_days")
    high = table[table["level"] == "igg_ge_700"].set_index("factor")
    two, four = high.loc["hgg_days"], high.loc["igg"]
    assert two["infections_on"] == four["infections_on"]
    assert two["person_days_on"] == four["person_days_on"]
    assert ratio(two["irr"]) != ratio(four["irr"])
    (said,) = same_days(table)
    assert said == (
        f"IgG ≥ 700 mg/dL has {ratio(four['irr'])} by IgG of the day (exploratory) (4 levels) and "
        f"{ratio(two['irr'])} by Low IgG by day (exploratory) (2 levels): {WHY}."
    )


def test_one_number_needs_no_sentence():
    """Everybody, and no progression, stand twice with one ratio; no level of IgG of the day stands twice."""
    assert same_days(rows("hgg_days", "phase")) == []
    assert same_days(rows("igg")) == []
    assert same_days(rows().iloc[:0]) == []
