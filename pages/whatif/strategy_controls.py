"""One control per assumption of ways to give IVIG, with where its figure comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

import streamlit as st

from ivig_core.errors import SpecError
from ivig_core.evidence.effects import effects
from ivig_core.figures.words import listed
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.kinds import Choice, Whole
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import ENTERED, NOT_COUNTED, Assumptions
from pages.shell import say
from pages.shell.escape import escape_markdown

KEY = "strategies_"
KINDS = {item.name: item.metadata["kind"] for item in fields(Assumptions)}
DEFAULT = Assumptions()
CONSENSUS = "Blood Cancer Journal 2023, table 4"


class Word(NamedTuple):
    """Label and help line of a control."""

    label: str
    help: str


WORDS = {
    "effect": Word("Rate ratio on IVIG", "A row of this cohort's sensitivity table, a published one, or entered."),
    "effect_severe": Word("On grade ≥ 3", "The ratio of the same source for grade 3 and higher, or the same ratio."),
    "ratio": Word("Ratio", "1: IVIG does nothing. Below 1: fewer infections on IVIG."),
    "ratio_low": Word("Lower limit", "Of the 95 % interval; the ratio itself for no uncertainty."),
    "ratio_high": Word("Upper limit", "Of the 95 % interval; the ratio itself for no uncertainty."),
    "primary_day": Word(
        "First dose on day",
        "Everybody, whatever IgG or infections. The first month of bispecific therapy in Banerjee 2025 and Cheruvalath "
        "2024.",
    ),
    "primary_months": Word("For months", "No length is agreed on: an assumption. Longer than follow-up: to its end."),
    "igg_start": Word("Start below, mg/dL", f"IgG at a visit. Below 400 in the expert consensus, {CONSENSUS}."),
    "igg_stop": Word("Stop at, mg/dL", f"IgG right before the next dose. 400 or more in the consensus, {CONSENSUS}."),
    "infections": Word(
        "Infections in 12 months", f"So many bring IVIG on. The consensus says two severe ones, {CONSENSUS}."
    ),
    "infections_counted": Word("Infections that bring IVIG on", "Those of any grade, or of grade 3 and higher only."),
    "infections_months": Word("Then for months", "No length is agreed on: an assumption."),
    "start_delay_days": Word(
        "Days from infection to dose", "From the last of the infections that bring IVIG on: an assumption."
    ),
    "interval_days": Word(
        "Days between doses", "Also between visits for IgG. Every 4 weeks: RATIONAL trial, Blood Advances 2024."
    ),
    "igg_rise": Word(
        "Rise of IgG by a dose, mg/dL",
        "With a half-life of 28 days and a dose every 4 weeks, 290 keeps IgG before the next dose 290 higher: 73 per "
        "0.1 g/kg, from the meta-regression of Lee, J Clin Immunol 2020 (primary immunodeficiency), at 0.4 g/kg.",
    ),
    "igg_half_life": Word("Half-life of infused IgG, days", "About four weeks: an assumption."),
    "igg_apart_days": Word(
        "Own IgG from day … after a dose", "Earlier samples hold IgG of the dose and are left out of IgG without IVIG."
    ),
    "follows": Word("The rate of infections follows", "Estimated within patients, and held to each day as recorded."),
    "draws": Word("Draws", "Bootstrap samples of patients with a drawn ratio: more make intervals steadier."),
    "price_per_gram": Word("Price per gram", "In any currency. There is no default. Blank: no costs."),
    "grams": Word("Grams per infusion", "0.4 g/kg in RATIONAL; the number shown is that by the median weight here."),
    "thrombosis": Word(
        "Thrombosis as a harm",
        "Extra patients in the year after IVIG was begun, myeloma and CLL: arterial 0.7 % (−0.2 to 2.0), venous 0.3 % "
        "(−0.4 to 1.5), Ammann, Blood 2016. Taken in proportion to time on IVIG.",
    ),
}  # fmt: skip
OPTIONS = {
    "own": "Its own ratio", "same": "The same ratio", "any": "Any grade", "severe": "Grade ≥ 3", "none": "Not counted",
    "arterial": "Arterial", "venous": "Venous", "phase": "Disease phase", "season": "Season",
    "time": "Time since start",
}  # fmt: skip
RULES = {
    "For everybody": ("primary_day", "primary_months"),
    "By IgG": ("igg_start", "igg_stop"),
    "After infections": ("infections", "infections_months"),
}
MORE = (
    "infections_counted", "start_delay_days", "interval_days", "igg_rise", "igg_half_life", "igg_apart_days",
)  # fmt: skip
GRAMS_PER_KG = 0.4


def assumptions(study: Study, spec: AnalysisSpec) -> Assumptions | None:
    """The controls, and what they say; None with a sentence where two of them contradict each other."""
    values: dict[str, Any] = {}
    offered = effects(spec)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        values["effect"] = _one_of("effect", offered, DEFAULT.effect)
        values["effect_severe"] = _one_of("effect_severe", _named("effect_severe"), DEFAULT.effect_severe)
    if values["effect"] == ENTERED:
        with st.container(horizontal=True):
            values |= {name: _number(name, getattr(DEFAULT, name)) for name in ("ratio", "ratio_low", "ratio_high")}
    for column, (title, names) in zip(st.columns(len(RULES)), RULES.items(), strict=True):
        with column:
            say.strong(title)
            values |= {name: _control(name) for name in names}
    with st.expander("Other assumptions, price and harm", key="strategies_more", on_change="rerun"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            values |= {name: _control(name) for name in MORE}
        values["follows"] = _several("follows")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            values["thrombosis"] = _one_of("thrombosis", _named("thrombosis"), NOT_COUNTED)
            values["price_per_gram"] = _number("price_per_gram", None)
            usual = _grams(study, spec)
            grams = _number("grams", usual)
            # Grams that were not entered ask for no costs by themselves.
            values["grams"] = None if values["price_per_gram"] is None and grams == usual else grams
            values["draws"] = _control("draws")
    try:
        return Assumptions(**values)
    except SpecError as error:
        say.note(f"{WORDS[error.field].label}: {error.value} is not possible; allowed is {error.allowed}.")
        return None


def _control(name: str) -> Any:
    kind = KINDS[name]
    if isinstance(kind, Choice):
        return _one_of(name, _named(name), getattr(DEFAULT, name))
    return _number(name, getattr(DEFAULT, name))


def _named(name: str) -> dict[str, str]:
    return {option: OPTIONS[option] for option in KINDS[name].options}


def _one_of(name: str, options: Mapping[str, str], default: str) -> str:
    key = f"{KEY}{name}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    return st.selectbox(
        **_words(name), options=list(options), key=key, persist_state="session",
        format_func=lambda option: escape_markdown(options[option]),
    )  # fmt: skip


def _several(name: str) -> tuple[str, ...]:
    chosen = st.pills(
        options=KINDS[name].options, default=list(getattr(DEFAULT, name)), key=f"{KEY}{name}", selection_mode="multi",
        persist_state="session", format_func=lambda option: escape_markdown(OPTIONS[str(option)]), **_words(name),
    )  # fmt: skip
    return tuple(chosen)


def _number(name: str, default: float | None) -> Any:
    kind = KINDS[name]
    more: dict[str, Any] = {**_words(name), "key": f"{KEY}{name}", "persist_state": "session"}
    if isinstance(kind, Whole):
        whole = None if default is None else int(default)
        step = 50 if name == "draws" else 1
        return st.number_input(min_value=kind.low, max_value=kind.high, step=step, value=whole, **more)
    steps = 0.05 if name.startswith("ratio") else 1.0
    return st.number_input(
        min_value=float(kind.low), max_value=float(kind.high), step=steps,
        value=None if default is None else float(default), **more,
    )  # fmt: skip


def _words(name: str) -> dict[str, Any]:
    return {"label": escape_markdown(WORDS[name].label), "help": escape_markdown(WORDS[name].help)}


def _grams(study: Study, spec: AnalysisSpec) -> float | None:
    """Grams of an infusion for the median recorded weight; None where none is recorded."""
    weight = study.cohort(spec).patients["weight_kg"].dropna()
    return round(GRAMS_PER_KG * float(weight.median())) if len(weight) else None


def assumed_words(assumed: Assumptions, spec: AnalysisSpec) -> list[str]:
    """Every assumption in a sentence; those with a control show its value."""
    follows = listed([OPTIONS[name].lower() for name in assumed.follows]) or "nothing"
    return [
        "The rate ratio on IVIG is the same for every patient, IgG level, dose and time. A day counts as on IVIG up to "
        f"{spec.exposure.window_days} days after a dose, as set.",
        "Follow-up, disease phase and season stay as recorded, whatever is given: nobody lives longer or stays in "
        "remission longer, and nobody misses a dose.",
        "Rates off IVIG: each patient's own, drawn towards that of the cohort the more, the shorter the follow-up "
        f"(gamma–Poisson); they follow {follows}. Infections just before a first dose belong to them.",
        "Grade 3 and higher: a share of infections per patient, drawn towards that of the cohort in the same way; "
        "grades not known are shared out as the known ones.",
        "IgG without IVIG: a course over the first year with a level for each patient, from samples taken before any "
        f"dose or more than {assumed.igg_apart_days} days after one; what a value differs from it is new at every "
        f"visit. Functional IgG, seen every {assumed.interval_days} days from day 0.",
        f"A dose raises IgG by {assumed.igg_rise:,} mg/dL, halved every {assumed.igg_half_life} days; this only "
        "decides when IVIG is stopped.",
        f"After infections: {assumed.infections_months} months from {assumed.start_delay_days} days after the last of "
        "them; infections before follow-up are not looked back at, and those during a course bring on no other.",
        "Costs are those of the immunoglobulin alone, the same grams at every infusion, without giving it and without "
        "infections saved.",
        "Intervals: patients drawn with replacement, rates shrunken anew each time, a ratio drawn from its interval. "
        "They are for patients like these and do not hold the doubt in what is assumed here.",
        "Checked in simulated cohorts of 43 patients: of the 95 % intervals 86 to 94 % held the true number of "
        "infections of patients like them, and 88 to 90 % the months on IVIG after infections: they are somewhat too "
        "narrow.",
        "Not checked: this cohort's own ratio where infections bring IVIG on (it was checked only where dates of doses "
        "ignore infections; elsewhere a ratio of other patients was), infusions, costs, and thromboses.",
    ]
