"""How long patients were followed: the reverse Kaplan–Meier median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.estimate.survival.kaplan_meier import kaplan_meier
from ivig_core.estimate.survival.landmark import SurvivalData
from ivig_core.estimate.survival.times import CENSORED

COLUMNS = ("group", "patients", "censored", "median", "ci_low", "ci_high")


@dataclass(frozen=True, eq=False)
class FollowUp:
    """Median follow-up in days of all patients compared (`overall`, one row) and of each group (`by_group`).

    Both: `group`, `patients`, `censored` (whose follow-up ended without any event), `median`, `ci_low`, `ci_high`; NaN
    = not reached, as when most patients had an event. No patients: empty tables.
    """

    overall: pd.DataFrame
    by_group: pd.DataFrame


def follow_up(data: SurvivalData, conf_level: float = 0.95) -> FollowUp:
    """Kaplan–Meier with the roles turned round: the end of follow-up is the event, and an event censors it.

    Schemper & Smith, Control Clin Trials 1996;17:343. A death censors follow-up also where it is not an event of the
    comparison (cause-specific infection): the patient would have been followed on. Days count from the origin of the
    comparison, also from a landmark. On a day with both, those with the event still count as at risk, as in R
    `survfit(Surv(time, cause == 0))`; interval and median as for `kaplan_meier`.
    """
    time, ended = data.table["time"].to_numpy(), data.table["cause"].to_numpy() == CENSORED
    everybody = np.full(len(time), "all", dtype=object)
    parts = [kaplan_meier(time, ended, group, conf_level) for group in (everybody, data.table["group"])]
    return FollowUp(*(part.medians.set_axis(list(COLUMNS), axis=1) for part in parts))
