"""Time to the first event: the curves, their numbers, infection with death competing, hazard ratios."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ivig_core.estimate.survival.at_times import differences_at, survival_at
from ivig_core.estimate.survival.reference_group import reference_group
from ivig_core.estimate.survival.restricted_mean import mean_differences
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.figures.groups import group_name
from ivig_core.figures.survival.beside_death_words import WHAT_EACH, gray_words, lines_on_paper, why_none
from ivig_core.figures.survival.competing import DAYS as ONE_YEAR
from ivig_core.figures.survival.competing import competing as competing_figure
from ivig_core.figures.survival.competing_words import WHY
from ivig_core.figures.survival.competing_words import finding as competing_finding
from ivig_core.figures.survival.kaplan_meier import kaplan_meier
from ivig_core.figures.survival.tables import competing_table, follow_up_table, medians_table, signed, with_limits
from ivig_core.figures.survival.words import NOUNS
from ivig_core.figures.survival.words import finding as survival_finding
from ivig_core.figures.words import ABSENT, DAYS_PER_MONTH, estimate, is_number, p_value, percent
from ivig_core.numbers import as_sentence
from ivig_core.report.content import Exhibit
from ivig_core.report.exhibits.notes import about
from ivig_core.report.exhibits.texts import as_texts
from ivig_core.report.words.survival_results import COX_TERMS
from ivig_core.study.overview.headline import HAS_BOUND
from ivig_core.study.results import Results

SURVIVAL = "Infection-free survival"
MONTHS = (6, 12)
"""The times at which the page opens its table."""
NO_HAZARD = "No hazard ratio of IVIG under these settings"
BETWEEN = "A hazard ratio compares patients with each other, not within patients: who is given IVIG differs in much."
NO_CURVE = "No survival curve under these settings"
DIFFERENCE = "Difference (95 % interval)"


def survival(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Kaplan–Meier curves with the numbers at risk, and beneath them the medians."""
    tables = results.analysis.survival
    if tables is None or tables.km.curves.empty:
        said = tables.notes if tables is not None else results.analysis.notes
        said = tuple(text.removeprefix("Survival: ") for text in said if tables or text.startswith("Survival: "))
        yield Exhibit("survival", SURVIVAL, NO_CURVE, remarks=said or ("Survival was not asked for.",))
        return
    yield Exhibit(
        key="survival",
        section=SURVIVAL,
        title=survival_finding(tables),
        figure=kaplan_meier(tables, presentation=presentation),
        table=as_texts(medians_table(tables.km.medians, tables.group, tables.landmark_day)),
        full=tables.km.medians,
        remarks=tuple(map(as_sentence, tables.notes)),
    )


def survival_numbers(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Shares at 6 and 12 months, restricted means, their differences, the log-rank test and follow-up, row by row."""
    tables = results.analysis.survival
    if tables is None or tables.km.curves.empty:
        return
    rows = pd.DataFrame([*_shares(tables), *_means(tables), *_test(tables), *_followed(tables)])
    noun = NOUNS.get(tables.event, "survival")
    yield Exhibit(
        key="survival_numbers",
        section=SURVIVAL,
        title=f"{noun[0].upper()}{noun[1:]} in numbers",
        table=as_texts(rows),
        full=tables.km.curves,
        remarks=_compared(tables),
    )


def _compared(tables: SurvivalTables) -> tuple[str, ...]:
    """What differences are from, where groups are compared."""
    if len(tables.km.groups) < 2:
        return ()
    return (f"Difference: the group minus “{_name(tables, reference_group(tables.km.groups))}”.",)


def competing(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Cumulative incidence of infection with death competing, and the three hazards of its groups; nothing where death
    does not compete with the event."""
    found = results.competing
    if found is None or found.curves.empty:
        return
    at, beside = found.at(ONE_YEAR), results.beside_death
    tested = gray_words(beside) if beside is not None else ""
    names = [group_name(found.group, name, found.landmark_day) for name in at["group"]]
    yield Exhibit(
        key="death_competing",
        section=SURVIVAL,
        title=competing_finding(found, ONE_YEAR),
        figure=competing_figure(found, days=ONE_YEAR, presentation=presentation, tested=tested),
        table=as_texts(competing_table(at, found.group, found.landmark_day)),
        full=at,
        remarks=(WHY, *about(names, at["note"])),
    )
    if beside is None or beside.rows.empty:
        return
    yield Exhibit(
        key="three_hazards",
        section=SURVIVAL,
        title="Infection with death competing: tests and hazard ratios",
        table=as_texts(lines_on_paper(beside)),
        full=beside.rows,
        remarks=(WHAT_EACH, *why_none(beside.rows), BETWEEN),
    )


def hazard_ratios(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Cox regression of IVIG: by the landmark, and as a factor that changes over time."""
    table = results.analysis.cox
    if table is None:
        return
    rows = table[[key in COX_TERMS for key in zip(table["model"], table["term"], strict=True)]]
    if rows.empty:
        return
    names = [COX_TERMS[key] for key in zip(rows["model"], rows["term"], strict=True)]
    shown = pd.DataFrame(
        {
            "Compared": [as_sentence(name).removesuffix(".") for name in names],
            "Hazard ratio (95 % interval)": [
                estimate(*values) or ABSENT
                for values in zip(*(rows[name] for name in ("status", "hr", "ci_low", "ci_high")), strict=True)
            ],
            "p": [p_value(value) for value in rows["p_value"]],
        }
    )
    first = shown["Hazard ratio (95 % interval)"].iloc[0]
    title = NO_HAZARD if first == ABSENT else f"Hazard ratio {first} for {names[0]}"
    missing = [
        note if status not in HAS_BOUND else "" for note, status in zip(rows["note"], rows["status"], strict=True)
    ]
    yield Exhibit("hazard_ratios", SURVIVAL, title, table=as_texts(shown), full=rows,
                  remarks=(BETWEEN, *about(shown["Compared"], missing)))  # fmt: skip


def _shares(tables: SurvivalTables) -> Iterator[dict[str, str]]:
    days = [round(month * DAYS_PER_MONTH) for month in MONTHS]
    at, apart = survival_at(tables.km, days), differences_at(tables.km, days)
    for month, day in zip(MONTHS, days, strict=True):
        for row in at[(at["days"] == day).to_numpy()].to_dict("records"):
            share = with_limits(row, "survival", "ci_low", "ci_high", percent)
            value = share if is_number(row["survival"]) else row["note"]
            yield _row(f"Without the event at {month} months", _name(tables, row["group"]), value,
                       *_difference(apart, row["group"], day, 100, " % points"))  # fmt: skip


def _means(tables: SurvivalTables) -> Iterator[dict[str, str]]:
    means = tables.restricted_mean
    apart = mean_differences(means)
    for row in means.to_dict("records"):
        spread = f" (standard error {row['se']:.1f})" if is_number(row["se"]) else ""
        value = f"{row['mean']:.0f} days{spread}" if is_number(row["mean"]) else ABSENT
        what = f"Mean time without the event up to day {row['days']:,.0f}"
        yield _row(what, _name(tables, row["group"]), value,
                   *_difference(apart, row["group"], row["days"], 1, " days"))  # fmt: skip


def _difference(apart: pd.DataFrame, group: str, days: float, scale: float, unit: str) -> tuple[str, str]:
    """Difference from the reference group with its interval, and p; both empty for the reference and without groups."""
    mine = apart[((apart["group"] == group) & (apart["days"] == days)).to_numpy(bool)]
    if mine.empty or not is_number(mine["difference"].iloc[0]):
        return "", ""
    row = mine.iloc[0]
    limits = (
        f" ({signed(scale * row['ci_low'])} to {signed(scale * row['ci_high'])})" if is_number(row["ci_low"]) else ""
    )
    return f"{signed(scale * row['difference'])}{unit}{limits}", p_value(row["p_value"])


def _test(tables: SurvivalTables) -> Iterator[dict[str, str]]:
    if tables.logrank is not None:
        test = tables.logrank
        yield _row("Log-rank test", "all groups", f"χ² {test.chi2:.2f}, {test.df:.0f} df", "", p_value(test.p_value))


def _followed(tables: SurvivalTables) -> Iterator[dict[str, str]]:
    both = tables.follow_up
    shown = follow_up_table(both.overall, both.by_group, tables.group, tables.landmark_day)
    for row in shown.to_dict("records"):
        value, limits = row["Median follow-up (months)"], row["95 % interval"]
        yield _row("Median follow-up, months", row["Group"], f"{value} ({limits})" if limits != ABSENT else value)


def _row(what: str, group: str, value: str, difference: str = "", p: str = "") -> dict[str, str]:
    return {"What": what, "Group": group, "Value (95 % interval)": value, DIFFERENCE: difference, "p": p}


def _name(tables: SurvivalTables, group: str) -> str:
    return group_name(tables.group, group, tables.landmark_day)
