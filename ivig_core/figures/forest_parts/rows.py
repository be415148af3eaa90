"""Rows and words of a forest plot, from the table of rate ratios by subgroup."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ivig_core.estimate.rates.interaction import ESTIMABLE
from ivig_core.export import rows_of
from ivig_core.figures.forest_parts.families import ADJUSTED, Test, adjusted, block_name, prespecified
from ivig_core.figures.groups import fixed_name, variable_name
from ivig_core.figures.words import (
    ABSENT,
    CLEAR,
    NO_ESTIMATE,
    count,
    counted,
    escape,
    estimate,
    is_number,
    listed,
    lower,
    p_phrase,
    p_value,
    rate,
    ratio_finding,
    shorten,
    shorten_apart,
)
from ivig_core.study.overview.key_rows import enough
from ivig_core.study.rates.factors import IGG_BEFORE, STATE_FACTORS
from ivig_core.terms import IGG_UNKNOWN, NAMED_BY_STUDIES, label

OVERALL = "overall"
LABEL_CHARS, HEADING_CHARS = 32, 30
DAYS_PER_YEAR = 365.25
NAMED = 3
"""As many factors are named that do not differ."""
RAISED_BY_IVIG = ("hgg_days", "nonprogressive_hgg_days", "igg")
"""Factors of IgG of the day, which includes donor IgG."""
FOLLOWS_NEED = ("dose_per_kg",)
"""Factors that a patient's state decides."""
VOCABULARY = (*STATE_FACTORS, IGG_BEFORE, NAMED_BY_STUDIES)
"""Factors whose levels are names of ours; those of others are shown as in the file."""


@dataclass(frozen=True)
class Row:
    """A line of the plot. Texts are escaped; `low`, `high` are None on an open side, `irr` without a finite estimate.

    `drawn`: whether there is an interval; else `reason` says why there is none.
    """

    kind: str
    label: str
    patients: str = ""
    infections: str = ""
    rates: str = ""
    ratio: str = ""
    p: str = ""
    adjusted: str = ""
    irr: float | None = None
    low: float | None = None
    high: float | None = None
    drawn: bool = False
    reason: str = ""
    hover: str = ""


def rows(table: pd.DataFrame) -> list[Row]:
    """The overall row first, then every factor as a heading and its levels, in the order of the table.

    Factors of the user's protocol, where the table has any (`family`), are headed as prespecified and what follows them
    as exploratory. Rows that earlier studies named are one block in which each has its own p.
    """
    records = rows_of(table)
    result = [row(record) for record in records if record["factor"] == OVERALL]
    factors = list(dict.fromkeys(record["factor"] for record in records if record["factor"] != OVERALL))
    fixed = prespecified(table)
    names = [fixed_name(name) if name in fixed else variable_name(name) for name in factors]
    headings = dict(zip(factors, shorten_apart(names, HEADING_CHARS), strict=True))
    for place, factor in enumerate(factors):
        mine = [record for record in records if record["factor"] == factor]
        if block := block_name(factors, place, fixed):
            result.append(Row("heading", block))
        if factor == NAMED_BY_STUDIES:
            result.append(Row("heading", escape(variable_name(factor))))
            result += [
                replace(row(record), p=p_value(record["p_interaction"]), adjusted=adjusted(record)) for record in mine
            ]
            continue
        heading = escape(headings[factor])
        result.append(Row("heading", heading, p=p_value(mine[0]["p_interaction"]), adjusted=adjusted(mine[0])))
        # Levels of one factor that differ only at their end stay two.
        labels = shorten_apart((level_name(factor, str(record["level"])) for record in mine), LABEL_CHARS)
        result += [replace(row(record), label=escape(label)) for record, label in zip(mine, labels, strict=True)]
    return result


def level_name(factor: str, level: str) -> str:
    """What a level is called (not yet escaped)."""
    if factor == OVERALL:
        return variable_name(OVERALL)
    if factor == "grade":
        return f"Grade {level.replace('-', '–')}"
    if factor in ("pathogen", "site"):
        return level.replace("_", " ").capitalize()
    if factor == NAMED_BY_STUDIES and by_day(factor, level):
        # In full it would run into the number of patients in a narrow window.
        return f"{label(level).replace('no progression', 'no progr.')} (2021)"
    if factor == NAMED_BY_STUDIES and level.startswith("igg_"):
        return f"{label(level)} before IVIG"
    return label(level) if factor in VOCABULARY else level


def by_day(factor: str, level: str) -> bool:
    """Whether a level is one of IgG of the day, which includes donor IgG on IVIG."""
    return factor in RAISED_BY_IVIG or (factor == NAMED_BY_STUDIES and level.startswith("nonprogressive_igg_"))


def row(record: Mapping[str, Any]) -> Row:
    """The line of one record of the table."""
    factor, status = record["factor"], record["status"]
    name = level_name(factor, str(record["level"]))
    text = estimate(status, record["irr"], record["ci_low"], record["ci_high"])
    numbers = [float(record[key]) if is_number(record[key]) else None for key in ("irr", "ci_low", "ci_high")]
    rates = [_rate(record, side) for side in ("on", "off")]
    return Row(
        kind=OVERALL if factor == OVERALL else "level",
        label=escape(shorten(name, LABEL_CHARS)),
        patients=escape(count(record["patients"])),
        infections=escape(f"{count(record['infections_on'])} / {count(record['infections_off'])}"),
        rates=" / ".join(rates),
        ratio=escape(text),
        irr=numbers[0],
        low=numbers[1],
        high=numbers[2],
        drawn=bool(text),
        reason="" if text else escape(NO_ESTIMATE.get(status, "cannot be estimated")),
        hover=_hover(record, name, text, rates),
    )


def _rate(record: Mapping[str, Any], side: str) -> str:
    infections, days = record[f"infections_{side}"], record[f"person_days_{side}"]
    if not is_number(infections) or not is_number(days) or not days:
        return ABSENT
    return rate(infections / days * DAYS_PER_YEAR)


def _hover(record: Mapping[str, Any], name: str, text: str, rates: list[str]) -> str:
    lines = [f"<b>{escape(name)}</b>", f"{escape(count(record['patients']))} patients"]
    for side, words, value in (("on", "on IVIG", rates[0]), ("off", "off IVIG", rates[1])):
        days = record[f"person_days_{side}"]
        if not is_number(days) and not is_number(record[f"infections_{side}"]):
            lines.append(f"{words}: {escape(count(record[f'infections_{side}']))}")
            continue
        years = f"{days / DAYS_PER_YEAR:,.1f}" if is_number(days) else ABSENT
        infections = escape(count(record[f"infections_{side}"]))
        lines.append(f"{words}: {infections} infections in {years} patient-years, {value} a year")
    if text:
        lines.append(f"rate ratio {escape(text)}")
        if is_number(record["p_value"]):
            lines.append(escape(p_phrase(record["p_value"])))
    if record["note"]:
        lines.append(escape(record["note"]))
    return "<br>".join(lines)


def finding(table: pd.DataFrame) -> str:
    """What the plot shows: the overall ratio where it has one, and whether subgroups differ."""
    overall = table[table["factor"] == OVERALL]
    groups = _groups_finding(table[table["factor"] != OVERALL])
    if overall.empty:
        return f"{groups[:1].upper()}{groups[1:]}" if groups else "No subgroups to show"
    row = overall.iloc[0]
    head = ratio_finding(
        row["status"],
        row["irr"],
        row["ci_low"],
        row["ci_high"],
        row["note"],
        row["infections_on"],
        row["infections_off"],
    )
    return f"{head}; {groups}" if groups else head


def left_out(table: pd.DataFrame) -> bool:
    """Whether the table has a p that its finding says nothing of: IgG of the day, or a level with few infections."""
    groups = table[table["factor"] != OVERALL]
    return len(_tests(groups)) > len(_tests(groups, claimed=True))


def _groups_finding(table: pd.DataFrame) -> str:
    """Which subgroups differ. IVIG raises IgG of the day, and a handful of infections is no finding: such
    comparisons are drawn with their p and never claimed here."""
    if table.empty:
        return ""
    tested, shown = _tests(table, claimed=True), _tests(table)
    if not tested:
        return "subgroups are shown, not compared: see below" if shown else "subgroups cannot be compared"
    looked = f"{len(tested)} looked at" if len(tested) > 1 else p_phrase(tested[0].p)
    apart = [f"{test.name} ({test.words})" for test in tested if test.p < CLEAR]
    if not apart:
        names = [test.name for test in tested]
        if len(tested) < len(shown) and len(tested) <= NAMED:
            return f"no clear difference by {listed(names)}"
        what = "subgroups" if len(tested) > 1 else f"subgroups of {names[0]}"
        return f"no clear difference between {what} ({looked})"
    more = f", {len(apart)} of {len(tested)} looked at" if len(tested) > 1 else ""
    return f"may differ by {listed(apart[:3])}{' and more' if len(apart) > 3 else ''}{more}"


def _tests(table: pd.DataFrame, claimed: bool = False) -> list[Test]:
    """Every test of an interaction. A factor has one, each row that earlier studies named its own.

    `claimed`: only of what IVIG does not change, with enough infections in every level that is compared.
    """
    if claimed:
        table = table[[_claimed(record, table) for record in rows_of(table)]]
    own = (table["factor"] == NAMED_BY_STUDIES).to_numpy()
    rows = pd.concat([table[own], table[~own].drop_duplicates("factor")])
    return [
        Test(lower(_tested(str(row["factor"]), str(row["level"]))), row["p_interaction"], row.get(ADJUSTED))
        for row in rows.to_dict("records")
        if is_number(row["p_interaction"])
    ]


def _tested(factor: str, level: str) -> str:
    return level_name(factor, level) if factor == NAMED_BY_STUDIES else variable_name(factor)


def _claimed(record: Mapping[str, Any], table: pd.DataFrame) -> bool:
    """Whether a difference by the factor of this row may be a finding."""
    if by_day(record["factor"], str(record["level"])) or record["factor"] in FOLLOWS_NEED:
        return False
    if record["factor"] == NAMED_BY_STUDIES:
        return enough(record)
    known = (table["factor"] == record["factor"]) & (table["level"] != IGG_UNKNOWN)
    return all(map(enough, table[known & table["status"].isin(ESTIMABLE)].to_dict("records")))


def detail(table: pd.DataFrame) -> str:
    """Patients and infections behind the plot."""
    overall = table[table["factor"] == OVERALL]
    if not overall.empty:
        row = overall.iloc[0]
        both = [row["infections_on"], row["infections_off"]]
        infections = counted(sum(both), "infection") if all(map(is_number, both)) else "infections withheld"
        return f"{counted(row['patients'], 'patient')}, {infections} on or off IVIG"
    numbers = table[["infections_on", "infections_off"]].apply(pd.to_numeric, errors="coerce").sum(axis=1)
    most = numbers.groupby(table["factor"]).sum().max()
    patients = pd.to_numeric(table["patients"], errors="coerce").max()
    return f"up to {counted(patients, 'patient')} in a row, {counted(most, 'infection')} on or off IVIG"


def alt(table: pd.DataFrame, lines: list[Row]) -> str:
    """The plot in words."""
    levels = [line for line in lines if line.kind != "heading"]
    without = sum(not line.drawn for line in levels)
    text = f"Forest plot of rate ratios on against off IVIG in {counted(len(levels), 'row')}. {finding(table)}."
    return text + (f" {counted(without, 'row')} without an estimate." if without else "")


def axis_range(lines: Sequence[Row]) -> tuple[float, float]:
    """Limits of the axis: all of the intervals within a tenth to ten, estimates beyond that, and always 0.5 to 2."""
    ends = [value for line in lines for value in (line.low, line.high) if value and math.isfinite(value)]
    # Open intervals begin inside the axis, and a ratio of 0 has room to point at it.
    points = [
        place for line in lines if (place := line.irr or line.low) and (line.irr or (line.drawn and line.high is None))
    ]
    ends += [0.1 for line in lines if line.drawn and line.irr == 0]
    low = min([0.5, *(max(value, 0.1) for value in ends), *(max(value, 0.01) for value in points)])
    high = max([2.0, *(min(value, 10.0) for value in ends), *(min(value, 100.0) for value in points)])
    return low / 1.12, high * 1.12


def ticks(low: float, high: float) -> list[float]:
    """At most five marks of the log axis, 1 among them."""
    for steps in ((1, 2, 5), (1, 3)):
        marks = [round(step * 10.0**power, 3) for power in (-2, -1, 0, 1, 2) for step in steps]
        inside = [mark for mark in marks if low <= mark <= high]
        if len(inside) <= 5:
            return inside
    return [10.0**power for power in (-2, -1, 0, 1, 2) if low <= 10.0**power <= high]
