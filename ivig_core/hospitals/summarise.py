"""From a study to what its hospital shares: profiles where enough patients are behind them, and rounded counts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ivig_core import __version__
from ivig_core.disclosure.parts import FEWEST_POSSIBLE
from ivig_core.disclosure.rates import shared_rates
from ivig_core.disclosure.rule import Rule
from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.contrast import NO_CONTRAST
from ivig_core.estimate.fit import FEW, Fit, fit, ratio_rows
from ivig_core.estimate.hospitals.fixed import Part
from ivig_core.estimate.hospitals.profiled import profiled
from ivig_core.estimate.rates.sccs import reference_of, sccs_cells
from ivig_core.estimate.result import RatioRow
from ivig_core.hospitals.definitions import settings_of
from ivig_core.hospitals.site import EXPOSURE, OFF, Alone, Levels, Site, SiteModel, SiteTerm
from ivig_core.numbers import counted, is_number
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import summary
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON, on_ivig_states

DIGITS_ALONE = 9
COUNTS = ("patients", "patients_with_infection", "infections")
PERIOD_COLUMNS = ("period", "patients", "infections", "person_days")


def summarise(study: Study, spec: AnalysisSpec, rule: Rule, name: str) -> Site:
    """What a site file holds: of the crude ratio on IVIG and, where adjusters are set, of the adjusted one, the profile
    of the log-likelihood on the fixed grid; the ratio of the hospital alone; counts as the rule tells them.

    Where fewer patients than the threshold have an infection and days both on and off IVIG, or fewer infections of
    theirs are counted, nothing of the ratio is shared: the file is the same whether there are few of them or none.

    Raises
    ------
    SpecError
        for an interval that no sum of log-likelihoods gives, or a filter on what the cohort does not have.
    """
    settings = settings_of(spec)
    crude = spec.change(adjust_for=())
    adjusters = [(), spec.model.adjust_for] if spec.model.adjust_for else [()]
    counts, rates = summary(study, spec), incidence_rates(study, spec)
    models = [_model(study, spec.change(adjust_for=names), rule) for names in adjusters]
    told = shared_rates(rates, rule, counts["patients_exposed"], counts["patients"])
    return Site(
        name=name,
        program=__version__,
        settings=settings,
        threshold=rule.threshold + 1,
        rounding=rule.rounding,
        counts=counts_told(study, spec, rule),
        periods=_periods(told, rates, sccs_cells(study.time(spec), crude.model), rule),
        models=tuple(model for model, _ in models),
        remarks=tuple(dict.fromkeys(remark for _, remarks in models for remark in remarks)),
    )


def counts_told(study: Study, spec: AnalysisSpec, rule: Rule) -> dict[str, int | None]:
    """Patients, infections and days of a hospital, rounded; None where withheld, infections also where few patients
    have them."""
    counts = summary(study, spec)
    told = {name: _told(rule.count(counts[name])) for name in COUNTS}
    if rule.small(counts["patients_with_infection"]):
        told["infections"] = None
    return {**told, "person_days": _told(rule.days(counts["person_days"], counts["patients"]))}


def _told(count: object) -> int | None:
    return int(count) if is_number(count) else None


def _periods(told: pd.DataFrame, exact: pd.DataFrame, data: Cells, rule: Rule) -> tuple[dict[str, Any], ...]:
    """Counts by period. A profile tells the infections of patients with days on and off IVIG exactly: where those and
    the rounded ones of a period would leave fewer than three values for the rest, the period's are withheld."""
    seen = _in_profiles(data, rule)
    rows = []
    for row, infections in zip(told.to_dict("records"), exact["infections"], strict=True):
        shown = {name: row[name] if name == "period" else _told(row[name]) for name in PERIOD_COLUMNS}
        if row["period"] in seen:
            least, most = (max(end - seen[row["period"]], 0) for end in rule.possible(int(infections)))
            if most - least + 1 < FEWEST_POSSIBLE:
                shown["infections"] = None
        rows.append(shown)
    return tuple(rows)


def _in_profiles(data: Cells, rule: Rule) -> dict[str, int]:
    """Infections that a profile tells, by period: those in every level that has one, and where there is one level
    alone, those outside it."""
    terms = data.factors[0][1]
    found = {}
    for number, term in enumerate(terms, start=1):
        patients, infections = informative(data, term)
        if term.startswith(ON) and not rule.small(patients, infections):
            inside = data.codes[:, 0] == number
            both = (data.totals(inside.astype(float)) > 0) & (data.totals((~inside).astype(float)) > 0)
            found[term] = int(data.totals(data.infections * inside)[both].sum())
            if len(terms) == 1:
                found[OBSERVATION] = infections - found[term]
    return found


def _model(study: Study, spec: AnalysisSpec, rule: Rule) -> tuple[SiteModel, list[str]]:
    """One model, and what its hospital has to know of it."""
    data = sccs_cells(study.time(spec), spec.model)
    rows = ratio_rows(data, "sccs", spec.model.ci_method, on_ivig_states(spec.exposure))
    try:
        fitted = fit(data)
    except EstimationError:
        fitted = None
    terms, remarks = [], []
    for row in rows:
        _, infections = informative(data, row.term)
        if rule.small(row.informative_patients, infections):
            terms.append(SiteTerm(row.term, Alone(NO_CONTRAST, note=nothing_told(rule.threshold + 1))))
            remarks.append(too_few(row.informative_patients, infections, rule, f"both in {row.term} and outside it"))
            continue
        try:
            part = _part(data, row.term, fitted)
        except EstimationError as error:
            terms.append(SiteTerm(row.term, Alone(NO_CONTRAST, note=nothing_told(rule.threshold + 1))))
            remarks.append(f"{row.term}: {error}; the file adds nothing to this ratio")
            continue
        alone = _alone(row)
        shown = _told(rule.count(row.informative_patients))
        terms.append(SiteTerm(row.term, alone, part, shown))
    return SiteModel(spec.model.adjust_for, tuple(terms), levels_of(study.time(spec), data)), remarks


def _alone(row: RatioRow) -> Alone:
    """The row of a hospital as it is shared: numbers with nine digits."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in Alone.__dataclass_fields__}
    numbers = {name: float(f"{one:.{DIGITS_ALONE}g}") for name, one in fields.items() if isinstance(one, float)}
    return Alone(**{**fields, **numbers})


def levels_of(time: PersonTime, data: Cells) -> tuple[Levels, ...]:
    """The factors of a model as this hospital has them."""
    factors = []
    for name, terms in data.factors:
        reference = OFF if name == EXPOSURE else reference_of(time, name)
        factors.append(Levels(name, reference, tuple(term for term in terms if term != reference)))
    return tuple(factors)


def nothing_told(threshold: int) -> str:
    """Why a hospital brings nothing to a ratio, in words that tell no count."""
    return f"fewer than {threshold} patients, perhaps none, have an infection and days both on and off IVIG"


def too_few(patients: int, infections: int, rule: Rule, where: str) -> str:
    """Why nothing is shared, with the exact counts: for the hospital itself, never for a file."""
    have = "has" if patients == 1 else "have"
    return (
        f"{counted(patients, 'patient')} of this cohort (with {counted(infections, 'infection')}) {have} an infection "
        f"and days {where}, fewer than {rule.threshold + 1}: the file adds nothing, and does not tell whether there "
        "are few or none. Where the data protection officer allows it, --threshold can be lower."
    )


def informative(data: Cells, term: str) -> tuple[int, int]:
    """Patients with an infection and days both in the level of a term and outside it, and their infections."""
    number, code = next((at, terms.index(term) + 1) for at, (_, terms) in enumerate(data.factors) if term in terms)
    inside = data.codes[:, number] == code
    both = (data.totals(inside.astype(float)) > 0) & (data.totals((~inside).astype(float)) > 0)
    return int(both.sum()), int(data.totals(data.infections)[both].sum())


def _part(data: Cells, term: str, fitted: Fit | None) -> Part:
    top = fitted.log_likelihood if fitted is not None else None
    profile = profiled(data, term, top)
    own, reference = (fitted.screen.own[term], fitted.screen.reference[term]) if fitted is not None else (FEW, FEW)
    return Part(profile, min(own, FEW), min(reference, FEW))
