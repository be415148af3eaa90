"""Ratio of two Poisson rates with its exact interval: for checks that compare times, not patients with themselves."""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.special import betaincinv

ALPHA = 0.05


class RateRatio(NamedTuple):
    """Ratio with its 95 % limits: 0 or infinite where one side has no event, NaN where neither has, or no time."""

    irr: float
    ci_low: float
    ci_high: float


def rate_ratio(events: int, time: float, other_events: int, other_time: float) -> RateRatio:
    """Rate of `events` in `time` against that of `other_events` in `other_time`.

    Given the sum of events, those of the first time are binomial; its Clopper–Pearson limits p give p/(1 − p) × other
    time/time (Lehmann & Romano, Testing Statistical Hypotheses, 3rd ed., 4.5; R's `poisson.test`).
    """
    total = events + other_events
    if not total or not time or not other_time:
        return RateRatio(math.nan, math.nan, math.nan)
    scale = other_time / time
    low = float(betaincinv(events, other_events + 1, ALPHA / 2)) if events else 0.0
    high = float(betaincinv(events + 1, other_events, 1 - ALPHA / 2)) if other_events else 1.0
    ratio = events / other_events * scale if other_events else math.inf
    return RateRatio(ratio, scale * low / (1 - low), scale * high / (1 - high) if other_events else math.inf)
