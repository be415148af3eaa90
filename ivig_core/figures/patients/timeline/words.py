"""The words of a timeline: finding, counts, alternative text."""

from __future__ import annotations

from ivig_core.figures.words import counted, length, listed
from ivig_core.study.patients.timeline import Timeline
from ivig_core.terms import ON, REFERENCE


def finding(line: Timeline) -> str:
    """Infections in the time off IVIG and on it."""
    table = line.periods.set_index("period")
    total, days = int(table["infections"].sum()), int(table["days"].sum())
    if not days:
        return "No day of this patient is analysed under these settings"
    number = counted(total, "infection") if total else "No infection"
    if REFERENCE in table.index:
        return f"{number} in {length(days)}, no day on IVIG"
    on, on_days = int(table.loc[ON, "infections"]), int(table.loc[ON, "days"])
    if not on_days:
        return f"{number} in {length(days)}, no day on IVIG"
    if on_days == days:
        return f"{number} in {length(days)}, all of them on IVIG"
    if not total:
        return f"No infection in {length(days)}, {length(on_days)} of them on IVIG"
    off, off_days = total - on, days - on_days
    head = f"{counted(off, 'infection') if off else 'No infection'} in {length(off_days)} off IVIG"
    return f"{head}, {on or 'none'} in {length(on_days)} on"


def detail(line: Timeline) -> str:
    """Who, how long, the last dose, and how it ended."""
    parts = [line.patient_id, f"followed {length(line.days)}"]
    if line.since_dose == line.since_dose:
        before = f"{counted(line.since_dose, 'day')} before the end" if line.since_dose else "on the last day"
        parts.append(f"last dose {before}")
    if line.died:
        parts.append(f"died on day {line.last_day:,}")
    elif line.last_day >= line.days:
        parts.append(f"alive on day {line.last_day:,}")
    return "; ".join(parts)


def alt(line: Timeline) -> str:
    """The figure in words."""
    held = (
        (len(line.igg), "IgG value"), (len(line.counts), "blood count"), (len(line.doses), "dose"),
        (len(line.therapies), "treatment"),
    )  # fmt: skip
    return (
        "Timeline of one patient, tracks one below the other on one axis of time: IgG, blood counts, IVIG, infections, "
        f"disease phase, therapy. {finding(line)}. {detail(line)}. {listed([counted(*item) for item in held])}."
    )
