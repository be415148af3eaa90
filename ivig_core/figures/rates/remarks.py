"""What has to be said beneath rates and their ratios wherever they are shown."""

from __future__ import annotations

import pandas as pd

from ivig_core.study.rates.intervals_in_force import BECAUSE

NOT_A_QUOTIENT = (
    "The rate ratio is not the quotient of the rates shown: it compares within patients. "
    "Patients who never had IVIG are context, not a comparison."
)
DONOR_IGG = "IgG measured on IVIG includes donor IgG: a difference by IgG can come from that."
BY_CHANCE = (
    "Hypogammaglobulinemia and no progression were named by Lancman 2021, IgG < 400 mg/dL by Lancman 2026; all other "
    "subgroups are exploratory: of 20 comparisons one looks significant by chance. p asks whether subgroups differ "
    "(these three from the other days of the same patients), not whether IVIG works in one."
)
NOT_CLAIMED = (
    "The title does not speak of differences by IgG of the day, which IVIG itself raises, nor of subgroups with fewer "
    "than 5 infections on or off IVIG: their numbers are in the figure."
)
ROBUST = "Infections lie closer together here than chance puts them, so intervals are robust to that"
ROBUST_P = (
    "p is of a Wald test with variances by patient; subgroups with a ratio of 0 or ∞, or fewer than 5 patients that "
    "tell, have no part in it"
)


def robust_words(rows: pd.DataFrame) -> list[str]:
    """What has to be said of a forest whose intervals are robust because infections bring infections."""
    if not (rows["note"] == BECAUSE).any():
        return []
    return [f"{ROBUST}; {ROBUST_P}." if rows["p_interaction"].notna().any() else f"{ROBUST}."]
