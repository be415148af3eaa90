"""Mean number of infections per patient where death ends the risk of more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.intervals import Z
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.estimate.rates.terminal.followed import Followed, Scores, Steps, summed_products

VANISHING = 1e-6
COLUMNS = ("time", "at_risk", "infections", "deaths", "left", "alive", "mean", "se", "ci_low", "ci_high")


def mean_with_death(of: Followed) -> pd.DataFrame:
    """Mean cumulative number of infections with death as the end of all risk (Ghosh & Lin, Biometrics 2000;56:554).

    μ(t) = Σ_{s≤t} S(s⁻) d(s)/Y(s): infections among those at risk on day s, times the Kaplan–Meier share of patients
    who live to see that day. It is the number of infections that a patient has had by day t on average, the dead with
    what they had; never above the curve that takes death as censoring, and equal to it where nobody dies.

    Variance: patients are the independent units, Σ_i ψ_i(t)² with
    ψ_i(t) = Σ_{s≤t} {S(s⁻)/Y(s) dM_i(s) − [μ(t) − μ(s)]/(Y(s) − d_D(s)) dM_i^D(s)}, M_i and M_i^D the counts of
    infections and of death less what is expected of one at risk: the derivative of the estimate by the weight of a
    patient (infinitesimal jackknife). Ghosh & Lin, and R `mets`, have Y in the place of Y − d_D, which is smaller where
    few are at risk. 95 % limits on the log scale; none before the first infection, nor with fewer than 5 patients at
    risk, nor where patients do not differ at all.

    Returns `COLUMNS`, a row for every day with an infection and every last day of a patient: `time` in days, `at_risk`
    on it, `infections`, `deaths` and patients who `left` on it, `alive` the share who live to see it.
    """
    steps = of.steps
    mean = np.cumsum(steps.alive * steps.infections / steps.at_risk)
    se = np.sqrt(np.maximum(_variance(of, steps, mean), 0))
    known = (mean > 0) & (steps.at_risk >= FEWEST_CLUSTERS) & (se > VANISHING * mean)
    reach = np.exp(Z * np.divide(se, mean, out=np.full(len(mean), np.nan), where=known))
    return pd.DataFrame(
        {
            "time": steps.times,
            "at_risk": steps.at_risk,
            "infections": steps.infections,
            "deaths": steps.deaths,
            "left": steps.left,
            "alive": steps.alive,
            "mean": mean,
            "se": se,
            "ci_low": mean / reach,
            "ci_high": mean * reach,
        }
    )


def parts_of(of: Followed, steps: Steps, level: np.ndarray, counted: bool = True) -> tuple[Scores, Scores]:
    """The two processes whose difference is the influence of a patient, B_i(t) − level(t) C_i(t).

    C has the deaths, each 1/(Y − d); B has them times `level` at their time and, where the infections are `counted`,
    these as S/Y.
    """
    dead = np.flatnonzero(of.died)
    at = np.concatenate([steps.at, steps.last[dead]])
    patient = np.concatenate([of.patient, dead])
    infection = steps.alive / steps.at_risk if counted else np.zeros(len(steps.times))
    death = steps.pull
    own = np.concatenate([infection[steps.at], (level * death)[steps.last[dead]]])
    only = np.concatenate([np.zeros(len(steps.at)), death[steps.last[dead]]])
    expected = infection * steps.infections / steps.at_risk
    dying = death * steps.deaths / steps.at_risk
    return (
        Scores(at, patient, own, np.cumsum(expected + level * dying)),
        Scores(at, patient, only, np.cumsum(dying)),
    )


def _variance(of: Followed, steps: Steps, mean: np.ndarray) -> np.ndarray:
    both, deaths = parts_of(of, steps, mean)
    crossed = (summed_products(*pair, steps.last) for pair in ((both, both), (both, deaths), (deaths, deaths)))
    square, mixed, dying = crossed
    return square - 2 * mean * mixed + mean**2 * dying
