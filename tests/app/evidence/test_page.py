"""The page of published evidence: with a sample, without patients, filtered, and what it links to."""

from __future__ import annotations

from ivig_core.evidence.statements import statements
from ivig_core.figures.evidence.words import finding

PAGE = "pages/8_published_evidence.py"
WHERE, GIVEN = "Where sources disagree", "Who was given IVIG"


def table(app, *columns):
    return next(item.value for item in app.test.dataframe if set(columns) <= set(item.value.columns))


def view(app, name: str):
    app.test.session_state["views_evidence"] = name
    return app.run()


def test_a_sample_is_not_shown_beside_its_own_study(start):
    app = start({"sample": "daratumumab"}).page(PAGE)
    assert app.test.title[0].value.replace("\\", "") == finding(statements("ivig"))
    assert "made to resemble Lancman 2026: nothing of it stands beside that study" in app.said
    assert "Synthetic patients confirm no published number" in app.said
    assert "No summary is drawn" in app.said
    app.test.session_state["tabs_evidence_ivig"] = "Table"
    shown = table(app.run(), "Published (95 %)", "This cohort (95 %)")
    own = shown.set_index("Study")["This cohort (95 %)"]
    assert set(own["Lancman 2026"]) == {"–"}
    assert "–" not in set(own["Lancman 2021"])


def test_filters_and_views(start):
    app = start({"sample": "known_truth"}).page(PAGE)
    app.test.session_state["evidence_ivig_study"] = ["Lancman 2021"]
    figure = app.run().figures[0]
    assert "Lancman 2021 prints ratios below 1 on IVIG" in figure.layout.meta["finding"]
    assert "3 published ratios of 1 study" in figure.layout.meta["detail"]
    app.test.session_state["evidence_ivig_endpoint"] = ["death"]
    assert "No published ratio fits this choice." in app.run().said
    app = view(app, WHERE)
    assert "7.7 against 3 months without infection" in app.said
    assert "infection_free_survival" in [link.proto.page for link in app.test.get("page_link")]
    assert len(table(app, "As printed")) == 4
    given = view(app, GIVEN)
    assert "21 published ratios" in given.figures[0].layout.meta["detail"]
    assert "They say whom doctors gave IVIG" in given.said


def test_nobody_selected_leaves_what_is_published(start):
    app = start({"sample": "known_truth", "where": "age>200"}).page(PAGE)
    assert "No patient of this cohort meets the filters" in app.said
    assert "this cohort" not in [trace.name for trace in app.figures[0].data]
