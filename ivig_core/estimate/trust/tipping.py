"""How many records would have to be wrong until the interval of the rate ratio reaches 1."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ivig_core.estimate.cells import Cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.lazy import library
from ivig_core.terms import ON

optimize = library("scipy.optimize")

MOST, FAR = 1 - 1e-6, 10.0
"""The largest share looked at, and what a limit counts as that does not exist because nothing is left off IVIG."""


@dataclass(frozen=True)
class Tipping:
    """Shares (0 to 1) at which the upper limit is 1; None where not even all of them would bring it there.

    `missed`: of the infections on IVIG, that the records lack. `moved`: of the infections off IVIG of patients with
    days both on and off, that in truth lie on IVIG. `covered`: of the same infections, that a dose given elsewhere had
    covered, whose days then count as on IVIG too. All 0 where the interval reaches 1 as it is.
    """

    missed: float | None
    moved: float | None
    covered: float | None


def tipping(data: Cells, ci_method: str, window_days: int) -> Tipping:
    """The three shares for the case series of `data`, whose first factor is the exposure with `on_ivig` as one term.

    An infection that is moved is shared out over the patient's days on IVIG, and the model is fitted to these expected
    counts: the same fit as the headline, searched for the share at which its upper limit is 1. What the records lack
    of infections on IVIG at random divides the ratio and both limits by the share that is kept. `window_days`: days
    that a dose covers after its own.

    Raises
    ------
    ValueError
        where the ratio has no interval below 1 to begin with: nothing can tip.
    """
    now = _upper(data, ci_method)
    if not math.isfinite(now):
        raise ValueError("the ratio has no upper limit")
    if now >= 1:
        return Tipping(0.0, 0.0, 0.0)
    return Tipping(
        missed=1 - now,
        moved=_share(lambda share: _upper(moved(data, share), ci_method)),
        covered=_share(lambda share: _upper(moved(data, share, window_days + 1), ci_method)),
    )


def moved(data: Cells, share: float, days_each: int = 0) -> Cells:
    """Expected counts where a share of each patient's infections off IVIG lies on IVIG, with `days_each` of the days
    off for each of them, as far as there are that many."""
    on, off = data.codes[:, 0] == data.factors[0][1].index(ON) + 1, data.codes[:, 0] == 0
    days_on = data.totals(data.days * on)[data.stratum]
    both = (days_on > 0) & (data.totals(data.days * off)[data.stratum] > 0)
    part_on = np.divide(data.days, days_on, out=np.zeros(len(data.days)), where=on & both)
    gone = data.infections * (off & both) * share
    gone_days = np.minimum(gone * days_each, data.days * share)
    return replace(
        data,
        infections=data.infections - gone + part_on * data.totals(gone)[data.stratum],
        days=data.days - gone_days + part_on * data.totals(gone_days)[data.stratum],
    )


def _upper(data: Cells, ci_method: str) -> float:
    row = ratio_rows(data, "sccs", ci_method, (ON,))[0]
    return math.nan if row.ci_high is None else float(row.ci_high)


def _share(upper: Callable[[float], float]) -> float | None:
    """The share at which the limit crosses 1, from none (below 1) on."""

    def above(share: float) -> float:
        limit = upper(share)
        return (min(limit, FAR) if math.isfinite(limit) else FAR) - 1

    return None if above(MOST) < 0 else float(optimize.brentq(above, 0.0, MOST, xtol=1e-5))
