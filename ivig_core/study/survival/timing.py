"""Does an early start of IVIG go with fewer infections than a late one? Any infection, bacterial, viral."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.data import EVER
from ivig_core.estimate.survival.timing import timing_rows, timing_states
from ivig_core.persontime.doses import first_dose_day
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import varying
from ivig_core.study.study import Study

ANY, BACTERIAL, VIRAL = "any", "bacterial", "viral"
OUTCOMES = (ANY, BACTERIAL, VIRAL)
EVENT_WORDS = {ANY: "an infection", BACTERIAL: "a bacterial infection", VIRAL: "a viral infection"}
GRACE_DAYS, LAST_GRACE = 30, 365
"""The 2024 report compares a start within 30 days with a later one."""
SAME_DAY = (
    "Early days begin with the first day at risk, late ones only after day {grace}. The model compares patients on the "
    "same day of follow-up: up to day {grace} early is compared with not started only, and a late start is one of "
    "patients who had stayed free of the infection until then."
)
CAUSE_SPECIFIC = "Time to the first infection of the kind; death and the end of follow-up censor (cause-specific)."


@dataclass(frozen=True, eq=False)
class Timing:
    """`rows`: a row per outcome and contrast, `outcome` and the columns of `estimate.cox.CoxRow`; `states`: `outcome`
    and `estimate.timing.STATE_COLUMNS`; `starters`: patients with a first dose by day `grace` and later, whenever;
    `before`: those with one before the first day at risk."""

    grace: int
    rows: pd.DataFrame
    states: pd.DataFrame
    starters: tuple[int, int]
    before: int
    notes: tuple[str, ...]


def outcome_spec(spec: AnalysisSpec, outcome: str) -> AnalysisSpec:
    """The spec with the first infection of a kind as its event: its choice of pathogens replaced, all else kept.

    Raises `SpecError` for an outcome that is not one of `OUTCOMES`.
    """
    if outcome not in OUTCOMES:
        raise SpecError("outcome", outcome, f"one of {', '.join(OUTCOMES)}")
    return spec.change(pathogens=() if outcome == ANY else (outcome,), survival_event="infection")


def checked_grace(grace: int) -> int:
    """The last day of an early start; raises `SpecError` where it is none."""
    if not 0 <= grace <= LAST_GRACE or int(grace) != grace:
        raise SpecError("grace", grace, f"a whole number of days from 0 to {LAST_GRACE}")
    return int(grace)


def timing(study: Study, spec: AnalysisSpec, grace: int = GRACE_DAYS) -> Timing:
    """Hazard ratios of a start of IVIG by day `grace` and of a later one, of each outcome.

    See `estimate.timing.timing_rows` for the contrasts. Days, doses and `dose_day` as in `study.cox.cox` (model
    `time_varying`, term `ever_ivig`): all selected patients from the first day at risk.

    Raises `SpecError` for a grace outside 0 to 365 days.
    """
    grace = checked_grace(grace)
    return study.once(
        "timing", spec.selection.where, spec.exposure, spec.endpoint, grace,
        make=lambda: _timing(study, spec, grace),
    )  # fmt: skip


def _timing(study: Study, spec: AnalysisSpec, grace: int) -> Timing:

    first = first_dose_day(study.cohort(spec))
    rows, states, lost = [], [], []
    for outcome in OUTCOMES:
        design = varying(study, outcome_spec(spec, outcome), EVER)
        started = design.ivig_term.columns[:, 0] == 1
        given = design.rows, started, first, grace
        rows.append(timing_rows(*given, EVENT_WORDS[outcome]).assign(outcome=outcome))
        states.append(timing_states(*given).assign(outcome=outcome))
        lost += [f"{EVENT_WORDS[outcome].split(' ', 1)[1]}: {design.said}"] if design.said else []
    before = int((first < 0).sum())
    return Timing(
        grace=grace,
        rows=_outcome_first(rows),
        states=_outcome_first(states),
        starters=(int((first <= grace).sum()), int((first > grace).sum())),
        before=before,
        notes=(*_notes(study, spec, grace, before), *lost),
    )


def _outcome_first(tables: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(tables, ignore_index=True)
    return table[["outcome", *table.columns.drop("outcome")]]


def _notes(study: Study, spec: AnalysisSpec, grace: int, before: int) -> list[str]:
    notes = [SAME_DAY.format(grace=grace), CAUSE_SPECIFIC]
    if before:
        who = "1 patient with a dose" if before == 1 else f"{before:,} patients with a dose"
        notes.append(f"{who} before the first day at risk count{'s' if before == 1 else ''} as early from that day on.")
    counted = study.infections(outcome_spec(spec, ANY))["pathogen"]
    unknown, mixed = int(counted.isna().sum()), int((counted == "mixed").sum())
    kinds = [(unknown, "without a recorded pathogen"), (mixed, "of mixed pathogens")]
    several = " and ".join(f"{number:,} {words}" for number, words in kinds if number)
    if several:
        notes.append(f"Of all infections {several} count only as any infection.")
    return notes
