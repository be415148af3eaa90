"""What has to be said beneath rates and their ratios wherever they are shown."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.forest_parts.rows import by_day
from ivig_core.figures.words import counted, percent
from ivig_core.study.igg.unknown import UnknownIgg

NOT_A_QUOTIENT = (
    "The rate ratio is not the quotient of the rates shown: it compares within patients. "
    "Patients who never had IVIG are context, not a comparison."
)
DONOR_IGG = (
    "Levels on IVIG include donor IgG: a difference by IgG of the day can come from that. IgG before the first dose "
    "has none of it."
)
BY_CHANCE = (
    "Hypogammaglobulinemia and no progression were named by Lancman 2021 (both at once, IgG by day), IgG < 400 mg/dL "
    "by Lancman 2026; all other subgroups are exploratory: of 20 comparisons one looks significant by chance. p asks "
    "whether subgroups differ (by IgG before IVIG from the other patients, else from the other days of the same "
    "patients), not whether IVIG works in one."
)
NOT_CLAIMED = (
    "The title does not speak of differences by IgG of the day, which IVIG itself raises, nor of subgroups with fewer "
    "than 5 infections on or off IVIG: their numbers are in the figure."
)
SEE = "What the ratios are with these days on either side: “Can we trust it?”, under “More analyses”."


def donor_igg(rows: pd.DataFrame) -> list[str]:
    """The sentence on donor IgG where a row of the forest is by IgG of the day."""
    return [DONOR_IGG] if any(map(by_day, rows["factor"], rows["level"].astype(str))) else []


def igg_not_known(unknown: UnknownIgg) -> str:
    """How much of the follow-up rows by IgG of the day leave out; empty where nothing is."""
    if not unknown.days:
        return ""
    return (
        f"By IgG of the day, {percent(unknown.days / unknown.all_days)} of the days, with "
        f"{counted(unknown.infections, 'infection')}, are in no row: IgG is not known on them."
    )
