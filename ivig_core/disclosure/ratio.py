"""A ratio as it is shared: moved as its rounded counts move it, with an interval that gives no count back."""

from __future__ import annotations

import math
from typing import NamedTuple

from ivig_core.disclosure.rule import Rule
from ivig_core.estimate.intervals import Z, wald
from ivig_core.numbers import OK, WITHHELD, is_number

SMALL_RATIO = 0.1
"""Below this a ratio has two digits, from it on two decimals."""
TOLD = ("not_identified", "no_convergence", "not_recorded", "not_applicable")
"""Reasons for having no ratio that say nothing of a cell; the others would say that it is empty."""


class Counts(NamedTuple):
    """Events on either side of a ratio, exact."""

    on: object
    off: object


class SharedRatio(NamedTuple):
    """A ratio as it is shared; NaN where it is not, then `note` says why. All follows from `ratio` and `se`, which are
    rounded."""

    status: str
    ratio: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p_value: float = math.nan
    se: float = math.nan
    note: str = ""

    @property
    def log_ratio(self) -> float:
        return math.log(self.ratio) if is_number(self.ratio) else math.nan


def shared_ratio(
    rule: Rule, status: str, ratio: object, low: object, high: object, sides: Counts, *counts: object
) -> SharedRatio:
    """A ratio with its 95 % interval, from the exact one.

    `sides`: the events on both sides; `counts`: whatever else it rests on. Where one of them is small, no ratio.

    The ratio is multiplied by what rounding does to the ratio of the two counts, so that a crude ratio is exactly that
    of the rounded counts; the interval is wider by as much as it can have been moved, so that it holds the exact one.
    """
    if rule.small(*sides, *counts):
        return withheld(rule, status)
    on, off = (_told(rule, int(count)) for count in sides)  # type: ignore[call-overload]
    moved = on.shown / on.exact * off.exact / off.shown
    reach = max(on.down + off.up, on.up + off.down)
    return by_information(rule, status, ratio, low, high, moved, reach)


def by_information(
    rule: Rule, status: str, ratio: object, low: object, high: object, moved: float = 1.0, reach: float = 0.0
) -> SharedRatio:
    """As `shared_ratio` where the events of either side are not known.

    The interval is told by the information in it, 1 / SE², in units of events: of a ratio between two levels no more
    than the events of either. Like a count it has to be more than the threshold and is rounded, downwards, so that no
    interval is narrower than the exact one. `reach`: how far `moved` can lie from 1, on the log scale.
    """
    if status != OK or not (is_number(ratio) and is_number(low) and is_number(high) and 0 < low < high):
        return withheld(rule, status)
    information = (2 * Z / math.log(high / low)) ** 2
    if information <= rule.threshold:
        return withheld(rule, status)
    told = max(math.floor(information / rule.rounding) * rule.rounding, min(rule.rounding, rule.threshold))
    return from_error(ratio * moved, told**-0.5, reach)


def from_error(ratio: float, se: float, reach: float = 0.0) -> SharedRatio:
    """A ratio rounded to two decimals (two digits below 0.1), with the interval of a standard error of its log that is
    widened by the rounding of the ratio and by `reach`, and the p-value that goes with it."""
    value = two_digits(ratio) if ratio < SMALL_RATIO else round(ratio, 2)
    unit = 10.0 ** (math.floor(math.log10(value)) - 1) if value < SMALL_RATIO else 0.01
    wider = se + (reach - math.log(1 - unit / 2 / value)) / Z
    low, high, p = wald(math.log(value), wider)
    return SharedRatio(OK, value, math.exp(low), math.exp(high), p, wider)


class _Told(NamedTuple):
    """A count, as it is shown, and how far below and above that it can be on the log scale."""

    exact: int
    shown: int
    down: float
    up: float


def _told(rule: Rule, count: int) -> _Told:
    shown, (low, high) = rule.rounded(count), rule.possible(count)
    return _Told(count, shown, math.log(shown / low), math.log(high / shown))


def withheld(rule: Rule, status: str) -> SharedRatio:
    """No ratio; a status that tells of an empty cell is not told."""
    return SharedRatio(status) if status in TOLD else SharedRatio(WITHHELD, note=rule.reason)


def two_digits(value: float) -> float:
    """Two significant digits; NaN stays."""
    return float(f"{value:.2g}")
