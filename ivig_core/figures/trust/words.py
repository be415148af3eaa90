"""Lines and words of the sensitivity plot, from the table of `study.sensitivity`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.estimate.contrast import NOT_IDENTIFIED
from ivig_core.estimate.rates.sccs import NOT_RECORDED
from ivig_core.export import rows_of
from ivig_core.figures.forest_parts.rows import Row
from ivig_core.figures.words import (
    NO_ESTIMATE,
    count,
    counted,
    escape,
    estimate,
    interval,
    is_number,
    p_phrase,
    p_value,
    ratio,
)
from ivig_core.spec.protocol import Protocol
from ivig_core.study.overview.headline import HAS_BOUND, NO_REFERENCE, Headline
from ivig_core.study.overview.headline import RULES as FOUR
from ivig_core.study.trust.rows.variant import EXTENDED, IGG_DAYS, MEDIATOR, NOT_APPLICABLE, SCCS
from ivig_core.study.trust.sensitivity import counted_rows

PAPER = "Lancman 2026"
REASONS = {**NO_ESTIMATE, NOT_APPLICABLE: "changes nothing in this cohort"}
APART = "told apart"
"""Of the reasons why a ratio is not identified, those that say so are about another level; the others are about too few
infections or deaths."""
MARK = "●"
RANGE = f"Range of the four marked {MARK}"
RULES = tuple(rule for rule, *_ in FOUR)
AS_PRINTED = f"{PAPER}: as printed there, for 43 other patients."
CONFIRMS_NOTHING = "Synthetic patients confirm no published number."
EXTENDING = (
    "“If infections bring IVIG on” compares each day on IVIG with the patient's later days only. It extends a "
    "published method (Farrington 2009) to repeated doses, is wide in small cohorts, and too favourable where "
    "infections kill."
)
ALWAYS = (
    "Also true of every such comparison: what changes over time together with IVIG is not accounted for, doses given "
    "elsewhere count as off IVIG, and it shows an association, not proof."
)
NOTHING_FOUND = "None of the checks found a reason in this cohort; it remains an association, not proof."
IGG = "IgG lies on the path from IVIG to infection: adjusted for it, part of the effect is taken away."


@dataclass(frozen=True)
class Line(Row):
    """A row of the forest with `paper`: what is printed for it. Kinds: "overall" as set, "level", "aside" for what is
    no estimate of what IVIG does, "range"."""

    paper: str = ""


def lines(table: pd.DataFrame) -> list[Line]:
    """One line per row of the table; texts are escaped."""
    return [_line(record) for record in rows_of(table)]


def _line(record: Mapping[str, Any]) -> Line:
    text = estimate(record["status"], record["irr"], record["ci_low"], record["ci_high"])
    numbers = [float(record[key]) if is_number(record[key]) else None for key in ("irr", "ci_low", "ci_high")]
    kind = "overall" if record["as_set"] else "level" if record["main"] else "aside"
    return Line(
        kind=kind,
        label=f"{MARK} {escape(record['label'])}" if record["name"] in RULES else escape(record["label"]),
        infections=escape(count(record["infections"])) if text else "",
        ratio=escape(text),
        p=escape(p_value(record["p_value"])) if text else "",
        irr=numbers[0],
        low=numbers[1],
        high=numbers[2],
        drawn=bool(text),
        reason="" if text else escape(_reason(record)),
        hover=_hover(record, text),
        paper=escape(paper_text(record)),
    )


def _reason(record: Mapping[str, Any]) -> str:
    """Why there is no estimate, short enough for a line; models of recurrent events compare patients, not days."""
    if record["model"] != SCCS and record["status"] == "no_contrast":
        return "no infection while both sides were at risk"
    if record["group"] == IGG_DAYS and record["note"] == NOT_RECORDED["igg"]:
        return "IgG is not known on any day"
    if record["status"] == NOT_IDENTIFIED and APART not in record["note"]:
        return "cannot be estimated"
    return REASONS.get(record["status"], "cannot be estimated")


def paper_text(record: Mapping[str, Any]) -> str:
    """`0.57 (0.40–0.83)` as printed, empty where nothing is."""
    if not record.get("published"):
        return ""
    return f"{record['published']} ({record['published_low']}–{record['published_high']})"


def _hover(record: Mapping[str, Any], text: str) -> str:
    parts = [f"<b>{escape(record['label'])}</b>", escape(record["changes"])]
    if text:
        parts.append(f"rate ratio {escape(text)}")
        if is_number(record["p_value"]):
            parts.append(escape(p_phrase(record["p_value"])))
        parts.append(f"{_patients(record)}, {counted(record['infections'], 'infection')}")
    if record["note"]:
        parts.append(escape(record["note"]))
    if record.get("published"):
        parts.append(f"{PAPER}: {escape(paper_text(record))}")
    return "<br>".join(parts)


def _patients(record: Mapping[str, Any]) -> str:
    """Patients in the model; those with an infection apart, where the model has others too."""
    people, infected = record["patients"], record["patients_with_infection"]
    apart = "" if people == infected else f", {count(infected)} of them with an infection"
    return f"{counted(people, 'patient')}{apart}"


def span(table: pd.DataFrame) -> tuple[float, float] | None:
    """Lowest and highest of the four ratios that the reason for starting IVIG moves; None for fewer than two.

    As `study.overview.headline.Headline.span`, from the rows of this table.
    """
    return Headline(table.iloc[0], table[table["name"].isin(RULES).to_numpy(bool)]).span


def finding(table: pd.DataFrame) -> str:
    """From where to where the estimates and their intervals reach, and on which side of 1.

    Nothing is counted: the rows use the same infections, and many that agree are no more evidence than one.
    """
    known = counted_rows(table)
    if known.empty:
        return "No rate ratio can be estimated under any of these settings"
    ratios = known["irr"].where(known["status"] != NO_REFERENCE, math.inf).astype(float)
    apart = ((known["ci_high"] < 1) | (known["ci_low"] > 1)).to_numpy(bool)
    if len(known) == 1:
        row = known.iloc[0]
        context = int(table["status"].isin(HAS_BOUND).sum()) > 1
        what = "The only estimate of what IVIG does" if context else "The only estimate"
        only = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]) or limit_words(float(ratios.iloc[0]))
        if not is_number(row["ci_low"]) and not is_number(row["ci_high"]):
            return f"{what} is {only}; it has no interval"
        return f"{what} is {only}; its interval {'excludes' if apart[0] else 'includes'} 1"
    spread = span_words((float(ratios.min()), float(ratios.max())))
    bounded = known[known[["ci_low", "ci_high"]].notna().any(axis=1).to_numpy(bool)]
    if bounded.empty:
        return f"Rate ratio {spread} over these analyses, without an interval"
    low, high = float(bounded["ci_low"].fillna(0.0).min()), float(bounded["ci_high"].fillna(math.inf).max())
    return f"Rate ratio {spread} over these analyses {intervals_words(low, high)}; {_one(low, high, apart)}"


def _one(low: float, high: float, apart: np.ndarray) -> str:
    """How the intervals lie to 1."""
    if high < 1 or low > 1:
        return f"every interval is {'below' if high < 1 else 'above'} 1"
    return "not every interval excludes 1" if apart.any() else "no interval excludes 1"


def intervals_words(low: float, high: float) -> str:
    """`(intervals 0.40–1.00)`: the lowest and the highest limit of several intervals."""
    return interval(low, high).replace("(", "(intervals ", 1)


def span_words(limits: tuple[float, float]) -> str:
    """`0.57 to 0.68`: the lowest and the highest of several ratios, one number where they are alike."""
    low, high = map(limit_words, limits)
    return low if low == high else f"{low} to {high}"


def limit_words(value: float) -> str:
    """A ratio, also an infinite one."""
    return "∞" if math.isinf(value) else ratio(value)


def detail(table: pd.DataFrame) -> str:
    """How much data is behind the row that is as set, what the rows are, and that they are not independent."""
    mine = table[table["as_set"].to_numpy(bool)]
    parts = []
    if len(mine) and mine["infections"].iloc[0]:
        row = mine.iloc[0]
        parts.append(f"{counted(row['patients'], 'patient')} with {counted(row['infections'], 'infection')}, ◆ as set")
    return "; ".join([*parts, rows_words(table), "95 % intervals"])


def rows_words(table: pd.DataFrame) -> str:
    """How many rows are listed, of which kind (they add up), and that they are not independent."""
    drawn = table["status"].isin(HAS_BOUND).to_numpy(bool)
    ranged = int((drawn & table["main"].to_numpy(bool)).sum())
    counts = (
        (ranged, "in this range"),
        (int(drawn.sum()) - ranged, "for context (hollow)"),
        (int((~drawn).sum()), "without an estimate"),
    )
    kinds = ", ".join(f"{number} {kind}" for number, kind in counts if number)
    return f"{counted(len(table), 'row')} of the same infections, not independent: {kinds}"


def alt(table: pd.DataFrame, found: str, limits: tuple[float, float] | None) -> str:
    """The plot in words: its `finding` and the `span` of its rows, and the row that adjusts for a mediator."""
    spread = f" The four rules about the first dose give {span_words(limits)}." if limits else ""
    apart = table[(table["group"] == MEDIATOR).to_numpy()]
    last = ""
    if len(apart) and is_number(apart["irr"].iloc[0]):
        row = apart.iloc[0]
        last = f" Adjusted for IgG, a mediator: {ratio(row['irr'])} {interval(row['ci_low'], row['ci_high'])}."
    return f"Forest plot of {counted(len(table), 'row')}. {found}.{spread}{last}"


def row_remarks(table: pd.DataFrame, synthetic: bool, adjusted_for_igg: bool) -> list[str]:
    """Where the paper's numbers come from, what the extended method is, and the caveat of the mediator."""
    said = []
    if (table["published"] != "").any():
        said.append(f"{AS_PRINTED} {CONFIRMS_NOTHING}" if synthetic else AS_PRINTED)
    estimated = set(table.loc[table["status"].isin(HAS_BOUND).to_numpy(), "group"])
    if EXTENDED in estimated:
        said.append(EXTENDING)
    return [*said, IGG] if MEDIATOR in estimated and not adjusted_for_igg else said


def fixed_rows(rows: pd.DataFrame, protocol: Protocol | None) -> list[str]:
    """Which rows of a sensitivity table the protocol named; nothing where it named none of them."""
    fixed = protocol.sensitivity if protocol is not None else ()
    names = [str(row["label"]) for row in rows.to_dict("records") if row["name"] in fixed]
    return [f"Prespecified in the protocol: {'; '.join(names)}."] if names else []
