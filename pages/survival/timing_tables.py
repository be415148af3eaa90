"""Tables of an early or late start of IVIG in words. Numbers are only written out here, never computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ivig_core.figures.groups import variable_name
from ivig_core.figures.survival.start_strategies_words import MONTHS, difference_text, strategy_name, with_interval
from ivig_core.figures.survival.timing_words import DAYS_PER_YEAR, OUTCOMES, SAME_DAYS, SIDES, contrast_name, ratio_text
from ivig_core.figures.words import ABSENT, is_number, lower, p_value
from ivig_core.study.survival.clone_censor import RISK, CloneCensor
from ivig_core.study.survival.clone_covariates import EARLIER_INFECTION
from ivig_core.study.survival.timing import Timing
from ivig_core.terms import PROGRESSIVE, label

AFTER = "_after"
"""End of the names of counts on days after an early start only."""
NOT_OBSERVED = "not observed so long"


def ratios_table(result: Timing) -> pd.DataFrame:
    """Every contrast of every outcome; counts are those of the two states and of the days compared."""
    records = result.rows.to_dict("records")
    states = result.states.set_index(["outcome", "state"])
    sides = [
        ([states.loc[(row["outcome"], side)] for side in SIDES[row["model"]]], AFTER * (row["model"] == SAME_DAYS))
        for row in records
    ]
    return pd.DataFrame(
        {
            "First": [OUTCOMES[row["outcome"]] for row in records],
            "Compared": [contrast_name(row["model"], result.grace) for row in records],
            "Infections": [" / ".join(f"{side[f'events{part}']:,}" for side in pair) for pair, part in sides],
            "Patient-years": [" / ".join(_years(side[f"person_days{part}"]) for side in pair) for pair, part in sides],
            "Hazard ratio (95 % interval)": [ratio_text(row) or ABSENT for row in records],
            "p": [p_value(row["p_value"]) if ratio_text(row) else ABSENT for row in records],
        }
    )  # fmt: skip


def _years(days: int) -> str:
    return f"{days / DAYS_PER_YEAR:,.1f}"


def emulation_table(found: Mapping[str, CloneCensor]) -> pd.DataFrame:
    """Risks and days lost under both strategies, by outcome."""
    rows = [_row(result, row) for result in found.values() for row in result.contrasts.to_dict("records")]
    return pd.DataFrame(rows)


def _row(result: CloneCensor, row: Mapping[str, Any]) -> dict[str, str]:
    names = [strategy_name(result, name) for name in result.strategies]
    kind = "Infection or death" if result.composite else OUTCOMES[result.outcome]
    if row["quantity"] == RISK:
        what, value, difference = f"Risk by month {MONTHS[row['day']]}", with_interval, difference_text
    else:
        what, value, difference = f"Days lost by day {row['day']}", _days, _more_days
    early = value(row["early"], row["early_low"], row["early_high"])
    other = value(row["other"], row["other_low"], row["other_high"])
    between = difference(row["ci_low"], row["difference"], row["ci_high"])
    return {
        "First": kind, "Compared": what,
        names[0]: early if is_number(row["early"]) else NOT_OBSERVED,
        names[1]: other if is_number(row["other"]) else NOT_OBSERVED,
        "Difference (95 % interval)": between if is_number(row["difference"]) else ABSENT,
    }  # fmt: skip


def _days(value: float, low: float, high: float) -> str:
    return f"{value:.0f} ({low:.0f} to {high:.0f})" if is_number(low) else f"{value:.0f}"


def _more_days(low: float, value: float, high: float) -> str:
    return f"{_signed(value)} ({_signed(low)} to {_signed(high)})" if is_number(low) else _signed(value)


def _signed(days: float) -> str:
    text = f"{abs(days):.0f}"
    return text if text == "0" else f"{'−' if days < 0 else '+'}{text}"


def covariate_words(names: Sequence[str]) -> list[str]:
    """What the covariates of the weights are called inside a sentence."""
    own = {EARLIER_INFECTION: "an earlier infection of any kind", "igg": "functional IgG below 400 mg/dL or not known"}
    return [own.get(name) or lower(label(name) if name == PROGRESSIVE else variable_name(name)) for name in names]
