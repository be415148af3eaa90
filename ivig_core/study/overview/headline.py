"""The answer of a cohort in one ratio, and the same under other rules about the first dose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest_as_set
from ivig_core.study.rates.intervals_in_force import EPISODE_DAYS, as_shown, because
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON

OK = "ok"
NO_REFERENCE = "no_events_reference"
HAS_BOUND = (OK, "no_events_exposed", NO_REFERENCE)
RULES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("crude", "all days", {"pre_exposure_days": 0, "from_first_dose": False}),
    ("without_30", "without the 30 days before the first dose", {"pre_exposure_days": 30, "from_first_dose": False}),
    ("without_60", "without the 60 days before the first dose", {"pre_exposure_days": 60, "from_first_dose": False}),
    ("from_first_dose", "from the first dose on", {"pre_exposure_days": 0, "from_first_dose": True}),
)
FEW_PATIENTS, FEW_INFECTIONS = 20, 10
RATIO_COLUMNS = ("rule", "label", "status", "irr", "ci_low", "ci_high", "p_value", "infections_on", "infections_off",
                 "note")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Headline:
    """The ratio and what the reason for starting IVIG does to it.

    `main`: row of the spec as it is set. `rules`: one row for each of `RULES`. Both have the columns `RATIO_COLUMNS`;
    a row without an estimate has its reason in `note`. `missing`: what there is none of, where that is why there is no
    ratio ("infections", "on", "off"), else empty. `robust`: whether infections bring infections, so that intervals are
    robust ones without having been asked for; `joined`: then the ratio with infections close together joined, in the
    same columns, None where they are joined as it is.
    """

    main: pd.Series
    rules: pd.DataFrame
    missing: str = ""
    robust: bool = False
    joined: pd.Series | None = None

    @cached_property
    def known(self) -> pd.DataFrame:
        """The rules with an estimate; 0 and ∞ are estimates where their interval has its one limit."""
        limits = self.rules[["ci_low", "ci_high"]].notna().any(axis=1)
        return self.rules[(self.rules["status"].isin(HAS_BOUND) & limits).to_numpy(bool)]

    @cached_property
    def span(self) -> tuple[float, float] | None:
        """Lowest and highest of the ratios that exist (0 and infinite among them); None for fewer than two."""
        ratios = [ratio_of(row) for _, row in self.known.iterrows()]
        return (min(ratios), max(ratios)) if len(ratios) > 1 else None

    @cached_property
    def envelope(self) -> tuple[float, float] | None:
        """Lowest and highest limit of the intervals of these ratios, infinite where one is open; None without any.

        It is no confidence interval of anything: it says how far the answer reaches if any of the rules may be right.
        """
        if self.known.empty:
            return None
        low, high = self.known["ci_low"].astype(float), self.known["ci_high"].astype(float)
        return float(low.fillna(0.0).min()), float(high.fillna(math.inf).max())

    @property
    def directions(self) -> frozenset[int]:
        """What the main row and every rule with an estimate say: −1 fewer, 0 not clear, 1 more infections on IVIG."""
        return frozenset({direction(self.main), *(direction(row) for _, row in self.known.iterrows())})

    @property
    def agree(self) -> bool:
        """Whether every rule with an estimate gives the same direction beyond chance as the main row."""
        return len(self.directions) == 1


def headline(study: Study, spec: AnalysisSpec) -> Headline:
    """The ratio on against off IVIG, one window also where `window_cuts` split it, with its sensitivity rows.

    All have the interval in force under the settings as they are (`intervals_in_force.as_shown`).
    """
    return study.once(
        "headline", spec.selection, spec.exposure, spec.endpoint, spec.model, make=lambda: _headline(study, spec)
    )  # fmt: skip


def _headline(study: Study, spec: AnalysisSpec) -> Headline:
    now = as_shown(study, spec)
    robust = now is not spec
    rows = [_row(study, now.change(**changes), rule, label) for rule, label, changes in RULES]
    main = _row(study, now, "main", "as set")
    rules = pd.DataFrame(rows, columns=list(RATIO_COLUMNS))
    missing = _missing(study.time(spec)) if main["status"] != OK else ""
    if not robust:
        return Headline(pd.Series(main), rules, missing)
    main, *rows = because(pd.DataFrame([main, *rows])).to_dict("records")
    return Headline(pd.Series(main), pd.DataFrame(rows), missing, robust, _joined(study, now))


def _joined(study: Study, spec: AnalysisSpec) -> pd.Series | None:
    """The ratio with infections close together joined into one episode; None where the settings join them already."""
    if spec.endpoint.episode_gap_days >= EPISODE_DAYS:
        return None
    return pd.Series(_row(study, spec.change(episode_gap_days=EPISODE_DAYS), "joined", "joined"))


def _missing(time: PersonTime) -> str:
    state = time.table["state"].astype(str)
    on = state.str.startswith(ON)
    if time.infections == 0:
        return "infections"
    if not on.any():
        return "on"
    return "" if (state == OBSERVATION).any() else "off"


def direction(row: pd.Series) -> int:
    """−1 fewer infections on IVIG, 1 more, 0 where chance is not excluded or there is no estimate."""
    if row["ci_high"] < 1:
        return -1
    return 1 if row["ci_low"] > 1 else 0


def ratio_of(row: pd.Series) -> float:
    """The ratio of a row with an estimate; infinite without an infection off IVIG."""
    return math.inf if row["status"] == NO_REFERENCE else float(row["irr"])


def _row(study: Study, spec: AnalysisSpec, rule: str, label: str) -> dict[str, object]:
    row = forest_as_set(study, spec, "overall").iloc[0].to_dict()
    return {**{name: row.get(name) for name in RATIO_COLUMNS}, "rule": rule, "label": label}
