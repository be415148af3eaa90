"""The one limit of a hazard ratio that is 0 or ∞ because one of its two sides has no event."""

from __future__ import annotations

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import NO_EXPOSED
from ivig_core.estimate.cox.partial import LikelihoodOf, PartialLikelihood
from ivig_core.estimate.cox.screen import CoxScreen
from ivig_core.estimate.intervals import CHI2, REACH, likelihood_ratio_p
from ivig_core.estimate.likelihood import Maximum, maximise
from ivig_core.lazy import library

optimize = library("scipy.optimize")


def one_sided(
    screen: CoxScreen, term: str, top: Maximum, of: LikelihoodOf = PartialLikelihood
) -> tuple[float, float] | None:
    """Limit of the hazard ratio of `term` from the profile likelihood, and p of the likelihood ratio against 1.

    With l(b) the partial likelihood (`of` makes it), largest over the other terms, when the log hazard on the empty
    side is b above the other, and l(−∞) its supremum: 2 [l(−∞) − l(b)] = 3.84. An upper limit where the level of the
    term is empty, a lower one where its reference is (then −b is the log hazard ratio). None where the rows of the
    empty side are at risk at no event, so that they say nothing.
    """
    risk, X, side = screen.with_empty(term)
    start = top.beta

    def drop(b: float) -> float:
        return 2 * (top.value - maximise([of(risk, X, b * side)], start).value)

    try:
        low, high = -1.0, 1.0
        while drop(high) < CHI2:
            high *= 2
            if high > REACH:
                return None
        # Towards −∞ the drop falls to 0.
        while drop(low) > CHI2:
            low *= 2
        b = optimize.brentq(lambda b: drop(b) - CHI2, low, high, xtol=1e-10)
        p = likelihood_ratio_p(drop(0.0))
    except EstimationError:
        return None
    return float(np.exp(b if screen.status[term] == NO_EXPOSED else -b)), p
