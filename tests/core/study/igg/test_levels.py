"""Functional IgG by level: share of time, ratios, and what is known of it."""

from __future__ import annotations

import math

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.evidence.groups import IVIG, Groups
from ivig_core.evidence.measures.ratios import low_igg_ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.levels import BELOW, LEVELS, SHARE_COLUMNS, igg_known, igg_share, ratios_by_igg
from ivig_core.study.study import Study
from tests.core.figures.studies import reference_study, study
from tests.core.make import Patient

SPEC = AnalysisSpec()
TOTAL = SPEC.change(igg_blank_heavy_chain="total")
IGA = {"heavy_chain": "IgA"}


def test_share_of_the_days_of_each_period_by_hand():
    """A value holds from the next day for 120 days: one of day −61 until day 59, then unknown."""
    of = study(Patient(days=100, igg=[(-61, 300)], baseline=IGA), Patient(days=131, doses=[100], baseline=IGA))
    table = igg_share(of, SPEC)
    assert tuple(table.columns) == SHARE_COLUMNS
    rows = table.set_index(["period", "level"])
    assert set(table["period"]) == {"on_ivig", "observation", "reference"}
    assert rows.loc[("reference", "igg_200_399"), ["person_days", "share", "share_known"]].tolist() == [60, 0.6, 1.0]
    assert rows.loc[("reference", "igg_unknown"), "share"] == 0.4
    assert math.isnan(rows.loc[("reference", "igg_unknown"), "share_known"])
    assert math.isnan(rows.loc[("on_ivig", "igg_200_399"), "share_known"])
    assert rows.loc[("on_ivig", "igg_unknown"), ["patients", "share"]].tolist() == [1, 1.0]


@pytest.mark.parametrize("changes", [{}, {"window_cuts": "7,14"}, {"population": "all"}, {"washout_days": 20}])
def test_shares_are_of_all_person_time(changes):
    of, spec = reference_study("sim43"), TOTAL.change(**changes)
    table = igg_share(of, spec)
    assert table["person_days"].sum() == of.time(spec).person_days
    assert table.groupby("period")["share"].sum().tolist() == pytest.approx([1.0] * table["period"].nunique())
    assert not table["period"].str.startswith("on_ivig_").any()


def test_no_day_gives_no_row():
    assert igg_share(study(Patient(days=10)), SPEC.change(exclude_first_days=50)).empty


def test_ratios_of_every_cut_and_level_unadjusted_and_adjusted():
    table = ratios_by_igg(reference_study("sim500"), TOTAL.change(igg_cuts="300,800"))
    assert table.groupby(["contrast", "adjusted"], sort=False)["cut"].agg(list).to_dict() == {
        (BELOW, False): [800, 300], (LEVELS, False): [300, 800],
        (BELOW, True): [800, 300], (LEVELS, True): [300, 800],
    }  # fmt: skip
    assert table["irr"].notna().all()


def test_treated_patients_of_the_sample_give_what_is_compared_with_the_2026_study():
    cohort = read_cohort("sample_data/daratumumab.csv").cohort
    table = ratios_by_igg(Study(cohort), SPEC.change(ci_method="wald"), treated=True)
    table = table[(table["contrast"] == BELOW) & ~table["adjusted"]].set_index("cut")
    groups = Groups(cohort)
    for cut in (700, 400, 200):
        measured = low_igg_ratio(IVIG, cut)(groups)
        assert tuple(table.loc[cut, ["irr", "ci_low", "ci_high"]]) == pytest.approx(
            (measured.estimate, measured.low, measured.high)
        )
    everybody = ratios_by_igg(Study(cohort), SPEC)
    assert everybody["patients"].max() > table["patients"].max()


def test_what_is_known():
    of = study(
        Patient(igg=[(0, 900), (50, 800), (50, 820)], m_spike=[(0, 0.2)], baseline={"heavy_chain": "IgG"}),
        Patient(igg=[(3, 500), (400, 500)], baseline=IGA),
        Patient(igg=[(3, 500)]),
        Patient(),
    )
    known = igg_known(of, SPEC)
    assert (known.patients, known.patients_measured, known.patients_known) == (4, 3, 2)
    # The value of day 400 comes after the end of follow-up.
    assert (known.values, known.functional) == (4, 2)
    assert (known.igg_myeloma, known.without_spike, known.values_without_spike) == (1, 1, 1)
    assert known.blank_chain == 1
    assert igg_known(of, TOTAL).functional == 3
