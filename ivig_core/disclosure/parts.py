"""Whether the parts of a whole, hidden each by itself, together give one of them back."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ivig_core.disclosure.rule import Rule

FEWEST_POSSIBLE = 3
"""A withheld count has to leave so many possible values."""


def tells_a_part(rule: Rule, parts: Sequence[float]) -> bool:
    """Whether the parts and their sum, as they are shared, leave fewer than 3 possible values of a withheld part.

    19 = 12 + 7 is shared as 20, 10 and ≤ 7: only 6 and 7 are left. Rounding alone leaves at least so many values of
    a difference as it is apart.
    """
    counts = [int(part) for part in parts if not math.isnan(part)]
    limits = [rule.possible(count) for count in counts]
    low, high = (sum(limit[end] for limit in limits) for end in (0, 1))
    least, most = rule.possible(sum(counts))
    for count, (own_low, own_high) in zip(counts, limits, strict=True):
        if count > rule.threshold:
            continue
        from_ = max(own_low, least - (high - own_high))
        to = min(own_high, most - (low - own_low))
        if to - from_ + 1 < FEWEST_POSSIBLE:
            return True
    return False
