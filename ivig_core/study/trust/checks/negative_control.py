"""Negative controls: infections that IVIG should not change. If they too differ on IVIG, something else differs.

Lipsitch et al., Epidemiology 2010;21:383.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.numbers import counted, estimate, ratio
from ivig_core.spec import PATHOGENS, SITES, AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict
from ivig_core.terms import ON

NAME, TITLE = "negative_control", "Do infections that IVIG should not change stay the same?"
SUGGESTION = (
    "No infection is certain to be untouched by IVIG, so choose before looking at the number. Candidates: confirmed "
    "fungal infections (defence rests mainly on neutrophils and T cells) and urinary infections (often from catheters "
    "or obstruction); bacterial, respiratory and bloodstream infections are what IVIG is given for and cannot serve."
)
UNFIT = ("bacterial", "mixed", "upper_respiratory", "lower_respiratory", "bloodstream")
"""Pathogens and sites that IVIG is given for: their ratio is shown, but says nothing of error."""
NOT_A_CONTROL = "not a control"
CLEAR = 0.05
NARROW = (0.5, 2.0)
"""Limits between which an interval says that nothing much changed."""
COLUMNS = (
    "control", "fits", "word", "status", "patients", "infections_on", "infections_off", "irr", "ci_low", "ci_high",
    "p_value", "log_irr", "se", "note",
)  # fmt: skip
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

    @property
    def fits(self) -> bool:
        """Whether IVIG is not given for them."""
        return not {*self.pathogens, *self.sites} & set(UNFIT)


def controls_of(pathogens: Sequence[str], sites: Sequence[str]) -> tuple[Control, ...]:
    """Each pathogen and each site as a control of its own."""
    return (*(Control((name,)) for name in pathogens), *(Control((), (name,)) for name in sites))


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


def control_rows(study: Study, spec: AnalysisSpec, controls: Sequence[Control]) -> pd.DataFrame:
    """One row per control in the columns `COLUMNS`: infections on and off IVIG, ratio with interval, and a `word`.

    `fits`: IVIG is not given for them. `word`: of `verdict.FINE` (interval within 0.5 to 2), CLOSER (wider), PROBLEM
    (it excludes 1), CANNOT (no ratio), or "not a control" where it does not fit. `log_irr`, `se`: NaN where there is
    only a bound.
    """
    return pd.DataFrame([_row(study, spec, control) for control in controls], columns=list(COLUMNS))


def _row(study: Study, spec: AnalysisSpec, control: Control) -> dict[str, object]:
    row = control_ratio(study, spec, control)
    one = _counted(spec, control).change(window_cuts=())
    fitted = sccs(study, one).set_index("term").loc[ON]
    kept = {name: row[name] for name in COLUMNS[3:] if name in row.index}
    name = control.words.removesuffix(" infections")
    return {
        "control": name, "fits": control.fits, "word": _word(row) if control.fits else NOT_A_CONTROL, **kept,
        "log_irr": fitted["log_irr"], "se": fitted["se"],
    }  # fmt: skip


def _word(row: pd.Series) -> str:
    if row["status"] not in BOUNDED:
        return CANNOT
    if row["ci_low"] > 1 or row["ci_high"] < 1:
        return PROBLEM
    return FINE if row["ci_low"] >= NARROW[0] and row["ci_high"] <= NARROW[1] else CLOSER


def infections_of(study: Study, spec: AnalysisSpec, control: Control) -> np.ndarray:
    """Labels of the infections of a control, the same in every control of a study and an `episode_gap_days`."""
    return study.infections(_counted(spec, control)).index.to_numpy()


def verdict(study: Study, spec: AnalysisSpec, controls: Sequence[Control]) -> Verdict:
    """Whether the ratios of the control infections are 1, as they should be.

    Of several controls one in twenty excludes 1 by chance: a problem is one whose p, times their number, is below 0.05
    (Bonferroni), or the only one whose interval excludes 1.
    """
    if not controls:
        advice = "Open it and choose infections that IVIG should not change."
        return Verdict(NAME, TITLE, CANNOT, "No control is chosen yet.", advice)
    rows = control_rows(study, spec, controls)
    rows = rows[rows["fits"].to_numpy(bool)]
    if rows.empty:
        evidence = "IVIG is given for all the infections that are chosen: they cannot serve."
        return Verdict(NAME, TITLE, CANNOT, evidence, "Choose infections that IVIG should not change.")
    known = rows[rows["word"] != CANNOT]
    if known.empty:
        row = rows.iloc[0]
        why = f"There is no ratio of {row['control']} infections: {row['note']}."
        return Verdict(NAME, TITLE, CANNOT, why, "Choose a more frequent kind.")
    evidence = _one(known.iloc[0]) if len(known) == 1 else _several(known)
    return Verdict(NAME, TITLE, *_judged(known, evidence))


def _judged(known: pd.DataFrame, evidence: str) -> tuple[str, str, str]:
    apart = (known["word"] == PROBLEM).to_numpy()
    clear = len(known) == 1 or known["p_value"].astype(float).min() * len(known) < CLEAR
    if apart.any() and clear:
        advice = (
            "Days on and off IVIG differ in more than IVIG, and the headline ratio may be off in the same direction; "
            "or IVIG changes these infections after all."
        )
        return PROBLEM, evidence, advice
    if apart.any():
        return CLOSER, evidence, "One of so many can exclude 1 by chance: look at which, and in which direction."
    if (known["word"] == FINE).any():
        return FINE, evidence, "Nothing to do."
    wide = "The interval is" if len(known) == 1 else "Every interval is"
    return CLOSER, evidence, f"{wide} too wide to say: it neither supports nor refutes."


def _one(row: pd.Series) -> str:
    number = int(row["infections_on"] + row["infections_off"])
    return f"The ratio of {row['control']} infections is {_text(row)}, from {counted(number, 'infection')}."


def _several(known: pd.DataFrame) -> str:
    apart = known[known["word"] == PROBLEM]
    if apart.empty:
        return f"None of {len(known)} kinds of control infections has an interval without 1."
    named = ", ".join(f"{row['control']} {_text(row)}" for _, row in apart.iterrows())
    verb = "has" if len(apart) == 1 else "have"
    return f"{len(apart)} of {len(known)} kinds of control infections {verb} an interval without 1: {named}."


def _text(row: pd.Series) -> str:
    if row["status"] == "no_events_reference":
        return f"above {ratio(row['ci_low'])} (no infection off IVIG)"
    if row["status"] == "no_events_exposed":
        return f"below {ratio(row['ci_high'])} (no infection on IVIG)"
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
