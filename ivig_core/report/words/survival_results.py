"""Results in words: time to the first event. Numbers are written as in the tables, and only those of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ivig_core.estimate.survival.at_times import survival_at
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.export import rows_of
from ivig_core.figures.groups import group_name
from ivig_core.figures.survival.beside_death_words import gray_p, ratio_of
from ivig_core.figures.survival.competing import DAYS as ONE_YEAR
from ivig_core.figures.survival.competing_words import with_limits as infected
from ivig_core.figures.survival.tables import with_limits
from ivig_core.figures.survival.words import NOUNS, immortal
from ivig_core.figures.words import (
    CLEAR,
    DAYS_PER_MONTH,
    counted,
    estimate,
    is_number,
    listed,
    months,
    p_phrase,
    percent,
    unreached,
)
from ivig_core.numbers import OK
from ivig_core.report.words.references import Said
from ivig_core.study.results import Results
from ivig_core.study.survival.beside_death import DYING, INFECTION, SHARE

MOST_GROUPS = 4
"""Up to so many groups are told one by one."""
AT_MONTHS = 12
COX_TERMS = {
    ("landmark", "ivig"): "IVIG by the landmark against none by then",
    ("time_varying", "on_ivig"): "a day on IVIG against any other day",
    ("time_varying", "ever_ivig"): "days from the first dose on against all others",
}

HAZARD_WORDS = {
    INFECTION: "infection in patients still alive", DYING: "death without one",
    SHARE: "the share with an infection (Fine–Gray)",
}  # fmt: skip


def survival(results: Results) -> Iterator[Said]:
    """Medians, test, shares at a year, follow-up; with immortal time said wherever groups look ahead."""
    tables = results.analysis.survival
    if tables is None or tables.km.curves.empty:
        yield Said("Survival could not be estimated under these settings.")
        return
    noun = NOUNS.get(tables.event, "survival")
    rows = rows_of(tables.km.medians)
    if len(rows) <= MOST_GROUPS:
        yield Said(f"Median {noun} was {listed([_median(tables, row) for row in rows])}.")
        yield from _shares(tables)
    yield from _test(tables, noun)
    row = tables.follow_up.overall.iloc[0].to_dict()
    yield Said(f"Median follow-up was {_months(row)}.")


def _median(tables: SurvivalTables, row: dict[str, Any]) -> str:
    where = "" if tables.group == "none" else f" in “{_name(tables, row['group'])}”"
    behind = f"{counted(row['patients'], 'patient')}, {counted(row['events'], 'event')}"
    return f"{_months(row)}{where} ({behind})"


def _months(row: dict[str, Any]) -> str:
    if not is_number(row["median"]):
        return unreached(row["median"])
    high = months(row["ci_high"]) if is_number(row["ci_high"]) else unreached(row["ci_high"])
    limits = f" ({months(row['ci_low'])}–{high})" if is_number(row["ci_low"]) else ""
    return f"{months(row['median'])} months{limits}"


def _shares(tables: SurvivalTables) -> Iterator[Said]:
    at = survival_at(tables.km, [round(AT_MONTHS * DAYS_PER_MONTH)])
    said = []
    for row in at.to_dict("records"):
        if is_number(row["survival"]):
            where = "" if tables.group == "none" else f" in “{_name(tables, row['group'])}”"
            said.append(f"{with_limits(row, 'survival', 'ci_low', 'ci_high', percent)}{where}")
    if said:
        yield Said(f"At {AT_MONTHS} months the share without the event was {listed(said)}.")


def _test(tables: SurvivalTables, noun: str) -> Iterator[Said]:
    if tables.logrank is None:
        return
    p = tables.logrank.p_value
    verb = "differed" if p < 0.05 else "did not clearly differ"
    bias = "; the groups look ahead, so that the comparison is biased by immortal time" if immortal(tables) else ""
    yield Said(f"{noun[0].upper()}{noun[1:]} {verb} between the groups (log-rank {p_phrase(p)}){bias}.")


def competing(results: Results) -> Iterator[Said]:
    """The share with an infection at a year, death competing."""
    found = results.competing
    if found is None or found.curves.empty or len(found.groups) > MOST_GROUPS:
        return
    said = []
    for row in found.at(ONE_YEAR).to_dict("records"):
        if is_number(row["infection"]):
            name = group_name(found.group, row["group"], found.landmark_day)
            said.append(infected(row) + ("" if found.group == "none" else f" in “{name}”"))
    if said:
        yield Said(f"With death competing, the share with an infection by {AT_MONTHS} months was {listed(said)}.")
    yield from _beside(results)


def _beside(results: Results) -> Iterator[Said]:
    """Gray's test of infection, and the ratios of a comparison of two groups."""
    found = results.beside_death
    if found is None or found.rows.empty:
        return
    biased = "; the groups look ahead, which biases the comparison" if found.looks_ahead else ""
    p = gray_p(found)
    if p is not None:
        verb = "differed" if p < CLEAR else "did not clearly differ"
        yield Said(f"The share with an infection {verb} between the groups (Gray’s test {p_phrase(p)}){biased}.")
    if found.rows["group"].nunique() > 1:
        return
    first = found.rows.iloc[0]
    both = [group_name(found.group, first[name], found.landmark_day) for name in ("group", "reference")]
    told = [
        f"{text} for {HAZARD_WORDS[row['hazard']]}" for row in found.rows.to_dict("records") if (text := ratio_of(row))
    ]
    if told:
        yield Said(f"Of “{both[0]}” against “{both[1]}” the hazard ratio was {listed(told)}.")


def hazards(results: Results) -> Iterator[Said]:
    """Hazard ratios of IVIG."""
    table = results.analysis.cox
    said = []
    for row in table.to_dict("records") if table is not None else []:
        words = COX_TERMS.get((row["model"], row["term"]))
        text = estimate(row["status"], row["hr"], row["ci_low"], row["ci_high"]) if words else ""
        if words and text:
            p = f", {p_phrase(row['p_value'])}" if row["status"] == OK and is_number(row["p_value"]) else ""
            said.append(f"{text} for {words}{p}")
    if said:
        yield Said(f"The hazard ratio was {'; '.join(said)}.")


def _name(tables: SurvivalTables, group: str) -> str:
    return group_name(tables.group, group, tables.landmark_day)
