"""A shared ratio: never clearer than the exact one, moved as its counts are, the same for counts that look alike."""

from __future__ import annotations

import math
from itertools import product

import pytest

from ivig_core.disclosure import Rule
from ivig_core.disclosure.ratio import Counts, SharedRatio, by_information, shared_ratio
from ivig_core.estimate.intervals import Z
from ivig_core.numbers import is_number

DAYS = 3.0
"""Days off IVIG per day on it."""


def crude(on: int, off: int) -> tuple[float, float, float]:
    """The ratio of two rates with its Wald interval."""
    ratio, se = on / off * DAYS, math.sqrt(1 / on + 1 / off)
    return ratio, ratio * math.exp(-Z * se), ratio * math.exp(Z * se)


def told(rule: Rule, on: int, off: int) -> SharedRatio:
    return shared_ratio(rule, "ok", *crude(on, off), Counts(on, off))


@pytest.mark.parametrize("rule", [Rule(), Rule(3, 5), Rule(10, 10), Rule(5, 3)])
def test_over_all_counts_nothing_small_is_told_and_nothing_is_clearer_than_it_is(rule):
    """Every pair of counts: what looks alike leaves several counts on either side, and the interval holds the exact."""
    alike: dict[SharedRatio, set[tuple[int, int]]] = {}
    for on, off in product(range(1, 50), repeat=2):
        found = told(rule, on, off)
        if not is_number(found.ratio):
            assert found.status == "withheld"
            continue
        assert min(on, off) > rule.threshold
        _, low, high = crude(on, off)
        assert found.low <= low
        assert found.high >= high
        assert found.ratio == pytest.approx(rule.rounded(on) / rule.rounded(off) * DAYS, abs=0.006)
        alike.setdefault(found, set()).add((on, off))
    assert len(alike) > 20
    whole = {key: pairs for key, pairs in alike.items() if max(max(pair) for pair in pairs) < 42}
    # A ratio is that of the rounded counts: what it adds is the information, which leaves several pairs.
    assert sum(len(pairs) > 1 for pairs in whole.values()) > 0.9 * len(whole)
    assert any(len({on for on, _ in pairs}) > 1 and len({off for _, off in pairs}) > 1 for pairs in whole.values())


def test_information_of_no_more_than_the_threshold_is_too_little():
    """Information is never more than the events on either side."""
    rule = Rule()
    for information, known in ((6.99, False), (7.5, True), (100.0, True)):
        reach = Z / math.sqrt(information)
        found = by_information(rule, "ok", 1.5, 1.5 * math.exp(-reach), 1.5 * math.exp(reach))
        assert is_number(found.ratio) is known


@pytest.mark.parametrize("status", ["no_events_exposed", "no_events_reference", "no_contrast", "no_days", "anything"])
def test_a_status_that_tells_of_an_empty_cell_is_not_told(status):
    found = shared_ratio(Rule(), status, 0.0, 0.0, 0.5, Counts(0, 40))
    assert (found.status, found.ratio, found.note) == ("withheld", pytest.approx(math.nan, nan_ok=True), Rule().reason)
