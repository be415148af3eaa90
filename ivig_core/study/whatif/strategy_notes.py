"""What has to be said of ways to give IVIG, in sentences."""

from __future__ import annotations

from ivig_core.estimate.contrast import OK
from ivig_core.estimate.whatif.strategies.asked import Inputs
from ivig_core.numbers import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.whatif.assumptions import Assumptions, Effect
from ivig_core.study.whatif.strategy_inputs import LEAST_IGG, whole_follow_up
from ivig_core.study.whatif.why_none import why_none

FEW = 30


def said_of(
    spec: AnalysisSpec, assumed: Assumptions, effect: Effect, inputs: Inputs, draws: int,
    span: tuple[float, float] | None,
) -> list[str]:  # fmt: skip
    """One sentence each: draws, the effect, grade 3 and higher, settings, IgG, costs, few patients. `span`: the range
    of the cohort's own ratio."""
    said = []
    if draws < assumed.draws:
        said.append(f"{draws:,} draws instead of {assumed.draws:,}, because there are many patients")
    said += _of_effect(spec, effect, span)
    said += _of_severe(effect, inputs)
    if whole_follow_up(spec) != spec:
        said.append(
            "Every day of follow-up counts here: settings that leave days out or apart (first days, days before the "
            "first dose, washout, dose day, filters on days) shape the effect only"
        )
    if inputs.floored:
        said.append(f"{counted(inputs.floored, 'IgG value')} below {LEAST_IGG} mg/dL taken as {LEAST_IGG} mg/dL")
    if inputs.calendar.patients < FEW:
        said.append("Few patients: intervals reach further for that, but not for a rate ratio from so few patients")
    return said + _of_costs(assumed, inputs)


def _of_effect(spec: AnalysisSpec, effect: Effect, span: tuple[float, float] | None) -> list[str]:
    if not effect.own:
        return [effect.note] if effect.note else []
    said = []
    if span is not None:
        said.append(
            f"The cohort's own ratio runs from {_two(span[0])} to {_two(span[1])} by what is done with days before the "
            "first dose (all days, without 30 or 60 days before it, from it on)"
        )
    said.append(
        "Where infections bring IVIG on, the ratio of all days (crude) overstates what IVIG averts: the infections "
        "before the first dose count against days off IVIG"
    )
    if "igg" in spec.model.adjust_for:
        said.append("The ratio is adjusted for IgG, through which IVIG works: part of its effect is taken away")
    return said


def _two(ratio: float) -> str:
    return "∞" if ratio == float("inf") else f"{ratio:.2f}"


def _of_severe(effect: Effect, inputs: Inputs) -> list[str]:
    if inputs.severe is not None and not inputs.severe.sum():
        return ["No counted infection is of grade 3 or higher: there are no numbers for these"]
    if effect.severe is None:
        return [f"Grade 3 and higher: no numbers, {no_ratio(effect)}"]
    return [f"Effect on grade 3 and higher: {effect.severe_note}"] if effect.severe_note else []


def no_ratio_at_all(effect: Effect) -> str:
    """Why there is no ratio for all infections."""
    return _why(effect.note, effect.status)


def no_ratio(effect: Effect) -> str:
    """Why there is no ratio for infections of grade 3 and higher."""
    return _why(effect.severe_note, effect.severe_status)


def _why(note: str, status: str) -> str:
    return why_none(note) or (status if status != OK else "a limit of its interval is 0 or ∞")


def _of_costs(assumed: Assumptions, inputs: Inputs) -> list[str]:
    price, grams = assumed.price_per_gram is not None, assumed.grams is not None
    if price and not grams:
        return ["No costs: a price per gram needs grams per infusion"]
    if grams and not price:
        return ["No costs: grams per infusion need a price per gram"]
    if price and inputs.subcutaneous:
        return ["No cost of IVIG as it was given: doses under the skin are among them, of other grams than an infusion"]
    return []
