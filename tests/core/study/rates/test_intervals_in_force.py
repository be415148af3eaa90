"""Where infections bring infections everything shown has the robust interval, and the contract's rows have not."""

from __future__ import annotations

import pytest

from ivig_core.disclosure.rule import Rule
from ivig_core.disclosure.share import shared
from ivig_core.figures.overview.headline_words import GATHERED, answer_lines
from ivig_core.figures.rates.remarks import ROBUST, ROBUST_P, robust_words
from ivig_core.report.words.methods import done, methods
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import analyse
from ivig_core.study.overview.headline import headline
from ivig_core.study.overview.key_rows import key_rows
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.intervals_in_force import BECAUSE, as_shown
from ivig_core.study.rates.models import sccs
from ivig_core.study.results import results
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.infections_after import infections_after
from ivig_core.study.trust.sensitivity import further_sensitivity
from tests.core.reference import reference_cohort
from tests.core.study.trust.checks.test_infections_after import bringing

SPEC = AnalysisSpec()
LIMITS = ["irr", "ci_low", "ci_high", "p_value"]


@pytest.fixture(scope="module")
def study() -> Study:
    return bringing()


def on_ivig(study, **settings):
    table = sccs(study, SPEC.change(**settings))
    return table[table["term"] == "on_ivig"].iloc[0]


def test_everything_that_is_shown_has_the_same_interval_to_the_last_digit(study):
    robust = on_ivig(study, ci_method="robust")[LIMITS].tolist()
    found = results(study, SPEC)
    rows = found.sensitivity
    assert found.analysis.irr is not None
    shown = {
        "headline": headline(study, SPEC).main,
        "rule": headline(study, SPEC).rules.iloc[0],
        "forest": forest(study, SPEC, "overall").iloc[0],
        "key rows": key_rows(study, SPEC).iloc[0],
        "sensitivity": rows[rows["as_set"]].iloc[0],
        "ratios of a report": found.analysis.irr.iloc[0],
        "check": infections_after(study, SPEC).set_index("what").assign(p_value=robust[3]).loc["robust"],
    }
    assert {name: row[LIMITS].tolist() for name, row in shown.items()} == dict.fromkeys(shown, robust)
    assert {name for name, row in shown.items() if row.get("note") == BECAUSE} == {
        "headline", "rule", "forest", "key rows", "sensitivity",
    }  # fmt: skip
    assert rows["as_set"].sum() == 1
    assert rows.set_index("name").loc["plain", LIMITS].tolist() == on_ivig(study, ci_method="wald")[LIMITS].tolist()


def test_the_rows_of_models_are_as_ci_method_says_and_the_forest_as_shown(study):
    analysis = analyse(study, SPEC, ("sccs", "forest"), ())
    assert analysis.irr is not None
    assert analysis.forest is not None
    assert analysis.irr["ci_method"].iloc[0] == "wald"
    assert analysis.forest["note"].iloc[0] == BECAUSE
    assert any("closer together than chance" in note for note in analysis.notes)


@pytest.mark.parametrize("method", ["wald", "profile", "robust"])
def test_an_interval_that_was_asked_for_stays(study, method):
    spec = SPEC.change(ci_method=method)
    assert as_shown(study, spec) is spec
    assert forest(study, spec, "overall")[LIMITS].iloc[0].tolist() == on_ivig(study, ci_method=method)[LIMITS].tolist()
    assert not headline(study, spec).robust


def test_where_infections_are_independent_nothing_changes():
    study = Study(reference_cohort("sim43"))
    assert as_shown(study, SPEC) is SPEC
    answer = headline(study, SPEC)
    assert not answer.robust
    assert answer.joined is None
    assert not any(GATHERED in line for line in answer_lines(answer))
    assert robust_words(forest(study, SPEC, "sex")) == []


def test_it_is_said_on_the_overview_beneath_the_forest_and_in_the_methods(study):
    answer, found = headline(study, SPEC), results(study, SPEC)
    assert answer.joined is not None
    assert answer.joined["irr"] == on_ivig(study, episode_gap_days=14)["irr"]
    said = answer_lines(answer)[-1]
    assert said.startswith(GATHERED)
    assert f"{answer.joined['irr']:.2f} (" in said
    assert robust_words(forest(study, SPEC, "overall")) == [f"{ROBUST}."]
    tested = forest(study, SPEC, "overall").assign(p_interaction=0.5)
    assert robust_words(tested) == [f"{ROBUST}; {ROBUST_P}."]
    text = " ".join(item.text for part in methods(SPEC, done(found)) for item in part)
    assert "sandwich variance by patient" in text
    assert "Wald test with variances by patient" in text


def test_shared_it_is_said_without_the_ratio_of_joined_infections(study):
    answer = shared(results(study, SPEC), Rule()).headline
    assert answer.robust
    assert answer.joined is None
    assert answer_lines(answer)[-1].startswith(GATHERED)


def test_settings_that_join_infections_already_have_no_joined_ratio_beside(study):
    assert headline(study, SPEC.change(episode_gap_days=21)).joined is None


def test_rows_without_days_after_infections_say_what_they_are_of(study):
    rows = further_sensitivity(study, SPEC).set_index("name")
    for name in ("without_days_after", "first_of_period"):
        assert rows.loc[name, "infections"] < on_ivig(study)["infections"]
        assert rows.loc[name, "note"].startswith("of ")
        assert rows.loc[name, "note"].endswith(BECAUSE)
