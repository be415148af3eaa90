"""Cumulative incidence of infection with death competing, beside what Kaplan–Meier says when death only censors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.competing import CumulativeIncidence, aalen_johansen
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier, kaplan_meier
from ivig_core.estimate.survival.landmark import CAUSE_SPECIFIC, SurvivalData
from ivig_core.estimate.survival.times import DEATH, INFECTION_EVENTS, OF_INTEREST

CURVE_COLUMNS = (
    "group", "time", "at_risk", "infections", "deaths", "censored", "infection", "infection_low", "infection_high",
    "death", "one_minus_km",
)  # fmt: skip
AT_COLUMNS = (
    "group", "days", "at_risk", "infections", "deaths", "infection", "infection_low", "infection_high", "death",
    "one_minus_km", "km_low", "km_high", "difference", "note",
)  # fmt: skip
NOTHING_COMPETES = {
    "death": "Death is the event itself here: nothing competes with it. Cumulative incidence is shown for infections.",
    "progression_or_death": "Death is part of the event here: nothing competes with it. Cumulative incidence is shown "
    "for infections.",
}


@dataclass(frozen=True, eq=False)
class Competing:
    """Infection and death without one, per group, and the complement of Kaplan–Meier for infection.

    `curves` (`CURVE_COLUMNS`): one row per group and distinct time; patients at risk just before it, those with an
    infection, dead without one and censored on it, the incidences until then with the interval of infection (NaN as
    long as it is 0), and 1 − Kaplan–Meier with death as censoring.
    """

    curves: pd.DataFrame
    incidence: CumulativeIncidence
    km: KaplanMeier
    group: str
    landmark_day: int
    excluded: int
    notes: tuple[str, ...]

    @property
    def groups(self) -> list[str]:
        """The groups in the order of the tables."""
        return self.km.groups

    def at(self, days: float) -> pd.DataFrame:
        """Every group at one chosen time, `AT_COLUMNS`.

        `at_risk` is just before that day, `infections` and `deaths` (without an infection) are those until it.
        `difference`: 1 − Kaplan–Meier minus the incidence, what ignoring death adds, never below 0. NaN after the
        last day on which a group is observed, and `note` says which day that is. NaN where the curves have no
        Kaplan–Meier beside the incidence.
        """
        incidence = self.incidence.at(days).set_index(["cause", "group"])
        km = self.km.at([days]).set_index("group")
        until = self.curves[self.curves["time"] <= days].groupby("group", sort=False, observed=True)
        counted = until[["infections", "deaths"]].sum(min_count=1).reindex(self.groups, fill_value=0)
        last = self.curves.groupby("group", sort=False, observed=True)["time"].max()
        rows, beside = [], bool(self.curves["one_minus_km"].notna().any())
        for name in self.groups:
            cif, low, high = incidence.loc[("infection", name)]
            naive, naive_high, naive_low = 1 - km.loc[name, ["survival", "ci_low", "ci_high"]].astype(float)
            unknown = np.isnan(cif + naive) if beside else np.isnan(cif)
            if not beside:
                naive = naive_high = naive_low = np.nan
            note = f"{self.km.known_to} {last[name]:,}" if unknown else ""
            rows.append(
                (name, days, km.loc[name, "at_risk"], *counted.loc[name], cif, low, high,
                 incidence.loc[("death", name), "cif"], naive, naive_low, naive_high, np.maximum(naive - cif, 0), note)
            )  # fmt: skip
        return pd.DataFrame(rows, columns=list(AT_COLUMNS))


def competing(data: SurvivalData, conf_level: float = 0.95) -> Competing:
    """Aalen–Johansen incidences (see `aalen_johansen`) and the Kaplan–Meier curve with death as censoring.

    1 − Kaplan–Meier is the incidence in a world without deaths in which the risk of infection stays the same; read as
    the share of patients who get an infection it is too high wherever patients die first (Gooley et al., Stat Med
    1999;18:695; Putter, Fiocco & Geskus, Stat Med 2007;26:2389).

    Raises `EstimationError` for an event that death does not compete with.
    """
    if data.event not in INFECTION_EVENTS:
        raise EstimationError(NOTHING_COMPETES[data.event])
    time, cause, group = data.table["time"].to_numpy(), data.table["cause"].to_numpy(), data.table["group"]
    incidence = aalen_johansen(time, cause, group, conf_level)
    km = kaplan_meier(time, cause == OF_INTEREST, group, conf_level)
    return Competing(
        curves=_curves(data.table, incidence.curves, km.curves),
        incidence=incidence,
        km=km,
        group=data.group,
        landmark_day=data.landmark_day,
        excluded=data.excluded,
        notes=tuple(text for text in data.notes if text != CAUSE_SPECIFIC),
    )


def _curves(table: pd.DataFrame, incidence: pd.DataFrame, km: pd.DataFrame) -> pd.DataFrame:
    """The curves side by side: all of a group have the same times in the same order."""
    if km.empty:
        return pd.DataFrame(columns=list(CURVE_COLUMNS))
    died = table[table["cause"] == DEATH].groupby(["group", "time"], observed=True).size()
    deaths = died.reindex(pd.MultiIndex.from_frame(km[["group", "time"]]), fill_value=0).to_numpy()
    infection, death = (incidence[incidence["cause"] == cause] for cause in ("infection", "death"))
    return pd.DataFrame(
        {
            "group": km["group"],
            "time": km["time"],
            "at_risk": km["at_risk"],
            "infections": km["events"],
            "deaths": deaths,
            "censored": km["censored"] - deaths,
            "infection": infection["cif"].to_numpy(),
            "infection_low": infection["ci_low"].to_numpy(),
            "infection_high": infection["ci_high"].to_numpy(),
            "death": death["cif"].to_numpy(),
            "one_minus_km": 1 - km["survival"],
        }
    )
