"""Lines and words of the sensitivity plot, from the table of `study.sensitivity`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

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
from ivig_core.study.overview.headline import RULES as FOUR
from ivig_core.study.trust.sensitivity import NOT_APPLICABLE, counted_rows
from ivig_core.study.trust.sensitivity_rows import MEDIATOR, SCCS

AS_SET = "as set"
PAPER = "Lancman 2026"
REASONS = {**NO_ESTIMATE, NOT_APPLICABLE: "changes nothing in this cohort"}
MARK = "●"
RANGE = f"Range of the four marked {MARK}"
RULES = tuple(rule for rule, *_ in FOUR)


@dataclass(frozen=True)
class Line(Row):
    """A row of the forest with `paper`: what is printed for it. Kinds: "overall" as set, "level", "aside" for what is
    no estimate of what IVIG does, "range"."""

    paper: str = ""


def lines(table: pd.DataFrame) -> list[Line]:
    """One line per row of the table; texts are escaped."""
    return [_line(record) for record in table.to_dict("records")]


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
        parts.append(f"{counted(record['patients'], 'patient')}, {counted(record['infections'], 'infection')}")
    if record["note"]:
        parts.append(escape(record["note"]))
    if record.get("published"):
        parts.append(f"{PAPER}: {escape(paper_text(record))}")
    return "<br>".join(parts)


def span(table: pd.DataFrame) -> tuple[float, float] | None:
    """Lowest and highest of the four ratios that the reason for starting IVIG moves; None for fewer than two."""
    known = table[table["name"].isin(RULES) & (table["status"] == "ok")]["irr"]
    return (float(known.min()), float(known.max())) if len(known) > 1 else None


def finding(table: pd.DataFrame) -> str:
    """On which side of 1 the estimates lie, and how many intervals exclude 1."""
    known = counted_rows(table)
    if known.empty:
        return "No rate ratio can be estimated under any of these settings"
    below = int((known["irr"] < 1).sum())
    apart = int(((known["ci_high"] < 1) | (known["ci_low"] > 1)).sum())
    if len(known) == 1:
        return f"The only estimate is {'below' if below else 'not below'} 1; it {'excludes' if apart else 'includes'} 1"
    if below in (0, len(known)):
        head = f"Every estimate is {'below' if below else 'at or above'} 1"
    else:
        head = f"{below} of {len(known)} estimates are below 1"
    return f"{head}; {f'{apart} of {len(known)} exclude' if apart else 'none excludes'} 1"


def detail(table: pd.DataFrame) -> str:
    """What is drawn, and how much data is behind the row that is as set."""
    mine = table[table["as_set"].to_numpy(bool)]
    parts = []
    if len(mine) and mine["infections"].iloc[0]:
        row = mine.iloc[0]
        parts.append(f"{counted(row['patients'], 'patient')} with {counted(row['infections'], 'infection')}, ◆ as set")
    return "; ".join([*parts, "95 % intervals"])


def alt(table: pd.DataFrame) -> str:
    """The plot in words."""
    limits = span(table)
    spread = f" The four rules about the first dose give {ratio(limits[0])} to {ratio(limits[1])}." if limits else ""
    apart = table[(table["group"] == MEDIATOR).to_numpy()]
    last = ""
    if len(apart) and is_number(apart["irr"].iloc[0]):
        row = apart.iloc[0]
        last = f" Adjusted for IgG, a mediator: {ratio(row['irr'])} {interval(row['ci_low'], row['ci_high'])}."
    return f"Forest plot of {counted(len(table), 'row')}. {finding(table)}.{spread}{last}"
