"""The four numbers of the page of infection rates: three rates, and the ratio, which is not their quotient.

The ratio is given as on the first page: as the range of those that the reason for starting IVIG moves, never as the
crude one with a p of its own.
"""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.overview.headline_words import answer_lines
from ivig_core.figures.rates.by_period import finding
from ivig_core.figures.rates.frailty_words import frailty_words
from ivig_core.figures.rates.remarks import NOT_A_QUOTIENT
from ivig_core.figures.trust.words import intervals_words, span_words
from ivig_core.figures.words import ABSENT, estimate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import HAS_BOUND, Headline, headline
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.frailty import frailty
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON, REFERENCE, WORDS
from pages.overview.metrics import rate_metric
from pages.shell import say, session

RATIO_HELP = "Infections on against off IVIG, each patient as their own control (self-controlled case series)."
RANGE_HELP = (
    f"{RATIO_HELP} The lowest and the highest of the ratios under four rules about the days before the first dose, and "
    "the lowest and the highest limit of their 95 % intervals."
)
NOT_ESTIMABLE = "no estimate: see below"


def rates_and_ratio(study: Study, spec: AnalysisSpec) -> None:
    """Rates on IVIG, off it and of those who never had it, and the ratio within patients; each with its interval."""
    # One window here, also where the figure beneath splits it.
    one = spec.change(window_cuts=())
    rates = session.once(
        "rates by period", *session.rate_parts(one), make=lambda: incidence_rates(study, one).set_index("period")
    )  # fmt: skip
    who = "same patients" if spec.model.population == "exposed" else "all patients"
    labels = {ON: WORDS[ON].label, OBSERVATION: f"Off IVIG, {who}", REFERENCE: WORDS[REFERENCE].label}
    periods = [period for period in labels if period in rates.index]
    answer = headline(study, spec)
    columns = st.columns(4)
    for column, period in zip(columns, periods, strict=False):
        with column:
            rate_metric(labels[period], rates.loc[period], say.as_sentence(WORDS[period].help))
    with columns[len(periods)]:
        _ratio(answer)
    say.small(" ".join([*_each(answer), NOT_A_QUOTIENT]))
    parts = session.rate_parts(spec)
    if spread := session.once("frailty", *parts, make=lambda: frailty_words(frailty(study, spec))):
        say.small(spread)


def rates_title(study: Study, spec: AnalysisSpec) -> str:
    """The rates on and off IVIG as they are; whether they differ is for the ratio to say."""
    return finding(incidence_rates(study, spec.change(window_cuts=())))


def _ratio(answer: Headline) -> None:
    """The range of the rules about the first dose with the envelope of their intervals; else the one ratio there is."""
    if answer.span is not None and answer.envelope is not None:
        say.metric("Rate ratio, range", span_words(answer.span), RANGE_HELP, intervals_words(*answer.envelope)[1:-1])
        return
    row = answer.main
    value, _, span = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]).partition(" ")
    say.metric("Rate ratio", value or ABSENT, RATIO_HELP, f"interval {span.strip('()')}" if value else NOT_ESTIMABLE)


def _each(answer: Headline) -> list[str]:
    """What each rule about the first dose gives, where there is a range of them."""
    if answer.span is None or answer.main["status"] not in HAS_BOUND:
        return []
    return ["Rate ratio by rule about the first dose:", *answer_lines(answer)[1:]]
