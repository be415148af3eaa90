"""What a forest plot says of a family of tests: which the protocol named, and p adjusted for how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ivig_core.figures.words import is_number, p_phrase, p_value
from ivig_core.study.rates.multiplicity import PROTOCOL
from ivig_core.terms import NAMED_BY_STUDIES

FAMILY, ADJUSTED = "family", "p_adjusted"


class Test(NamedTuple):
    """What is compared, p, and p adjusted for how many were; None or NaN where that is not known."""

    name: str
    p: float
    adjusted: float | None

    @property
    def words(self) -> str:
        """`p = 0.021, adjusted 0.12`."""
        return p_phrase(self.p) + (f", adjusted {p_value(self.adjusted)}" if is_number(self.adjusted) else "")


def prespecified(table: pd.DataFrame) -> frozenset[str]:
    """Factors of the protocol; rows that earlier studies named are none, also where they are of such a factor."""
    if FAMILY not in table:
        return frozenset()
    return frozenset(table.loc[(table[FAMILY] == PROTOCOL).to_numpy(bool), "factor"]) - {NAMED_BY_STUDIES}


def block_name(factors: Sequence[str], place: int, fixed: frozenset[str]) -> str:
    """What stands above a factor that begins another part of the plot."""
    before = factors[place - 1] if place else None
    if factors[place] in fixed:
        return "" if before in fixed else "Prespecified in the protocol"
    if before in fixed:
        return "Exploratory"
    return "Other subgroups" if before == NAMED_BY_STUDIES and not fixed else ""


def adjusted(record: Mapping[str, Any]) -> str:
    """p of whether levels differ, adjusted for how many were looked at; empty where that is not known."""
    value = record.get(ADJUSTED)
    return p_value(value) if is_number(value) else ""
