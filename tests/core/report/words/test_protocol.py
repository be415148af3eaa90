"""What a report says of the user's protocol; without one nothing in it is called prespecified."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from functools import cache

import pandas as pd

from ivig_core.disclosure import shared
from ivig_core.disclosure.rule import Rule
from ivig_core.report.content import Report
from ivig_core.report.default import make_report
from ivig_core.report.files import archive
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.settings_text import from_text
from ivig_core.study.rates.multiplicity import families
from ivig_core.study.results import Results, results
from tests.core.report.made import OWN, of, study

DAY = date(2026, 3, 1)
PROTOCOL = Protocol(day=DAY, subgroups=(OWN, "phase"), sensitivity=("gee",))
CHANGED = AnalysisSpec().change(window_days=45)


@cache
def made(spec: AnalysisSpec) -> Results:
    return results(study("many"), spec, PROTOCOL)


def everything(report: Report) -> str:
    """Every sentence and cell of a report."""
    tables = [item.table for item in report.exhibits if item.table is not None]
    cells = [cell for table in (*tables, report.checklist) for cell in table.to_numpy(str).ravel()]
    said = [text for item in report.exhibits for text in (item.title, *item.remarks)]
    return "\n".join([report.words.methods, report.words.results, *said, *cells])


def test_without_a_protocol_nothing_is_called_prespecified():
    report = make_report(of("many"), day=DAY)
    text = everything(report)
    said = re.findall(r"[^.\n]*prespecified[^.\n]*", text, re.IGNORECASE)
    assert said
    assert all(sentence.lower().strip().startswith("no") for sentence in said), said
    assert "every subgroup is exploratory" in text
    full = pd.concat([item.full for item in report.exhibits if item.full is not None])
    assert not full.isin(["prespecified", "protocol"]).any(axis=None)


def test_the_report_of_a_changed_analysis_says_what_differs():
    report = make_report(made(CHANGED), day=DAY)
    text = everything(report)
    differs = "differs from the protocol of 2026-03-01 in Days a dose counts: 45 instead of 30."
    assert f"This analysis is not prespecified in a protocol: {differs}" in report.words.methods
    assert f"{OWN} and disease phase were prespecified; all others are exploratory" in report.words.methods
    assert "false-discovery rate" in report.words.methods
    assert any("Benjamini" in source for source in report.words.references)
    assert text.count(f"D{differs[1:]} The protocol is dated by its author") >= 2, "the first exhibit and the checklist"
    assert "Prespecified in the protocol: GEE (Poisson, across patients)." in text
    told = from_text(zipfile.ZipFile(io.BytesIO(archive(report, pictures=False))).read("settings.json"))
    assert told == (CHANGED, PROTOCOL)


def test_the_forest_has_the_subgroups_of_the_protocol_first():
    report = make_report(made(AnalysisSpec()), day=DAY)
    assert "This analysis was prespecified in a protocol: as in the protocol of 2026-03-01." in report.words.methods
    (forest,) = (item for item in report.exhibits if item.key == "subgroups")
    labels = next(trace for trace in forest.figure.data if trace.name == "label").text
    heads = [text for text in labels if text.startswith("<b>")]
    at = [heads.index(f"<b>{text}</b>") for text in ("Prespecified in the protocol", "Disease phase", "Exploratory",
                                                     "Named by Lancman 2021, 2026", "Grade")]  # fmt: skip
    assert at == sorted(at)
    assert list(dict.fromkeys(forest.full["factor"]))[:3] == ["overall", OWN, "phase"]
    assert {"family", "p_adjusted"} <= set(forest.full)
    assert "Adjusted p" in forest.table
    (every,) = (item for item in report.exhibits if item.key == "all_subgroups")
    assert every.full["family"].tolist()[:3] == ["protocol", "protocol", "exploratory"]


def test_shared_adjusted_p_are_made_of_the_shared_p_alone():
    exact = made(AnalysisSpec())
    told = shared(exact, Rule())
    pd.testing.assert_frame_equal(told.tests, families(told.analysis.forest, told.named, told.prespecified.known))
    assert told.protocol == PROTOCOL
    both = exact.tests.merge(told.tests, on=["factor", "level"], suffixes=("", "_told"))
    known = both["p_interaction_told"].notna()
    assert not (both.loc[known, "p_interaction"] == both.loc[known, "p_interaction_told"]).any()
    json.dumps(told.tests.to_dict("records"))
