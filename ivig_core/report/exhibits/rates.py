"""The answer: rates, in whom they differ, and what is done about the days before the first dose."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ivig_core.figures.forest_parts.rows import OVERALL, left_out
from ivig_core.figures.overview.headline_words import answer_lines, remark
from ivig_core.figures.rates.by_period import finding as rates_finding
from ivig_core.figures.rates.by_period import rates_by_period
from ivig_core.figures.rates.forest import forest
from ivig_core.figures.rates.frailty_words import frailty_words
from ivig_core.figures.rates.remarks import (
    BY_CHANCE,
    NOT_A_QUOTIENT,
    NOT_CLAIMED,
    adjusted_words,
    donor_igg,
    of_whom,
    robust_words,
    tests_finding,
)
from ivig_core.figures.rates.same_days import same_days
from ivig_core.figures.rates.tables import (
    forest_table,
    level_names,
    rates_table,
    ratios_table,
    rules_table,
    tests_table,
)
from ivig_core.figures.theme import finding
from ivig_core.figures.words import ratio_finding
from ivig_core.numbers import Withheld, as_sentence
from ivig_core.report.content import Exhibit
from ivig_core.report.exhibits.notes import about
from ivig_core.report.exhibits.texts import as_texts
from ivig_core.spec.protocol_words import DATED, standing
from ivig_core.study.overview.headline import HAS_BOUND, Headline
from ivig_core.study.rates.factors import IGG_BEFORE
from ivig_core.study.rates.multiplicity import with_families
from ivig_core.study.results import Results
from ivig_core.terms import MODELS, label

OVERVIEW, RATES = "Overview", "Infection rates"
SPLIT_BY = ("grade", IGG_BEFORE)
"""Subgroups beside those that earlier studies named: the ones that the page opens with."""
RULES_TITLE = "What is done about the days before the first dose"


def rates(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Infections per patient-year by period, with the answer in sentences beneath."""
    table = results.analysis.rates
    if table is None or table.empty:
        return
    hidden = any(isinstance(days, Withheld) for days in table["person_days"])
    drawn = any(days > 0 for days in pd.to_numeric(table["person_days"], errors="coerce"))
    spread = results.analysis.frailty
    yield Exhibit(
        key="rates",
        section=OVERVIEW,
        title=rates_finding(table) if drawn or hidden else "No day is left to count infections on",
        figure=rates_by_period(table, presentation=presentation) if drawn else None,
        table=as_texts(rates_table(table)),
        full=table,
        remarks=(
            *answer_lines(results.headline),
            *stands(results),
            *filter(None, [remark(results.headline)]),
            NOT_A_QUOTIENT,
            *filter(None, [frailty_words(spread) if spread is not None else ""]),
        ),
    )


def stands(results: Results) -> list[str]:
    """Whether this is the analysis of the protocol; nothing without one."""
    protocol = results.protocol
    return [] if protocol is None else [f"{standing(results.analysis.spec, protocol)} {DATED}"]


def subgroups(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """The rate ratio of everybody, of the subgroups of the protocol, of those that earlier studies named, by grade and
    by IgG before IVIG."""
    named, every = results.named, results.analysis.forest
    everybody = (named["factor"] == OVERALL).to_numpy(bool)
    fixed, parts = results.prespecified.known, [named[everybody], named[~everybody]]
    if every is not None:
        parts[1:1] = [every[(every["factor"] == name).to_numpy(bool)] for name in fixed]
        parts += [every[(every["factor"] == name).to_numpy(bool)] for name in SPLIT_BY if name not in fixed]
    rows = with_families(pd.concat([part for part in parts if len(part)], ignore_index=True), results.tests)
    figure = forest(rows, presentation=presentation)
    tested = rows["p_interaction"].notna().any()
    yield Exhibit(
        key="subgroups",
        section=RATES,
        title=finding(figure),
        figure=figure,
        table=as_texts(forest_table(rows)),
        full=rows,
        remarks=(
            *([NOT_CLAIMED] if left_out(rows) else []),
            *donor_igg(rows),
            *same_days(rows),
            *robust_words(rows),
            *([*of_whom(results.protocol, results.prespecified), BY_CHANCE] if tested else []),
            *adjusted_words(results.tests),
            *about(level_names(rows), rows["note"]),
        ),
    )


def all_subgroups(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Every factor that the cohort can be looked at by, with p of whether its levels differ and adjusted p."""
    tests = results.tests
    if not tests["p_interaction"].notna().any():
        return
    yield Exhibit(
        key="all_subgroups",
        section=RATES,
        title=tests_finding(tests),
        table=as_texts(tests_table(tests)),
        full=tests,
        remarks=(*of_whom(results.protocol, results.prespecified), *adjusted_words(tests)),
    )


def first_dose_rules(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """The ratio under the rules about the first dose; the settings in force above them where they are none of these."""
    rows = with_main(results.headline)
    yield Exhibit(
        key="first_dose_rules",
        section=OVERVIEW,
        title=rules_title(results.headline),
        table=as_texts(rules_table(rows)),
        full=rows,
        remarks=about(rows["label"].str.capitalize(), rows["note"]),
    )


def rate_ratios(results: Results, presentation: bool) -> Iterator[Exhibit]:
    """Every term of every model of the rate ratio."""
    table = results.analysis.irr
    if table is None or table.empty:
        return
    main = results.headline.main
    shown = ratios_table(table)
    shown.insert(0, "Model", [MODELS[name].label for name in table["model"]])
    yield Exhibit(
        key="rate_ratios",
        section=RATES,
        title=ratio_finding(main["status"], main["irr"], main["ci_low"], main["ci_high"], str(main["note"] or ""),
                            main["infections_on"], main["infections_off"]),
        table=as_texts(shown),
        full=table,
        remarks=about([label(term) for term in table["term"]], table["note"]),
    )  # fmt: skip


def with_main(answer: Headline) -> pd.DataFrame:
    """The rules about the first dose, before them the row of the settings where it is none of the rules."""
    numbers = ["status", "irr", "ci_low", "ci_high", "infections_on", "infections_off"]
    main = answer.main
    same = any(_same(row[numbers], main[numbers]) for _, row in answer.rules.iterrows())
    if same or main["status"] not in HAS_BOUND:
        return answer.rules
    return pd.concat([pd.DataFrame([main])[list(answer.rules)], answer.rules], ignore_index=True)


def rules_title(answer: Headline) -> str:
    """The range of the ratios, or that there is none."""
    return as_sentence(answer_lines(answer)[0]).removesuffix(".") if answer.span else RULES_TITLE


def _same(one: pd.Series, other: pd.Series) -> bool:
    return all(a == b or (pd.isna(a) and pd.isna(b)) for a, b in zip(one, other, strict=True))
