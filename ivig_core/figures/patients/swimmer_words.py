"""The words of a swimmer plot: finding, counts, alternative text."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import counted, lower, months
from ivig_core.study.patients.lanes import Lanes


def finding(lanes: Lanes) -> str:
    """How many of the patients shown had an infection, and how many IVIG."""
    people = lanes.patients
    n, infected = len(people), int((people["infections"] > 0).sum())
    treated = int(people["treated"].sum())
    # Where the page shows some of the patients, the numbers are of these and the title says so.
    of = f"the {counted(n, 'patient')} shown" if n < lanes.total else counted(n, "patient")
    who = f"{infected} of {of} had an infection" if n > 1 else _one(people)
    if n == 1:
        return who
    if not infected:
        who = f"No infection counted in {of}"
    return f"{who}; {_given(treated, n)}"


def cohort_finding(size: Mapping[str, int]) -> str:
    """How many of everybody in the analysis had an infection, and how many IVIG: `study.analysis.summary` in words."""
    n, infected, treated = size["patients"], size["patients_with_infection"], size["patients_exposed"]
    if not n:
        return "No day is left to analyse"
    if n == 1:
        infections = counted(size["infections"], "infection") if size["infections"] else "No infection"
        return f"{infections} in one patient, {'who had IVIG' if treated else 'who had no IVIG'}"
    found = {0: f"No infection counted in {n:,} patients", n: f"All {n:,} patients had an infection"}
    return f"{found.get(infected, f'{infected:,} of {n:,} patients had an infection')}; {_given(treated, n)}"


def _given(treated: int, of: int) -> str:
    return {0: "no day on IVIG", of: "all had IVIG"}.get(treated, f"{treated:,} had IVIG")


def _one(people: pd.DataFrame) -> str:
    row = people.iloc[0]
    on = f"{months(row['days_on'])} of {months(row['days'])} months on IVIG" if row["days_on"] else "no day on IVIG"
    infections = counted(row["infections"], "infection") if row["infections"] else "No infection"
    return f"{infections} in one patient, {on}"


def detail(lanes: Lanes) -> str:
    """Patients and infections shown, of how many, and how they are grouped."""
    shown = int(lanes.patients["infections"].sum())
    text = f"{counted(lanes.shown, 'patient')}, {counted(shown, 'infection')}"
    if lanes.shown < lanes.total:
        text += f" on this page, of {lanes.total:,} and {lanes.infections_total:,} in the analysis"
    if lanes.pages > 1:
        text += f"; page {lanes.page + 1} of {lanes.pages}"
    if lanes.group not in (None, "none"):
        by = "IVIG" if lanes.group.startswith("ivig_") else lower(variable_name(lanes.group))
        text += f"; grouped by {by}"
    return text


def alt(lanes: Lanes) -> str:
    """The plot in words."""
    people, kinds = lanes.patients, lanes.marks["kind"]
    worst = lanes.infections["grade"].max()
    facts = [
        counted(people["infections"].sum(), "infection")
        + (f", the worst of grade {worst:.0f}" if worst == worst else ""),
        counted((kinds == "death").sum(), "death"),
        f"{counted((kinds == 'followed').sum(), 'patient')} still followed",
    ]
    return (
        f"Swimmer plot, one lane per patient: {counted(lanes.shown, 'patient')}, up to "
        f"{months(people['last_day'].max() + 1)} months. {finding(lanes)}. {'; '.join(facts)}."
    )
