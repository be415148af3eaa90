"""The page of checks shows what the core computes, makes only what is open, and says which checks fired."""

from __future__ import annotations

import pytest

import pages.trust.checks as shown
from ivig_core.cohort.read import read_cohort
from ivig_core.figures.words import estimate, interval, ratio
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import Starts
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.every import CHECKS, verdicts
from ivig_core.study.trust.rows.every import TOPICS, further, variants
from ivig_core.study.trust.sensitivity import sensitivity
from tests.app import files
from tests.app.conftest import SAMPLE_FILES

PAGE = "pages/6_can_we_trust_it.py"
OTHERS = "other_checks"
CARDS = (OTHERS, *(name for name, _ in CHECKS), "negative_control")


def opened(app, *names: str):
    for name in names:
        app.test.session_state[f"trust_{name}"] = True
    return app.run()


def figures(app) -> list[str]:
    return [figure.layout.meta["name"] for figure in app.figures]


@pytest.mark.parametrize("path", SAMPLE_FILES[:2], ids=lambda path: path.stem)
def test_range_ratios_and_verdicts_are_those_of_the_core(start, path):
    app, study, spec = start({"sample": path.stem}).page(PAGE), Study(read_cohort(path).cohort), AnalysisSpec()
    head = headline(study, spec)
    (low, high), limits = head.span, interval(*head.envelope)[1:]
    assert f"Rate ratio {ratio(low)} to {ratio(high)} (intervals {limits}, by how" in app.said
    texts = " ".join(next(item for item in app.figures[0].data if item.name == "ratio").text)
    for row in sensitivity(study, spec, models=False).itertuples():
        assert estimate(row.status, row.irr, row.ci_low, row.ci_high) in texts, row.name
    found = verdicts(study, spec)
    assert all((verdict.evidence in app.said) == verdict.fired for verdict in found)
    opened(app, OTHERS)
    for verdict in found:
        assert verdict.evidence in app.said
        assert verdict.advice in app.said
    fired = [shown.SHORT[verdict.name] for verdict in found if verdict.fired]
    assert f"{len(fired)} of 7 checks give" in app.said or not fired
    assert all(name in app.said for name in fired)


def test_only_what_is_open_is_made(start):
    app = start().page(PAGE)
    assert figures(app) == ["sensitivity"]
    opened(app, OTHERS, "around_first_dose")
    assert figures(app) == ["sensitivity", "around_first_dose"]
    opened(app, *CARDS)
    assert sorted(figures(app)) == ["around_first_dose", "dose_gaps", "exposure_over_time", "sensitivity"]


def test_more_analyses_are_made_by_topic_beneath_the_settings_in_force(start):
    app = opened(start().page(PAGE), "further")
    for topic in TOPICS:
        app.test.session_state["tabs_trust_further"] = topic
        app.run()
        table = app.test.dataframe[-1].value["Analysis"].tolist()
        assert table == ["Settings as they are", *(row.label for row in further(app.spec, topic))]
        assert len(app.figures) == 2


def test_the_table_has_every_row_with_the_papers_numbers(start):
    app = start().page(PAGE)
    app.test.session_state["tabs_trust"] = "Table"
    app.run()
    table = next(item.value for item in app.test.dataframe if "Analysis" in item.value)
    assert table["Analysis"].tolist() == [variant.label for variant in variants(app.spec, models=False)]
    assert table["Lancman 2026"].tolist()[0] == "0.57 (0.40–0.83)"
    assert "Synthetic patients confirm no published number" in app.said
    assert table["Changed"].tolist()[0] == "as set"


def test_a_negative_control_is_chosen_and_kept(start):
    app = opened(start().page(PAGE), OTHERS, "negative_control")
    assert "No control is chosen yet." in app.said
    app.test.multiselect(key="trust_sites").set_value(["urinary"]).run()
    assert "The ratio of urinary infections is " in app.sound().said
    app.test.multiselect(key="trust_sites").set_value(["urinary", "skin", "bloodstream"]).run()
    assert "of 2 kinds of control infections" in app.sound().said
    table = next(item.value for item in app.test.dataframe if "Verdict" in item.value)
    assert table["Verdict"].tolist()[-1] == "Not a control"
    assert "It cannot be calibrated: 5 controls with a ratio are needed, 2 have one." in app.said
    app.page("pages/1_overview.py").page(PAGE)
    assert "of 2 kinds of control infections" in app.said
    assert app.spec == AnalysisSpec()


@pytest.mark.parametrize("name", ["one patient", "no infections", "no IVIG"])
def test_odd_cohorts_show_sentences_in_every_card(start, name):
    app = opened(start().upload(files.ODD[name](), "odd.csv").page(PAGE), *CARDS)
    assert "Were infections why IVIG was started?" in app.said
    assert "nan" not in app.said
    for figure in app.figures:
        assert "nan" not in figure.layout.title.text


@pytest.mark.parametrize(
    "query",
    [
        {"population": "all", "window_cuts": "7,14", "adjust_for": "phase,igg", "from_first_dose": "yes"},
        {"within": "phase:nonprogressive", "min_grade": "3"},
    ],
    ids=str,
)
def test_settings_reach_every_card(start, query):
    app = opened(start(query).page(PAGE), *CARDS)
    assert set(app.spec.changed) == set(query)


def test_where_infections_start_ivig_the_page_says_so(start):
    """The truth is 0.60, crude misses it, and the page shows the check that fired."""
    model = SimulationModel(irr_before_first_dose=1.0, starts=Starts(after_infection=0.35, delay_days=(1, 60)))
    rows = simulate(model, 300, seed=1).rows
    app = start().upload(rows.to_csv(index=False, lineterminator="\n")).page(PAGE)
    assert "checks give reason for doubt: infections before the first dose" in app.said
    assert ":red-badge[:material/error: Problem]" in app.said
