"""The figure of ways to give IVIG: what is drawn is what the table has, and the title claims no more than the draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.whatif.strategies.outcome import FINITE, NO_IVIG, NONE_AVERTED, OPEN, Estimate
from ivig_core.figures import alt_text, finding
from ivig_core.figures.whatif.strategies import SEVERE, strategies
from ivig_core.figures.whatif.strategies_words import detail, ends_text, expected, order_words, per_infection
from ivig_core.study.whatif.assumptions import Assumptions, Effect
from ivig_core.study.whatif.strategy_result import AT_HIGHEST, AT_LOWEST, QUANTITIES, STRATEGIES, Leader, Strategies

EFFECT = Effect("as_set", "This cohort: Settings in force", True, "ok", (0.6, 0.4, 0.9), severe=(0.4, 0.2, 0.9))


def row(name: str, infections: float, months: float, averted: tuple[float, float, float]) -> dict:
    per = Estimate(12 / 5, 1.2, None, OPEN) if months else Estimate.absent(NO_IVIG)
    values = dict.fromkeys(QUANTITIES, Estimate.absent("not_asked")) | {
        "infections": Estimate(infections, infections - 20, infections + 25),
        "severe": Estimate(infections / 5, infections / 6, infections / 4),
        "averted_per_100_years": Estimate(*averted),
        "ivig_months": Estimate(months, 0.9 * months, 1.1 * months),
        "infusions": Estimate(months, months, months),
        "ivig_years_per_averted": per,
    }
    cells = {"strategy": name, "status": FINITE, "note": "", AT_LOWEST: np.nan, AT_HIGHEST: np.nan}
    for quantity, each in values.items():
        cells |= {f"{quantity}{part}": np.nan if value is None else value
                  for part, value in (("", each.value), ("_low", each.low), ("_high", each.high))}  # fmt: skip
        cells[f"{quantity}_status"] = each.status
    return cells


def made(low: float = 5.0, most: float = 0.99, least: float = 0.99, **changes) -> Strategies:
    amounts = [(100, 30), (130, 0), (80, 120), (90, 80), (95, 60)]
    averted = [(10, low, 20), (0, 0, 0), (30, low, 50), (20, low, 40), (15, low, 30)]
    rows = [row(name, *amount, each) for name, amount, each in zip(STRATEGIES, amounts, averted, strict=True)]
    result = Strategies(
        table=pd.DataFrame(rows), effect=EFFECT, assumed=Assumptions(), patients=43, patient_years=100.0,
        infections=100, severe=20, draws=200, most_averted=Leader("primary", most),
        least_ivig=Leader("infection_guided", least), notes=(),
    )  # fmt: skip
    return replace(result, **changes)


@pytest.mark.parametrize("presentation", [False, True])
def test_points_and_intervals_are_those_of_the_table(presentation):
    result = made()
    figure = strategies(result, presentation=presentation)
    assert [trace.x[0] for trace in figure.data] == result.table["ivig_months"].tolist()
    assert [trace.y[0] for trace in figure.data] == result.table["infections"].tolist()
    for trace, record in zip(figure.data, result.table.to_dict("records"), strict=True):
        assert trace.error_y.array[0] == pytest.approx(record["infections_high"] - record["infections"])
        assert trace.error_x.arrayminus[0] == pytest.approx(record["ivig_months"] - record["ivig_months_low"])
    low, high = figure.layout.yaxis.range
    assert low <= result.table["infections_low"].min() < result.table["infections_high"].max() <= high
    assert len({trace.marker.symbol for trace in figure.data}) == len(STRATEGIES)
    severe = strategies(result, SEVERE)
    assert [trace.y[0] for trace in severe.data] == result.table["severe"].tolist()
    assert severe.layout.yaxis.title.text == "Expected infections of grade ≥ 3"


def test_what_is_recorded_has_no_interval():
    table = made().table.copy()
    cells = [f"{name}_{end}" for name in ("infections", "ivig_months", "infusions") for end in ("low", "high")]
    table.loc[0, cells] = np.nan
    result = made(table=table)
    figure = strategies(result)
    assert (figure.data[0].error_y.array[0], figure.data[0].error_x.arrayminus[0]) == (0, 0)
    assert np.isfinite([*figure.layout.yaxis.range, *figure.layout.xaxis.range]).all()
    assert expected(result.row("observed"), "infections") == "100"
    assert "as it was given: 100 infections with 30 patient-months" in alt_text(figure).lower()


def test_what_is_averted_at_both_ends_of_the_own_ratio_stands_beside_the_answer():
    table = made().table.copy()
    table[[AT_LOWEST, AT_HIGHEST]] = [[9.0, 6.0], [0.0, 0.0], [30.0, 18.4], [20.0, 11.0], [15.0, np.nan]]
    result = made(table=table, span=(0.64, np.inf))
    said = "the ratio is 0.64 to ∞ by what is done with days before the first dose, which makes 30.0 to 18.4 averted"
    assert said in detail(result)
    assert said in alt_text(strategies(result))
    assert "before the first dose" not in detail(result, "severe") + detail(made())
    assert ends_text(result.row("infection_guided")) == "15.0 to –"
    assert ends_text(result.row("none")) == "0"


def test_a_strategy_without_numbers_is_named_with_its_reason():
    result = made()
    table = result.table.copy()
    table.loc[3, ["status", "note"]] = ["not_possible", "no IgG <b>at all</b>"]
    figure = strategies(replace(result, table=table))
    assert len(figure.data) == len(STRATEGIES) - 1
    assert "IgG below 400, until 400 mg/dL: not possible, no IgG <b>at all</b>" in alt_text(figure)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (
            made(),
            "3 rules: 30.0 (5.0 to 50.0) infections per 100 patient-years; “after 2 infections in 12 months”",
        ),
        (made(least=0.9), "averts the most of the 3 rules: 30.0 (5.0 to 50.0) infections per 100 patient-years"),
        (made(most=0.9, least=0.9), "30.0 (5.0 to 50.0) infections averted per 100 patient-years at most, and no rule"),
        (made(least_ivig=Leader("primary", 1.0)), "infections per 100 patient-years, also per year of IVIG"),
        (made(low=-3.0), "no rule is clearly better than no IVIG: 30.0 (−3.0 to 50.0)"),
    ],
)
def test_the_title_claims_an_order_only_where_the_draws_agree(result, words):
    title = finding(strategies(result))
    assert title.startswith("Under these assumptions")
    assert words in title
    assert ("most per year of IVIG" in title) == (result.least_ivig.share > 0.95 and "; “after" in words)


def test_without_ivig_or_without_any_averted():
    nothing = made()
    zero = nothing.table.assign(ivig_months=0.0, ivig_months_high=0.0)
    assert finding(strategies(replace(nothing, table=zero))).endswith("no patient would be given IVIG by a rule")
    harm = nothing.table.assign(averted_per_100_years=-1.0)
    assert finding(strategies(replace(nothing, table=harm))).endswith("no rule averts infections")


def test_numbers_of_the_title_are_of_the_rules_and_as_given_is_said_where_it_averts_more():
    table = made().table.copy()
    assert "as it was given" not in finding(strategies(made()))
    cells = ["averted_per_100_years", "averted_per_100_years_low", "averted_per_100_years_high"]
    table.loc[0, cells] = [40.0, 8.0, 60.0]
    title = finding(strategies(made(table=table)))
    assert "30.0 (5.0 to 50.0) infections per 100 patient-years" in title
    assert title.endswith("; as it was given averts more: 40.0 (8.0 to 60.0)")
    # Two rules are without numbers: there is no order among one.
    table = made().table.copy()
    table.loc[[3, 4], "status"] = "not_possible"
    alone = finding(strategies(made(table=table, most_averted=None, least_ivig=None)))
    assert "“everybody, from day 0 for 12 months” averts 30.0 (5.0 to 50.0) infections" in alone


def test_the_figure_of_severe_infections_has_a_title_of_its_own():
    table = made().table.assign(
        severe_averted_per_100_years=[2.0, 0, 6.0, 5.0, 4.0], severe_averted_per_100_years_low=1.0,
        severe_averted_per_100_years_high=9.0,
    )  # fmt: skip
    result = made(table=table, most_averted_severe=Leader("igg_guided", 0.97))
    title = finding(strategies(result, SEVERE))
    assert "averts the most of the 3 rules: 5.0 (1.0 to 9.0) infections of grade ≥ 3 per 100 patient-years" in title
    assert "16 (13 to 20) infections of grade ≥ 3 with" in alt_text(strategies(result, SEVERE))
    assert "Expected infections of grade ≥ 3 against" in alt_text(strategies(result, SEVERE))
    assert order_words(result, SEVERE) == [
        "Of the 3 rules “IgG below 400, until 400 mg/dL” averts the most infections of grade ≥ 3 in 97 % of the draws"
    ]


def test_numbers_in_words():
    record = row("primary", 1234.4, 30, (30, -2, 60))
    assert expected(record, "infections") == "1,234 (1,214 to 1,259)"
    assert expected(record, "averted_per_100_years", 1) == "30.0 (−2.0 to 60.0)"
    assert expected(row("none", 5, 0, (0, 0, 0)), "ivig_months") == "0"
    assert expected(record, "thromboses") == "–"
    assert per_infection(record, "ivig_years_per_averted") == "2.40 (1.20 to ∞)"
    assert per_infection(row("none", 5, 0, (0, 0, 0)), "ivig_years_per_averted") == "–"
    none = record | {"ivig_years_per_averted": np.nan, "ivig_years_per_averted_status": NONE_AVERTED}
    assert per_infection(none, "ivig_years_per_averted") == "∞ (1.20 to ∞)"
    assert per_infection(none | {"ivig_years_per_averted_low": np.nan}, "ivig_years_per_averted") == "∞ (∞)"
    assert order_words(made())[0].endswith("averts the most infections in 99 % of the draws")
