"""A hidden cause and wrong records in words. Numbers are only written out here, never computed."""

from __future__ import annotations

import math

import pandas as pd

from ivig_core.figures.words import NO_REFERENCE, OK, estimate, percent, ratio
from ivig_core.study.trust.hidden_cause import LANDMARK_HR, RATE, VARYING_HR, HiddenCause

QUANTITY = {LANDMARK_HR: "Hazard ratio, IVIG by the landmark", VARYING_HR: "Hazard ratio, a day on IVIG"}
STRENGTH, LIMIT = "Factor needed", "for the limit"

NO_RATE = "There is no rate ratio to explain away; the hazard ratios are of the event of “Infection-free survival”."


def strength_table(rows: pd.DataFrame) -> pd.DataFrame:
    """E-values beside the ratios that they are of."""
    return pd.DataFrame(
        {
            "Ratio": [_name(row.quantity, row.label) for row in rows.itertuples()],
            "with its 95 % interval": [
                estimate(NO_REFERENCE if math.isinf(row.ratio) else OK, row.ratio, row.ci_low, row.ci_high)
                for row in rows.itertuples()
            ],
            STRENGTH: [_factor(value) for value in rows["e_value"]],
            LIMIT: ["none: holds 1" if value == 1 else _factor(value) for value in rows["e_value_limit"]],
        }
    )


def strength_sentence(found: HiddenCause) -> str:
    """What the E-value of the first ratio says, and which rule about the first dose needs least; empty without one."""
    if found.strength.empty:
        return ""
    row = found.strength.iloc[0]
    if row["quantity"] != RATE:
        return NO_RATE
    limit = "its interval holds 1 as it is"
    if row["e_value_limit"] > 1:
        limit = f"of {_factor(row['e_value_limit'])} for its interval to reach 1"
    ratio_words = ratio(row["ratio"]) if math.isfinite(row["ratio"]) else "∞"
    return (
        f"To explain the ratio of {ratio_words} away, something not recorded would have to be tied to IVIG and to "
        f"infections by a factor of {_factor(row['e_value'])} each, at least; {limit}.{_weakest(found)}"
    )


def _weakest(found: HiddenCause) -> str:
    """The rule about the first dose that needs least for its interval to reach 1, where that is not the first ratio."""
    rates = found.strength[(found.strength["quantity"] == RATE).to_numpy(bool)]
    if rates.empty:
        return ""
    first, least = found.strength["e_value_limit"].iloc[0], rates.loc[rates["e_value_limit"].idxmin()]
    if not least["e_value_limit"] < first:
        return ""
    which = "of all days" if least["label"] == "all days" else least["label"]
    if least["e_value_limit"] > 1:
        return f" For the ratio {which}, {_factor(least['e_value_limit'])} is enough for that."
    return f" The interval of the ratio {which} holds 1 as it is."


def records_sentence(found: HiddenCause) -> str:
    """How wrong the records would have to be, or why that is not asked."""
    if found.records is None:
        return found.reason
    missed, moved, covered = found.records.missed, found.records.moved, found.records.covered
    ways = [
        text
        for share, text in (
            (missed, "{} of the infections on IVIG were missing from the file"),
            (moved, "{} of the infections off IVIG in truth lay on it"),
            (covered, "doses given elsewhere had covered {} of the infections off IVIG"),
        )
        if share is not None and share < 1
        for text in [text.format(percent(share))]
    ]
    *rest, last = ways
    whose = f" of {ratio(found.strength['ratio'].iloc[0])}" if len(found.strength) else ""
    return f"The interval{whose} would reach 1 if {', if '.join(rest)}{', or if ' if rest else ''}{last}."


def _name(quantity: str, label: str) -> str:
    return f"Rate ratio, {label}" if quantity == RATE else QUANTITY[quantity]


def _factor(value: float) -> str:
    return ratio(value) if math.isfinite(value) else "∞"
