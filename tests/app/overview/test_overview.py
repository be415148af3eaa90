"""Overview: the answer with its doubt, four rows, few reasons, and nothing computed or drawn twice."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.estimate import fit as fitting
from ivig_core.estimate.rates import interaction
from ivig_core.figures.overview import forest, swimmer
from ivig_core.figures.words import estimate, interval, rate, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.overview.key_rows import key_rows
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest as by_factor
from ivig_core.study.study import Study
from ivig_core.study.trust.doubts import doubts
from tests.app import files
from tests.app.conftest import SAMPLE_FILES

NAMES = ("All", "Hypogammaglobulinemia", "Nonprogressive disease", "IgG < 400 mg/dL")
OVERVIEW = "pages/1_overview.py"


def texts(figure, name: str) -> list[str]:
    (found,) = [item for item in figure.data if item.name == name]
    return list(found.text)


def forest_of(app):
    (found,) = [figure for figure in app.figures if figure.layout.meta["name"] == "forest"]
    return found


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.stem)
def test_rows_answer_and_numbers_are_those_of_the_core(start, path):
    app, study = start({"sample": path.stem}), Study(read_cohort(path).cohort)
    _exactly_four_rows_with_the_ratios_of_the_core(app, study)
    _answer_doubt_range_and_reasons_are_those_of_the_core(app, study)
    _ratios_and_rates_are_those_of_the_core(app, study)


def _exactly_four_rows_with_the_ratios_of_the_core(app, study) -> None:
    rows, figure = key_rows(study, AnalysisSpec()), forest_of(app)
    labels = [text.replace("&lt;", "<") for text in texts(figure, "label")]
    assert len(labels) == len(NAMES)
    assert all(name in label for name, label in zip(NAMES, labels, strict=True))
    wanted = [estimate(row.status, row.irr, row.ci_low, row.ci_high) for row in rows.itertuples()]
    shown = iter(texts(figure, "ratio"))
    assert all(next(shown).startswith(text) for text in wanted if text)


def _answer_doubt_range_and_reasons_are_those_of_the_core(app, study) -> None:
    spec = AnalysisSpec()
    head = headline(study, spec)
    for _, row in head.rules.iterrows():
        assert estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]) in app.said
    (low, high), limits = head.span, interval(*head.envelope)[1:]
    spread = f"{ratio(low)} to {ratio(high)} (intervals {limits}"
    assert f"Rate ratio {spread}, within patients, under four rules about the first dose" in app.said
    # No lone p where four rules give four of them.
    assert not any(text in app.said for text in ("p =", "p <"))
    found = doubts(study, spec, head)
    assert 1 <= len(found) <= 3
    assert all(text in app.said for text in found)
    assert all(text.count(". ") == 0 and len(text) < 120 for text in found)
    assert len(app.metrics) == 4


def _ratios_and_rates_are_those_of_the_core(app, study) -> None:
    spec = AnalysisSpec()
    for rule in (spec, spec.change(pre_exposure_days=60)):
        row = by_factor(study, rule, "overall").iloc[0]
        assert estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]) in app.said
    rates = incidence_rates(study, spec).set_index("period")["rate"]
    assert app.metrics["On IVIG"] == rate(rates["on_ivig"])
    assert app.metrics["Off IVIG, same patients"] == rate(rates["observation"])


def test_the_rule_that_is_set_is_not_said_twice(start):
    app = start({"pre_exposure_days": "30"})
    for text in ("All days 0.", "without the 60 days before the first dose 0.", "Without 30 days 0."):
        assert app.said.count(text) == 1
    assert "As set" not in app.said
    assert start({"pre_exposure_days": "45"}).said.count("As set 0.") == 1


def test_a_row_without_a_ratio_says_why(start):
    app = start().upload(files.ordinary()).page(OVERVIEW)
    reasons = " ".join(texts(forest_of(app), "reasons"))
    assert "not recorded in this cohort" in reasons or "no infected patient" in reasons


def test_without_a_ratio_there_are_no_rows_and_no_reasons(start):
    app = start().upload(files.no_ivig()).page(OVERVIEW)
    assert [figure.layout.meta["name"] for figure in app.figures] == ["swimmer"]
    assert "Why it could be wrong" not in app.said


def test_rules_are_a_table_in_a_box_that_is_made_when_it_is_opened(start):
    app = start()
    assert not app.test.dataframe
    app.test.session_state["overview_rules"] = True
    app.run()
    assert len(app.test.dataframe[0].value) == 4


@pytest.fixture
def fits(monkeypatch) -> list[tuple[bytes, ...]]:
    """What was fitted, as the data that went in."""
    seen: list[tuple[bytes, ...]] = []
    plain = fitting.fit

    def counted(data):
        arrays = (data.stratum, data.codes, data.days, data.infections)
        seen.append(tuple(np.ascontiguousarray(item).tobytes() for item in arrays))
        return plain(data)

    monkeypatch.setattr(fitting, "fit", counted)
    monkeypatch.setattr(interaction, "fit", counted)
    return seen


def test_no_model_is_fitted_twice(start, fits):
    start({"sample": "known_truth"}).run()
    assert len(fits) >= 8
    # The two cut-offs of IgG at the start share the model of one ratio for all, against which each is tested.
    assert len(fits) - len(set(fits)) <= 1


def test_another_run_another_page_and_the_landmark_fit_nothing(start, fits):
    app = start({"sample": "known_truth"}).run()
    done = len(fits)
    app.run().page("pages/4_infection_free_survival.py")
    app.test.session_state["spec"] = app.spec.change(landmark_day=60)
    app.run().page(OVERVIEW)
    assert len(fits) == done


def test_figures_are_drawn_once_for_one_state_of_the_settings(start, monkeypatch):
    drawn: list[str] = []
    for module, name in ((swimmer, "swimmer_preview"), (forest, "forest_compact")):
        plain = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *of, plain=plain, **how: drawn.append(plain.__name__) or plain(*of, **how)
        )
    app = start().run()
    assert sorted(drawn) == ["forest_compact", "swimmer_preview"]
    app.run()
    app.test.session_state["spec"] = app.spec.change(landmark_day=60)
    app.run()
    assert len(drawn) == 2
    app.test.number_input(key="setting_window_days").set_value(45).run()
    app.test.number_input(key="setting_window_days").set_value(30).run()
    assert len(drawn) == 4
    # Who is on IVIG does not depend on the model.
    app.test.session_state["spec"] = app.spec.change(adjust_for="season")
    app.run()
    assert drawn[4:] == ["forest_compact"]
