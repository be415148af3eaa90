"""IgG of the day: rows with unknown days on either side, and with values that hold for other times."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.igg.exposure import IGG_RATIO_COLUMNS
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.levels import ratios_by_igg
from ivig_core.study.igg.unknown import HIGH, LEFT_OUT, LOW, UnknownIgg, bounds_by_igg, igg_unknown
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.variant import NOT_APPLICABLE
from ivig_core.study.trust.sensitivity import COLUMNS, further_sensitivity
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
NUMBERS = ["status", "irr", "ci_low", "ci_high", "p_value"]


def forest_igg(study: Study, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
    return forest(study, spec.change(igg_cuts=(cut,)), "igg")


def people(later: float | None = None) -> Study:
    """Values of day 0 and 70 hold to day 190; `later` is measured where they end, so that nothing is unknown."""
    more = [] if later is None else [(190, later), (310, later)]
    return Study(cohort(*[
        Patient(
            days=400, doses=[60 + i, 130, 250 + i], infections=[20 + i, 75 + 2 * i, 200 + 3 * i, 300],
            igg=[(-1, 500.0 if i % 2 else 900.0), (70, 900.0 if i % 3 else 450.0), *more],
            baseline={"heavy_chain": "IgA"},
        )
        for i in range(12)
    ]))  # fmt: skip


@pytest.fixture(scope="module")
def gaps() -> Study:
    return people()


@pytest.fixture(scope="module")
def rows(gaps) -> pd.DataFrame:
    return further_sensitivity(gaps, SPEC).set_index("name")


@pytest.mark.parametrize(("side", "value", "level"), [(LOW, 150.0, "igg_lt_700"), (HIGH, 950.0, "igg_ge_700")])
def test_unknown_days_on_one_side_are_as_if_measured_there(gaps, rows, side, value, level):
    measured = people(value)
    assert igg_unknown(measured, SPEC).days == 0
    want = forest_igg(measured, SPEC, 700).set_index("level").loc[level]
    row = rows.loc[f"{level}_unknown"]
    assert row[NUMBERS].tolist() == want[NUMBERS].tolist()
    assert row["infections"] == want["infections_on"] + want["infections_off"]
    assert row["infections"] > rows.loc[level, "infections"]
    bounds = bounds_by_igg(gaps, SPEC)
    mine = bounds[(bounds["unknown"] == side).to_numpy()]
    known = ratios_by_igg(measured, SPEC)
    want = known[(known["contrast"] == "below").to_numpy()]
    mine, want = (table[list(IGG_RATIO_COLUMNS)].reset_index(drop=True) for table in (mine, want))
    pd.testing.assert_frame_equal(mine, want, check_dtype=False)


def test_without_a_view_of_unknown_days_rows_are_the_forest_and_the_panel(gaps, rows):
    plain = forest_igg(gaps, SPEC, 700).set_index("level")
    for level in ("igg_lt_700", "igg_ge_700"):
        assert rows.loc[level, NUMBERS].tolist() == plain.loc[level, NUMBERS].tolist()
        for days in (60, 180):
            held = forest_igg(gaps, SPEC.change(igg_carry_days=days), 700).set_index("level")
            assert rows.loc[f"{level}_carry_{days}", NUMBERS].tolist() == held.loc[level, NUMBERS].tolist()
    assert "igg_lt_700_carry_120" not in rows.index
    bounds, ratios = bounds_by_igg(gaps, SPEC), ratios_by_igg(gaps, SPEC)
    left_out = bounds.loc[(bounds["unknown"] == LEFT_OUT).to_numpy(), "irr"]
    below = ratios.loc[(ratios["contrast"] == "below").to_numpy(), "irr"]
    np.testing.assert_array_equal(left_out, below)
    assert not rows.loc[rows["group"] == "igg_days", "main"].any()


def test_how_much_is_unknown(gaps):
    # By hand: the value of day 70 holds on days 71–190, that of day −1 to the day 70; 209 of 400 days are left.
    assert igg_unknown(gaps, SPEC) == UnknownIgg(12 * 209, 12 * 400, 12 * 2, 12 * 4)


def test_where_days_of_some_igg_are_analysed_the_row_counts_unknown_days_in(gaps):
    within = SPEC.change(within="igg:<700")
    table = further_sensitivity(gaps, within).set_index("name")
    want = sccs(people(150.0), within).set_index("term").loc["on_ivig"]
    assert table.loc["igg_unknown_in", NUMBERS].tolist() == want[NUMBERS].tolist()
    held = sccs(gaps, within.change(igg_carry_days=60)).set_index("term").loc["on_ivig"]
    assert table.loc["igg_carry_60", "irr"] == held["irr"]
    assert "igg_lt_700" not in table.index


def test_igg_in_the_model_with_unknown_days_at_either_end(gaps, rows):
    for side, value in ((LOW, 150.0), (HIGH, 950.0)):
        want = sccs(people(value), SPEC.change(adjust_for="igg")).set_index("term").loc["on_ivig"]
        assert rows.loc[f"igg_unknown_{side}", NUMBERS].tolist() == want[NUMBERS].tolist()


@pytest.mark.parametrize(
    "people",
    [
        [Patient(days=1, doses=[0], infections=[0])], [Patient(days=300, infections=[3, 9], igg=[(0, 300.0)])],
        [Patient(days=300, doses=[30], igg=[(0, 300.0)], baseline={"heavy_chain": "IgA"})], [],
        [Patient(days=100, doses=[50], infections=[20, 60], igg=[(-1, 300.0)], baseline={"heavy_chain": "IgA"})] * 2,
    ],
    ids=["no IgG", "heavy chain blank", "no infections", "nobody", "all known"],
)  # fmt: skip
@pytest.mark.parametrize("settings", [{}, {"within": "igg:<400; igg:>=200"}, {"within": "igg:<200; igg:>=700"}])
def test_every_row_has_a_ratio_or_a_reason(people, settings):
    table = further_sensitivity(Study(cohort(*people)), SPEC.change(**settings))
    assert list(table.columns) == list(COLUMNS)
    assert (table.loc[table["irr"].isna(), "note"] != "").all()
    if people and people[0].infections and people[0].days == 100 and not settings:
        row = table.set_index("name").loc["igg_lt_700_unknown"]
        assert (row["status"], row["note"]) == (NOT_APPLICABLE, "IgG is known on every day")
