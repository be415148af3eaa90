"""Results in words: who was analysed, rates, ratios. Numbers are written as in the tables, and only those of them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ivig_core.estimate.bias_reduced_fit import UNREDUCED
from ivig_core.export import rows_of
from ivig_core.figures.forest_parts.rows import by_day
from ivig_core.figures.rates.tables import patient_years
from ivig_core.figures.trust.words import finding as sensitivity_finding
from ivig_core.figures.trust.words import intervals_words, span_words
from ivig_core.figures.words import (
    NO_ESTIMATE,
    count,
    counted,
    estimate,
    is_number,
    listed,
    lower,
    p_phrase,
    p_value,
    rate,
)
from ivig_core.numbers import NO_EXPOSED, NO_REFERENCE, OK, as_sentence
from ivig_core.report.words.references import Said
from ivig_core.study.describe import ADJUSTER_WORDS
from ivig_core.study.overview.headline import HAS_BOUND
from ivig_core.study.results import Results
from ivig_core.study.trust.rows.variant import ANDERSEN_GILL, GEE, PWP
from ivig_core.terms import NAMED_BY_STUDIES, OBSERVATION, ON, PRE, REFERENCE, WASHOUT, label

PERIODS = {
    ON: "on IVIG",
    OBSERVATION: "off IVIG in the same patients",
    REFERENCE: "in patients who never had IVIG",
    PRE: "in the days before the first dose",
    WASHOUT: "just after IVIG",
}
MODEL_NAMES = {GEE: "generalised estimating equations", ANDERSEN_GILL: "the Andersen–Gill model",
               PWP: "the gap-time model"}  # fmt: skip
NOBODY = "No patient of the cohort meets the filters of this analysis."


def cohort(results: Results) -> Iterator[Said]:
    """Patients, infections and time at risk that are analysed, and who informs the ratio."""
    steps = results.analysis.attrition
    whole, treated, _, informative = (steps.iloc[at] for at in (-4, -3, -2, -1))
    if is_number(whole["patients"]) and not whole["patients"]:
        yield Said(NOBODY)
        return
    years = patient_years(steps).iloc[-4]
    time = f" in {years:,.1f} patient-years" if is_number(years) else ""
    yield Said(
        f"{_were(whole['patients'])} analysed, with {counted(whole['infections'], 'infection')}{time}; "
        f"{count(treated['patients'])} had IVIG in follow-up, and {count(informative['patients'])} inform the "
        "within-patient ratio (an infection, and days both on and off IVIG or kept apart)."
    )


def _were(patients: float | str) -> str:
    return f"{counted(patients, 'patient')} {'was' if patients == 1 else 'were'}"


def rates(results: Results) -> Iterator[Said]:
    """The rate in every period that has days."""
    table = results.analysis.rates
    if table is None:
        return
    said = []
    for row in rows_of(table):
        if is_number(row["rate"]):
            limits = f" ({rate(row['ci_low'])}–{rate(row['ci_high'])})" if is_number(row["ci_high"]) else ""
            said.append(f"{rate(row['rate'])}{limits} {_period(row)}")
    if said:
        yield Said(f"Infections per patient-year (95 % interval) were {listed(said)}.")
    found = results.analysis.frailty
    if found is not None and found.ci_low:
        yield Said("Patients' own rates differed beyond chance and IVIG, so infections were unevenly spread.")


def _period(row: dict[str, object]) -> str:
    everybody = row["period"] == OBSERVATION and "all" in str(row["label"])
    name, words = str(row["period"]), str(row["label"])
    return "off IVIG in all patients" if everybody else PERIODS.get(name, f"{words[:1].lower()}{words[1:]}")


def ratio(results: Results) -> Iterator[Said]:
    """The within-patient ratio, then the range of the rules about the first dose."""
    answer = results.headline
    main, adjusted = answer.main, [ADJUSTER_WORDS[name] for name in results.analysis.spec.model.adjust_for]
    given = f", adjusted for {listed(adjusted)}" if adjusted else ""
    if main["status"] not in HAS_BOUND:
        yield Said(f"There is no rate ratio of days on against days off IVIG: {_reason(main)}.")
    else:
        yield Said(f"{_direction(main)}{given} ({_numbers(main)}).")
        if str(main["note"]).startswith(UNREDUCED):
            yield Said(as_sentence(main["note"]))
    if answer.span is None or answer.envelope is None:
        return
    each = [f"{row['label']} {_estimate(row)}" for _, row in answer.known.iterrows()]
    yield Said(
        f"By the rule about the time before the first dose the ratio was {span_words(answer.span)} "
        f"{intervals_words(*answer.envelope)}: {listed(each)}."
    )


def _direction(main: pd.Series) -> str:
    if main["status"] == NO_EXPOSED:
        return "Within patients no infection fell on a day on IVIG"
    if main["status"] == NO_REFERENCE:
        return "Within patients no infection fell on a day off IVIG"
    if main["ci_high"] < 1:
        return "Within patients days on IVIG were associated with fewer infections than days off it"
    if main["ci_low"] > 1:
        return "Within patients days on IVIG were associated with more infections than days off it"
    return "Within patients infections were not clearly more or less frequent on IVIG than off it"


def _numbers(row: pd.Series) -> str:
    p = f"; {p_phrase(row['p_value'])}" if is_number(row["p_value"]) else ""
    return f"rate ratio {_estimate(row)}{p}"


def _estimate(row: pd.Series) -> str:
    return estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])


def _reason(row: pd.Series) -> str:
    return str(row["note"] or NO_ESTIMATE.get(row["status"], "it cannot be estimated")).rstrip(".")


def first_dose(results: Results) -> Iterator[Said]:
    """Infections just before the first dose, as the sensitivity table has them."""
    for name, days in (("without_60_pre", 60), ("without_30_pre", 30)):
        mine = _named(results.sensitivity, name)
        if mine is not None and mine["status"] == OK:
            yield Said(
                f"In the {days} days before the first dose infections were {_estimate(mine)} times as frequent as on "
                "other days off IVIG."
            )
            return


def sensitivity(results: Results) -> Iterator[Said]:
    """The range of the other analyses, and the models across patients."""
    rows = results.sensitivity
    if rows.empty or not rows["status"].isin(HAS_BOUND).any():
        return
    yield Said(f"Sensitivity analyses: {lower(as_sentence(sensitivity_finding(rows)))}")
    found = [
        f"{_estimate(mine)} by {words}"
        for name, words in MODEL_NAMES.items()
        if (mine := _named(rows, name)) is not None and mine["status"] in HAS_BOUND
    ]
    if found:
        yield Said(f"Across patients the ratio was {listed(found)}.")


def _named(rows: pd.DataFrame, name: str) -> pd.Series | None:
    mine = rows[(rows["name"] == name).to_numpy(bool)] if len(rows) else rows
    return mine.iloc[0] if len(mine) else None


def subgroups(results: Results) -> Iterator[Said]:
    """The subgroups that earlier studies named, those with an estimate."""
    rows = results.named
    said = []
    for row in rows[(rows["factor"] == NAMED_BY_STUDIES).to_numpy(bool)].to_dict("records"):
        if text := estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]):
            p = f", p for interaction {p_value(row['p_interaction'])}" if is_number(row["p_interaction"]) else ""
            said.append(f"{text} {_whose(str(row['level']))}{p}")
    if said:
        yield Said(f"In subgroups that earlier studies had named the ratio was {'; '.join(said)}.")


def _whose(level: str) -> str:
    """The patients, or the days, of a subgroup that an earlier study named."""
    if level.startswith("igg_"):
        return f"in patients with {label(level)} before the first dose"
    study = " as the 2021 study had it, by IgG of the day" if by_day(NAMED_BY_STUDIES, level) else ""
    return f"on days with {lower(label(level))}{study}"
