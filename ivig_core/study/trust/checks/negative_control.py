"""A negative control: infections that IVIG should not change. If they too differ on IVIG, something else differs.

Lipsitch et al., Epidemiology 2010;21:383.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ivig_core.numbers import counted, estimate, ratio
from ivig_core.spec import PATHOGENS, SITES, AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict

NAME, TITLE = "negative_control", "Do infections that IVIG should not change stay the same?"
SUGGESTION = (
    "No infection is certain to be untouched by IVIG, so choose before looking at the number. Candidates: confirmed "
    "fungal infections (defence rests mainly on neutrophils and T cells) and urinary infections (often from catheters "
    "or obstruction); bacterial, respiratory and bloodstream infections are what IVIG is given for and cannot serve."
)
NARROW = (0.5, 2.0)
"""Limits between which an interval says that nothing much changed."""
BOUNDED = ("ok", "no_events_exposed", "no_events_reference")


@dataclass(frozen=True)
class Control:
    """Which infections serve as control, all of them where a list is empty. Both lists: infections in both."""

    pathogens: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pathogens or self.sites)

    @property
    def words(self) -> str:
        named = [" or ".join(name.replace("_", " ") for name in names) for names in (self.pathogens, self.sites)]
        return f"{' '.join(name for name in named if name)} infections"


def available(study: Study, spec: AnalysisSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Pathogens and sites that occur in follow-up, in the order of the format."""
    rows = study.infections(_counted(spec, Control()))
    present = [set(rows[name].dropna().unique()) for name in ("pathogen", "site")]
    return tuple(name for name in PATHOGENS if name in present[0]), tuple(name for name in SITES if name in present[1])


def control_ratio(study: Study, spec: AnalysisSpec, control: Control) -> pd.Series:
    """The overall row of the self-controlled case series of these infections (`estimate.subgroup.FOREST_COLUMNS`).

    Their pathogens and sites take the place of the spec's; everything else is as set.
    """
    return forest(study, _counted(spec, control), "overall").iloc[0]


def _counted(spec: AnalysisSpec, control: Control) -> AnalysisSpec:
    return spec.change(pathogens=control.pathogens, sites=control.sites)


def verdict(study: Study, spec: AnalysisSpec, control: Control) -> Verdict:
    """Whether the ratio of the control infections is 1, as it should be."""
    if not control:
        advice = "Open it and choose infections that IVIG should not change."
        return Verdict(NAME, TITLE, CANNOT, "No control is chosen yet.", advice)
    row = control_ratio(study, spec, control)
    number = int(row["infections_on"] + row["infections_off"])
    if row["status"] not in BOUNDED:
        evidence = f"There is no ratio of {control.words}: {row['note']}."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Choose a more frequent kind.")
    evidence = f"The ratio of {control.words} is {_text(row)}, from {counted(number, 'infection')}."
    if row["ci_low"] > 1 or row["ci_high"] < 1:
        advice = "Days on and off IVIG differ in more than IVIG: the headline ratio may be off in the same direction."
        return Verdict(NAME, TITLE, PROBLEM, evidence, advice)
    if row["ci_low"] >= NARROW[0] and row["ci_high"] <= NARROW[1]:
        return Verdict(NAME, TITLE, FINE, evidence, "Nothing to do.")
    return Verdict(NAME, TITLE, CLOSER, evidence, "The interval is too wide to say: it neither supports nor refutes.")


def _text(row: pd.Series) -> str:
    if row["status"] == "no_events_reference":
        return f"above {ratio(row['ci_low'])} (no infection off IVIG)"
    if row["status"] == "no_events_exposed":
        return f"below {ratio(row['ci_high'])} (no infection on IVIG)"
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
