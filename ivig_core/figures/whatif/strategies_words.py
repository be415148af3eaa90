"""The words of ways to give IVIG: what each is called, the finding, small print."""

from __future__ import annotations

from typing import Any, NamedTuple

from ivig_core.estimate.whatif.strategies.asked import IGG_GUIDED, INFECTION_GUIDED, NONE, OBSERVED, PRIMARY
from ivig_core.estimate.whatif.strategies.outcome import FINITE, NONE_AVERTED, OPEN
from ivig_core.figures.words import ABSENT, count, counted, interval, is_number, lower, percent, rate, ratio
from ivig_core.study.whatif.assumptions import SEVERE_ONLY, Assumptions, Effect
from ivig_core.study.whatif.strategy_result import AT_HIGHEST, AT_LOWEST, Leader, Strategies

SURE = 0.95
"""Share of the draws from which on an order is called clear."""
HEAD = "Under these assumptions"
NOT_ADVICE = "Arithmetic under the assumptions listed, not advice for a patient."


def strategy_name(name: str, assumed: Assumptions) -> str:
    """What a strategy is called, with its numbers."""
    kind = "severe infection" if assumed.infections_counted == SEVERE_ONLY else "infection"
    return {
        OBSERVED: "As it was given",
        NONE: "No IVIG",
        PRIMARY: f"Everybody, from day {assumed.primary_day} for {counted(assumed.primary_months, 'month')}",
        IGG_GUIDED: f"IgG below {assumed.igg_start:,}, until {assumed.igg_stop:,} mg/dL",
        INFECTION_GUIDED: f"After {counted(assumed.infections, kind)} in 12 months",
    }[name]


def amount(value: float, decimals: int) -> str:
    """A number that may be below 0; 0 without a sign."""
    if not is_number(value):
        return ABSENT
    text = f"{abs(value):,.{decimals}f}"
    return text if value >= 0 or not float(text.replace(",", "")) else f"−{text}"


def expected(row: dict[str, Any], quantity: str, decimals: int | None = None) -> str:
    """`227 (188 to 275)`; one decimal where an estimate is below 10; `0` where nothing else is possible, a dash where
    there is no number; no interval for what is recorded."""
    values = [row[f"{quantity}{part}"] for part in ("", "_low", "_high")]
    if not is_number(values[0]):
        return ABSENT
    if not any(value for value in values if is_number(value)):
        return "0"
    places = (0 if abs(values[0]) >= 9.95 else 1) if decimals is None else decimals
    if not is_number(values[1]):
        return amount(values[0], 0 if float(values[0]).is_integer() else places)
    point, low, high = (amount(value, places) for value in values)
    return f"{point} ({low} to {high})"


def averted_text(row: dict[str, Any], quantity: str = "averted_per_100_years") -> str:
    """`26.7 (6.8 to 43.8)`."""
    return expected(row, quantity, 1)


def per_infection(row: dict[str, Any], quantity: str, whole_numbers: bool = False) -> str:
    """`2.20 (1.35 to 9.06)`, `2.20 (1.35 to ∞)`, `∞ (4.10 to ∞)`; a dash without IVIG."""
    say = count if whole_numbers else rate
    value, low, high, status = (row[f"{quantity}{part}"] for part in ("", "_low", "_high", "_status"))
    if status not in (FINITE, OPEN, NONE_AVERTED):
        return ABSENT
    limits = f"{say(low)} to {say(high) if is_number(high) else '∞'}" if is_number(low) else "∞"
    return f"{say(value) if is_number(value) else '∞'} ({limits})"


def effect_words(effect: Effect) -> str:
    """The ratio that is assumed: `rate ratio 0.57 (0.40–0.83)`."""
    if effect.ratio is None:
        return "no rate ratio"
    value, low, high = effect.ratio
    return f"rate ratio {ratio(value)} {interval(low, high)}".strip()


class Shown(NamedTuple):
    """Which infections a figure is of: the column of their number and of those averted, and their name."""

    column: str
    averted: str
    word: str


SHOWN = {
    "infections": Shown("infections", "averted_per_100_years", "infections"),
    "severe": Shown("severe", "severe_averted_per_100_years", "infections of grade ≥ 3"),
}


def finding(result: Strategies, of: str = "infections") -> str:
    """Which rule averts most and which needs the least IVIG for each infection, as far as the draws agree; and whether
    IVIG as it was given averts more than any rule."""
    rows, shown = result.rules, SHOWN[of]
    if not rows:
        return f"{HEAD} no patient would be given IVIG by a rule"
    best = max(rows, key=lambda row: row[shown.averted])
    averted = f"{averted_text(best, shown.averted)} {shown.word} averted per 100 patient-years"
    if best[shown.averted] <= 0:
        return f"{HEAD} no rule averts {shown.word}"
    if best[f"{shown.averted}_low"] <= 0:
        return f"{HEAD} no rule is clearly better than no IVIG: {averted} at most{_given_more(result, best, shown)}"
    return f"{HEAD}, {_orders(result, rows, best, shown)}{_given_more(result, best, shown)}"


def _given_more(result: Strategies, best: dict[str, Any], shown: Shown) -> str:
    given = result.row(OBSERVED)
    if not given[shown.averted] > best[shown.averted]:
        return ""
    return f"; as it was given averts more: {averted_text(given, shown.averted)}"


def _orders(result: Strategies, rows: list[dict[str, Any]], best: dict[str, Any], shown: Shown) -> str:
    averted = averted_text(best, shown.averted)
    if len(rows) == 1:
        return f"“{_name(result, best['strategy'])}” averts {averted} {shown.word} per 100 patient-years"
    leaders = _leaders(result, shown)
    most, least = (_sure(leader) for leader in leaders)
    if most is None:
        said = f"{averted} {shown.word} averted per 100 patient-years at most, and no rule clearly averts more than "
        said += "the others"
    else:
        said = f"“{_name(result, most)}” averts the most of the {len(rows)} rules: "
        said += f"{averted_text(result.row(most), shown.averted)} {shown.word} per 100 patient-years"
    if least is None:
        return said
    if least == most:
        return f"{said}, also per year of IVIG"
    return f"{said}; “{_name(result, least)}” the most per year of IVIG"


def _leaders(result: Strategies, shown: Shown) -> tuple[Leader | None, Leader | None]:
    if shown.column == "severe":
        return result.most_averted_severe, result.least_ivig_severe
    return result.most_averted, result.least_ivig


def _sure(leader: Leader | None) -> str | None:
    return leader.strategy if leader is not None and leader.share >= SURE else None


def _name(result: Strategies, name: str) -> str:
    return lower(strategy_name(name, result.assumed))


def detail(result: Strategies, of: str = "infections") -> str:
    """What is behind it, and how wide the answer is beside chance."""
    effect = result.effect
    return (
        f"{counted(result.patients, 'patient')}, {count(result.patient_years)} patient-years, "
        f"{counted(result.infections, 'infection')}; {effect_words(effect)} on IVIG ({effect.label})"
        f"{_at_ends(result, of)}"
    )


def _at_ends(result: Strategies, of: str) -> str:
    """What the first rule averts at both ends of the cohort's own ratio."""
    rows = [row for row in result.rules if is_number(row[AT_LOWEST]) or is_number(row[AT_HIGHEST])]
    if of != "infections" or not rows:
        return ""
    best = max(rows, key=lambda row: row["averted_per_100_years"])
    return (
        f"; the ratio is {span_words(result)} by what is done with days before the first dose, which makes "
        f"{ends_text(best)} averted"
    )


def span_words(result: Strategies) -> str:
    """`0.64 to 0.78`: the cohort's own ratio by what is done with days before the first dose; empty without."""
    return "" if result.span is None else " to ".join(ratio(each) if is_number(each) else "∞" for each in result.span)


def ends_text(row: dict[str, Any]) -> str:
    """`25.3 to 15.5`: infections averted per 100 patient-years at the lowest and at the highest ratio; `0` at both."""
    if row[AT_LOWEST] == row[AT_HIGHEST] == 0:
        return "0"
    return " to ".join(amount(row[name], 1) for name in (AT_LOWEST, AT_HIGHEST))


def small_print(result: Strategies) -> str:
    """How to read the figure."""
    return (
        f"Points: expected for these patients over their own follow-up (as it was given: recorded); lines: 95 % "
        f"intervals for patients like these, from {counted(result.draws, 'draw')} of patients and rate ratio. Further "
        f"down: fewer infections; further right: more IVIG. {NOT_ADVICE}"
    )


def order_words(result: Strategies, of: str = "infections") -> list[str]:
    """How often the draws agree on what is first; nothing where no rule is in most of them."""
    shown = SHOWN[of]
    said = []
    each = (f"averts the most {shown.word}", f"averts the most {shown.word} per year of IVIG")
    for leader, what in zip(_leaders(result, shown), each, strict=True):
        if leader is not None:
            said.append(
                f"Of the {len(result.rules)} rules “{_name(result, leader.strategy)}” {what} in "
                f"{percent(leader.share)} of the draws"
            )
    return said


def alt(result: Strategies, of: str = "infections") -> str:
    """The figure in words."""
    shown, parts = SHOWN[of], []
    for row in result.table.to_dict("records"):
        name = strategy_name(row["strategy"], result.assumed)
        if row["status"] != FINITE:
            parts.append(f"{name}: not possible, {row['note']}")
            continue
        months = f"{expected(row, 'ivig_months')} patient-months of IVIG"
        parts.append(f"{name}: {expected(row, of)} {shown.word} with {months}")
    return f"Expected {shown.word} against patient-months of IVIG. {'; '.join(parts)}. {detail(result, of)}."
