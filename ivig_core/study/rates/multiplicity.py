"""Every test of whether a factor changes the ratio on IVIG, with p adjusted for how many were looked at.

A family is what one question is asked of several times. Here two: the factors that the user's protocol names, which are
the questions of the study, and all others that this cohort can be looked at by, whichever of them is shown: whoever
shows one factor alone has chosen it among those.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.estimate.multiplicity import false_discovery
from ivig_core.estimate.rates.interaction import ESTIMABLE, OVERALL
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.key_rows import named_rows
from ivig_core.study.rates.factors import listed_factors
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from ivig_core.terms import IGG_UNKNOWN, NAMED_BY_STUDIES

PROTOCOL, EXPLORATORY = "protocol", "exploratory"
COLUMNS = ("factor", "level", "family", "levels", "p_interaction", "p_adjusted", "tests")
NO_TESTS = pd.DataFrame(columns=list(COLUMNS))
"""Of a cohort in which nothing is tested."""
SAME_P = 1e-9


def interactions(study: Study, spec: AnalysisSpec, prespecified: Collection[str] = ()) -> pd.DataFrame:
    """Every factor of `listed_factors`, prespecified ones first: one p each, and the rows that earlier studies named
    where they are a test of their own. Columns as of `families`.

    `prespecified`: factors of the protocol that this cohort has (`study.protocol.fit`).
    """
    first = tuple(prespecified)

    def make() -> pd.DataFrame:
        others = [name for name in listed_factors(study, spec, first) if name not in first]
        tables = [forest(study, spec, name) for name in (*first, *others)]
        return families(pd.concat(tables, ignore_index=True), named_rows(study, spec), first)

    return study.once(
        "interactions", spec.selection, spec.exposure, spec.endpoint, spec.model, first, make=make
    )  # fmt: skip


def prespecified_tests(study: Study, spec: AnalysisSpec, prespecified: Collection[str]) -> pd.DataFrame:
    """The family of the protocol alone, which asks for no other factor."""
    tables = [forest(study, spec, name) for name in prespecified]
    return families(pd.concat(tables, ignore_index=True), NO_TESTS, prespecified) if tables else NO_TESTS


def families(rows: pd.DataFrame, named: pd.DataFrame, prespecified: Collection[str]) -> pd.DataFrame:
    """One row per test in the columns `COLUMNS`, those of the protocol first, else in the order of `rows`.

    `rows`: levels of factors as `study.rates.forest` gives them. `named`: rows that earlier studies named, each a test;
    one whose p is that of a factor is the same comparison and counts once. `levels`: those with an estimate.
    `p_adjusted`: `false_discovery` within the `family`, of `tests` tests; NaN where there is no test.
    """
    whole = rows[(rows["factor"] != OVERALL).to_numpy(bool)]
    tests = [_factor(str(name), part, prespecified) for name, part in whole.groupby("factor", sort=False)]
    known = np.array([test["p_interaction"] for test in tests], float)
    for row in named[(named["factor"] == NAMED_BY_STUDIES).to_numpy(bool)].to_dict("records"):
        p = float(row["p_interaction"])
        if not np.isnan(p) and not np.isclose(known, p, rtol=SAME_P, atol=0).any():
            tests.append(_test(NAMED_BY_STUDIES, EXPLORATORY, 2, p, str(row["level"])))
    table = pd.DataFrame(tests, columns=list(COLUMNS)).sort_values(
        "family", key=lambda names: names != PROTOCOL, kind="stable", ignore_index=True
    )
    p_values = table["p_interaction"].to_numpy(float)
    for family in (PROTOCOL, EXPLORATORY):
        mine = (table["family"] == family).to_numpy(bool)
        table.loc[mine, "p_adjusted"] = false_discovery(p_values[mine])
        table.loc[mine, "tests"] = int((~np.isnan(p_values[mine])).sum())
    return table.astype({"p_interaction": float, "p_adjusted": float, "tests": int})


def with_families(rows: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """Rows of a forest with two columns more: the `family` of each row's test and its `p_adjusted`, NaN without one
    and where the row has no p itself, such as days of unknown IgG.

    A row that earlier studies named takes them from the test that has its p.
    """
    by_factor = {row["factor"]: row for row in tests.to_dict("records") if not row["level"]}
    found = [_test_of(row, by_factor, tests) for row in rows.to_dict("records")]
    adjusted = np.array([np.nan if test is None else float(test["p_adjusted"]) for test in found], float)
    return rows.assign(
        family=["" if test is None else test["family"] for test in found],
        p_adjusted=np.where(rows["p_interaction"].isna(), np.nan, adjusted),
    )


def _factor(name: str, part: pd.DataFrame, prespecified: Collection[str]) -> dict[str, Any]:
    family, known = PROTOCOL if name in prespecified else EXPLORATORY, part["level"] != IGG_UNKNOWN
    return _test(
        name, family, int((known & part["status"].isin(ESTIMABLE)).sum()), float(part["p_interaction"].iloc[0])
    )


def _test(factor: str, family: str, levels: int, p: float, level: str = "") -> dict[str, Any]:
    return {"factor": factor, "level": level, "family": family, "levels": levels, "p_interaction": p}


def _test_of(row: Mapping[str, Any], by_factor: Mapping[str, Any], tests: pd.DataFrame) -> Mapping[str, Any] | None:
    if row["factor"] != NAMED_BY_STUDIES:
        return by_factor.get(row["factor"])
    same = np.isclose(tests["p_interaction"].to_numpy(float), row["p_interaction"], rtol=SAME_P, atol=0)
    return tests[same].iloc[0].to_dict() if same.any() else None
