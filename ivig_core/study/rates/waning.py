"""Infections by days since the latest dose: does protection wear off before the next one?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.waning import (
    AFTER,
    DOSE_DAY,
    OFF_BANDS,
    Trend,
    band_rates,
    by_days_since_dose,
    trend,
    window_length,
)
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.intervals_in_force import as_shown
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.terms import BEFORE_IVIG, ON, PRE, REFERENCE, WASHOUT, WORDS, on_ivig_states

CUTS = (7, 14, 21, 42)
SHORTEST = 7
"""Days that the last band on IVIG has at least."""
OF_RATIO = ("status", "irr", "irr_low", "irr_high", "p_value", "note")
REFERENCE_OF_RATIOS = "reference"
"""`status` of the bands that are, all together, what the ratios compare with."""
DESCRIPTIVE = "descriptive"


@dataclass(frozen=True, eq=False)
class Waning:
    """`bands`: a row per band with its rate and ratio; `trend` among days on IVIG; `last_day` of the longest window."""

    bands: pd.DataFrame
    trend: Trend
    last_day: int


def waning(study: Study, spec: AnalysisSpec) -> Waning:
    """Rates by days since the latest dose, and ratios within patients.

    Days on IVIG are cut at `window_cuts`, or where the spec sets none at days 7, 14, 21 and 42 as far as the longest
    window of the doses given leaves a last band of a week. Their ratios are those of `Study.sccs` with these cuts:
    reference is every day off IVIG of the same patient, days kept apart before the first dose and washout are terms of
    their own. Days off IVIG after a dose (to 30, to 60 and more than 60 days after the window closed) and before the
    first one have rates only: they are together the reference. One of them as the reference alone would compare with
    days that are chosen by infections (before the first dose) or that few patients have, and would move the ratios of
    the days on IVIG away from those shown elsewhere. Patients without a day on IVIG are context, whatever `population`.

    `bands` has the columns `band`, `label`, those of `estimate.rates.rate` and `OF_RATIO`; bands off IVIG without a day
    are left out. Its days add up to follow-up.
    """
    return study.once(
        "waning", spec.selection, spec.exposure, spec.endpoint, spec.model, make=lambda: _waning(study, spec)
    )


def _waning(study: Study, spec: AnalysisSpec) -> Waning:
    last_day, alike = window_length(study.time(spec))
    cuts = spec.exposure.window_cuts or _cuts(last_day, spec.exposure.window_days)
    banded = spec.change(window_cuts=cuts)
    time = study.time(banded)
    table = band_rates(by_days_since_dose(time).count(study.infections(banded)), spec.model.rate_ci)
    states = on_ivig_states(banded.exposure)
    table = table[table["band"].isin(states) | (table["person_days"] > 0)].reset_index(drop=True)
    table.insert(1, "label", [_label(name, banded, last_day, alike) for name in table["band"]])
    ratios = (
        sccs(study, as_shown(study, banded))
        .rename(columns={"ci_low": "irr_low", "ci_high": "irr_high"})
        .set_index("term")
    )
    ratios = ratios.reindex(table["band"])[list(OF_RATIO)].reset_index(drop=True)
    named = ratios["status"].notna()
    off = np.where(table["band"] == REFERENCE, DESCRIPTIVE, REFERENCE_OF_RATIOS)
    ratios["status"] = ratios["status"].where(named, pd.Series(off, dtype=object))
    ratios["note"] = ratios["note"].where(named, "")
    return Waning(pd.concat([table, ratios], axis=1), trend(time, spec.model, last_day), last_day)


def _cuts(last_day: int, window_days: int) -> tuple[int, ...]:
    return tuple(cut for cut in CUTS if cut <= window_days and last_day - cut + 1 >= SHORTEST)


def _label(band: str, spec: AnalysisSpec, last_day: int, alike: bool) -> str:
    """What a band is called; counted from the dose where all windows are of one length, else from the window's end."""
    exposure = spec.exposure
    states = on_ivig_states(exposure)
    if band in states:
        firsts = (0, *exposure.window_cuts)
        lasts = (*(cut - 1 for cut in exposure.window_cuts), max(last_day, firsts[-1]))
        at = states.index(band)
        return "Day 0" if not lasts[at] else f"Days {firsts[at]}–{lasts[at]}"
    window = last_day if alike else 0
    begins = exposure.washout_days + 1
    words = {
        DOSE_DAY: "Days of a dose (off IVIG)",
        WASHOUT: f"Days {window + 1}–{window + begins - 1}{_of(alike)} (washout)",
        BEFORE_IVIG: f"Before those {exposure.pre_exposure_days} days" if exposure.pre_exposure_days else "No dose yet",
        PRE: f"{exposure.pre_exposure_days} days before dose 1",
        REFERENCE: WORDS[REFERENCE].label,
        OFF_BANDS[-1]: f"Day {window + max(AFTER[1] + 1, begins)} on{_of(alike)}",
    }
    if band in words:
        return words[band]
    first, last = ((1, AFTER[0]), (AFTER[0] + 1, AFTER[1]))[OFF_BANDS.index(band)]
    return f"Days {window + max(first, begins)}–{window + last}{_of(alike)}"


def _of(alike: bool) -> str:
    return "" if alike else " after window"


def is_on(bands: pd.DataFrame) -> pd.Series:
    """Which rows are days on IVIG."""
    return bands["band"].str.startswith(ON)
