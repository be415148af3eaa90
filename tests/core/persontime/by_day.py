"""Person-time day by day, straight from the definitions: slow, and independent of the code under test."""

from __future__ import annotations

import datetime as dt
import math

from ivig_core.spec import SITES, AnalysisSpec
from tests.core.make import Patient


def doses(patient: Patient) -> list[tuple[int, str]]:
    """(day, route) of every dose on or before the last day of follow-up."""
    given = []
    for item in patient.doses:
        day, end, interval, route = (item, math.nan, math.nan, "iv") if isinstance(item, int) else item
        if math.isnan(interval):
            given.append((day, route))
            continue
        last = patient.days - 1 if math.isnan(end) else end
        while day <= last:
            given.append((day, route))
            day += int(interval)
    return sorted(item for item in given if item[0] < patient.days)


def states(patient: Patient, spec: AnalysisSpec) -> list[str | None]:
    """State of each day of follow-up; None for a day that is not analysed."""
    exposure, given = spec.exposure, doses(patient)
    window = {"iv": exposure.window_days, "sc": exposure.window_days_sc}
    first = given[0][0] if given else None
    dose_days = {day for day, _ in given}
    on = {day + since for day, route in given for since in range(window[route] + 1)}
    washed_out = {
        day + window[route] + since for day, route in given for since in range(1, exposure.washout_days + 1)
    }  # fmt: skip
    result: list[str | None] = []
    for d in range(patient.days):
        if d in dose_days and exposure.dose_day != "on":
            result.append("dose")
        elif d in on:
            result.append(_on_level(d - max(day for day in dose_days if day <= d), spec))
        elif first is not None and first - exposure.pre_exposure_days <= d <= first - 1:
            result.append("pre_ivig")
        elif d in washed_out:
            result.append("washout")
        else:
            result.append("observation")
    ever = any(state and state.startswith("on_ivig") for state in result)
    result = [state if ever or state == "dose" else "reference" for state in result]
    neither = "observation" if ever else "reference"
    result = [(neither if exposure.dose_day == "off" else None) if state == "dose" else state for state in result]
    begins = exposure.exclude_first_days
    if exposure.from_first_dose:
        begins += patient.days if first is None else max(first, 0)
    return [None if d < begins else state for d, state in enumerate(result)]


def _on_level(since: int, spec: AnalysisSpec) -> str:
    cuts = spec.exposure.window_cuts
    if not cuts:
        return "on_ivig"
    low = max(cut for cut in (0, *cuts) if cut <= since)
    high = min((cut for cut in cuts if cut > since), default=spec.exposure.window_days + 1) - 1
    return f"on_ivig_{low}_{high}"


def phases(patient: Patient, recorded: bool) -> list[str]:
    if not recorded:
        return ["phase_unknown"] * patient.days
    inside = [(a, patient.days - 1 if math.isnan(b) else b) for a, b in patient.progressive]
    return ["progressive" if any(a <= d <= b for a, b in inside) else "nonprogressive" for d in range(patient.days)]


def seasons(patient: Patient, spec: AnalysisSpec) -> list[str]:
    fall = {10, 11, 12, 1, 2, 3}
    if spec.exposure.hemisphere == "south":
        fall = {4, 5, 6, 7, 8, 9}
    if patient.start is None:
        return ["season_unknown"] * patient.days
    months = [(patient.start + dt.timedelta(days=d)).month for d in range(patient.days)]
    return ["fall_winter" if month in fall else "spring_summer" for month in months]


def time_bands(patient: Patient, spec: AnalysisSpec) -> list[str]:
    last = 7 if spec.exposure.time_last_band == "open" else 59
    return [f"time_band_{min(d // spec.exposure.time_band_days, last)}" for d in range(patient.days)]


CLASS_OF = {
    "Teclistamab-cqyv": "therapy_bispecific",
    "DARA-RVd": "therapy_anti_cd38",
    "pomalidomide": "therapy_other",
    None: "therapy_other",
}
ORDER = ("therapy_none", "therapy_other", "therapy_anti_cd38", "therapy_bispecific")


def therapies(patient: Patient, spec: AnalysisSpec) -> list[str]:
    rows = [row for row in patient.therapies if row[2] in ("anti_myeloma", "transplant", "car_t")]
    if not rows:
        return ["therapy_unknown"] * patient.days
    result = []
    for d in range(patient.days):
        if any(0 <= d - day <= 100 for day, _, category, _ in rows if category != "anti_myeloma"):
            result.append("therapy_first_100_days")
            continue
        given = [
            CLASS_OF[drug]
            for day, end, category, drug in rows
            if category == "anti_myeloma" and day <= d and (math.isnan(end) or d <= end)
        ]
        if spec.exposure.therapy_levels == "category":
            result.append("therapy_anti_myeloma" if given else "therapy_none")
        else:
            result.append(max(given, key=ORDER.index, default="therapy_none"))
    return result


def half_years(patient: Patient) -> list[str]:
    dates = [patient.start + dt.timedelta(days=d) for d in range(patient.days)]
    return [f"calendar_{date.year}_h{1 if date.month < 7 else 2}" for date in dates]


def half_months(patient: Patient) -> list[str]:
    dates = [patient.start + dt.timedelta(days=d) for d in range(patient.days)]
    return [f"half_month_{2 * (date.month - 1) + (date.day > 15)}" for date in dates]


def counts(patient: Patient, spec: AnalysisSpec, analyte: str, below: float, name: str) -> list[str]:
    known: dict[int, float] = {}
    for day, value, what in patient.counts:
        if what == analyte:
            known[day] = min(value, known.get(day, math.inf))
    result = []
    for d in range(patient.days):
        before = [day for day in known if 1 <= d - day <= spec.exposure.igg_carry_days]
        level = ("lt" if known[max(before)] < below else "ge") if before else ""
        result.append(f"{analyte}_{level}_{name}" if level else f"{analyte}_unknown")
    return result


def igg_levels(patient: Patient, spec: AnalysisSpec) -> list[str]:
    known: dict[int, float] = {}
    chain = patient.baseline.get("heavy_chain")
    for day, value in patient.igg:
        if chain is None and spec.exposure.igg_blank_heavy_chain == "unknown":
            continue
        if chain == "IgG":
            spikes = [(d, v) for d, v in patient.m_spike if 0 <= day - d <= 30]
            if not spikes:
                continue
            latest = max(d for d, _ in spikes)
            value = max(value - 1000 * [v for d, v in spikes if d == latest][-1], 0)
        known[day] = min(value, known.get(day, math.inf))
    result = []
    for d in range(patient.days):
        before = [day for day in known if 1 <= d - day <= spec.exposure.igg_carry_days]
        result.append(_igg_name(known[max(before)], spec) if before else "igg_unknown")
    return result


def _igg_name(value: float, spec: AnalysisSpec) -> str:
    cuts = spec.exposure.igg_cuts
    for number, cut in enumerate(cuts):
        if value < cut:
            return f"igg_lt_{cut}" if number == 0 else f"igg_{cuts[number - 1]}_{cut - 1}"
    return f"igg_ge_{cuts[-1]}"


def counted(patient: Patient, spec: AnalysisSpec) -> list[int]:
    """Days of the counted infections of follow-up, in order."""
    endpoint = spec.endpoint
    rows = []
    for item in patient.infections:
        day, grade, *rest = (item, 2.0) if isinstance(item, int) else item
        pathogen, site, hospitalized = (*rest, None, None, None)[:3]
        rows.append([day, float(grade), {pathogen} - {None}, site, hospitalized])
    rows = [row for row in sorted(rows, key=lambda row: row[0]) if row[0] < patient.days]
    if endpoint.episode_gap_days:
        rows = _episodes(rows, endpoint.episode_gap_days)
    return [row[0] for row in rows if row[0] >= 0 and _passes(row, endpoint)]


def _episodes(rows: list[list], gap: int) -> list[list]:
    groups: list[list[list]] = []
    for row in rows:
        if groups and row[0] - groups[-1][-1][0] <= gap:
            groups[-1].append(row)
        else:
            groups.append([row])
    return [_episode(group) for group in groups]


def _episode(group: list[list]) -> list:
    grades = [row[1] for row in group if not math.isnan(row[1])]
    pathogens = set().union(*(row[2] for row in group))
    found = pathogens - {"negative"}
    if len(found) > 1:
        found |= {"mixed"}
    # Of one day the site of the highest grade, then in the order of the format.
    sites = [(row[0], -row[1] if row[1] == row[1] else 0, SITES.index(row[3]), row[3]) for row in group if row[3]]
    admissions = {row[4] for row in group}
    admitted = "yes" if "yes" in admissions else "no" if "no" in admissions else None
    site = min(sites)[3] if sites else None
    return [group[0][0], max(grades) if grades else math.nan, found or pathogens, site, admitted]


def _passes(row: list, endpoint) -> bool:
    _, grade, pathogens, site, hospitalized = row
    if math.isnan(grade) and (endpoint.min_grade > 1 or endpoint.max_grade is not None):
        return False
    if not math.isnan(grade) and not endpoint.min_grade <= grade <= (endpoint.max_grade or 5):
        return False
    if endpoint.pathogens and not pathogens & set(endpoint.pathogens):
        return False
    if endpoint.sites and site not in endpoint.sites:
        return False
    return not endpoint.hospitalized or hospitalized == endpoint.hospitalized
