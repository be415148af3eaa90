"""Rows and words of the figures about an early or late start of IVIG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.estimate.survival.timing import EARLY, EARLY_AGAINST_LATE, LATE, NOT_STARTED
from ivig_core.estimate.survival.timing import SAME_DAYS as SAME_DAYS
from ivig_core.figures.forest_parts.rows import Row
from ivig_core.figures.words import count, counted, escape, estimate, is_number, listed, p_phrase, p_value
from ivig_core.study.survival.timing import ANY, BACTERIAL, VIRAL, Timing

OUTCOMES = {ANY: "Any infection", BACTERIAL: "Bacterial infection", VIRAL: "Viral infection"}
PLURAL = {ANY: "infections", BACTERIAL: "bacterial infections", VIRAL: "viral infections"}
DRAWN = (EARLY, LATE, EARLY_AGAINST_LATE)
SIDES = {
    EARLY: (EARLY, NOT_STARTED), LATE: (LATE, NOT_STARTED), EARLY_AGAINST_LATE: (EARLY, LATE), SAME_DAYS: (EARLY, LATE)
}  # fmt: skip
"""The states that a contrast compares."""
DAYS_PER_YEAR = 365.25
REASONS = {
    "no_contrast": "nobody to compare",
    "not_identified": "cannot be told apart",
    "no_convergence": "the model did not fit",
    "no_events_exposed": "no infection here",
    "no_events_reference": "no infection to compare with",
}


def contrast_name(name: str, grace: int) -> str:
    """What a contrast is called (not yet escaped)."""
    return {
        EARLY: f"Started by day {grace}",
        LATE: f"Started after day {grace}",
        EARLY_AGAINST_LATE: "Early against late",
        SAME_DAYS: f"Early against late, after day {grace} only",
    }[name]


def state_name(name: str, grace: int) -> str:
    """What a state of a day is called."""
    return "Not started yet" if name == NOT_STARTED else contrast_name(name, grace)


def lines(result: Timing) -> list[Row]:
    """A heading for each outcome, and its ratios; texts are escaped."""
    rows = []
    for outcome, name in OUTCOMES.items():
        rows.append(Row("heading", name))
        rows += [_line(record, _states(result, outcome), result.grace) for record in _records(result, outcome)]
    return rows


def _records(result: Timing, outcome: str) -> list[dict[str, Any]]:
    mine = result.rows[(result.rows["outcome"] == outcome).to_numpy() & result.rows["model"].isin(DRAWN).to_numpy()]
    return mine.to_dict("records")


def _states(result: Timing, outcome: str) -> pd.DataFrame:
    return result.states[(result.states["outcome"] == outcome).to_numpy()].set_index("state")


def _line(record: Mapping[str, Any], states: pd.DataFrame, grace: int) -> Row:
    text = ratio_text(record)
    numbers = [float(record[key]) if is_number(record[key]) else None for key in ("hr", "ci_low", "ci_high")]
    sides = SIDES[record["model"]]
    return Row(
        kind="level",
        label=escape(contrast_name(record["model"], grace)),
        infections=" / ".join(count(states.loc[side, "events"]) for side in sides),
        ratio=escape(text),
        p=escape(p_value(record["p_value"])) if text else "",
        irr=numbers[0],
        low=numbers[1],
        high=numbers[2],
        drawn=bool(text),
        reason="" if text else _reason(record["status"], states),
        hover=_hover(record, text, states, grace),
    )


def _reason(status: str, states: pd.DataFrame) -> str:
    """Why there is no ratio, short enough for a line."""
    if not states["events"].sum():
        return "no such infection"
    return REASONS.get(status, "cannot be estimated")


def ratio_text(record: Mapping[str, Any]) -> str:
    """The hazard ratio with its interval, empty where there is none."""
    return estimate(record["status"], record["hr"], record["ci_low"], record["ci_high"])


def _hover(record: Mapping[str, Any], text: str, states: pd.DataFrame, grace: int) -> str:
    parts = [f"<b>{escape(contrast_name(record['model'], grace))}</b>"]
    for side in SIDES[record["model"]]:
        state = states.loc[side]
        parts.append(
            f"{state_name(side, grace)}: {counted(state['events'], 'patient')} with it in "
            f"{state['person_days'] / DAYS_PER_YEAR:,.1f} patient-years of {counted(state['patients'], 'patient')}"
        )
    if text:
        parts.append(f"hazard ratio {escape(text)}")
        if is_number(record["p_value"]):
            parts.append(escape(p_phrase(record["p_value"])))
    if record["note"]:
        parts.append(escape(record["note"]))
    return "<br>".join(parts)


def finding(result: Timing) -> str:
    """Whether an early start goes with fewer infections than a late one, of which kind."""
    rows = result.rows[(result.rows["model"] == EARLY_AGAINST_LATE).to_numpy()].to_dict("records")
    known = [row for row in rows if ratio_text(row)]
    if not known:
        return f"A start by day {result.grace} cannot be compared with a later one"
    apart = [row for row in known if _side(row)]
    if not apart:
        shown = "; ".join(f"{_short(row['outcome'])} {ratio_text(row)}" for row in known)
        return f"No clear difference between a start by day {result.grace} and a later one: hazard ratio {shown}"
    heads = []
    for side in ("fewer", "more"):
        mine = [row for row in apart if _side(row) == side]
        if mine:
            found = listed([f"{PLURAL[row['outcome']]} (hazard ratio {ratio_text(row)})" for row in mine])
            heads.append(f"{side} {found}")
    text = f"{' but '.join(heads)} after a start by day {result.grace} than after a later one"
    return f"{text[0].upper()}{text[1:]}; who starts when is not by chance"


def _short(outcome: str) -> str:
    return {ANY: "any infection", BACTERIAL: "bacterial", VIRAL: "viral"}[outcome]


def _side(row: Mapping[str, Any]) -> str:
    if is_number(row["ci_high"]) and row["ci_high"] < 1:
        return "fewer"
    return "more" if is_number(row["ci_low"]) and row["ci_low"] > 1 else ""


def detail(result: Timing) -> str:
    """Patients and infections behind the ratios."""
    model = result.rows[((result.rows["outcome"] == ANY) & (result.rows["model"] == EARLY)).to_numpy()].iloc[0]
    early, late = result.starters
    return (
        f"{counted(model['patients'], 'patient')}, {count(model['events'])} with an infection; {count(early)} started "
        f"by day {result.grace}, {count(late)} later; first infections, 95 % intervals"
    )  # fmt: skip


def alt(result: Timing) -> str:
    """The plot in words."""
    return f"Forest plot of hazard ratios of an early and a late start of IVIG. {finding(result)}. {detail(result)}."
