"""Ways to give IVIG: what must hold whatever is drawn, what the data must allow, and a cohort with known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.errors import EstimationError, SpecError, SpecListError
from ivig_core.evidence.effects import PUBLISHED, effect_of, effects
from ivig_core.persontime.split import person_time
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import SimulationModel
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.sensitivity import further_sensitivity, sensitivity
from ivig_core.study.whatif import strategies as module
from ivig_core.study.whatif.assumptions import Assumptions, Effect
from ivig_core.study.whatif.strategies import strategies
from ivig_core.study.whatif.strategy_inputs import strategy_inputs
from ivig_core.study.whatif.strategy_result import AT_HIGHEST, AT_LOWEST, STRATEGIES, Strategies
from ivig_core.study.whatif.strategy_rows import thromboses
from ivig_core.terms import ON
from tests.core.make import Patient, cohort
from tests.slow.strategies.direct import direct, histories

MODEL = SimulationModel(irr_before_first_dose=1.0, share_grade_5=0.0)
PATIENTS, SEED = 150, 11
SPEC = AnalysisSpec().change(adjust_for="phase,season,time")
TRUE = Assumptions(
    effect="entered", ratio=0.6, ratio_low=0.6, ratio_high=0.6, igg_rise=300, igg_half_life=25, draws=100
)  # fmt: skip


@pytest.fixture(scope="module")
def simulated() -> Cohort:
    rows = simulate(MODEL, PATIENTS, SEED).rows
    return read_cohort(rows.to_csv(index=False).encode(), COMMAND_LIMITS).checked()


@pytest.fixture(scope="module")
def study(simulated) -> Study:
    return Study(simulated)


def ask(study: Study, assumed: Assumptions, spec: AnalysisSpec = SPEC) -> Strategies:
    return strategies(study, spec, assumed, effect_of(study, spec, assumed))


def test_without_an_effect_nothing_is_averted_in_any_draw(study):
    found = ask(study, replace(TRUE, ratio=1.0, ratio_low=1.0, ratio_high=1.0))
    for quantity in ("averted_per_100_years", "severe_averted_per_100_years"):
        assert (found.table[[quantity, f"{quantity}_low", f"{quantity}_high"]] == 0).all(axis=None)
    assert found.table["infections"].round(2).nunique() == found.table["severe_low"].nunique() == 1
    assert found.most_averted is None
    assert found.least_ivig is None
    given = found.table[found.table["ivig_months"] > 0]
    assert len(given) == len(STRATEGIES) - 1
    assert (given["ivig_years_per_averted_status"] == "none_averted").all()
    assert given[["ivig_years_per_averted", "ivig_years_per_averted_high"]].isna().all(axis=None)


def test_ivig_as_given_gives_the_infections_that_were_seen(study):
    """The fitted rates add up to the data, so the strategy as it was has the counts of the cohort."""
    found = ask(study, TRUE)
    seen = found.row("observed")
    assert seen["infections"] == found.infections
    assert found.row("none")["infections"] - seen["averted_per_100_years"] * found.patient_years / 100 == pytest.approx(
        found.infections, rel=0.01
    )
    # What is recorded has no interval; what it averted has.
    limits = [f"{name}_{end}" for name in ("infections", "ivig_months", "infusions") for end in ("low", "high")]
    assert np.isnan([seen[name] for name in limits]).all()
    assert seen["averted_per_100_years_low"] <= seen["averted_per_100_years"] <= seen["averted_per_100_years_high"]
    assert seen["severe"] == pytest.approx(found.severe, rel=0.05)
    time = study.time(AnalysisSpec())
    on = time.table.loc[time.table["state"] == ON, "days"].sum()
    assert seen["ivig_months"] == pytest.approx(on / 365.25 * 12)
    assert found.patient_years == pytest.approx(time.person_days / 365.25)


def test_more_ivig_averts_more_and_each_interval_holds_its_estimate(study):
    rows = ask(study, TRUE).table.set_index("strategy")
    order = ["none", "infection_guided", "primary"]
    assert rows.loc[order, "ivig_months"].is_monotonic_increasing
    assert rows.loc[order, "infections"].is_monotonic_decreasing
    for quantity in ("infections", "severe", "ivig_months", "infusions", "averted_per_100_years"):
        if quantity in ("infections", "ivig_months", "infusions"):
            rows = rows.drop("observed", errors="ignore")
        inside = (rows[f"{quantity}_low"] <= rows[quantity]) & (rows[quantity] <= rows[f"{quantity}_high"])
        assert inside.all(), quantity
    assert rows.loc["none", "ivig_years_per_averted_status"] == "no_ivig"
    per = 12 * rows["infections"].rsub(rows.loc["none", "infections"])
    ratio = rows["ivig_months"].drop("none") / per.drop("none")
    assert rows["ivig_years_per_averted"].drop("none").to_numpy() == pytest.approx(ratio.to_numpy())


@pytest.mark.parametrize(("high", "holds"), [(1.01, True), (0.98, False)])
def test_an_interval_holds_no_effect_where_that_of_the_ratio_does(study, high, holds):
    # Further down than up: the upper limit of the ratio is the one that is given.
    found = ask(study, replace(TRUE, ratio=0.8, ratio_low=0.3, ratio_high=high))
    given = found.table[found.table["ivig_months"] > 0]
    assert ((given["averted_per_100_years_low"] < 0) == holds).all()
    assert ((given["ivig_years_per_averted_status"] == "no_upper_limit") == holds).all()


@pytest.mark.parametrize(("high", "clear"), [(0.947, True), (0.99, True), (1.01, False)])
def test_few_patients_do_not_widen_a_ratio_from_elsewhere(simulated, high, clear):
    """15 patients: infections averted are clear where the ratio that was entered is."""
    few = Study(simulated.subset(np.arange(len(simulated)) < 15))
    found = ask(few, replace(TRUE, ratio=0.6, ratio_low=0.38, ratio_high=high), AnalysisSpec())
    given = found.table[(found.table["status"] == "ok") & (found.table["ivig_months"] > 0)]
    assert found.patients == 15
    assert len(given) >= 2
    assert ((given["averted_per_100_years_low"] > 0) == clear).all()


def test_known_truth_lies_inside_the_intervals(study, simulated):
    """The same patients, simulated day by day from the model that they were drawn from."""
    truth = histories(MODEL, PATIENTS, SEED)
    assert (truth.people.last + 1).tolist() == simulated.days.tolist()
    found = ask(study, TRUE)
    for strategy in STRATEGIES:
        row, true = found.row(strategy), direct(MODEL, truth, TRUE, strategy, 4, SEED)
        if strategy == "observed":
            assert row["infections"] == pytest.approx(true.expected.sum(axis=1).mean(), rel=0.2)
            continue
        assert row["infections_low"] <= true.expected.sum(axis=1).mean() <= row["infections_high"], strategy
        months = true.on_days.sum(axis=1).mean() / 365.25 * 12
        assert row["ivig_months_low"] <= months <= row["ivig_months_high"], strategy
        assert row["infections"] == pytest.approx(true.expected.sum(axis=1).mean(), rel=0.2)


def test_own_effects_are_rows_of_the_sensitivity_table(study):
    tables = (sensitivity(study, SPEC, models=False), further_sensitivity(study, SPEC, "What counts"))
    rows = pd.concat(tables).set_index("name")
    for name in ("without_60", "washout"):
        effect = effect_of(study, SPEC, Assumptions(effect=name))
        assert effect.ratio == pytest.approx(tuple(rows.loc[name, ["irr", "ci_low", "ci_high"]]))
    as_set = effect_of(study, SPEC, Assumptions())
    assert as_set.ratio[0] == pytest.approx(sccs(study, SPEC).set_index("term").loc[ON, "irr"])
    severe = sccs(study, SPEC.change(min_grade=3)).set_index("term").loc[ON, "irr"]
    assert as_set.severe[0] == pytest.approx(severe)
    assert effect_of(study, SPEC, Assumptions(effect_severe="same")).severe == as_set.ratio
    assert set(effects(SPEC)) >= {"as_set", "without_30", "gee", "entered", *PUBLISHED}


def test_published_effects_are_those_of_the_table(study):
    for key in PUBLISHED:
        effect = effect_of(study, SPEC, Assumptions(effect=key))
        assert effect.status == "ok"
        assert not effect.own
    assert effect_of(study, SPEC, Assumptions(effect="published:2026")).severe == (0.30, 0.12, 0.75)
    assert effect_of(study, SPEC, Assumptions(effect="published:2021")).severe == (0.92, 0.76, 1.10)
    with pytest.raises(SpecError, match="one of as_set"):
        effect_of(study, SPEC, Assumptions(effect="published:none"))


@pytest.mark.parametrize(("kind", "limits"), [("arterial", (-0.2, 2.0)), ("venous", (-0.4, 1.5))])
def test_a_hundred_years_on_ivig_have_the_thromboses_that_were_published(kind, limits):
    _, each = thromboses(Assumptions(thrombosis=kind), 200)
    assert tuple(np.quantile(100 * each, (0.025, 0.975))) == pytest.approx(limits, abs=0.03)


@pytest.mark.parametrize(
    ("key", "changes", "ratio", "note"),
    [
        ("published:2026", {"min_grade": 3}, (0.30, 0.12, 0.75), ""),
        (
            "published:2026",
            {"min_grade": 4},
            (0.30, 0.12, 0.75),
            "is of infections of grade 3 and higher; the settings",
        ),
        ("published:2021", {"min_grade": 3}, (0.92, 0.76, 1.10), "is of all infections; the settings count others"),
    ],
)
def test_where_only_severe_infections_count_they_have_one_ratio(study, key, changes, ratio, note):
    spec = AnalysisSpec().change(**changes)
    assumed = Assumptions(effect=key, draws=50)
    effect = effect_of(study, spec, assumed)
    assert effect.ratio == effect.severe == ratio
    assert note in effect.note
    assert bool(note) == bool(effect.note)
    if changes["min_grade"] == 3:
        found = strategies(study, spec, assumed, effect)
        # The share of grade 3 and higher is drawn towards that of the cohort, of 1 as well.
        assert found.row("primary")["averted_per_100_years"] == pytest.approx(
            found.row("primary")["severe_averted_per_100_years"], rel=0.01
        )
        assert not note or any(note in said for said in found.notes)


@pytest.mark.parametrize("changes", [{"max_grade": 2}, {"min_grade": 2}, {"sites": "urinary"}, {"pathogens": "viral"}])
def test_a_published_ratio_of_other_infections_is_said(study, changes):
    effect = effect_of(study, AnalysisSpec().change(**changes), Assumptions(effect="published:2026"))
    assert "is of all infections; the settings count others" in effect.note
    assert not effect_of(study, AnalysisSpec(), Assumptions(effect="published:2026")).note


def test_a_ratio_that_ends_at_zero_or_infinity_has_a_reason_in_words(study):
    effect = Effect("as_set", "This cohort", True, "ok", None)
    with pytest.raises(EstimationError, match="a limit of its interval is 0 or ∞"):
        strategies(study, SPEC, TRUE, effect)
    severe = replace(effect_of(study, SPEC, TRUE), severe=None, severe_note="")
    notes = strategies(study, SPEC, TRUE, severe).notes
    assert "Grade 3 and higher: no numbers, a limit of its interval is 0 or ∞" in notes


def test_price_and_harm_are_asked_for(study):
    plain = ask(study, TRUE).row("primary")
    assert (plain["cost_per_averted_status"], plain["thromboses_status"]) == ("not_asked", "not_asked")
    found = ask(study, replace(TRUE, price_per_gram=50, grams=30, thrombosis="arterial"))
    row = found.row("primary")
    averted = row["averted_per_100_years"] * found.patient_years / 100
    assert row["cost_per_averted"] == pytest.approx(row["infusions"] * 1500 / averted)
    assert row["thromboses"] == pytest.approx(row["ivig_months"] / 12 * 0.007)
    assert row["thromboses_low"] < 0 < row["thromboses_high"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price_per_gram": 50}, "a price per gram needs grams"),
        ({"grams": 30}, "grams per infusion need a price"),
        ({"price_per_gram": 50, "grams": 30}, ""),
    ],
)
def test_half_of_what_a_cost_needs_is_said(study, changes, words):
    found = ask(study, replace(TRUE, **changes))
    assert [words in note for note in found.notes if "No cost" in note] == [True] * bool(words)
    assert (found.row("primary")["cost_per_averted_status"] == "not_asked") == bool(words)


def test_no_cost_as_given_where_doses_are_under_the_skin():
    people = [Patient(days=300, doses=[(0, None, 7, "sc")], infections=[20, 60]) for _ in range(12)]
    assumed = Assumptions(effect="published:2026", price_per_gram=50, grams=30)
    found = ask(Study(cohort(*people)), assumed, AnalysisSpec())
    assert found.row("observed")["cost_per_averted_status"] == "not_possible"
    assert found.row("primary")["cost_per_averted"] > 0
    assert any("doses under the skin" in note for note in found.notes)


def test_igg_of_zero_is_a_low_value_and_is_said():
    people = [Patient(days=300, igg=[(0, 0 if n < 3 else 300), (50, 250)], infections=[20], baseline={
        "heavy_chain": "IgA"}) for n in range(12)]  # fmt: skip
    study = Study(cohort(*people))
    inputs, why = strategy_inputs(study, AnalysisSpec(), Assumptions())
    assert not why
    assert inputs.samples.value.tolist().count(20) == inputs.floored == 3
    found = ask(study, Assumptions(effect="published:2026"), AnalysisSpec())
    assert found.row("igg_guided")["status"] == "ok"
    assert "3 IgG values below 20 mg/dL taken as 20 mg/dL" in found.notes


def test_an_own_ratio_is_shown_with_those_of_the_other_rules(study):
    low, high = headline(study, SPEC).span
    found = ask(study, Assumptions(draws=50))
    assert any(f"runs from {low:.2f} to {high:.2f}" in note for note in found.notes)
    assert any("overstates what IVIG averts" in note for note in found.notes)
    assert not any("overstates" in note for note in ask(study, TRUE).notes)


def test_both_ends_of_the_own_ratio_avert_what_these_ratios_would(study):
    """The same chance for every ratio: an end is the answer of a ratio that is entered, to the last digit."""
    found = ask(study, Assumptions(draws=50))
    assert found.span == headline(study, SPEC).span
    for ratio, column in zip(found.span, (AT_LOWEST, AT_HIGHEST), strict=True):
        entered = Assumptions(
            effect="entered", ratio=ratio, ratio_low=ratio, ratio_high=ratio, effect_severe="same", draws=50
        )
        there = ask(study, entered).table
        assert found.table[column].tolist() == pytest.approx(there["averted_per_100_years"].tolist(), abs=1e-9)
        assert there[AT_LOWEST].isna().all()
    given = found.table[found.table["ivig_months"] > 0]
    assert (given[AT_LOWEST] > given[AT_HIGHEST]).all()
    assert (found.table.loc[found.table["strategy"] == "none", [AT_LOWEST, AT_HIGHEST]] == 0).all(axis=None)


def test_an_end_of_1_averts_nothing_and_one_of_infinity_has_no_number(study, monkeypatch):
    class Head:
        span = (1.0, np.inf)

    monkeypatch.setattr(module, "headline", lambda *_: Head)
    found = ask(Study(study.full), Assumptions(draws=50))
    assert (found.table[AT_LOWEST] == 0).all()
    assert found.table[AT_HIGHEST].isna().all()


def many(**facts) -> list[Patient]:
    return [Patient(days=300, **facts) for _ in range(12)]


@pytest.mark.parametrize(
    ("people", "changed", "why"),
    [
        ([Patient(days=300, infections=[20] * 11)], {}, "1 patient with 11 counted"),
        (many(), {}, "12 patients with 0 counted infections"),
        (many(infections=[50]), {}, "gives no rate ratio on IVIG .no patient with an infection has days on IVIG"),
        (many(doses=[(0, None, 28, "iv")], infections=[50]), {}, "choose another row, a published estimate"),
        (
            many(doses=[50], infections=[200]),
            {},
            "no rate ratio on IVIG .no infection on IVIG among patients with days on it",
        ),
    ],
)
def test_what_the_data_do_not_allow_is_a_sentence(people, changed, why):
    with pytest.raises(EstimationError, match=why):
        ask(Study(cohort(*people)), Assumptions(**changed), AnalysisSpec())


def test_a_cohort_without_ivig_igg_or_grades_leaves_out_only_what_needs_them():
    people = many(infections=[(50, 1), (100, 2)])
    found = ask(Study(cohort(*people)), Assumptions(effect="published:2026"), AnalysisSpec())
    assert found.row("observed")["ivig_months"] == 0
    assert found.row("igg_guided")["status"] == "not_possible"
    assert "0 days of 0 patients" in found.row("igg_guided")["note"]
    assert found.row("infection_guided")["status"] == "ok"
    assert found.row("primary")["severe_status"] == "not_asked"
    assert any("grade 3 or higher" in note for note in found.notes)
    severe = ask(
        Study(cohort(*people)), Assumptions(effect="published:2026", infections_counted="severe"), AnalysisSpec()
    )  # fmt: skip
    assert severe.row("infection_guided")["note"] == "no counted infection is of grade 3 or higher"


def test_facts_of_the_file_by_hand():
    course = Patient(
        days=100, doses=[(-40, None, 28, "iv")], infections=[(10, 3), (60, 1)], progressive=[(50, 69)],
        igg=[(-60, 500), (-30, 700), (95, 600)], baseline={"heavy_chain": "IgA"},
    )  # fmt: skip
    single = Patient(
        days=400, doses=[5], igg=[(5, 300), (50, 400), (96, 350), (500, 1)], infections=[(1, float("nan"))],
        baseline={"heavy_chain": "IgA"},
    )  # fmt: skip
    people = cohort(course, single)
    inputs, why = strategy_inputs(Study(people), AnalysisSpec(), Assumptions(igg_apart_days=90))
    # Doses on days −40, −12, 16, 44, 72 and 5: three and one of them in follow-up.
    assert inputs.doses.tolist() == [3, 1]
    # Before the first dose, or more than 90 days after the latest one: day 5 (before its dose) and day 96.
    assert "3 days of 2 patients" in why
    assert inputs.samples is None
    assert inputs.graded == pytest.approx(2 / 3)
    assert (inputs.infections.sum(), inputs.severe.sum()) == (3, 1)
    on = person_time(people, AnalysisSpec().exposure).table.query("state == 'on_ivig'").groupby("patient")["days"].sum()
    assert inputs.calendar.days_by_level(True).sum(axis=1).tolist() == on.tolist()
    assert inputs.calendar.follow_up.tolist() == [100, 400]


def test_draws_are_fewer_in_a_large_cohort_and_can_be_stopped(study, monkeypatch):
    monkeypatch.setattr(module, "PATIENT_DRAWS", 60 * PATIENTS)
    heard = []
    found = strategies(study, SPEC, replace(TRUE, seed=5), effect_of(study, SPEC, TRUE), heard.append)
    assert found.draws == 60
    assert found.notes[0].startswith("60 draws instead of 100")
    assert heard[0] == 0
    again = ask(Study(study.full), replace(TRUE, seed=5))
    assert again.table.equals(found.table)

    class Stopped(Exception):  # noqa: N818 - as a page is stopped
        pass

    def stop(_done: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        strategies(study, SPEC, replace(TRUE, seed=6), effect_of(study, SPEC, TRUE), stop)


def test_settings_that_leave_days_out_shape_the_effect_only(study):
    crude, changed = AnalysisSpec(), AnalysisSpec().change(
        pre_exposure_days=30, exclude_first_days=10, within="phase:nonprogressive", dose_day="off"
    )  # fmt: skip
    one, other = ask(study, TRUE, crude), ask(study, TRUE, changed)
    assert one.table.drop(columns="note").equals(other.table.drop(columns="note"))
    assert any("Every day of follow-up counts" in note for note in other.notes)


def test_assumptions_are_checked():
    with pytest.raises(SpecListError) as caught:
        Assumptions.collect({"igg_start": "10", "moon": "1", "draws": "many", "price_per_gram": "x"})
    assert [error.field for error in caught.value.errors] == ["igg_start", "moon", "draws", "price_per_gram"]
    with pytest.raises(SpecError, match="igg_stop"):
        Assumptions(igg_start=500)
    with pytest.raises(SpecError, match="ratio"):
        Assumptions(effect="entered", ratio=0.5)
    read = Assumptions.collect({"follows": "season", "grams": "", "price_per_gram": "2.5"})
    assert (read.follows, read.grams, read.price_per_gram) == (("season",), None, 2.5)
    assert np.isfinite(read.to_dict()["draws"])
