"""Infections that bring IVIG on: the causal effect is the parameter, and the case series is biased as it should be."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import IggModel, InfectionKinds, Starts
from tests.core.simulate.reading import days, doses, of_kind, person_days

TRIGGERED = replace(
    SimulationModel(),
    frailty_shape=1e6,
    irr_on_all=0.6,
    irr_on_grade_3_plus=0.3,
    irr_before_first_dose=1.0,
    irr_progressive=1.0,
    irr_fall_winter=1.0,
    trend=1.0,
    share_grade_5=0.0,
    share_grade_unknown=0.0,
    follow_up_days=(400, 900),
    death_rate_per_year=0.01,
    share_course_rows=0.0,
    starts=Starts(after_infection=0.5, again=0.4, delay_days=(31, 60)),
)


@pytest.fixture(scope="module")
def drawn():
    """3000 patients without frailty, courses brought on by infections."""
    return simulate(TRIGGERED, 3000, seed=8)


def on_ivig(rows, follow):
    """Days 0..30 after a dose, of every patient-day (bool)."""
    given = doses(rows)
    on = np.zeros(len(follow.day), bool)
    first = np.r_[0, np.flatnonzero(np.diff(follow.patient)) + 1]
    start = follow.date[first].astype(int)
    length = np.diff(np.r_[first, len(follow.day)])
    for code, who in enumerate(of_kind(rows, "patient")["patient_id"]):
        for dose in given.get(who, []):
            at = dose - start[code]
            on[first[code] + max(at, 0) : first[code] + max(min(at + 31, length[code]), 0)] = True
    return on


def test_the_rate_given_the_past_falls_by_the_parameter(drawn):
    # Without frailty the rate of a day depends on the past through IVIG alone, so that plain rates are unbiased.
    follow = person_days(drawn.rows)
    on = on_ivig(drawn.rows, follow)
    (yes, n_yes), (no, n_no) = follow.rate(on), follow.rate(~on)
    assert yes / no == pytest.approx(0.6, abs=4 * 0.6 * np.sqrt(1 / n_yes + 1 / n_no))
    severe = [follow.severe[where].sum() for where in (on, ~on)]
    ratio = severe[0] / on.sum() / (severe[1] / (~on).sum())
    assert ratio == pytest.approx(0.3, abs=4 * 0.3 * np.sqrt(sum(1 / n for n in severe)))


def test_every_course_follows_an_infection_after_the_chosen_delay(drawn):
    infections = of_kind(drawn.rows, "infection")
    by_patient = {who: days(table["start"]) for who, table in infections.groupby("patient_id")}
    gaps = []
    for who, given in doses(drawn.rows).items():
        starts = [given[0]] + [b for a, b in pairwise(given) if b - a > 66 + 20]
        for start in starts:
            since = start - by_patient[who]
            assert ((since >= 31) & (since <= 60)).any()
            gaps.append(since[(since >= 31) & (since <= 60)].min())
    assert min(gaps) == 31
    assert max(gaps) == 60


def test_the_excess_lies_31_to_60_days_before_the_first_dose(drawn):
    follow = person_days(drawn.rows)
    given = doses(drawn.rows)
    ids = of_kind(drawn.rows, "patient")["patient_id"].to_numpy()
    first = np.array([given[who][0] if who in given else np.inf for who in ids])
    before = first[follow.patient] - follow.date.astype(int)
    never_on = ~on_ivig(drawn.rows, follow)
    usual, _ = follow.rate(never_on & ((before > 60) | (before < 0)))
    assert follow.rate((before >= 31) & (before <= 60))[0] > 3 * usual
    # Nearer days say nothing of the reason for the dose: the plain rate, above that of days nothing came of.
    assert follow.rate((before >= 1) & (before <= 30))[0] == pytest.approx(TRIGGERED.rate_per_year / 365.25, rel=0.12)


def test_a_planned_course_needs_no_infection_and_may_wait_for_progression():
    planned = replace(TRIGGERED, starts=Starts(share_planned=1.0, planned_day=(40.0, 0.1, 90)))
    given = doses(simulate(planned, 300, seed=1).rows)
    assert len(given) == 300
    late = replace(planned, starts=replace(planned.starts, at_progression=1.0), share_progressive_at_start=0.0)
    rows = simulate(late, 300, seed=1).rows
    given = doses(rows)
    phases = of_kind(rows, "phase")
    onset = phases[phases["phase"] == "progressive"].drop_duplicates("patient_id")
    for who, start in zip(onset["patient_id"], days(onset["start"]), strict=True):
        assert given[who][0] == start


def test_doses_given_elsewhere_are_counted_and_not_written():
    model = replace(TRIGGERED, share_elsewhere=0.25)
    cohort = simulate(model, 400, seed=4)
    realised = cohort.truth["realised"]
    assert realised["doses_given_elsewhere"] == pytest.approx(0.25 * realised["doses"], rel=0.15)
    written = sum(len(given) for given in doses(cohort.rows).values())
    assert written == realised["doses"] - realised["doses_given_elsewhere"]


def test_ivig_works_only_in_calm_time_with_low_igg_where_the_model_says_so():
    model = replace(
        TRIGGERED,
        only_in_calm_hgg=True,
        irr_progressive=2.0,
        igg=IggModel(median=300.0, spread=0.01, share_preserved=0.5, preserved_median=1200.0, rise_per_dose=0.0),
    )
    cohort = simulate(model, 4000, seed=6)
    follow = person_days(cohort.rows)
    on = on_ivig(cohort.rows, follow)
    labs = of_kind(cohort.rows, "lab")
    patients = of_kind(cohort.rows, "patient")
    ids = patients["patient_id"]
    plain = ids[(patients["heavy_chain"] == "none").to_numpy()]
    igg = labs[(labs["analyte"] == "igg").to_numpy() & labs["patient_id"].isin(plain).to_numpy()]
    mg = igg["value"].astype(float) * np.where(igg["unit"] == "g/L", 100, 1)
    low = mg.groupby(igg["patient_id"].to_numpy()).mean() < 700
    known = ids.isin(plain).to_numpy()[follow.patient]
    hgg = ids.map(low).eq(True).to_numpy()[follow.patient]
    for where, true in ((known & hgg & ~follow.progressive, 0.6), (known & hgg & follow.progressive, 1.0)):
        (yes, n_yes), (no, n_no) = follow.rate(where & on), follow.rate(where & ~on)
        assert yes / no == pytest.approx(true, abs=4 * true * np.sqrt(1 / n_yes + 1 / n_no))
    preserved = known & ~hgg
    (yes, n_yes), (no, n_no) = follow.rate(preserved & on), follow.rate(preserved & ~on)
    assert yes / no == pytest.approx(1.0, abs=4 * np.sqrt(1 / n_yes + 1 / n_no))
    assert cohort.truth["true_effects"]["all_grades"]["on_ivig_elsewhere"]["irr"] == 1.0


def test_bacterial_infections_fall_by_their_own_factor():
    model = replace(TRIGGERED, kinds=InfectionKinds(bacterial_on_ivig=0.5))
    cohort = simulate(model, 4000, seed=2)
    effects = cohort.truth["true_effects"]
    assert effects["bacterial"]["on_ivig"]["irr"] == pytest.approx(0.3)
    infections = of_kind(cohort.rows, "infection")
    ids = of_kind(cohort.rows, "patient")
    follow = person_days(cohort.rows)
    on = on_ivig(cohort.rows, follow)
    begin = dict(zip(ids["patient_id"], np.r_[0, np.flatnonzero(np.diff(follow.patient)) + 1], strict=True))
    zero = dict(zip(ids["patient_id"], days(ids["start"]), strict=True))
    at = (infections["patient_id"].map(begin) + days(infections["start"]) - infections["patient_id"].map(zero)).astype(
        int
    )
    for kind in ("bacterial", "viral"):
        here = np.bincount(at[(infections["pathogen"] == kind).to_numpy()], minlength=len(on))
        yes, no = here[on].sum(), here[~on].sum()
        ratio, true = yes / on.sum() / (no / (~on).sum()), effects[kind]["on_ivig"]["irr"]
        assert ratio == pytest.approx(true, abs=4 * true * np.sqrt(1 / yes + 1 / no))


def test_a_second_excess_before_the_first_dose_is_refused():
    with pytest.raises(SpecError, match="irr_before_first_dose"):
        replace(TRIGGERED, irr_before_first_dose=2.0)


def test_some_die_within_90_days_of_a_severe_infection():
    model = replace(TRIGGERED, share_dies_after_severe=0.5, share_contact=1.0, contact_days=(200, 300))
    rows = simulate(model, 600, seed=3).rows
    patients = of_kind(rows, "patient")
    died = dict(zip(patients["patient_id"], days(patients["died_on"]), strict=True))
    severe = of_kind(rows, "infection")
    severe = severe[severe["grade"].isin(["3", "4"])]
    wait = severe["patient_id"].map(died).to_numpy() - days(severe["start"])
    assert 0.4 < ((wait >= 1) & (wait <= 90)).mean() < 0.75
