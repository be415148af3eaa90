"""A specification curve is many analyses at once: each equals the one that is made alone, none is there twice."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.estimate.whatif.curve.stack import Stack
from ivig_core.persontime.split import person_time
from ivig_core.samples import sample_file
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.adjusted import FIRST
from ivig_core.study.whatif.curve.against import against
from ivig_core.study.whatif.curve.choices import VARIED, Choices, base_of
from ivig_core.study.whatif.curve.curve import Curve, Curving, curve
from ivig_core.study.whatif.curve.sentences import left_out, shares
from ivig_core.study.whatif.curve.splits import Days, Events
from ivig_core.terms import ON
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()
FEW = Choices(
    window_days=(14, 42), before=((0, False), (30, False), (0, True)), dose_day=("on",), episode_gap_days=(0, 14),
    adjusters=("season", "time"), every_set=True,
)  # fmt: skip
TEXTS = ("status", "note", "patients", "informative_patients", "infections")
NUMBERS = ("irr", "ci_low", "ci_high", "p_value")
SIM43 = Study(reference_cohort("sim43"))
RNG = np.random.default_rng(20261128)


def some(made: Curve, number: int) -> list[int]:
    """Rows taken at random, and with them one of every kind of note and status."""
    taken = RNG.choice(len(made.table), min(number, len(made.table)), replace=False).tolist()
    kinds = made.table.groupby(["status", "note"], sort=False).head(1).index.tolist()
    return sorted({*taken, *kinds})


def assert_as_alone(study: Study, made: Curve, rows: Collection[int]) -> None:
    for row in rows:
        alone = sccs(study, made.spec(row)).set_index("term").loc[ON]
        mine = made.table.iloc[row]
        for name in TEXTS:
            assert mine[name] == alone[name], (name, made.spec(row).to_query())
        for name in NUMBERS:
            assert mine[name] == pytest.approx(alone[name], rel=1e-9, abs=1e-12, nan_ok=True), made.spec(row).to_query()


@pytest.mark.parametrize(
    "changes", [{}, {"ci_method": "firth"}, {"ci_method": "robust", "washout_days": 20, "exclude_first_days": 10}]
)
def test_rows_are_those_of_single_analyses(changes):
    """25 at random (10 where each alone takes a quarter of a second) and one of every kind of note, on the 43 patients
    of the reference, to 1e-9."""
    spec = SPEC.change(**changes)
    made = curve(SIM43, spec, FEW if changes else None)
    assert len(made.table) >= (500 if not changes else 1)
    assert_as_alone(SIM43, made, some(made, 10 if spec.model.ci_method == "firth" else 25))


@pytest.mark.parametrize("size", [1, 4, 7])
def test_rows_of_very_few_patients_are_those_of_single_analyses(size):
    """Ratios of 0 and ∞, levels without infections, terms that cannot be told apart, few infections."""
    full = read_cohort(sample_file(("crossover_2021", "bispecific")[size % 2])).checked()
    keep = np.zeros(len(full), bool)
    keep[np.random.default_rng(size).choice(len(full), size, replace=False)] = True
    study = Study(full.subset(keep))
    spec = SPEC.change(ci_method=("auto", "robust", "profile", "wald")[size % 4])
    made = curve(study, spec, FEW)
    assert_as_alone(study, made, some(made, 4))


def test_cells_are_those_of_a_single_analysis():
    whole, spec = reference_cohort("sim43"), SPEC.change(pre_exposure_days=30, adjust_for=("season", "time"))
    events = Events(whole, [spec.endpoint, spec.change(min_grade=3).endpoint])
    days = Days(person_time(events.cohort, spec.exposure, ("season", "time")), events, ("season", "time"))
    stack = Stack([days.split(("season", "time"))], len(events.cohort), 2)
    for number, grade in enumerate((1, 3)):
        of_endpoint = spec.change(min_grade=grade)
        want = sccs_cells(Study(whole).time(of_endpoint), of_endpoint.model)
        got = stack.cells(0, number)
        for name in ("stratum", "days", "infections", "codes"):
            assert np.array_equal(getattr(got, name), getattr(want, name)), name
        assert got.factors == want.factors


def settings(made: Curve) -> list[tuple[object, ...]]:
    return list(zip(*(made.table[name].tolist() for name in VARIED), strict=True))


def test_no_definition_is_there_twice_and_none_adjusts_for_igg():
    made = curve(SIM43, SPEC.change(adjust_for=("igg", "phase"), window_days=35, pre_exposure_days=45), FEW)
    assert len(set(settings(made))) == len(made.table)
    assert not any("igg" in names for names in made.table["adjust_for"])
    # Days before the first dose cannot be kept apart where follow-up begins there.
    assert not ((made.table["pre_exposure_days"] > 0) & made.table["from_first_dose"]).any()
    assert {35} <= set(made.table["window_days"])
    assert {45} <= set(made.table["pre_exposure_days"])
    assert made.row_of(SPEC.change(adjust_for=("igg",), window_days=35)) is None
    assert any("IgG" in text for text in left_out(made, SPEC.change(adjust_for=("igg",))))


def test_rows_do_not_depend_on_the_order_of_the_choices_nor_on_the_steps(monkeypatch):
    first = curve(SIM43, SPEC, FEW)
    turned = Choices(
        **{name: tuple(reversed(getattr(FEW, name))) for name in ("window_days", "before")}, dose_day=("on",),
        episode_gap_days=(14, 0), min_grade=(3, 1), adjusters=("season", "time"), every_set=True,
    )  # fmt: skip
    monkeypatch.setattr("ivig_core.study.whatif.curve.curve.AT_ONCE", 1)
    other = curve(SIM43, SPEC, turned)
    assert sorted(settings(other)) == sorted(settings(first))
    for row in range(0, len(first.table), 7):
        mine, same = first.table.iloc[row], other.table.iloc[other.row_of(first.spec(row))]
        assert all(mine[name] == same[name] for name in TEXTS)
        assert [mine[name] for name in NUMBERS] == pytest.approx([same[name] for name in NUMBERS], rel=1e-9)


def test_fitted_one_by_one_the_rows_are_the_same(monkeypatch):
    """As they are where many adjusters leave a table of patients × patterns nearly empty."""
    first = curve(SIM43, SPEC, FEW).table
    monkeypatch.setattr("ivig_core.estimate.whatif.curve.many.LARGEST_TABLE", 0)
    other = curve(Study(reference_cohort("sim43")), SPEC, FEW).table
    assert other[list(TEXTS)].equals(first[list(TEXTS)])
    for name in NUMBERS:
        np.testing.assert_allclose(other[name], first[name], rtol=1e-9, err_msg=name)


def test_the_settings_in_force_have_their_row_and_another_choice_has_the_same_curve():
    spec = SPEC.change(window_days=42, min_grade=3, adjust_for=("time",))
    made = curve(SIM43, SPEC)
    assert curve(SIM43, spec) is made
    assert made.spec(made.row_of(spec)) == base_of(spec).change(window_days=42, min_grade=3, adjust_for=("time",))


def test_choices_that_change_nothing_are_left_out_and_said():
    """No phase, no dates, no prophylaxis, subcutaneous doses, severe infections far apart: what is left is counted."""
    people = [
        Patient(days=150, doses=[(50 + at, None, None, "sc")], infections=[(10 + at, 3), (55 + at, 3)], start=None)
        for at in range(6)
    ]
    made = curve(Study(cohort(*people, calendar="none")), SPEC)
    assert set(made.unused) == set(FIRST)
    assert set(made.table["window_days"]) == {14}
    assert set(made.table["min_grade"]) == {1}
    assert set(made.table["episode_gap_days"]) == {0}
    said = " ".join(left_out(made, SPEC))
    assert "disease phase, season, time since start, prophylaxis" in said
    assert "21, 28, 30, 42" in said
    assert str(made.candidates - len(made.table)) in said


ODD = {
    "one patient": [Patient(days=300, doses=[50], infections=[20, 60])],
    "no infection": [Patient(days=300, doses=[50]), Patient(days=90)],
    "no IVIG": [Patient(days=300, infections=[50])],
    "all infections on IVIG": [Patient(days=300, doses=[50], infections=[60])],
    "nobody": [],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_cohorts_give_rows_with_reasons(name):
    study = Study(cohort(*ODD[name]))
    made = curve(study, SPEC, FEW)
    assert len(made.table)
    assert_as_alone(study, made, some(made, 2))
    assert (made.table.loc[made.table["status"] != "ok", "note"] != "").all()
    assert shares(made).rows == made.table["ci_low"].notna().sum()
    assert against(study, SPEC, made) is not None


def test_what_checks_speak_against():
    """Infections gather before the first dose and on days of doses, and a window of 14 days closes between doses."""
    doses = [300 + 30 * number for number in range(12)]
    infections = [100, 280, 290, 305, 330, 345, 390, 450, 500, 680, 690]
    study = Study(cohort(*[Patient(days=700, doses=doses, infections=infections) for _ in range(12)]))
    choices = Choices(dose_day=("on", "off"), window_days=(14, 42), episode_gap_days=(0,), min_grade=(1,))
    made = curve(study, SPEC, choices)
    found, table = {item.name: item.rows for item in against(study, SPEC, made)}, made.table
    want = {
        "before_first_dose": (table["pre_exposure_days"] < 30) & ~table["from_first_dose"],
        "dose_gaps": table["window_days"] == 14,
        "dose_day": table["dose_day"] == "off",
    }
    assert set(found) == set(want)
    for name, rows in want.items():
        assert np.array_equal(found[name], rows.to_numpy(bool)), name


def test_shares_count_what_lies_below_one():
    made = curve(SIM43, SPEC, FEW)
    found, table = shares(made), made.table
    ok = table["status"] == "ok"
    assert (found.rows, found.below) == (int(ok.sum()), int((table["irr"] < 1).sum()))
    assert found.clear == int((table["ci_high"] < 1).sum())
    assert shares(made, np.zeros(len(table), bool)).rows == 0


def test_a_curve_is_made_in_steps():
    making = Curving(SIM43, SPEC, FEW)
    seen = []
    while not making.finished:
        making.step()
        seen.append(making.share)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert making.result().candidates == making.candidates
    assert isinstance(making.result().table, pd.DataFrame)
    assert math.isclose(making.candidates, len(making.result().table))
