"""The pages of infection rates and of infection-free survival show what the core computes."""

from __future__ import annotations

import html

import pytest

from ivig_core.figures.rates.frailty_words import frailty_words
from ivig_core.figures.trust.words import intervals_words, span_words
from ivig_core.figures.words import estimate, rate
from ivig_core.study.overview.headline import headline
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.frailty import frailty
from ivig_core.study.rates.models import sccs
from ivig_core.study.survival.tables import survival
from tests.app import files
from tests.app.conftest import App

MOST = 20
CALM_2021 = "IgG &lt; 700, no progr. (2021)"
RATES, SURVIVAL = "pages/3_infection_rates.py", "pages/4_infection_free_survival.py"


def _study(app: App):
    return app.test.session_state["shelf"][app.test.session_state["current_cohort"]].study


def _table(app: App, column: str):
    return next(item.value for item in app.test.dataframe if column in item.value)


def _labels(app: App) -> tuple[str, ...]:
    """The first column of the forest."""
    return next(item for item in app.figures[0].data if item.name == "label").text


def test_rates_and_the_ratio_stand_beside_each_other_with_the_caveat(start):
    app = start().page(RATES)
    study, spec = _study(app), app.spec
    rates, row = incidence_rates(study, spec).set_index("period")["rate"], forest(study, spec, "overall").iloc[0]
    head = headline(study, spec)
    assert app.metrics == {
        "On IVIG": rate(rates["on_ivig"]),
        "Off IVIG, same patients": rate(rates["observation"]),
        "Never had IVIG": rate(rates["reference"]),
        "Rate ratio, range": span_words(head.span),
    }
    assert any(item.delta == intervals_words(*head.envelope)[1:-1] for item in app.test.metric)
    assert estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]) in app.said
    # No lone p beside the ratio of one rule.
    shown = [*(item.delta for item in app.test.metric), *(item.value for item in app.test.caption)]
    assert not any(sign in str(text) for text in shown for sign in ("p = 0", "p <"))
    assert "not the quotient of the rates shown" in app.said
    assert frailty_words(frailty(study, spec)) in app.said


def test_without_reference_apart_there_is_none_to_show(start):
    app = start({"population": "all"}).page(RATES)
    assert list(app.metrics) == ["On IVIG", "Off IVIG, all patients", "Rate ratio, range"]


def test_subgroups_have_a_most_that_is_said(start):
    own = [f"own{k}" for k in range(MOST + 5)]
    rows = files.people(4) + files.doses(4, [100]) + files.infections(4, [50, 120])
    for number, item in enumerate(rows[:4]):
        item.update({name: ("yes", "no")[(number + k) % 2] for k, name in enumerate(own)})
    app = start().upload(files.text(rows, (*files.COLUMNS, *own)))
    app.test.session_state["forest_factors"] = own
    app.page(RATES)
    assert app.test.multiselect(key="forest_factors").value == own[:MOST]
    assert f"These are {MOST}, the most" in app.said
    app.test.multiselect(key="forest_factors").set_value(own[:2]).run()
    assert "the most that are shown" not in app.sound().said


def test_the_forest_has_the_factors_that_are_chosen(start):
    app = start().page(RATES)
    app.test.multiselect(key="forest_factors").set_value(["pathogen", "season", "iss"]).run()
    assert [text for text in _labels(app.sound()) if text.startswith("<b>")][1:] == [
        "<b>All infections</b>", "<b>Named by Lancman 2021, 2026</b>", "<b>Other subgroups</b>",
        "<b>Confirmed pathogen</b>", "<b>Season</b>", "<b>ISS stage</b>",
    ]  # fmt: skip
    app.test.multiselect(key="forest_factors").set_value([]).run()
    assert len(app.sound().figures[0].data) > 0


def test_labels_of_igg_always_have_the_number(start):
    app = start().page(RATES)
    levels = [text for text in _labels(app) if "IgG" in text and not text.startswith("<b>")]
    numbered = [text for text in levels if text not in (CALM_2021, "IgG not known")]
    assert len(numbered) == 6
    assert CALM_2021 in levels
    assert all("mg/dL" in text and any(letter.isdigit() for letter in text) for text in numbered)


def test_every_table_of_the_rates_page(start):
    app = start().page(RATES)
    study, spec = _study(app), app.spec
    app.test.session_state["tabs_rates_page"] = "Table of subgroups"
    shown = _table(app.run(), "Rate on / off")
    assert shown["Level"].tolist()[:7] == [
        "everybody", "IgG < 700 mg/dL before IVIG", "No recorded progression", "IgG < 400 mg/dL before IVIG",
        html.unescape(CALM_2021), "Grade 1–2", "Grade 3–5",
    ]  # fmt: skip
    row = forest(study, spec, "grade").iloc[0]
    assert shown["Rate ratio (interval)"][5] == estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    app.test.session_state["tabs_rates_page"] = "Table of rates"
    shown = _table(app.run(), "Per patient-year")
    assert shown["Infections"].tolist() == incidence_rates(study, spec)["infections"].tolist()
    app.test.session_state["tabs_rates_page"] = "Rate ratios"
    assert len(_table(app.run(), "of them informative")) == len(sccs(study, spec))


@pytest.mark.parametrize("day", [0, 1, 90, 180])
def test_the_landmark_slider_sets_the_setting(start, day):
    app = start().page(SURVIVAL)
    app.test.slider(key="setting_landmark_day").set_value(day).run()
    app.sound()
    assert app.spec.survival.landmark_day == day
    notes = survival(_study(app), app.spec).notes
    assert all(text in app.said for text in notes)
    assert any(item.value.startswith("Immortal time") for item in app.test.warning) == (day == 0)
    assert dict(app.test.query_params) == {"landmark_day": str(day)}


def test_a_landmark_of_the_address_beyond_the_slider_is_kept(start):
    app = start({"landmark_day": "400"}).page(SURVIVAL)
    assert app.test.slider(key="setting_landmark_day").value == 400
    assert app.spec.survival.landmark_day == 400


def test_medians_means_and_curves_are_tables(start):
    app = start().page(SURVIVAL)
    tables = survival(_study(app), app.spec)
    assert _table(app, "Median (months)")["Patients"].tolist() == tables.km.medians["patients"].tolist()
    app.test.session_state["tabs_survival"] = "Means, tests, follow-up"
    assert len(_table(app.run(), "Mean (days)")) == 2
    app.test.number_input(key="setting_rmst_days").set_value(200).run()
    assert set(_table(app.sound(), "Mean (days)")["Up to day"]) == {"200"}
    app.test.session_state["tabs_survival"] = "The curves in numbers"
    assert len(_table(app.run(), "At risk")) == len(tables.km.curves)


def test_where_the_landmark_leaves_nobody_one_button_goes_back(start):
    app = start().upload(files.one_patient(), "one.csv").page(SURVIVAL)
    assert "No patients are left to compare" in app.said
    assert not app.figures
    next(item for item in app.test.button if item.label == "Compare from the first day at risk").click().run()
    assert app.sound().spec.survival.landmark_day == 0
    assert app.figures
