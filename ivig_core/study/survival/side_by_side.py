"""The same question with IVIG known from the future, fixed at a landmark, and counted from when it was given."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ivig_core.estimate.cox.data import EVER, flag, rows_from_start
from ivig_core.estimate.cox.regression import cox_model, cox_table
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier
from ivig_core.estimate.survival.landmark import EVENT_WORDS, IVIG, SurvivalData
from ivig_core.estimate.survival.simon_makuch import simon_makuch
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import Design, at_groups, varying
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival, survival_data
from ivig_core.terms import ON

NAIVE, LANDMARK, SINCE_DOSE, IN_WINDOW = "naive", "landmark", "since_first_dose", "in_window"


@dataclass(frozen=True, eq=False)
class SideBySide:
    """One event under three sets of curves and four hazard ratios of IVIG.

    - `naive`: ever against never, from the first day at risk; `landmark`: by IVIG up to `landmark_day`, from the day
      after; `switching`: Simon–Makuch curves from the same day on.
    - `rows`: columns of `estimate.cox.CoxRow`, `model` being one of `NAIVE`, `LANDMARK`, `SINCE_DOSE` (time-varying,
      from the first dose on), `IN_WINDOW` (time-varying, in the window of a dose). The last two use all patients from
      the first day at risk.
    - `ivig_days`: person-days of the naive IVIG group; `immortal_days` of them, and `events_before_dose` of its events,
      are before the first dose: time without IVIG that the naive comparison counts as time with it.
    """

    naive: SurvivalTables
    landmark: SurvivalTables
    switching: KaplanMeier
    rows: pd.DataFrame
    landmark_day: int
    ivig_days: int
    immortal_days: int
    events_before_dose: int

    @property
    def immortal_share(self) -> float:
        """Part of the naive IVIG group's time that is before the first dose; NaN without such a group."""
        return self.immortal_days / self.ivig_days if self.ivig_days else float("nan")


def side_by_side(study: Study, spec: AnalysisSpec) -> SideBySide:
    """Naive, landmark, Simon–Makuch and time-varying Cox for the event of a spec, whatever its groups are.

    The landmark is that of the spec, or the default where the spec has none. Efron's ties; nothing is adjusted.

    Raises `EstimationError` where the event cannot be formed from this cohort.
    """
    part = spec.survival
    return study.once(
        "side_by_side", spec.selection.where, spec.exposure, spec.endpoint, part.survival_event, part.landmark_day,
        part.rmst_days, make=lambda: _side_by_side(study, spec),
    )  # fmt: skip


def _side_by_side(study: Study, spec: AnalysisSpec) -> SideBySide:

    day = spec.survival.landmark_day or AnalysisSpec().survival.landmark_day
    naive = spec.change(survival_group="ivig_ever", landmark_day=0)
    fixed = spec.change(survival_group="ivig_by_landmark", landmark_day=day)
    since = varying(study, spec, EVER)
    data = survival_data(study, naive)
    mine = (data.table["group"] == IVIG).to_numpy(bool)
    designs = {
        NAIVE: _ever_and_never(data),
        LANDMARK: at_groups(study, fixed),
        SINCE_DOSE: since,
        IN_WINDOW: varying(study, spec, ON),
    }
    fits = [cox_model(name, of.rows, [of.ivig_term], of.event_words, said=of.said) for name, of in designs.items()]
    return SideBySide(
        naive=survival(study, naive),
        landmark=survival(study, fixed),
        # The clock of the landmark curves: their time 1 is the day after the landmark.
        switching=simon_makuch(since.rows, since.ivig_term.columns[:, 0] > 0, day + 1),
        rows=cox_table([row for fit in fits for row in fit.rows]),
        landmark_day=day,
        ivig_days=int(data.table["time"].to_numpy()[mine].sum()),
        immortal_days=data.immortal_days or 0,
        events_before_dose=data.events_before_dose or 0,
    )


def _ever_and_never(data: SurvivalData) -> Design:
    """The comparison that looks ahead, as a model that can be set beside the others."""
    table = data.table
    rows = rows_from_start(table["patient"].to_numpy(), table["time"].to_numpy(), data.is_event)
    ever = (table["group"] == IVIG).to_numpy(bool)
    places = "among patients who had IVIG at some time", "among patients who never had IVIG"
    term = flag("ivig", ever, "IVIG at some time against never", places)
    return Design(rows, EVENT_WORDS[data.event], "biased by immortal time", term)
