"""Everything that ways to give IVIG assume, each with its range, its default and where that comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from ivig_core.errors import SpecError, SpecListError
from ivig_core.spec.kinds import CheckedPart, Choice, Choices, Text, Whole, setting

OWN_AS_SET, ENTERED = "as_set", "entered"
ANY_GRADE, SEVERE_ONLY = "any", "severe"
OWN, SAME = "own", "same"
NOT_COUNTED, ARTERIAL, VENOUS = "none", "arterial", "venous"
FOLLOWS = ("phase", "season", "time")


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`; None too where `optional`."""

    low: float
    high: float
    optional: bool = False

    @property
    def allowed(self) -> str:
        blank = ", or blank for none" if self.optional else ""
        return f"a number from {self.low:g} to {self.high:g}{blank}"

    def read(self, name: str, value: Any) -> float | None:
        if self.optional and (value is None or str(value).strip().lower() in {"", "none"}):
            return None
        try:
            number = float(str(value).strip())
        except ValueError:
            number = math.nan
        if not self.low <= number <= self.high:
            raise SpecError(name, value, self.allowed)
        return number


@dataclass(frozen=True)
class Assumptions(CheckedPart):
    """What is assumed. Days are days of follow-up (0 is the first), months are 30.4 days, IgG is in mg/dL.

    `effect`: "as_set" (the ratio of the settings in force), the name of a row of the sensitivity table, the key of a
    published estimate, or "entered" (`ratio`, `ratio_low`, `ratio_high`). `effect_severe`: on grade 3 and higher the
    source's own ratio, or the same one.
    """

    effect: str = setting(OWN_AS_SET, Text("the name of an effect"))
    effect_severe: str = setting(OWN, Choice((OWN, SAME)))
    ratio: float = setting(1.0, Number(0.01, 10))
    ratio_low: float = setting(1.0, Number(0.001, 100))
    ratio_high: float = setting(1.0, Number(0.001, 100))
    follows: tuple[str, ...] = setting(FOLLOWS, Choices(FOLLOWS))
    interval_days: int = setting(28, Whole(7, 90))
    primary_day: int = setting(0, Whole(0, 3650))
    primary_months: int = setting(12, Whole(1, 120))
    igg_start: int = setting(400, Whole(50, 2000))
    igg_stop: int = setting(400, Whole(50, 2000))
    igg_rise: int = setting(290, Whole(0, 2000))
    igg_half_life: int = setting(28, Whole(5, 90))
    igg_apart_days: int = setting(90, Whole(0, 365))
    infections: int = setting(2, Whole(1, 10))
    infections_counted: str = setting(ANY_GRADE, Choice((ANY_GRADE, SEVERE_ONLY)))
    infections_months: int = setting(12, Whole(1, 120))
    start_delay_days: int = setting(14, Whole(1, 120))
    thrombosis: str = setting(NOT_COUNTED, Choice((NOT_COUNTED, ARTERIAL, VENOUS)))
    price_per_gram: float | None = setting(None, Number(0, 1e6, optional=True))
    grams: float | None = setting(None, Number(0.1, 1000, optional=True))
    draws: int = setting(200, Whole(50, 2000))
    seed: int = setting(1, Whole(0, 2**31 - 1))

    def check(self) -> None:
        """Rules that join several fields; raises `SpecError`."""
        if self.igg_stop < self.igg_start:
            raise SpecError("igg_stop", self.igg_stop, f"at least igg_start ({self.igg_start})")
        if not self.ratio_low <= self.ratio <= self.ratio_high:
            raise SpecError(
                "ratio", self.ratio, f"between ratio_low and ratio_high ({self.ratio_low}, {self.ratio_high})"
            )

    def to_dict(self) -> dict[str, Any]:
        """Every field, ready for JSON."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return values | {"follows": list(self.follows)}

    @classmethod
    def collect(cls, settings: dict[str, Any]) -> Assumptions:
        """From texts by name; `SpecListError` with every one that is not allowed."""
        kinds = {item.name: item.metadata["kind"] for item in fields(cls)}
        values, errors = {}, []
        for name, value in settings.items():
            try:
                if name not in kinds:
                    raise SpecError(name, value, f"one of {', '.join(kinds)}")
                values[name] = kinds[name].read(name, value)
            except SpecError as error:
                errors.append(error)
        if errors:
            raise SpecListError(errors)
        return cls(**values)


@dataclass(frozen=True)
class Effect:
    """The rate ratio on IVIG that is assumed, for all infections and for those of grade 3 and higher.

    `status` "ok", else `note` says why there is none; the same for `severe_status`. `own`: estimated from the cohort.
    `label`: what it is and where it comes from.
    """

    source: str
    label: str
    own: bool
    status: str
    ratio: tuple[float, float, float] | None
    note: str = ""
    severe_status: str = "ok"
    severe: tuple[float, float, float] | None = None
    severe_note: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What results depend on."""
        return self.source, self.ratio, self.severe


def as_entered(assumed: Assumptions) -> Effect:
    """The ratio that was entered, on infections of every grade."""
    ratio = (assumed.ratio, assumed.ratio_low, assumed.ratio_high)
    return Effect(ENTERED, "As entered", False, "ok", ratio, severe=ratio, severe_note="the same as on all infections")
