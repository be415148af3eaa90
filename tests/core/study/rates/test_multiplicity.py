"""Families of tests: the protocol's own, all others together, each counted once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.figures.rates import remarks
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.key_rows import named_rows
from ivig_core.study.rates.factors import listed_factors
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.multiplicity import (
    EXPLORATORY,
    NO_TESTS,
    PROTOCOL,
    families,
    interactions,
    prespecified_tests,
    with_families,
)
from ivig_core.terms import NAMED_BY_STUDIES
from tests.core.report.made import OWN, study

SPEC = AnalysisSpec()


def rows(**p_values: float) -> pd.DataFrame:
    """Two levels of each factor."""
    return pd.DataFrame(
        [
            {"factor": name, "level": level, "status": "ok", "p_interaction": p}
            for name, p in {"overall": np.nan, **p_values}.items()
            for level in ("a", "b")
        ]
    )


def named(**p_values: float) -> pd.DataFrame:
    table = rows(**p_values)
    return table.assign(level=table["factor"], factor=NAMED_BY_STUDIES).drop_duplicates("level")


def test_families_by_hand():
    """Benjamini–Hochberg by hand: of 2 tests 0.02 × 2 / 1 and 0.03 × 2 / 2, so 0.03 for both; of 4 tests the least is
    0.001 × 4 / 1, then 0.04 × 4 / 2 = 0.08, then 0.06 × 4 / 3 = 0.08, then 0.5."""
    table = families(
        rows(sex=0.02, phase=0.5, iss=0.03, age=0.001, site=np.nan, grade=0.06),
        named(calm=0.5, low=0.04),
        ("sex", "iss"),
    )
    assert list(table["factor"]) == ["sex", "iss", "phase", "age", "site", "grade", NAMED_BY_STUDIES]
    assert list(table["family"]) == [PROTOCOL] * 2 + [EXPLORATORY] * 5
    np.testing.assert_allclose(table["p_adjusted"], [0.03, 0.03, 0.5, 0.004, np.nan, 0.08, 0.08])
    assert list(table["tests"]) == [2, 2, 4, 4, 4, 4, 4], "calm is the comparison by phase, and counts once"
    assert table["level"].iloc[-1] == "low"


def test_rows_of_a_forest_have_the_p_of_their_test():
    forest_rows = pd.concat([named(calm=0.5, low=0.04), rows(sex=0.02)], ignore_index=True)
    table = families(rows(sex=0.02, phase=0.5), named(calm=0.5, low=0.04), ("sex",))
    told = with_families(forest_rows, table).set_index(["factor", "level"])
    assert told.loc[(NAMED_BY_STUDIES, "calm"), "p_adjusted"] == 0.5
    assert told.loc[(NAMED_BY_STUDIES, "low"), "p_adjusted"] == 0.08
    assert told.loc[("sex", "b"), ["family", "p_adjusted"]].tolist() == [PROTOCOL, 0.02]
    assert told.loc[("overall", "a"), "family"] == ""
    unknown = with_families(rows(sex=0.02).assign(p_interaction=[np.nan, np.nan, 0.02, np.nan]), table)
    assert unknown["p_adjusted"].notna().tolist() == [False, False, True, False], "days of unknown IgG have no test"


def test_what_differs_by_igg_of_the_day_is_said_to():
    donor = families(rows(igg=0.001, sex=0.5), NO_TESTS, ())
    said = "1 after adjustment for their number, that one by IgG of the day, which IVIG itself raises"
    assert remarks.tests_finding(donor).endswith(said)
    both = families(rows(igg=0.001, hgg_days=0.001, sex=0.002, phase=0.9), NO_TESTS, ())
    assert "3 after adjustment for their number, 2 of them by IgG of the day" in remarks.tests_finding(both)
    assert remarks.tests_finding(families(rows(sex=0.002), NO_TESTS, ())).endswith(
        "1 after adjustment for their number"
    )


def test_every_factor_of_the_table_of_all_subgroups_whichever_is_shown():
    made = study("many")
    table = interactions(made, SPEC, (OWN,))
    tables = {name: forest(made, SPEC, name) for name in listed_factors(made, SPEC)}
    shown = {name for name, part in tables.items() if len(part)}
    assert {*table["factor"]} - {NAMED_BY_STUDIES} == shown
    assert table["factor"].iloc[0] == OWN
    for row in table[table["factor"] != NAMED_BY_STUDIES].to_dict("records"):
        np.testing.assert_equal(row["p_interaction"], float(tables[row["factor"]]["p_interaction"].iloc[0]))
    alone = prespecified_tests(made, SPEC, (OWN,))
    assert alone["p_adjusted"].tolist() == table["p_adjusted"].tolist()[:1]
    told = with_families(named_rows(made, SPEC), table)
    known = told["p_interaction"].notna().to_numpy()
    assert known.any()
    assert told.loc[known, "p_adjusted"].notna().all()


@pytest.mark.parametrize("name", ["one", "nothing", "no_infections", "no_ivig", "zero", "infinite"])
def test_cohorts_in_which_nothing_can_be_compared(name):
    table = interactions(study(name), SPEC)
    assert table["p_adjusted"].isna().equals(table["p_interaction"].isna())
    assert prespecified_tests(study(name), SPEC, ()).empty
    assert with_families(named_rows(study(name), SPEC), table)["p_adjusted"].dropna().between(0, 1).all()
