"""The sensitivity plot: its numbers are those of the table, its finding is counted, the paper is quoted as printed."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.trust.published import published_rows, with_published
from ivig_core.figures.trust.sensitivity import sensitivity
from ivig_core.figures.trust.words import span
from ivig_core.figures.words import estimate
from ivig_core.study.overview.headline import headline
from ivig_core.study.trust.sensitivity import counted_rows
from ivig_core.study.trust.sensitivity import sensitivity as compute
from tests.core.figures.studies import SPEC, names, reference_study, study, trace
from tests.core.make import Patient

PLAIN = ("</b>", "<b>", "</span>", "<span style='color:#56616B'>")


def table(spec=SPEC):
    return with_published(compute(reference_study("sim43"), spec, models=False), spec)


def plain(texts) -> list[str]:
    out = list(texts)
    for mark in PLAIN:
        out = [text.replace(mark, "") for text in out]
    return out


def shape(figure, name: str):
    return next((item for item in figure.layout.shapes if item.name == name), None)


def test_every_row_shows_its_ratio():
    rows, figure = table(), sensitivity(table())
    wanted = [estimate(row.status, row.irr, row.ci_low, row.ci_high) for row in rows.itertuples()]
    assert plain(trace(figure, "ratio").text)[2:] == [text for text in wanted if text]
    assert len(trace(figure, "label").text) == len(rows) + 2


def test_the_band_is_the_range_of_the_headline():
    figure = sensitivity(table())
    low, high = headline(reference_study("sim43"), SPEC).span
    assert span(table()) == (low, high)
    for name in ("range", "range bar"):
        assert (shape(figure, name).x0, shape(figure, name).x1) == (low, high)


def test_the_finding_counts_estimates_of_ivig_only():
    rows = table()
    known = counted_rows(rows)
    below, apart = (known["irr"] < 1).sum(), ((known["ci_high"] < 1) | (known["ci_low"] > 1)).sum()
    assert below == len(known)
    assert finding(sensitivity(rows)) == f"Every estimate is below 1; {apart} of {len(known)} exclude 1"
    mixed = rows.assign(irr=np.where(rows["name"] == "crude", 1.2, rows["irr"]))
    assert finding(sensitivity(mixed)).startswith(f"{below - 1} of {len(known)} estimates are below 1")
    wide = rows.assign(ci_high=5.0, ci_low=0.1)
    assert finding(sensitivity(wide)).endswith("; none excludes 1")


def test_what_is_no_estimate_of_ivig_is_hollow():
    igg = {"igg": [(0, 900), (100, 300), (200, 900)], "baseline": {"heavy_chain": "IgA"}}
    people = [Patient(days=300, doses=[150], infections=[20, 130, 140, 160, 250 + at], **igg) for at in range(9)]
    figure = sensitivity(compute(study(*people), SPEC, models=False))
    assert len(trace(figure, "aside ratios").x) == 3
    assert trace(figure, "aside ratios").marker.color == "#FFFFFF"
    assert "mediator" in alt_text(figure)


def test_the_paper_is_quoted_as_printed():
    figure = sensitivity(table())
    assert plain(trace(figure, "paper").text)[1:] == [
        "0.57 (0.40–0.83)", "0.60 (0.41–0.87)", "1.51 (0.79–2.88)", "0.68 (0.46–1.00)", "2.40 (1.50–3.84)",
        "0.58 (0.40–0.84)", "0.57 (0.39–0.83)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({"min_grade": 3}, ["crude", "without_60"]),
        ({"pre_exposure_days": 60}, None),
        ({"window_days": 45}, []),
        ({"adjust_for": "phase"}, []),
        ({"where": "iss=III"}, []),
        ({"pathogens": "viral"}, []),
    ],
)
def test_the_paper_stands_beside_its_own_settings_only(settings, rows):
    found = list(published_rows(SPEC.change(**settings)))
    assert found == (list(published_rows(SPEC)) if rows is None else rows)


def test_without_a_published_number_there_is_no_column():
    assert "paper" not in names(sensitivity(table(SPEC.change(window_days=45))))


@pytest.mark.parametrize(
    ("patients", "said"),
    [
        ([Patient(days=300, infections=[3])], "No rate ratio can be estimated under any of these settings"),
        ([Patient(days=300, doses=[100])], "No rate ratio can be estimated under any of these settings"),
        ([Patient(days=1, doses=[0], infections=[0])], "No rate ratio can be estimated under any of these settings"),
    ],
)
def test_nothing_to_estimate_is_said_in_words(patients, said):
    assert finding(sensitivity(compute(study(*patients), SPEC, models=False))) == said


def test_one_side_without_infections_has_an_arrow_and_no_range():
    people = [Patient(days=300, doses=[100], infections=[20, 30, 200]) for _ in range(3)]
    figure = sensitivity(compute(study(*people), SPEC, models=False))
    assert "triangle-left" in names(figure)
    assert shape(figure, "range") is None
    assert "fewer than two of them have an estimate" in trace(figure, "reasons").text[0]


def test_larger_type_before_a_room():
    small, large = sensitivity(table()), sensitivity(table(), presentation=True)
    assert trace(small, "label").textfont.size >= 13
    assert trace(large, "label").textfont.size >= 18
    assert large.layout.height > small.layout.height
