"""Days of unknown IgG as if they were of a known level: what the answer would be at either end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.interaction import forest_rows
from ivig_core.estimate.rates.splits import Split
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import ModelSpec
from ivig_core.terms import IGG_UNKNOWN, ON, igg_levels

IGG = "igg"
LOW, HIGH = "low", "high"
"""Unknown days as of the lowest level, or of the highest."""


def unknown_days(time: PersonTime) -> np.ndarray:
    """Rows of `time`, which has the axis `igg`, on which functional IgG is not known (bool)."""
    return (time.table[IGG] == IGG_UNKNOWN).to_numpy(bool)


def unknown_as(time: PersonTime, level: str) -> PersonTime:
    """The same person-time with unknown IgG as one of the known levels of `terms.igg_levels`, or `LOW` or `HIGH`.

    Nothing else changes: days and infections that were left out for unknown IgG count in that level.
    """
    *known, _unknown = igg_levels(time.exposure.igg_cuts)
    name = {LOW: known[0], HIGH: known[-1]}.get(level, level)
    return replace(time, table=time.table.assign(**{IGG: time.table[IGG].replace({IGG_UNKNOWN: name})}))


def ratio_in_level(split: Split, level: str, model: ModelSpec) -> pd.DataFrame:
    """Rate ratio on IVIG against off it on the days of one level of a split, as one row of the term on IVIG.

    The row of `forest_rows`, with `patients`, `patients_with_infection` and `infections` of those whose infections are
    on days of this level. No row where the level has no day.
    """
    table = forest_rows(split, model)
    mine = table[(table["level"] == level).to_numpy(bool)]
    if mine.empty:
        return mine
    inside = split.level == split.levels.index(level)
    infections = split.time.table["infections"].to_numpy()
    patients = len(np.unique(split.time.table["patient"].to_numpy()[inside & (infections > 0)]))
    counts = {"patients": patients, "patients_with_infection": patients, "infections": int(infections[inside].sum())}
    return mine.assign(term=ON, **counts)
