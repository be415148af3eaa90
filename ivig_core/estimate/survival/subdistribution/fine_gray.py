"""Fine and Gray's regression: hazard ratios of the share of patients with the event, death competing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ivig_core.estimate.cox.data import Covariate, rows_from_start
from ivig_core.estimate.cox.partial import PartialLikelihood
from ivig_core.estimate.cox.regression import CoxFit, cox_model
from ivig_core.estimate.rates.counting import RiskSets, risk_sets
from ivig_core.estimate.survival.subdistribution.likelihood import Followed, Subdistribution
from ivig_core.estimate.survival.times import CENSORED, OF_INTEREST


def fine_gray(
    model: str,
    patient: np.ndarray,
    time: np.ndarray,
    cause: np.ndarray,
    covariates: Sequence[Covariate],
    event_words: str,
    said: str = "",
) -> CoxFit:
    """Subdistribution hazard ratios of cause 1, every other cause but 0 competing (Fine & Gray, JASA 1999;94:496).

    As `cox_model`, with standard errors by patient, of patients who stay at risk after the competing event as far as
    they would still be followed (see `Subdistribution`): so a ratio is about the share of patients who have had the
    event, and not about how fast it comes in those who still can have it. Without a competing event it is the ratio of
    Cox regression. As R `coxph(Surv(fgstart, fgstop, fgstatus) ~ x, weights = fgwt, id = id, robust = TRUE)` of
    `finegray(Surv(time, factor(cause)) ~ .)`; `cmprsk::crr` has Breslow's ties and a term for the estimated weights.

    Parameters
    ----------
    patient, time, cause
        (patients,) code in rising order, days, and 0 censored, 1 the event, else a competing one.
    covariates
        by patient in the same order, known at the start: after death nothing changes with time.
    model, event_words, said
        as of `cox_model`.
    """
    happened = cause == OF_INTEREST
    out = ~happened & (cause != CENSORED)
    # For the screen whoever died first is at risk for ever.
    stays = np.where(out, time.max(initial=0), time)
    rows = rows_from_start(patient, stays, happened)
    weigh = _Weighed(patient, time, out, _chance(time, cause, covariates))
    return cox_model(model, rows, covariates, event_words, robust=True, said=said, of=weigh)


def _chance(time: np.ndarray, cause: np.ndarray, covariates: Sequence[Covariate]) -> Followed:
    """Of being followed, from the patients who enter the model."""
    lacks = np.logical_or.reduce([np.zeros(len(time), bool), *(item.missing for item in covariates if item.terms)])
    return Followed.of(time[~lacks], cause[~lacks] == CENSORED)


class _Weighed:
    """Makes the likelihood of risk sets of which the rows of patients with the competing event go on for ever."""

    def __init__(self, patient: np.ndarray, time: np.ndarray, out: np.ndarray, chance: Followed) -> None:
        size = int(patient.max(initial=-1)) + 1
        self.time, self.out = np.zeros(size, np.int64), np.zeros(size, bool)
        self.time[patient], self.out[patient] = time, out
        self.chance = chance

    def __call__(self, risk: RiskSets, X: np.ndarray, offset: np.ndarray | float = 0.0, /) -> PartialLikelihood:
        patient = risk.rows.patient
        until, out = self.time[patient], self.out[patient]
        share = np.zeros(len(patient))
        share[out] = 1 / self.chance.before(until[out])
        if risk.rows.start.any():
            # Rows cut into single times by a limit: each has one weight.
            late = out & (risk.rows.stop > until)
            weight = np.ones(len(patient))
            weight[late] = self.chance.before(risk.rows.stop[late]) * share[late]
            return PartialLikelihood(risk, X, offset + np.log(weight))
        own = risk_sets(replace(risk.rows, stop=until))
        return Subdistribution(own, X, offset, self.chance.before(own.times), share)
