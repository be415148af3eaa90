"""Methods in words: patients, time at risk, what on IVIG means, which infections count."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import listed, lower
from ivig_core.report.words.references import Said
from ivig_core.spec import AnalysisSpec, Condition, EndpointSpec, ExposureSpec
from ivig_core.spec.words import SIGNS
from ivig_core.study.describe import days_within, grade

ADMITTED = {"yes": "the patient was admitted to hospital for it", "no": "the patient was not admitted for it"}
ORDERED = (">=", "<=", ">", "<")
DOSE_DAY = {
    "on": "the day of a dose counted as on IVIG",
    "off": "the day of a dose itself counted as off IVIG",
    "excluded": "the day of a dose itself was left out",
}


def patients(spec: AnalysisSpec, synthetic: bool) -> Iterator[Said]:
    """Who is analysed, and over what time."""
    if synthetic:
        yield Said("The patients of this cohort are simulated: no number here is about a real patient.")
    where = spec.selection.where
    having = listed([condition(item) for item in where])
    chosen = f"the patients with {having} at the start" if where else "all patients of the cohort"
    yield Said(f"This retrospective cohort study analysed {chosen}.")
    if where:
        yield Said("Patients without a recorded value of these were not analysed.")
    yield Said(
        "Follow-up ran from the first to the last day at risk, both included, in whole days; a patient-year is 365.25 "
        "days."
    )
    yield from _days(spec)


def condition(item: Condition) -> str:
    """A filter on patients: `age ≥ 65`, `ISS stage is “II” or “III”`; the name of an own column as in the file."""
    name = variable_name(item.column)
    shown = item.values if item.op in ORDERED else tuple(f"“{value}”" for value in item.values)
    return f"{name if name == item.column else lower(name)} {SIGNS.get(item.op, item.op)} {' or '.join(shown)}"


def _days(spec: AnalysisSpec) -> Iterator[Said]:
    """Rules that leave days out of rates and ratios."""
    rules = []
    if spec.exposure.from_first_dose:
        rules.append("only days from a patient's first dose of IVIG on counted")
    if spec.exposure.exclude_first_days:
        rules.append(f"the first {spec.exposure.exclude_first_days} days of follow-up were left out")
    if spec.selection.within:
        rules.append(f"{days_within(spec)[0]} were analysed")
    if rules:
        yield Said(f"In rates and rate ratios {listed(rules)}; survival was counted from the recorded start.")


def exposure(spec: AnalysisSpec) -> Iterator[Said]:
    """What on IVIG and off IVIG mean, and which days are kept apart."""
    part = spec.exposure
    yield Said(
        f"A patient was on IVIG to day {part.window_days} after an intravenous dose and to day {part.window_days_sc} "
        f"after a subcutaneous one, overlapping windows joined; {DOSE_DAY[part.dose_day]}."
    )
    yield from _apart(part)
    if spec.model.population == "all":
        others = "those of patients who never had IVIG counted as off IVIG in rates and in models across patients"
    else:
        others = "those of patients who never had IVIG are described apart and were not compared"
    yield Said(f"All other days of patients who had IVIG were off IVIG; {others}.")


def _apart(part: ExposureSpec) -> Iterator[Said]:
    if part.window_cuts:
        yield Said(
            f"Days on IVIG were divided by the time since the latest dose, at day "
            f"{listed([str(cut) for cut in part.window_cuts])}; the main ratio takes them together."
        )
    if part.pre_exposure_days:
        yield Said(
            f"The {part.pre_exposure_days} days before a patient's first dose were a period of their own, because "
            "infections in them may be why IVIG was started."
        )
    if part.washout_days:
        yield Said(f"The {part.washout_days} days after the end of a window (washout) were a period of their own.")


def outcome(endpoint: EndpointSpec) -> Iterator[Said]:
    """Which infections count, and how often."""
    limits = [
        *([f"its pathogen was {_any(endpoint.pathogens)}"] if endpoint.pathogens else []),
        *([f"its site was {_any(endpoint.sites)}"] if endpoint.sites else []),
        *([ADMITTED[endpoint.hospitalized]] if endpoint.hospitalized else []),
    ]
    only = f" where {listed(limits)}" if limits else ""
    unknown = "" if endpoint.min_grade == 1 and endpoint.max_grade is None else "; one of unknown grade did not count"
    yield Said(f"The outcome was infection {grade(endpoint)} (CTCAE){only}, on the day it began{unknown}.")
    if endpoint.episode_gap_days:
        yield Said(
            f"Infections of a patient that began within {endpoint.episode_gap_days} days of the one before were joined "
            "into one episode before this, with the day of the first and the highest grade; none after the end of "
            "follow-up joined one."
        )
    else:
        yield Said("Every recorded infection counted, also two of one day.")


def igg(part: ExposureSpec) -> Said:
    """How IgG of the day is read."""
    blank = {
        "unknown": "where the heavy chain was not recorded it was unknown",
        "total": "where the heavy chain was not recorded total IgG was taken",
    }[part.igg_blank_heavy_chain]
    return Said(
        "Functional IgG was total IgG, in patients with an IgG heavy chain less the M-spike of the same day or of the "
        f"30 days before; {blank}. A value held from the next day for at most {part.igg_carry_days} days, and levels "
        f"were cut at {listed([str(cut) for cut in part.igg_cuts])} mg/dL."
    )


def _any(names: tuple[str, ...]) -> str:
    words = [name.replace("_", " ") for name in names]
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last
