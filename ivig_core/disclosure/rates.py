"""Rates by period, rate ratios and subgroups as they are shared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ivig_core.disclosure.parts import tells_a_part
from ivig_core.disclosure.ratio import Counts, SharedRatio, shared_ratio
from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.estimate.intervals import ALPHA, Z, likelihood_ratio_p
from ivig_core.estimate.rates.interaction import FOREST_COLUMNS, OVERALL
from ivig_core.estimate.rates.rates import DAYS_PER_YEAR, RATE_COLUMNS, exact_interval
from ivig_core.estimate.result import RATIO_COLUMNS
from ivig_core.numbers import OK
from ivig_core.study.rates.factors import IGG_BEFORE
from ivig_core.terms import IGG_UNKNOWN, OBSERVATION, REFERENCE

WALD, ENDS = "wald", ("low", "high")
OTHER = "other"
SIDES = ("infections_on", "infections_off")
NUMBERS = ("irr", "ci_low", "ci_high", "p_value")


def shared_rates(rates: pd.DataFrame, rule: Rule, treated: int, everybody: int) -> pd.DataFrame:
    """Rates by period (`RATE_COLUMNS`) of the rounded infections and days, both intervals with them.

    A period with few patients or infections keeps its name. How much more infections vary between patients than chance,
    which makes the robust interval wider, is told to one decimal. `treated` and `everybody`: exact numbers of patients;
    where the untreated ones would tell how few the treated are, their period is withheld.
    """
    told = tells_a_part(rule, [treated, everybody - treated])
    rows = [
        {**row, "patients": math.nan} if told and row["period"] == REFERENCE else row
        for row in rates.to_dict("records")
    ]
    return table_of([_rate(row, rule) for row in rows], RATE_COLUMNS)


def _rate(row: Mapping[str, Any], rule: Rule) -> dict[str, object]:
    small = rule.small(row["patients"], row["infections"])
    told = {
        "period": row["period"],
        "label": row["label"],
        "patients": rule.count(row["patients"]),
        "infections": rule.count(math.nan if rule.small(row["patients"]) else row["infections"]),
        "person_days": rule.days(row["person_days"], row["patients"]),
        **dict.fromkeys(RATE_COLUMNS[5:], math.nan),
    }
    if small:
        return told
    patients, count = rule.rounded(row["patients"]), rule.rounded(row["infections"])
    years = float(told["person_days"]) / DAYS_PER_YEAR
    exact = exact_interval(count, years)
    robust = _robust(row, patients, count, years) or exact
    chosen = robust if row["ci_high"] == row["robust_high"] else exact
    named = {"exact": exact, "robust": robust, "ci": chosen}
    limits = {f"{name}_{side}": value for name, both in named.items() for side, value in zip(ENDS, both, strict=True)}
    return {**told, "rate": count / years, **limits}


def _robust(row: Mapping[str, Any], patients: int, count: int, years: float) -> tuple[float, float] | None:
    """The interval by patient of the rounded rate; None where the exact one stands for it."""
    if row["robust_high"] == row["exact_high"]:
        return None
    more = more_than_chance(row["robust_low"], row["robust_high"], row["patients"], row["infections"])
    return wider(count, years, patients, more)


def more_than_chance(low: float, high: float, patients: int, count: int) -> float:
    """How many times the variance of an interval by patient is that of chance, to one decimal."""
    reach = math.log(high / low) / 2
    return max(round((reach / stdtrit(patients - 1, 1 - ALPHA / 2)) ** 2 * count, 1), 1.0)


def wider(count: int, years: float, patients: int, more: float) -> tuple[float, float]:
    """The interval by patient of a rate whose variance is `more` times that of chance."""
    reach = stdtrit(patients - 1, 1 - ALPHA / 2) * math.sqrt(more / count)
    return count / years * math.exp(-reach), count / years * math.exp(reach)


def treated_events(rates: pd.DataFrame) -> list[int]:
    """Exact infections of every period of the treated patients."""
    return rates.loc[rates["period"] != REFERENCE, "infections"].tolist()


def events_by_period(rates: pd.DataFrame | None) -> dict[str, object]:
    """Exact infections of every period, for the ratios that rest on them."""
    return {} if rates is None else dict(zip(rates["period"], rates["infections"], strict=True))


def shared_ratios(ratios: pd.DataFrame, rates: pd.DataFrame | None, rule: Rule) -> pd.DataFrame:
    """Rate ratios (`RATIO_COLUMNS`) of the periods in the exact `rates`.

    The other terms, of what is adjusted for, have no infections of their own in any table: their rows say so. A row
    without a ratio has no counts: with those of the rates they would tell what is withheld.
    """
    events = events_by_period(rates)
    return table_of([_ratio(row, events, rule) for row in ratios.to_dict("records")], RATIO_COLUMNS)


def _ratio(row: Mapping[str, Any], events: Mapping[str, object], rule: Rule) -> dict[str, object]:
    counts = {name: row[name] for name in RATIO_COLUMNS if "patients" in name or name == "infections"}
    sides = Counts(events.get(row["term"]), events.get(OBSERVATION))
    found = shared_ratio(rule, row["status"], row["irr"], row["ci_low"], row["ci_high"], sides, *counts.values())
    known = {"log_irr": found.log_ratio, "se": found.se, "ci_method": WALD if found.status == OK else None}
    hidden = {name: rule.count(value if found.status == OK else math.nan) for name, value in counts.items()}
    return {"model": row["model"], "term": row["term"], **as_columns(found), **known, **hidden}


def shared_forest(forest: pd.DataFrame, rule: Rule, more: tuple[str, ...] = ()) -> pd.DataFrame:
    """Subgroups (`FOREST_COLUMNS`), and the columns `more` of names and counts that key rows have.

    p for interaction is that of the ratios shown (Cochran's Q), where every known level has one. A factor whose levels
    and the whole would together give a small count back is left out; for IgG before the first dose also with the levels
    that key rows put together.
    """
    rows = [_level(row, rule, more) for row in forest.to_dict("records")]
    table = table_of(rows, (*FOREST_COLUMNS, *more))
    if more:
        return table
    kept = np.ones(len(table), bool)
    most = forest["patients"].max()
    for factor, part in forest.groupby("factor", sort=False):
        mine = (table["factor"] == factor).to_numpy(bool)
        tested = mine & (table["level"] != IGG_UNKNOWN).to_numpy(bool)
        table.loc[tested, "p_interaction"] = _interaction(table[tested])
        # Levels of days overlap: their patients are no parts of all.
        parts = SIDES if part["patients"].sum() > most else (*SIDES, "patients")
        sums = [counts for name in parts for counts in _sums(part, name)]
        if factor != OVERALL and any(tells_a_part(rule, counts) for counts in sums):
            kept &= ~mine
    return table[kept].reset_index(drop=True)


def _sums(levels: pd.DataFrame, name: str) -> list[list[float]]:
    """Counts of levels whose sums are shared somewhere: all of them, and of IgG those below and from a cut-off on."""
    whole = levels[name].tolist()
    if levels["factor"].iloc[0] != IGG_BEFORE:
        return [whole]
    known = levels.loc[levels["level"] != IGG_UNKNOWN, name].tolist()
    return [whole, *(part for at in range(1, len(known)) for part in (known[:at], known[at:]))]


def _level(row: Mapping[str, Any], rule: Rule, more: tuple[str, ...]) -> dict[str, object]:
    found = shared_ratio(
        rule, row["status"], row["irr"], row["ci_low"], row["ci_high"], Counts(*(row[name] for name in SIDES)),
        row["patients"],
    )  # fmt: skip
    few = rule.small(row["patients"])
    return {
        "factor": row["factor"],
        "level": row["level"],
        "patients": rule.count(row["patients"]),
        **{name: rule.count(math.nan if few else row[name]) for name in SIDES},
        **{name: rule.days(row[name], row["patients"]) for name in ("person_days_on", "person_days_off")},
        **as_columns(found),
        "p_interaction": math.nan,
        **{name: row[name] if name == OTHER else _beside(row, name, rule) for name in more},
    }


def _beside(row: Mapping[str, Any], name: str, rule: Rule) -> object:
    """Infections of what a level is compared with; withheld where they would tell those of the level."""
    parts = [row[name.replace(OTHER, "infections")], row[name]]
    return rule.beside if tells_a_part(rule, parts) else rule.count(row[name])


def _interaction(rows: pd.DataFrame) -> float:
    """Whether the ratios shown differ: Σ w (b − b̄)² against χ², w = 1 / SE²; NaN where a level has none."""
    if len(rows) < 2 or not (rows["status"] == OK).all():
        return math.nan
    log_ratio = np.log(rows["irr"].to_numpy(float))
    low, high = (np.log(rows[name].to_numpy(float)) for name in ("ci_low", "ci_high"))
    weight = (2 * Z / (high - low)) ** 2
    centre = (weight * log_ratio).sum() / weight.sum()
    return likelihood_ratio_p(float((weight * (log_ratio - centre) ** 2).sum()), len(rows) - 1)


def as_columns(found: SharedRatio) -> dict[str, object]:
    """The columns that tables of rate ratios have in common."""
    numbers = dict(zip(NUMBERS, (found.ratio, found.low, found.high, found.p_value), strict=True))
    return {"status": found.status, **numbers, "note": found.note}
