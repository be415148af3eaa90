"""What has to be said beneath rates and their ratios wherever they are shown."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.forest_parts.rows import by_day
from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import CLEAR, counted, listed, lower, percent
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.protocol_words import DATED, called
from ivig_core.study.igg.unknown import UnknownIgg
from ivig_core.study.protocol.fit import Fit
from ivig_core.study.rates.intervals_in_force import BECAUSE
from ivig_core.study.rates.multiplicity import EXPLORATORY, PROTOCOL

NOT_A_QUOTIENT = (
    "The rate ratio is not the quotient of the rates shown: it compares within patients. "
    "Patients who never had IVIG are context, not a comparison."
)
DONOR_IGG = (
    "Levels on IVIG include donor IgG: a difference by IgG of the day can come from that. IgG before the first dose "
    "has none of it."
)
ALL_EXPLORATORY = "No protocol was given: every subgroup is exploratory, also those that earlier studies named."
BY_CHANCE = (
    "Hypogammaglobulinemia and no progression were named by Lancman 2021 (both at once, IgG by day), IgG < 400 mg/dL "
    "by Lancman 2026. Of 20 comparisons one looks significant by chance. p asks whether subgroups differ (by IgG "
    "before IVIG from the other patients, else from the other days of the same patients), not whether IVIG works in "
    "one."
)
ADJUSTED_P = (
    "Adjusted p (Benjamini–Hochberg): of all subgroups with an adjusted p below 0.05, at most one in 20 is expected to "
    "differ by chance alone."
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
NEVER_KNOWN = "IgG is not known on any day, so there is no ratio by IgG of the day."
SEE = "What the ratios are with these days on either side: “Can we trust it?”, “More analyses”, “IgG of the day”."


def donor_igg(rows: pd.DataFrame) -> list[str]:
    """The sentence on donor IgG where a row of the forest is by IgG of the day."""
    return [DONOR_IGG] if any(map(by_day, rows["factor"], rows["level"].astype(str))) else []


def igg_not_known(unknown: UnknownIgg) -> str:
    """How much of the follow-up rows by IgG of the day leave out; empty where nothing is."""
    if not unknown.days:
        return ""
    if unknown.days == unknown.all_days:
        return NEVER_KNOWN
    return (
        f"By IgG of the day, {percent(unknown.days / unknown.all_days)} of the days, with "
        f"{counted(unknown.infections, 'infection')}, are in no row: IgG is not known on them."
    )


def of_whom(protocol: Protocol | None, found: Fit) -> list[str]:
    """Which subgroups the protocol named, or that there is none."""
    if protocol is None:
        return [ALL_EXPLORATORY]
    names = listed([lower(variable_name(name)) for name in found.known])
    told = f"Prespecified in the {called(protocol)}: {names or 'no subgroup'}; all others are exploratory. {DATED}"
    lacking = listed([lower(variable_name(name)) for name in (*found.untold, *found.missing)])
    more = f"The protocol also names {lacking}, by which these patients cannot be told apart."
    return [told, more] if found.untold or found.missing else [told]


def adjusted_words(tests: pd.DataFrame) -> list[str]:
    """What p is adjusted for: how many tests each family has; nothing where none has any."""
    numbers = dict(zip(tests["family"], tests["tests"], strict=True))
    fixed, others = (int(numbers.get(family, 0)) for family in (PROTOCOL, EXPLORATORY))
    if not fixed and not others:
        return []
    alone = "the prespecified test by itself" if fixed == 1 else f"the {fixed:,} prespecified tests by themselves"
    said = [alone] if fixed else []
    if others:
        what = counted(others, "other test" if fixed else "test")
        said.append(f"the {what} in the list of all subgroups, drawn or not")
    left = "" if others else "; those of other subgroups are not adjusted here"
    return [f"{ADJUSTED_P} It counts {listed(said)}{left}."]


def tests_finding(tests: pd.DataFrame) -> str:
    """What all tests together show, as a title."""
    tested = tests[tests["p_interaction"].notna().to_numpy(bool)]
    if tested.empty:
        return "No subgroups can be compared"
    raw, left = (int((tested[name] < CLEAR).sum()) for name in ("p_interaction", "p_adjusted"))
    what = f"Of {counted(len(tested), 'test')} whether subgroups differ"
    if not raw:
        return f"{what} none has a p below {CLEAR}"
    said = f"{what} {raw} {_have(raw)} a p below {CLEAR}, {left or 'none'} after adjustment for their number"
    clear = tested[(tested["p_adjusted"] < CLEAR).to_numpy(bool)]
    donor = sum(map(by_day, clear["factor"], clear["level"].astype(str)))
    return f"{said}, {_of_them(donor, left)} by IgG of the day, which IVIG itself raises" if donor else said


def _of_them(some: int, all_: int) -> str:
    """How many of several: `all of them`, `1 of them`."""
    return "that one" if some == all_ == 1 else f"{'all' if some == all_ else some} of them"


def _have(many: int) -> str:
    return "has" if many == 1 else "have"


def robust_words(rows: pd.DataFrame) -> list[str]:
    """What has to be said of a forest whose intervals are robust because infections bring infections."""
    if not (rows["note"] == BECAUSE).any():
        return []
    return [f"{ROBUST}; {ROBUST_P}." if rows["p_interaction"].notna().any() else f"{ROBUST}."]
