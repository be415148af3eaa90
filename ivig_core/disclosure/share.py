"""Share mode: from results to results of the same shape in which no small count can be read or worked out.

Every field is made anew by name; one that is not named here does not pass.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd

from ivig_core.disclosure.answer import shared_headline, shared_sensitivity
from ivig_core.disclosure.around import shared_around
from ivig_core.disclosure.baseline import shared_baseline
from ivig_core.disclosure.competing import shared_competing
from ivig_core.disclosure.cox import shared_cox
from ivig_core.disclosure.notes import shared_doubts, shared_notes
from ivig_core.disclosure.parts import tells_a_part
from ivig_core.disclosure.rates import OTHER, shared_forest, shared_rates, shared_ratios, treated_events
from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.disclosure.survival import shared_survival
from ivig_core.study.analysis import Analysis
from ivig_core.study.protocol.fit import Fit
from ivig_core.study.rates.multiplicity import NO_TESTS, families
from ivig_core.study.results import Results
from ivig_core.study.survival.beside_death import BesideDeath

SUMMARY = ("patients", "patients_with_infection", "patients_exposed", "infections")
STEPS_OF_TREATED = 3
"""The last steps of the attrition are those of treated patients."""
FEWER_VARIABLES = "Baseline variables whose numbers would together give a small count back are left out."
BESIDE = (OTHER, f"{OTHER}_on", f"{OTHER}_off")


def shared(results: Results, rule: Rule) -> Results:
    """The tables of a report as they are shared; the sentence for it is `rule.said`."""
    analysis, baseline = shared_analysis(results.analysis, rule), shared_baseline(results.baseline, rule)
    dropped = baseline["variable"].nunique() < results.baseline["variable"].nunique()
    named = shared_forest(results.named, rule, BESIDE)
    return Results(
        name=results.name,
        synthetic=results.synthetic,
        analysis=replace(analysis, notes=(*analysis.notes, *([FEWER_VARIABLES] if dropped else []))),
        headline=shared_headline(results.headline, rule),
        named=named,
        tests=_tests(analysis.forest, named, results.prespecified.known),
        sensitivity=shared_sensitivity(results.sensitivity, results.headline, rule),
        around=shared_around(results.around, rule),
        competing=shared_competing(results.competing, rule) if results.competing is not None else None,
        beside_death=_no_rows(results.beside_death) if results.beside_death is not None else None,
        baseline=baseline,
        doubts=shared_doubts(results.doubts),
        # Settings, names and what its author wrote: no count is in it.
        protocol=results.protocol,
        prespecified=shared_fit(results.prespecified),
    )


def shared_fit(found: Fit) -> Fit:
    """Subgroups of a protocol without which of them leave these patients alike: where few are chosen that tells of
    each what it is."""
    return Fit((*found.known, *found.untold), (), found.missing)


def _tests(forest: pd.DataFrame | None, named: pd.DataFrame, prespecified: tuple[str, ...]) -> pd.DataFrame:
    """Adjusted p of the p values that are shown, and of no other: families are those of the shared rows."""
    return NO_TESTS if forest is None else families(forest, named, prespecified)


def shared_analysis(analysis: Analysis, rule: Rule) -> Analysis:
    """The tables of `ivig analyze` as they are shared. Rate ratios need the exact rates beside them: without that table
    they are withheld."""
    survival = shared_survival(analysis.survival, rule) if analysis.survival is not None else None
    summary, rates = analysis.summary, analysis.rates
    treated, everybody = summary["patients_exposed"], summary["patients"]
    forest = shared_forest(analysis.forest, rule) if analysis.forest is not None else None
    dropped = forest is not None and analysis.forest is not None and len(forest) < len(analysis.forest)
    return Analysis(
        spec=analysis.spec,
        summary=_summary(summary, rule),
        attrition=_attrition(analysis.attrition, rates, rule),
        rates=shared_rates(rates, rule, treated, everybody) if rates is not None else None,
        # Few patients with half of the infections would be a small count.
        frailty=None,
        irr=shared_ratios(analysis.irr, rates, rule) if analysis.irr is not None else None,
        forest=forest,
        survival=survival,
        cox=shared_cox(analysis.cox, analysis.survival, rule) if analysis.cox is not None else None,
        asked=analysis.asked,
        notes=shared_notes(analysis.notes, survival, rule, dropped),
    )


def _no_rows(exact: BesideDeath) -> BesideDeath:
    """Tests and ratios of death are not told: with the curves beside them they could say how few died in a group."""
    return replace(exact, tests=exact.tests.iloc[:0], rows=exact.rows.iloc[:0])


def _summary(summary: dict[str, int], rule: Rule) -> dict[str, int]:
    counts = {name: rule.count(summary[name]) for name in SUMMARY}
    days = rule.days(summary["person_days"], summary["patients"])
    # A withheld count is a number to whoever reads it, one that is NaN.
    return cast(dict[str, int], {**counts, "person_days": days})


def _attrition(steps: pd.DataFrame, rates: pd.DataFrame | None, rule: Rule) -> pd.DataFrame:
    """The steps; infections of the treated are withheld where the rates would tell with them how few are on IVIG."""
    told = rates is not None and tells_a_part(rule, treated_events(rates))
    treated = np.arange(len(steps)) >= len(steps) - STEPS_OF_TREATED
    rows = [
        {
            "step": row["step"],
            "patients": rule.count(row["patients"]),
            "infections": rule.count(math.nan if told and of_treated else row["infections"]),
            "person_days": rule.days(row["person_days"], row["patients"]),
        }
        for row, of_treated in zip(steps.to_dict("records"), treated, strict=True)
    ]
    # Of type object: what a step leaves out is no difference of these numbers, which would tell what is small.
    return table_of(rows, ("step", "patients", "infections", "person_days")).astype(object)
