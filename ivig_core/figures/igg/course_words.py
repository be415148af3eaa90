"""The course of IgG in words: what its months show, whom they are of, and what stands in the boxes."""

from __future__ import annotations

import math

from ivig_core.figures.theme import FEW_AT_RISK
from ivig_core.figures.words import count, counted, escape, percent
from ivig_core.study.igg.course import ALL, FIRST_DOSE, NEVER, START, TREATED, IggCourse
from ivig_core.terms import OBSERVATION, ON, REFERENCE, WORDS

AXIS = {START: "Months since the first day at risk", FIRST_DOSE: "Months since the first dose of IVIG"}
DONOR = f"Levels on IVIG include donor IgG. n: patients with a value; faded where under {FEW_AT_RISK}."
WHO = {ALL: "", TREATED: ", all with IVIG", NEVER: ", none with IVIG"}
THIRD = 2


def names(course: IggCourse) -> dict[str, str]:
    """What the line of each group is called."""
    labels = {group: WORDS[group].label for group in (ON, OBSERVATION, REFERENCE)}
    one = "Median" if course.patients_known > 1 else "Value that holds"
    return {ALL: one, **{group: f"{one} {text[0].lower()}{text[1:]}" for group, text in labels.items()}}


def finding(course: IggCourse, groups: list[str]) -> str:
    """The medians of two months, or of the groups in one month; no direction, patients differ from month to month."""
    if groups != [ALL]:
        return _apart(course, groups)
    head = _head(course)
    one = course.months[(course.months["group"] == ALL) & (course.months["known"] > 0)].set_index("month")
    many = one["known"] >= FEW_AT_RISK
    known = one.loc[many if many.any() else one["known"] > 0, "median"]
    if course.origin == FIRST_DOSE and {-1, THIRD} <= set(known.index):
        return (
            f"{head} {count(known[-1])} mg/dL in the month before the first dose of IVIG, "
            f"{count(known[THIRD])} in the third month after it"
        )
    first, last = known.index.min(), known.index.max()
    text = f"{head} {count(known[first])} mg/dL in {_when(course, first)}"
    return text if first == last else f"{text}, {count(known[last])} in {_when(course, last)}"


def _head(course: IggCourse) -> str:
    return "Median functional IgG" if course.patients_known > 1 else "Functional IgG"


def _when(course: IggCourse, month: int) -> str:
    said = month_name(month)
    return f"{said} after the first dose" if course.origin == FIRST_DOSE and month >= 0 else said


def _apart(course: IggCourse, groups: list[str]) -> str:
    """Every group in the month in which the smallest of them is largest."""
    table = course.months[course.months["group"].isin(groups) & (course.months["known"] > 0)]
    known = table.pivot_table(index="month", columns="group", values="known", fill_value=0)
    month = known.reindex(columns=groups).min(axis=1).idxmax()
    here = table[table["month"] == month].set_index("group")["median"]
    words = {ON: "on IVIG", OBSERVATION: "off it", REFERENCE: "in those who never had it"}
    said = [f"{count(here[group])} {words[group]}" for group in groups if group in here.index]
    return f"{_head(course)} (mg/dL) in {_when(course, month)}: {', '.join(said)}"


def detail(course: IggCourse, apart: bool, most_lines: int) -> str:
    """Whom the figure is of, how long a value holds, and whether single patients are drawn."""
    text = (
        f"{counted(course.patients, 'patient')}{WHO[course.who]}, {count(course.patients_known)} with a value; "
        f"a value holds for {counted(course.carry_days, 'day')}"
    )
    if not apart and course.patients_known > most_lines:
        text += f"; more than {most_lines} patients: single courses are not drawn"
    return text


def alt(course: IggCourse, groups: list[str]) -> str:
    """The figure in words."""
    lines = ", ".join(names(course)[group].lower() for group in groups)
    return (
        f"{AXIS[course.origin]} against functional IgG in mg/dL with the levels below {_cuts(course)} shaded: {lines}. "
        f"{finding(course, groups)}. {counted(course.patients, 'patient')}."
    )


def nothing(course: IggCourse) -> str:
    """Why there is nothing to draw."""
    if not course.patients:
        whom = "who had IVIG" if course.origin == FIRST_DOSE or course.who == TREATED else "to show"
        whom = "who never had IVIG" if course.who == NEVER and course.origin == START else whom
        return f"There is no patient {whom}."
    return "No value of functional IgG holds in the middle of any month."


def month_name(month: int) -> str:
    """`month 3` for the third one, `2 months before` for those before the first dose."""
    return f"month {month + 1}" if month >= 0 else f"{counted(-month, 'month')} before"


def hover_month(name: str, row: dict[str, float]) -> str:
    """The numbers of a month."""
    if not row["known"] > 0:
        return ""
    spread = f" (quartiles {count(row['q1'])}–{count(row['q3'])})" if row["known"] > 1 else ""
    return (
        f"<b>{escape(name)}, {month_name(int(row['month']))}</b><br>{count(row['median'])} mg/dL{spread}<br>"
        f"{count(row['known'])} of {counted(row['followed'], 'patient')} with a value"
    )


def hover_value(patient_id: str, month: float, value: float) -> str:
    """One measured value of one patient."""
    at = f"{abs(month):.1f} months {'before' if month < 0 else 'after'}"
    return f"<b>{escape(patient_id)}</b><br>functional IgG {count(value)} mg/dL<br>{at}"


def hover_share(month: int, on: float, followed: float) -> str:
    """How many are on IVIG."""
    share = on / followed if followed else math.nan
    return (
        f"<b>{month_name(int(month))}</b><br>{count(on)} of {counted(followed, 'patient')} on IVIG ({percent(share)})"
    )


def _cuts(course: IggCourse) -> str:
    return ", ".join(map(str, course.cuts))
