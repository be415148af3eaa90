"""What has to be said of the rate ratio by dose per body weight, and its rows with everybody above them."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.words import counted
from ivig_core.study.rates.dose_levels import ByDose

HOW = (
    "Each level is compared with all days off IVIG of the same patients; a day belongs to the latest dose before it. "
    "Levels are thirds of the doses given, fewer where many are alike."
)
FOLLOWS = (
    "The dose follows need and weight: who has more infections may be given more. A difference between levels is then "
    "no effect of the dose, and no difference no proof that the dose does not matter."
)


def with_everybody(overall: pd.DataFrame, found: ByDose) -> pd.DataFrame:
    """The rows of a forest: all days on IVIG first, then the levels of dose."""
    return pd.concat([overall, found.rows], ignore_index=True) if len(found.rows) else overall


def remarks(found: ByDose) -> list[str]:
    """How the levels are made, what they cannot say, and how many doses have no g/kg."""
    if not found.all_doses:
        return ["No dose reaches into follow-up: there is nothing to split by dose."]
    said = [HOW, FOLLOWS]
    if found.alike:
        said = ["All doses with a known g/kg are of one level: doses cannot be compared in this cohort.", HOW]
    if found.unknown:
        said.append(
            f"{counted(found.unknown, 'dose')} of {found.all_doses:,} have no g/kg: dose_g_per_kg is blank, and dose_g "
            "or weight_kg too."
        )
    return said
