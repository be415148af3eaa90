"""Which analyses a sensitivity table holds: each a change of the settings in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import VALUES
from ivig_core.study.overview.headline import RULES
from ivig_core.terms import ON, PRE

ADJUSTERS = ("phase", "season", "time", "prophylaxis")
SHORT = {"phase": "disease phase", "season": "season", "time": "time since start", "prophylaxis": "prophylaxis"}
DAYS, ADJUSTED, COUNTED, MODELS = "first_dose", "adjusted", "counted", "models"
MEDIATOR, EXTENDED = "mediator", "extended"
SCCS, GEE, ANDERSEN_GILL, PWP, EVENT_DEPENDENT = "sccs", "gee", "andersen_gill", "pwp", "event_dependent"
RULE_LABELS = {
    "crude": "All days",
    "without_30": "Without 30 days before first dose",
    "without_60": "Without 60 days before first dose",
    "from_first_dose": "From the first dose on",
}
WASHOUT_DAYS = LEAD_DAYS = 30
EPISODE_DAYS = 14


@dataclass(frozen=True)
class Variant:
    """One row: `changes` of the settings in force, the `model`, and the `term` that is shown."""

    name: str
    group: str
    label: str
    changes: dict[str, Any] = field(default_factory=dict)
    model: str = SCCS
    term: str = ON

    @property
    def main(self) -> bool:
        """Whether the row is an estimate of what IVIG does by a settled method: not the days before it, not one with a
        mediator, not an extended method."""
        return self.term == ON and self.group not in (MEDIATOR, EXTENDED)

    def as_set(self, spec: AnalysisSpec) -> bool:
        """Whether the row is the analysis in force."""
        return self.main and self.model == SCCS and spec.change(**self.changes) == spec

    @property
    def adjusters(self) -> tuple[str, ...]:
        """What the row adds to the model."""
        return tuple(self.changes.get("adjust_for", ()))


def variants(spec: AnalysisSpec, models: bool = True) -> list[Variant]:
    """Every row for the settings in force, in order; `models`: also those other than the case series."""
    rows = [*_first_dose(), *_adjusted(spec), *_counted(spec)]
    if models:
        rows += [
            Variant(GEE, MODELS, "GEE (Poisson, across patients)", model=GEE),
            Variant(ANDERSEN_GILL, MODELS, "Andersen–Gill", model=ANDERSEN_GILL),
            Variant(PWP, MODELS, "PWP gap time", model=PWP),
            Variant(EVENT_DEPENDENT, EXTENDED, "If infections bring IVIG on", model=EVENT_DEPENDENT),
        ]
    with_igg = tuple({*spec.model.adjust_for, "igg"})
    rows.append(Variant("igg", MEDIATOR, "+ IgG level (a mediator)", {"adjust_for": with_igg}))
    return rows if any(row.as_set(spec) for row in rows) else [Variant("set", DAYS, "Settings as they are"), *rows]


def _first_dose() -> Iterator[Variant]:
    """The four rules of the headline; after those that keep days apart, these days themselves."""
    for rule, _, changes in RULES:
        yield Variant(rule, DAYS, RULE_LABELS[rule], changes)
        if days := changes["pre_exposure_days"]:
            yield Variant(f"{rule}_pre", DAYS, f"These {days} days, against other days off", changes, term=PRE)


def _adjusted(spec: AnalysisSpec) -> Iterator[Variant]:
    now = spec.model.adjust_for
    if now:
        yield Variant("unadjusted", ADJUSTED, "Adjusted for nothing", {"adjust_for": ()})
    for name in ADJUSTERS:
        yield Variant(name, ADJUSTED, f"+ {SHORT[name]}", {"adjust_for": tuple({*now, name})})
    yield Variant("all_four", ADJUSTED, "+ all four", {"adjust_for": tuple({*now, *ADJUSTERS})})


def _counted(spec: AnalysisSpec) -> Iterator[Variant]:
    yield Variant("washout", COUNTED, f"Washout of {WASHOUT_DAYS} days", {"washout_days": WASHOUT_DAYS})
    for value in ("on", "off", "excluded"):
        if value != "on" or spec.exposure.dose_day != "on":
            yield Variant(f"dose_day_{value}", COUNTED, f"Dose day: {VALUES['dose_day', value]}", {"dose_day": value})
    yield Variant("lead", COUNTED, f"Without the first {LEAD_DAYS} days", {"exclude_first_days": LEAD_DAYS})
    yield Variant(
        "episodes", COUNTED, f"Infections within {EPISODE_DAYS} days joined", {"episode_gap_days": EPISODE_DAYS}
    )
    yield Variant("robust", COUNTED, "Robust interval", {"ci_method": "robust"})
