"""The words of a plot of cumulative incidence: finding, counts, small print, alternative text."""

from __future__ import annotations

from typing import Any

from ivig_core.estimate.survival.competing_beside import Competing
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier
from ivig_core.export import rows_of
from ivig_core.figures.groups import group_name
from ivig_core.figures.survival.words import IMMORTAL
from ivig_core.figures.theme import FEW_AT_RISK
from ivig_core.figures.words import DAYS_PER_MONTH, count, counted, is_number, listed, percent, shorten_apart, total

NAME_CHARS = 30
NOBODY = "No patients are left to compare: no cumulative incidence."
SPELT_OUT_FOR = 3
"""Up to so many groups stand in the finding one by one."""
IGNORING = "ignoring death, Kaplan–Meier"
WHY = "After a death no infection can follow; Kaplan–Meier counts on as if one could."


def names(result: Competing) -> dict[str, str]:
    """What the groups are called (not yet escaped)."""
    called = [group_name(result.group, name, result.landmark_day) for name in result.groups]
    return dict(zip(result.groups, shorten_apart(called, NAME_CHARS), strict=True))


def when(result: Competing, days: float) -> str:
    """`By 12 months`, from the landmark where there is one."""
    months = f"{days / DAYS_PER_MONTH:.1f}".removesuffix(".0")
    text = f"{months} month{'' if months == '1' else 's'}"
    return f"By {text} after day {result.landmark_day}" if result.landmark_day else f"By {text}"


def finding(result: Competing, days: float) -> str:
    """What share had an infection by then, and what Kaplan–Meier would say; no verdict on groups."""
    if not result.groups:
        return NOBODY
    if not result.curves["infections"].sum():
        return "No patient had an infection"
    rows = result.at(days)
    rows = rows_of(rows[rows["infection"].notna()])
    if not rows:
        if result.km.known_to != KaplanMeier.known_to:
            return f"The shared curves end too early for a number {when(result, days).lower()}"
        return f"Nobody is observed long enough for a number {when(result, days).lower()}"
    if len(result.groups) == 1:
        return _one(result, rows[0])
    if len(rows) <= SPELT_OUT_FOR:
        return _some(result, rows)
    low, high = (percent(pick(row["infection"] for row in rows)) for pick in (min, max))
    share = low if low == high else f"{low} to {high}"
    groups = f"in each of {len(rows)} groups"
    return f"{when(result, days)}, {share} had an infection {groups}{_most(rows)}{_bias(result)}"


def _most(rows: list[dict[str, Any]]) -> str:
    """How much more Kaplan–Meier would say, as the end of a sentence; empty where it is not told."""
    apart = [row["difference"] for row in rows if is_number(row["difference"])]
    if not apart:
        return ""
    most = round(100 * max(apart))
    return f"; {IGNORING} " + (f"would say up to {counted(most, 'percentage point')} more" if most else "says the same")


def _one(result: Competing, row: dict[str, Any]) -> str:
    nobody = is_number(row["deaths"]) and not row["deaths"]
    died = " and nobody died without one" if nobody else f" and {percent(row['death'])} died without one"
    told = died if is_number(row["death"]) else ""
    return f"{when(result, row['days'])}, {with_limits(row)} had an infection{told}{_naive([row])}"


def _some(result: Competing, rows: list[dict[str, Any]]) -> str:
    called = names(result)
    (first, *more) = [f"“{called[row['group']]}”" for row in rows]
    shares = [percent(row["infection"]) for row in rows]
    parts = [f"{shares[0]} had an infection in {first}", *map(" in ".join, zip(shares[1:], more, strict=True))]
    return f"{when(result, rows[0]['days'])}, {listed(parts)}{_naive(rows)}{_bias(result)}"


def with_limits(row: dict[str, Any]) -> str:
    """`73 % (69 % to 77 %)`; without limits where there is no spread."""
    low, high = row["infection_low"], row["infection_high"]
    limits = f" ({percent(low)} to {percent(high)})" if is_number(low) and low < high else ""
    return f"{percent(row['infection'])}{limits}"


def _naive(rows: list[dict[str, Any]]) -> str:
    """What Kaplan–Meier would say, as the end of a sentence; empty where it is not told."""
    if not all(is_number(row["one_minus_km"]) for row in rows):
        return ""
    theirs, mine = ([percent(row[name]) for row in rows] for name in ("one_minus_km", "infection"))
    if theirs == mine:
        return f"; {IGNORING} says the same"
    return f"; {IGNORING} would say {listed(theirs)}"


def _bias(result: Competing) -> str:
    """Groups made by later doses are no comparison, and the finding says so."""
    return " (groups biased by immortal time)" if any(text.startswith(IMMORTAL) for text in result.notes) else ""


def detail(result: Competing) -> str:
    """Patients and events behind the curves."""
    infections, deaths = (total(result.curves[name]) for name in ("infections", "deaths"))
    patients = counted(total(result.km.medians["patients"]), "patient")
    died = f", {count(deaths)} died without one" if is_number(deaths) else ""
    text = f"{patients}, {count(infections)} with an infection{died}"
    if result.excluded and is_number(result.excluded):
        text += f"; {counted(result.excluded, 'patient')} left out by day {result.landmark_day}"
    return text


def small_print(result: Competing, bands: bool) -> str:
    """How to read the drawing, and the warning of immortal time."""
    parts = [WHY] if result.curves["deaths"].sum() else []
    if bands and (result.curves["infection_low"] < result.curves["infection_high"]).any():
        parts.append("Band: 95 % interval of infection (Aalen–Johansen).")
    if (result.curves["at_risk"] < FEW_AT_RISK).any():
        parts.append(f"Faded: fewer than {FEW_AT_RISK} at risk.")
    parts += [text for text in result.notes if text.startswith(IMMORTAL)]
    return " ".join(parts)


def hover(name: str, row: dict[str, Any]) -> list[str]:
    """Exact numbers of one time, line by line (not yet escaped)."""
    return [
        name,
        f"month {row['time'] / DAYS_PER_MONTH:.1f} (day {row['time']:,.0f})",
        f"infection {with_limits(row)}",
        *([f"death without one {percent(row['death'])}"] if is_number(row["death"]) else []),
        *([f"Kaplan–Meier, ignoring death {percent(row['one_minus_km'])}"] if is_number(row["one_minus_km"]) else []),
        ", ".join([f"{row['at_risk']:,.0f} at risk", *_events(row)]),
    ]


def _events(row: dict[str, Any]) -> list[str]:
    """Infections and deaths of one time; those of a shared curve are told at its steps alone."""
    kinds = (("infections", "infection"), ("deaths", "death"))
    return [counted(row[name], word) for name, word in kinds if is_number(row[name])]


def alt(result: Competing, days: float) -> str:
    """The plot in words."""
    called = names(result)
    values = [
        f"{called[row['group']]}: infection {percent(row['infection'])}, death without one {percent(row['death'])}, "
        f"Kaplan–Meier {percent(row['one_minus_km'])}"
        for row in rows_of(result.at(days))
        if is_number(row["difference"])
    ]
    said = f" {'; '.join(values)}." if len(values) > 1 else ""
    return f"Cumulative incidence of infection with death competing. {finding(result, days)}.{said} {detail(result)}."
