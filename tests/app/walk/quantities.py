"""Quantities that are shown in several places: where each is read, and what the study says it is.

A reader returns the numbers as they are written, one or more, or none where its place has no such number in a sample
(no ratio, no group). Nothing is parsed into floats: what a reader of the page sees has to be the same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from ivig_core.figures.words import count, estimate, interval, p_value, percent, rate, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import summary
from ivig_core.study.overview.headline import headline
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.models import gee
from ivig_core.study.study import Study
from ivig_core.study.survival.side_by_side import LANDMARK, side_by_side
from ivig_core.study.survival.tables import survival
from ivig_core.study.trust.checks import dose_gaps, few_data
from ivig_core.study.trust.checks.around_first_dose import before
from ivig_core.terms import OBSERVATION, ON
from tests.app.walk.shown import View

Views = Mapping[str, View]
Reader = Callable[[Views], list[str]]
SPEC = AnalysisSpec()
PERIODS = {ON: "On IVIG", OBSERVATION: "Off IVIG (treated patients)"}
NUMBER, RATIO = r"([\d,]+)", r"([\d.,∞]+ \([\d.,]+–[\d.,∞]+\))"


def said(view: str, pattern: str) -> Reader:
    """In a sentence, a title or a remark."""
    return lambda views: re.findall(pattern, views[view].text)


def drawn(view: str, figure: str, pattern: str, *kinds: str) -> Reader:
    """In the words of a figure: its titles where no kind is named."""
    return lambda views: re.findall(pattern, views[view].words(figure, *(kinds or ("title",))), re.MULTILINE)


def topmost(read: Reader) -> Reader:
    """The first of several: everybody stands above the subgroups."""
    return lambda views: read(views)[:1]


def metric(view: str, label: str, pattern: str = "", below: bool = False) -> Reader:
    """A metric, or what stands beneath it."""

    def read(views: Views) -> list[str]:
        text = views[view].metrics[label][below] if label in views[view].metrics else ""
        return re.findall(pattern, text) if pattern else [text]

    return read


def cell(view: str, row: Mapping[str, str], column: str, pattern: str = "(.+)") -> Reader:
    """A cell of the table that has these columns, in the rows that have these values."""

    def read(views: Views) -> list[str]:
        table = views[view].table(*row, column)
        for name, value in row.items():
            table = table[table[name] == value]
        return [found for text in table[column] for found in re.findall(pattern, text)]

    return read


def first(view: str, figure: str, kind: str, column: str) -> Reader:
    """The line beneath the head of a column of a forest plot: that of everybody."""

    def read(views: Views) -> list[str]:
        lines = views[view].words(figure, kind).split("\n")
        return [lines[lines.index(column) + 1]] if column in lines else []

    return read


def _overall(study: Study) -> pd.Series:
    return forest(study, SPEC, "overall").iloc[0]


def _ratio_of(row: pd.Series) -> str:
    return estimate(row["status"], row.get("irr", row.get("hr")), row["ci_low"], row["ci_high"])


def _rule(study: Study, name: str) -> pd.Series:
    return headline(study, SPEC).rules.set_index("rule").loc[name]


def _rates(study: Study) -> pd.DataFrame:
    return incidence_rates(study, SPEC).set_index("period")


def _gaps(study: Study) -> dose_gaps.OfCourses:
    return dose_gaps.of_courses(dose_gaps.dose_gaps(study, SPEC))


def _landmark(study: Study) -> pd.Series:
    return side_by_side(study, SPEC).rows.set_index("model").loc[LANDMARK]


def _logrank(study: Study) -> str:
    return p_value(survival(study, SPEC).logrank.p_value)


AS_SET, WITHOUT_60 = {"Analysis": "All days"}, "Without the 60 days before the first dose"
ESTIMATE = "Rate ratio (95 % interval)"
BOTH_RATES = first("subgroups", "forest", "text", "Rate a year on / off")
SOURCES: dict[str, Callable[[Study], str]] = {
    "patients": lambda study: count(summary(study, SPEC)["patients"]),
    "patients with IVIG": lambda study: count(summary(study, SPEC)["patients_exposed"]),
    "patients with an infection": lambda study: count(summary(study, SPEC)["patients_with_infection"]),
    "informative patients": lambda study: count(few_data.behind(study, SPEC).informative),
    "infections": lambda study: count(summary(study, SPEC)["infections"]),
    "infections of treated patients": lambda study: count(few_data.behind(study, SPEC).treated),
    "infections on / off": lambda study: " / ".join(count(_overall(study)[f"infections_{at}"]) for at in ("on", "off")),
    "rate on IVIG": lambda study: rate(_rates(study).loc[ON, "rate"]),
    "rate off IVIG": lambda study: rate(_rates(study).loc[OBSERVATION, "rate"]),
    "interval of the rate on IVIG": lambda study: "–".join(map(rate, _rates(study).loc[ON, ["ci_low", "ci_high"]])),
    "person-years on IVIG": lambda study: f"{_rates(study).loc[ON, 'person_days'] / 365.25:,.1f}",
    "person-years off IVIG": lambda study: f"{_rates(study).loc[OBSERVATION, 'person_days'] / 365.25:,.1f}",
    "patient-years in all": lambda study: f"{summary(study, SPEC)['person_days'] / 365.25:,.1f}",
    "rate ratio": lambda study: _ratio_of(_overall(study)),
    "p of the rate ratio": lambda study: p_value(_overall(study)["p_value"]),
    "rate ratio without 60 days": lambda study: _ratio_of(_rule(study, "without_60")),
    "range of the four rules": lambda study: " to ".join(map(ratio, headline(study, SPEC).span)),
    "envelope of the four rules": lambda study: interval(*headline(study, SPEC).envelope)[1:-1],
    "ratio of the 60 days before the first dose": lambda study: ratio(before(study, SPEC, 60)["irr"]),
    "gaps between doses of a course": lambda study: count(_gaps(study).gaps),
    "gaps in which the window closed": lambda study: percent(_gaps(study).share_closes),
    "doses that seem to be missing": lambda study: count(dose_gaps.missing_doses(study, SPEC).doses),
    "patients of the GEE": lambda study: count(gee(study, SPEC).iloc[0]["patients"]),
    "hazard ratio by the landmark": lambda study: _ratio_of(_landmark(study)),
    "events of the landmark": lambda study: count(_landmark(study)["events"]),
    "patients of the landmark": lambda study: count(_landmark(study)["patients"]),
    "p of the log-rank test": _logrank,
}  # fmt: skip


READERS: dict[str, tuple[Reader, ...]] = {
    "patients": (
        metric("overview", "Patients"),
        drawn("overview", "swimmer", rf"longest followed of {NUMBER} patients"),
        drawn("patients", "swimmer", rf"on this page, of {NUMBER} and"),
        cell("data", {"Step": "In the file, within follow-up"}, "Patients"),
        cell("sensitivity", {"Step": "In the file, within follow-up"}, "Patients"),
        drawn("four designs", "side-by-side", rf"{NUMBER} patients, "),
        drawn("early or late", "timing", rf"{NUMBER} patients, "),
    ),
    "patients with IVIG": (
        metric("overview", "Patients", rf"{NUMBER} of them had IVIG", below=True),
        drawn("overview", "forest", rf"^All {NUMBER} patients", "text"),
        cell("data", {"Step": "With IVIG in follow-up"}, "Patients"),
        cell("sensitivity", {"Step": "With IVIG in follow-up"}, "Patients"),
        lambda views: [n for table in views["given"].tables for name in table.columns
                       for n in re.findall(rf"^Had IVIG \(n = {NUMBER}\)", name)],
    ),
    "patients with an infection": (
        metric("overview", "Infections", rf"in {NUMBER} patients", below=True),
        cell("rate ratios", {"Term": "On IVIG"}, "Patients with an infection"),
        drawn("sensitivity", "sensitivity", rf"{NUMBER} patients with"),
        cell("table of sensitivity", AS_SET, "Patients"),
        cell("table of sensitivity", AS_SET, "with an infection"),
    ),
    "informative patients": (
        said("sensitivity", rf"{NUMBER} patients with an infection have days"),
        cell("rate ratios", {"Term": "On IVIG"}, "of them informative"),
        cell("data", {"Step": "Of them, with days in more than one state (informative)"}, "Patients"),
        lambda views: [str(int(n) + 1) for n in re.findall(
            r"Robust interval: sandwich by patient, t with (\d+) degrees", views["table of sensitivity"].text)],
    ),
    "infections": (
        metric("overview", "Infections"),
        drawn("patients", "swimmer", rf"and {NUMBER} in the analysis"),
        cell("data", {"Step": "In the file, within follow-up"}, "Infections"),
        cell("rate ratios", {"Term": "On IVIG"}, "Infections"),
        drawn("sensitivity", "sensitivity", rf"patients with {NUMBER} infections"),
        cell("table of sensitivity", AS_SET, "Infections"),
        drawn("rates", "rates", rf"{NUMBER} infections in"),
        drawn("what kind", "rates-by-type", rf"{NUMBER} infections;"),
    ),
    "infections of treated patients": (
        said("sensitivity", rf"one patient has [\d,]+ of {NUMBER} infections"),
        cell("data", {"Step": "With IVIG in follow-up"}, "Infections"),
        drawn("subgroups", "forest", rf"{NUMBER} infections on or off IVIG"),
    ),
    "infections on / off": (
        topmost(drawn("overview", "forest", r"^[^\n]*\) ([\d,]+ / [\d,]+)$", "text")),
        cell("overview", {"Days that count": "All days"}, "Infections on / off IVIG"),
        cell("subgroups", {"Level": "everybody"}, "Infections on / off"),
        first("subgroups", "forest", "text", "Infections on / off"),
        lambda views: [" / ".join(views["table of rates"].table("Period", "Infections", "Exact Poisson interval")
                                  .set_index("Period").loc[list(PERIODS.values()), "Infections"])],
        lambda views: _pair(drawn("what kind", "rates-by-type", r"All infections: (?:On|Off) IVIG .* a year "
                                  rf"{NUMBER} infections", "hover")(views)),
        lambda views: _pair(drawn("over time", "infections-per-patient",
                                  rf"{NUMBER} infections in [\d,]+ patients (?:on|off) IVIG")(views)),
    ),
    "rate on IVIG": (
        metric("overview", "On IVIG"),
        metric("subgroups", "On IVIG"),
        drawn("rates", "rates", r"^([\d.]+) infections per patient-year on"),
        cell("table of rates", {"Period": PERIODS[ON]}, "Per patient-year"),
        cell("what kind", {"Infections": "All", "Period": PERIODS[ON]}, "Per patient-year"),
        drawn("overview", "forest", r"^All infections .*on IVIG: .* patient-years, ([\d.]+) a year off", "hover"),
        lambda views: [text.split(" / ")[0] for text in BOTH_RATES(views)],
    ),
    "rate off IVIG": (
        metric("overview", "Off IVIG, same patients"),
        metric("subgroups", "Off IVIG, same patients"),
        drawn("rates", "rates", r"on IVIG, ([\d.]+) off"),
        cell("table of rates", {"Period": PERIODS[OBSERVATION]}, "Per patient-year"),
        cell("what kind", {"Infections": "All", "Period": PERIODS[OBSERVATION]}, "Per patient-year"),
        lambda views: [text.split(" / ")[1] for text in BOTH_RATES(views)],
    ),
    "interval of the rate on IVIG": (
        metric("overview", "On IVIG", r"(\S+) per patient-year", below=True),
        metric("rates", "On IVIG", r"(\S+) per patient-year", below=True),
        cell("table of rates", {"Period": PERIODS[ON]}, "95 % interval"),
        cell("what kind", {"Infections": "All", "Period": PERIODS[ON]}, "95 % interval"),
        drawn("rates", "rates", r"^On IVIG [\d.]+ \((.+)\) a year", "hover"),
    ),
    "person-years on IVIG": (
        cell("table of rates", {"Period": PERIODS[ON]}, "Patient-years"),
        drawn("overview", "forest", r"^All infections .*on IVIG: [\d,]+ infections in (\S+) pat.*off", "hover"),
        drawn("rates", "rates", r"^On IVIG .* patients, ([\d.,]+) patient-years", "hover"),
        drawn("what kind", "rates-by-type", r"patients on IVIG \(([\d.,]+) years\)"),
        cell("igg levels", {"Days": PERIODS[ON]}, "Patient-years"),
    ),
    "person-years off IVIG": (
        cell("table of rates", {"Period": PERIODS[OBSERVATION]}, "Patient-years"),
        drawn("what kind", "rates-by-type", r"patients off IVIG \(([\d.,]+) years\)"),
        cell("igg levels", {"Days": PERIODS[OBSERVATION]}, "Patient-years"),
    ),
    "patient-years in all": (
        cell("data", {"Step": "In the file, within follow-up"}, "Patient-years"),
        drawn("rates", "rates", r"infections in ([\d.,]+) patient-years"),
        drawn("igg levels", "igg_share", r"([\d.,]+) patient-years, functional"),
    ),
    "rate ratio": (
        said("overview", rf"All days {RATIO}"),
        cell("overview", {"Days that count": "All days"}, ESTIMATE),
        topmost(drawn("overview", "forest", rf"^{RATIO} [\d,]+ / [\d,]+$", "text")),
        said("subgroups", rf"(?i)all days {RATIO}"),
        first("subgroups", "forest", "text", ESTIMATE),
        cell("rate ratios", {"Term": "On IVIG"}, ESTIMATE),
        cell("what kind", {"Infections": "All", "Period": PERIODS[ON]}, "Rate ratio on / off"),
        said("four designs", rf"The rate ratio within patients, {RATIO}"),
        cell("table of sensitivity", AS_SET, ESTIMATE),
    ),
    "p of the rate ratio": (
        cell("overview", {"Days that count": "All days"}, "p"),
        cell("rate ratios", {"Term": "On IVIG"}, "p"),
        cell("table of sensitivity", AS_SET, "p"),
        drawn("overview", "forest", r"^All infections .* p (?:= )?(\S+)", "hover"),
    ),
    "rate ratio without 60 days": (
        said("overview", rf"without the 60 days before the first dose {RATIO}"),
        cell("overview", {"Days that count": WITHOUT_60}, ESTIMATE),
        cell("table of sensitivity", {"Analysis": "Without 60 days before first dose"}, ESTIMATE),
    ),
    "range of the four rules": (
        said("overview", r"Rate ratio ([\d.]+ to [\d.]+) \("),
        said("sensitivity", r"Rate ratio ([\d.]+ to [\d.]+) \("),
        metric("subgroups", "Rate ratio, range", r"(.+ to .+)"),
        lambda views: [text for item in views["sensitivity"].figures for text in item.words["text"] if " to " in text],
    ),
    "envelope of the four rules": (
        said("overview", r"\(intervals ([^)]+)\)"),
        said("sensitivity", r"\(intervals ([^)]+)\), by how"),
        metric("subgroups", "Rate ratio, range", r"intervals (.+)", below=True),
    ),
    "ratio of the 60 days before the first dose": (
        said("overview", r"Infections were ([\d.]+) times as frequent in the 60 days"),
        said("sensitivity", r"([\d.]+) times \([^)]+\) as frequent in the 60 days before"),
        cell("table of sensitivity", {"Analysis": "These 60 days, against other days off"}, ESTIMATE,
             r"^(\S+) \("),
    ),
    "gaps between doses of a course": (
        said("sensitivity", rf"{NUMBER} gaps between doses of a course"),
        drawn("sensitivity", "dose_gaps", rf"{NUMBER} gaps inside courses"),
        lambda views: [count(sum(int(row.Gaps) for row in views["sensitivity"].table(
            "Days to the next dose", "Gaps").itertuples() if not row._1.endswith("more")))],
    ),
    "gaps in which the window closed": (
        said("sensitivity", r"in (\S+ %) the window closes"),
        drawn("sensitivity", "dose_gaps", r"in (\S+ %) the window closed"),
    ),
    "doses that seem to be missing": (
        said("overview", rf"{NUMBER} doses seem to be missing"),
        said("sensitivity", rf"{NUMBER} doses seem to be missing"),
    ),
    "patients of the GEE": (
        lambda views: [str(row["Patients"]) for table in views["other models"].tables if "Analysis" in table
                       for row in table.to_dict("records") if row["Analysis"].startswith("GEE")],
        lambda views: [str(int(n) + 2) for n in re.findall(
            r"GEE .*t with (\d+) degrees of freedom", views["other models"].text)],
    ),
    "hazard ratio by the landmark": (
        cell("four designs", {"IVIG": "IVIG by the landmark against none by then"}, "Hazard ratio"),
        drawn("four designs", "side-by-side", rf"Groups fixed at a landmark hazard ratio {RATIO}", "note"),
        drawn("four designs", "side-by-side", rf"{RATIO} by day 30"),
        drawn("cox", "cox", rf"IVIG by day 30: hazard ratio {RATIO}"),
    ),
    "events of the landmark": (
        cell("four designs", {"IVIG": "IVIG by the landmark against none by then"}, "Events"),
        drawn("curves", "survival", rf"patients, {NUMBER} with an infection or death"),
        lambda views: [count(views["curves"].table("Group", "Events", "95 % interval")["Events"].astype(int).sum())],
        drawn("cox", "cox", rf"patients, {NUMBER} with an infection or death"),
        said("cox", rf"patients, {NUMBER} with an infection or death"),
    ),
    "patients of the landmark": (
        cell("four designs", {"IVIG": "IVIG by the landmark against none by then"}, "Patients"),
        drawn("curves", "survival", rf"{NUMBER} patients, [\d,]+ with an infection or death"),
        lambda views: [count(views["curves"].table("Group", "Events", "95 % interval")["Patients"].astype(int).sum())],
        drawn("death competing", "cumulative-incidence", rf"{NUMBER} patients, [\d,]+ with an infection"),
        drawn("cox", "cox", rf"{NUMBER} patients, [\d,]+ with an infection or death"),
    ),
    "p of the log-rank test": (
        drawn("curves", "survival", r"\(log-rank p (?:= )?(\S+)\)"),
        drawn("curves", "survival", r"Log-rank p (?:= )?(\S+)\.", "note"),
        cell("means and tests", {"Test": "Log-rank"}, "p"),
    ),
}  # fmt: skip


def _pair(texts: list[str]) -> list[str]:
    return [" / ".join(texts[:2])] if len(texts) >= 2 else []
