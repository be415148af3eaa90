"""The sensitivity plot: its numbers are those of the table, its finding is counted, the paper is quoted as printed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.trust.published import published_rows, with_published
from ivig_core.figures.trust.sensitivity import sensitivity
from ivig_core.figures.trust.words import finding as finding_words
from ivig_core.figures.trust.words import lines, span
from ivig_core.figures.words import estimate, interval, ratio
from ivig_core.study.overview.headline import headline
from ivig_core.study.trust.sensitivity import counted_rows, further_sensitivity
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


def test_the_finding_is_the_range_of_estimates_of_ivig_only():
    rows = table()
    known = counted_rows(rows)
    low, high = known["ci_low"].min(), known["ci_high"].max()
    assert low < known["irr"].min() <= known["irr"].max() < 1 < high
    assert rows["irr"].max() > high
    said = f"Rate ratio {ratio(known['irr'].min())} to {ratio(known['irr'].max())} over these analyses (intervals "
    assert finding(sensitivity(rows)) == f"{said}{interval(low, high)[1:]}; not every interval excludes 1"
    mixed = rows.assign(irr=np.where(rows["name"] == "crude", 1.2, rows["irr"]))
    assert f" to {ratio(max(1.2, known['irr'].max()))} over" in finding(sensitivity(mixed))
    assert finding(sensitivity(rows.assign(ci_high=5.0, ci_low=0.1))).endswith("0.10–5.00); no interval excludes 1")
    assert finding(sensitivity(rows.assign(ci_high=0.9, ci_low=0.1))).endswith("; every interval is below 1")
    assert finding(sensitivity(rows.assign(ci_high=9.0, ci_low=1.1))).endswith("; every interval is above 1")


def test_no_count_suggests_independent_rows_and_the_kinds_of_rows_add_up():
    rows = table().assign(status=lambda rows: rows["status"].where(rows["name"] != "season", "not_applicable"))
    figure = sensitivity(rows)
    assert re.search(r"\d+ of \d+", finding(figure)) is None
    detail = figure.layout.meta["detail"]
    listed = re.search(
        r"(\d+) rows of the same infections, not independent: (\d+) in this range, "
        r"(\d+) for context \(hollow\), (\d+) without an estimate", detail,
    )  # fmt: skip
    total, *kinds = map(int, listed.groups())
    assert total == sum(kinds) == len(rows) == len(trace(figure, "label").text) - 2
    assert kinds[1] == len(trace(figure, "aside ratios").x)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("ok", 0.5, 0.2, 0.9)], "The only estimate is 0.50 (0.20–0.90); its interval excludes 1"),
        ([("ok", 0.5, 0.2, 1.9)], "The only estimate is 0.50 (0.20–1.90); its interval includes 1"),
        ([("no_events_exposed", 0.0, 0.0, 1.3)], "The only estimate is 0.00 (0.00–1.30); its interval includes 1"),
        ([("no_events_reference", np.nan, 6.4, np.nan)], "The only estimate is ∞ (6.40–∞); its interval excludes 1"),
        ([("no_events_exposed", 0.0, np.nan, np.nan)], "The only estimate is 0.00; it has no interval"),
        (
            [("ok", 0.5, 0.2, 0.9), ("no_events_reference", np.nan, 1.4, np.nan)],
            "Rate ratio 0.50 to ∞ over these analyses (intervals 0.20–∞); not every interval excludes 1",
        ),
        (
            [("no_events_exposed", 0.0, 0.0, 0.8), ("no_events_exposed", 0.0, np.nan, np.nan)],
            "Rate ratio 0.00 over these analyses (intervals 0.00–0.80); every interval is below 1",
        ),
        (
            [("no_events_exposed", 0.0, np.nan, np.nan), ("no_events_exposed", 0.0, np.nan, np.nan)],
            "Rate ratio 0.00 over these analyses, without an interval",
        ),
    ],
)
def test_one_estimate_and_estimates_without_a_limit(rows, said):
    known = counted_rows(table()).head(len(rows)).reset_index(drop=True)
    some = known.assign(**dict(zip(("status", "irr", "ci_low", "ci_high"), zip(*rows, strict=True), strict=True)))
    assert finding_words(some) == said
    assert said in alt_text(sensitivity(some))


def test_a_line_without_an_estimate_says_why_and_one_among_rows_for_context_is_not_the_only_one():
    people = study(*(Patient(days=400, doses=[150], infections=[20, 160, 300 + at]) for at in range(9)))
    ends = further_sensitivity(people, SPEC, "End of follow-up")
    reasons = {line.label: line.reason for line in lines(ends)}
    assert reasons["Weighted for deaths after infections"] == "changes nothing in this cohort"
    none = dict.fromkeys(("irr", "ci_low", "ci_high"), np.nan)
    few = ends.assign(**none, status="not_identified", note="4 died: 10 are needed")
    assert {line.reason for line in lines(few)} == {"cannot be estimated"}
    apart = ends.assign(**none, status="not_identified", note="cannot be told apart from phase")
    assert {line.reason for line in lines(apart)} == {"cannot be told apart from another level"}
    igg = further_sensitivity(people, SPEC, "IgG of the day")
    days = [line.reason for line in lines(igg[(igg["group"] == "igg_days").to_numpy()])]
    assert set(days) == {"IgG is not known on any day"}
    assert finding_words(igg).startswith("The only estimate is ")
    known = igg.assign(status="ok", irr=0.5, ci_low=0.2, ci_high=0.9)
    assert finding_words(known) == "The only estimate of what IVIG does is 0.50 (0.20–0.90); its interval excludes 1"


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


def test_one_side_without_infections_has_an_arrow_and_no_range_is_drawn():
    people = [Patient(days=300, doses=[100], infections=[20, 30, 200]) for _ in range(3)]
    rows = compute(study(*people), SPEC, models=False)
    figure = sensitivity(rows)
    assert "triangle-left" in names(figure)
    assert shape(figure, "range") is shape(figure, "range bar") is None
    assert plain(trace(figure, "ratio").text)[1] == "0.00"
    one = sensitivity(rows.assign(status=rows["status"].where(rows["name"] == "crude", "no_contrast")))
    assert shape(one, "range") is None
    assert "fewer than two of them have an estimate" in trace(one, "reasons").text[0]


def test_a_range_up_to_infinity_ends_where_the_axis_does():
    rows = table()
    crude = (rows["name"] == "crude").to_numpy(bool)
    values = {"status": "no_events_reference", "irr": np.nan, "ci_low": 2.0, "ci_high": np.nan}
    figure = sensitivity(rows.assign(**{name: rows[name].mask(crude, value) for name, value in values.items()}))
    lowest = rows.loc[rows["name"].isin(["without_30", "without_60", "from_first_dose"]), "irr"].min()
    assert (shape(figure, "range").x0, np.isfinite(shape(figure, "range").x1)) == (lowest, True)
    assert plain(trace(figure, "ratio").text)[1] == f"{ratio(lowest)} to ∞"


def test_larger_type_before_a_room():
    small, large = sensitivity(table()), sensitivity(table(), presentation=True)
    assert trace(small, "label").textfont.size >= 13
    assert trace(large, "label").textfont.size >= 18
    assert large.layout.height > small.layout.height
