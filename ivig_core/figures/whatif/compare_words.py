"""Rows and sentences of the comparison of two analyses."""

from __future__ import annotations

import math
from typing import Any

from ivig_core.estimate.survival.landmark import NO_IVIG
from ivig_core.figures.forest_parts.rows import Row
from ivig_core.figures.groups import group_name
from ivig_core.figures.words import (
    ABSENT,
    CLEAR,
    NO_ESTIMATE,
    count,
    counted,
    escape,
    estimate,
    interval,
    is_number,
    lower,
    p_value,
    percent,
    rate,
    ratio,
)
from ivig_core.spec import AnalysisSpec, SurvivalSpec
from ivig_core.study.whatif.compare.comparison import RATE_OFF, RATE_ON, RATIO, Comparison
from ivig_core.study.whatif.compare.pair import BOOTSTRAP, FEWEST, INDEPENDENT, SAME
from ivig_core.study.whatif.compare.survival import MEAN, SHARE

READING = (
    "The first two rows compare on with off IVIG within patients; the others divide what B gives by what A gives: 1 is "
    "no difference between them."
)
MEASURE = "Measure"
MOST_TOLD = 2
AGAINST = {
    RATIO: "B ÷ A: rate ratio",
    RATE_ON: "B ÷ A: rate on IVIG",
    RATE_OFF: "B ÷ A: rate off IVIG",
}
METHODS = {SAME: "the same", INDEPENDENT: "independent", BOOTSTRAP: "bootstrap"}
ABOUT_METHODS = {
    INDEPENDENT: "Independent: no patient is in both A and B, so that their variances add.",
    BOOTSTRAP: (
        "Bootstrap: patients are in both, so they are drawn again and again, {draws:,} times, the same ones for A and "
        "B; the interval holds 95 % of the differences."
    ),
}


def lines(result: Comparison) -> list[Row]:
    """Rows of the forest: A, B, then B against A."""
    by = {row["measure"]: row for row in result.rows.to_dict("records") if not row["group"]}
    sides = [_side(by[RATIO], side) for side in ("a", "b")]
    return [*sides, *(_against(by[name], name, result.draws) for name in (RATIO, RATE_ON, RATE_OFF))]


def _side(row: dict[str, Any], side: str) -> Row:
    name = f"{side.upper()}: rate ratio on against off IVIG"
    status, values = row[f"{side}_status"], [row[side], row[f"{side}_low"], row[f"{side}_high"]]
    text = estimate(status, *values)
    return _row(name, text, values, "", NO_ESTIMATE.get(status, "cannot be estimated"), f"rate ratio {text}")


def _against(row: dict[str, Any], measure: str, draws: int) -> Row:
    values = [row["change"], row["ci_low"], row["ci_high"]]
    text = (
        f"{ratio(row['change'])} {interval(row['ci_low'], row['ci_high'])}".strip() if is_number(row["change"]) else ""
    )
    hover = f"{text}; {METHODS.get(row['method'], row['note'])}"
    p = _p(row, draws)
    return _row(AGAINST[measure], text, values, p, row["note"] or "not known", hover)


def _row(name: str, text: str, values: list[Any], p: str, reason: str, hover: str) -> Row:
    numbers = [float(value) if is_number(value) else None for value in values]
    # Without an interval a number is told, not drawn: it would look as certain as one without width.
    drawn = bool(text) and (numbers[1] is not None or numbers[2] is not None)
    return Row(
        kind="level",
        label=escape(name),
        ratio=escape(text),
        p=escape(p),
        irr=numbers[0],
        low=numbers[1],
        high=numbers[2],
        drawn=drawn,
        reason="" if text else escape(reason),
        hover=f"<b>{escape(name)}</b><br>{escape(hover)}",
    )


def _p(row: dict[str, Any], draws: int) -> str:
    """The p of a row; draws tell no smaller one than 2 in all of them, so that it is below that."""
    if not is_number(row["p_value"]):
        return ""
    least = 2 / (draws + 1)
    if row["method"] == BOOTSTRAP and row["p_value"] <= least * 1.0001 and least >= 0.001:
        return f"<{math.ceil(1000 * least) / 1000:.3f}"
    return p_value(row["p_value"])


def finding(result: Comparison) -> str:
    """Whether the rate ratio differs between A and B; a direction only where the interval excludes 1."""
    row = result.rows.set_index("measure").loc[RATIO]
    if row["method"] == SAME:
        return "A and B give the same rate ratio: nothing that it depends on differs"
    if not is_number(row["change"]):
        return f"The rate ratios of A and B cannot be compared: {row['note']}"
    text = f"{ratio(row['a'])} in A, {ratio(row['b'])} in B"
    if not is_number(row["p_value"]):
        return f"Rate ratio {text}; {row['note']}"
    if row["p_value"] >= CLEAR:
        return f"No clear difference between A and B: rate ratio {text}"
    return f"The rate ratio is {'higher' if row['change'] > 1 else 'lower'} in B: {text}"


def detail(result: Comparison) -> str:
    """Who is in A and in B, and the quotient of the ratios."""
    row = result.rows.set_index("measure").loc[RATIO]
    who = overlap(result)
    if not is_number(row["change"]) or row["method"] == SAME:
        return who
    limits = interval(row["ci_low"], row["ci_high"])
    p = _p(row.to_dict(), result.draws)
    tested = f", p {p}" if p.startswith("<") else f", p = {p}" if p else ""
    return f"{who}; ratio of B ÷ ratio of A {ratio(row['change'])} {limits}{tested}"


def overlap(result: Comparison) -> str:
    """How many patients A and B share."""
    both = counted(result.both, "patient")
    if not (result.only_a or result.only_b):
        return f"the same {both} in A and B"
    if not result.both:
        return f"{counted(result.only_a, 'patient')} in A, {counted(result.only_b, 'patient')} in B, none in both"
    return f"{both} in both, {result.only_a:,} only in A, {result.only_b:,} only in B"


def alt(result: Comparison) -> str:
    """The figure in words."""
    told = "; ".join(f"{row.label} {row.ratio or row.reason}" for row in lines(result))
    return f"Forest plot of two analyses and their difference. {told}. {detail(result)}."


def about_methods(result: Comparison) -> list[str]:
    """How the differences were made, one sentence each."""
    used = dict.fromkeys(result.rows["method"])
    return [ABOUT_METHODS[name].format(draws=result.draws) for name in used if name in ABOUT_METHODS]


def survival_names(result: Comparison, a: AnalysisSpec, b: AnalysisSpec) -> dict[str, str]:
    """What the groups of `Comparison.survival` are called: `A: IVIG by day 30`."""
    specs = {"a": a.survival, "b": b.survival}
    groups = result.survival.km.groups if result.survival else []
    parts = [(name, *name.split(":", 1)) for name in groups]
    return {name: f"{side.upper()}: {_short(specs[side], level)}" for name, side, level in parts}


def _short(spec: SurvivalSpec, level: str) -> str:
    """What a group is called in the little room of a row of numbers at risk."""
    if level == NO_IVIG and spec.survival_group == "ivig_by_landmark" and spec.landmark_day:
        return f"not by day {spec.landmark_day}"
    return group_name(spec.survival_group, level, spec.landmark_day)


def survival_finding(result: Comparison, a: AnalysisSpec, b: AnalysisSpec) -> str:
    """Mean time without an event of each group in A and in B, to the day up to which both are observed."""
    rows = [row for row in result.rows.to_dict("records") if row["measure"] == MEAN and _enough(row)]
    told = [
        f"{_group(row, a, b)}: {row['a']:.0f} days in A, {row['b']:.0f} in B (to day {row['days']:,.0f})"
        for row in rows[:MOST_TOLD]
    ]
    if not told:
        return f"Too few patients in a group to compare its time without an event: fewer than {FEWEST}"
    more = f"; {counted(len(rows) - MOST_TOLD, 'more group')} below" if len(rows) > MOST_TOLD else ""
    return f"Mean time without event, {'; '.join(told)}{more}"


def _enough(row: dict[str, Any]) -> bool:
    return is_number(row["a"]) and is_number(row["b"]) and min(row["a_patients"], row["b_patients"]) >= FEWEST


def _group(row: dict[str, Any], a: AnalysisSpec, b: AnalysisSpec) -> str:
    """A group of both; where A and B fix groups at other days, both are named."""
    names = [
        lower(group_name(spec.survival.survival_group, row["group"], spec.survival.landmark_day)) for spec in (a, b)
    ]
    return names[0] if names[0] == names[1] else f"{names[0]} (B: {names[1]})"


def table_rows(result: Comparison, a: AnalysisSpec, b: AnalysisSpec) -> list[dict[str, str]]:
    """Every row of the comparison in words."""
    return [
        {
            MEASURE: _measure(row, a, b),
            "A": _value(row, "a"),
            "B": _value(row, "b"),
            "B against A": _change(row),
            "p": _p(row, result.draws),
            "How": METHODS.get(row["method"], ""),
        }
        for row in result.rows.to_dict("records")
    ]


def _measure(row: dict[str, Any], a: AnalysisSpec, b: AnalysisSpec) -> str:
    named = {
        RATE_ON: "Infections a patient-year on IVIG",
        RATE_OFF: "Infections a patient-year off IVIG",
        RATIO: "Rate ratio on against off IVIG within patients",
        SHARE: f"Without event at day {row['days']:,.0f}",
        MEAN: f"Mean days without event to day {row['days']:,.0f}",
    }[row["measure"]]
    if not row["group"]:
        exposed = row["measure"] != RATIO and a.model.population == b.model.population == "exposed"
        return f"{named} (patients given IVIG)" if exposed else named
    one, two = (counted(int(row[name]), "patient") for name in ("a_patients", "b_patients"))
    return f"{named}: {_group(row, a, b)}, {one if one == two else f'{one} and {two}'}"


def _value(row: dict[str, Any], side: str) -> str:
    value, low, high = (row[name] for name in (side, f"{side}_low", f"{side}_high"))
    if row["measure"] == RATIO:
        return estimate(row[f"{side}_status"], value, low, high) or ABSENT
    if not is_number(value):
        return ABSENT
    say = SAY[row["measure"]]
    return f"{say(value)} ({say(low)}–{say(high)})" if is_number(low) and is_number(high) else say(value)


def _change(row: dict[str, Any]) -> str:
    value, low, high = row["change"], row["ci_low"], row["ci_high"]
    if not is_number(value) or row["method"] == SAME:
        return ABSENT if row["method"] != SAME else METHODS[SAME]
    if row["measure"] in (RATE_ON, RATE_OFF, RATIO):
        return f"× {ratio(value)} {interval(low, high)}".strip()
    factor, unit = DIFFERENCES[row["measure"]]
    limits = f" ({_signed(factor * low)} to {_signed(factor * high)})" if is_number(low) and is_number(high) else ""
    return f"{_signed(factor * value)} {unit}{limits}"


def _signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "\N{MINUS SIGN}")


SAY = {RATE_ON: rate, RATE_OFF: rate, SHARE: percent, MEAN: count}
DIFFERENCES = {SHARE: (100.0, "points"), MEAN: (1.0, "days")}
