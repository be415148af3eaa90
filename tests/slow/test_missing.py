"""Covariates missing at random: what complete cases and multiple imputation make of known hazard ratios.

Run by `make slow`, never by `make test`. Writes `docs/missing.md`, whatever it says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from ivig_core.errors import EstimationError
from ivig_core.estimate.cox.regression import cox_model
from ivig_core.estimate.missing.chained import tables_needed
from ivig_core.estimate.missing.regression import Gaps
from tests.core.estimate.missing.simulated import TRUTH, drawn
from tests.paths import DOCS

COHORTS, SEED = 400, 20261128
SIZES = (80, 200)
COMPLETE, IMPUTED = "complete cases", "imputed"
WORDS = {
    "age": "age, per standard deviation", "high_risk=yes": "high-risk cytogenetics", "stage=II": "stage II against I",
    "stage=III": "stage III against I",
}  # fmt: skip
HEAD = (
    "patients", "log hazard ratio of", "truth", "complete cases: mean (SE of it)", "interval holds",
    "imputed: mean (SE of it)", "interval holds", "no finite ratio, complete / imputed",
)  # fmt: skip
TEXT = """# Missing values

{cohorts} simulated cohorts of each size. Age is known of every patient; cytogenetics and stage, which go with age and
with each other, are missing more often in the old and much more often where there was an event ({missing:.0f} % of
patients lack at least one). Complete cases are then no sample of the cohort. Cox regression of all three; *imputed* is
multiple imputation as the dashboard does it. Written by `make slow`.

{head}
|---|---|---|---|---|---|---|---|
{rows}

The width of the interval of an imputed ratio is {narrower:.2f} times that of the complete cases (median over all rows).
"""


def analysed(size: int) -> pd.DataFrame:
    """Every term of every cohort: estimate and limits by method, NaN without a finite one, and who has all values."""
    return pd.DataFrame([row for cohort in range(COHORTS) for row in _cohort(size, cohort)])


def _cohort(size: int, cohort: int) -> Iterator[dict[str, object]]:
    rows, covariates = drawn(np.random.default_rng([SEED, size, cohort]), size)
    gaps = Gaps(rows, covariates, "the event")
    about = {"size": size, "complete": gaps.complete / size}
    for row in cox_model("", rows, covariates, "the event").rows:
        if row.term in TRUTH:
            low, high = (math.log(end) if end else math.nan for end in (row.ci_low, row.ci_high))
            yield {**about, "method": COMPLETE, "term": row.term, "estimate": row.log_hr, "low": low, "high": high}
    try:
        _, together = gaps.ratios(tables_needed(1 - gaps.complete / size))
    except EstimationError:
        together = {}
    for term in TRUTH:
        row = together.get(term)
        found = row.found if row is not None else None
        values = (math.nan,) * 3 if found is None else (found.estimate, found.low, found.high)
        yield {**about, "method": IMPUTED, "term": term, **dict(zip(("estimate", "low", "high"), values, strict=True))}


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return pd.concat([analysed(size) for size in SIZES], ignore_index=True).astype(
        dict.fromkeys(("estimate", "low", "high"), float)
    )


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Mean, its standard error, and coverage of finite ratios, by size, term and method."""
    truth = found["term"].map(TRUTH)
    known = found.assign(
        holds=((found["low"] <= truth) & (found["high"] >= truth)).where(found["estimate"].notna()),
        without=found["estimate"].isna(), width=found["high"] - found["low"],
    )  # fmt: skip
    grouped = known.groupby(["size", "term", "method"], sort=False)
    return grouped.agg(
        mean=("estimate", "mean"), error=("estimate", "sem"), holds=("holds", "mean"), without=("without", "sum"),
        width=("width", "median"),
    )  # fmt: skip


def test_what_complete_cases_and_imputation_make_of_known_ratios(found):
    table = summary(found)
    rows = []
    for size in SIZES:
        for term, truth in TRUTH.items():
            one, two = (table.loc[(size, term, method)] for method in (COMPLETE, IMPUTED))
            cells = [f"{it['mean']:.2f} ({it['error']:.2f}) | {100 * it['holds']:.0f} %" for it in (one, two)]
            without = f"{one['without']:.0f} / {two['without']:.0f}"
            rows.append(f"| {size} | {WORDS[term]} | {truth:.2f} | {' | '.join(cells)} | {without} |")
    widths = table.reset_index().pivot_table("width", ["size", "term"], "method")
    (DOCS / "missing.md").write_text(
        TEXT.format(
            cohorts=COHORTS, missing=100 * (1 - found["complete"].mean()),
            head=f"| {' | '.join(HEAD)} |", rows="\n".join(rows),
            narrower=(widths[IMPUTED] / widths[COMPLETE]).median(),
        ),
        encoding="utf-8",
    )  # fmt: skip
    imputed = table.xs(IMPUTED, level="method")
    assert imputed["holds"].astype(float).min() >= 0.92
