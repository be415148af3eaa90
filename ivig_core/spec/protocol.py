"""`Protocol`: what the user's own study had fixed, with the day that its author gives it.

A day in a file is claimed, never proven: whatever is written of a protocol says that its author dated it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ivig_core.errors import SpecError, SpecListError
from ivig_core.spec.analysis_spec import SETTINGS, AnalysisSpec

PROTOCOL = "protocol"
"""Its key in a settings file."""
KEYS = ("date", "title", "primary", "subgroups", "sensitivity")
MOST_SUBGROUPS, MOST_ROWS = 20, 60
LONGEST_TITLE, LONGEST_NAME = 200, 200
EARLIEST = date(1980, 1, 1)
"""Before immunoglobulin for intravenous use was licensed (1981)."""
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Protocol:
    """A primary analysis and what else was chosen before: subgroups and rows of the sensitivity table, by name.

    `day`: as its author dates it. `subgroups`: factors as `study.rates.factors` knows them, baseline columns of the
    user's file among them; whether a cohort has them is asked of the cohort (`study.protocol.fit`). `sensitivity`:
    names of rows as `study.trust.sensitivity` has them. `title`: a title or the id of a registration.

    Raises
    ------
    SpecError
        when created with a day that does not exist or lies ahead, with too many names, one of them twice, or with texts
        that no protocol has; it names the key in the file, the value and what is allowed.
    """

    day: date
    primary: AnalysisSpec = field(default_factory=AnalysisSpec)
    subgroups: tuple[str, ...] = ()
    sensitivity: tuple[str, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", _day(self.day))
        object.__setattr__(self, "title", _title(self.title))
        object.__setattr__(self, "subgroups", _names("subgroups", self.subgroups, MOST_SUBGROUPS))
        object.__setattr__(self, "sensitivity", _names("sensitivity", self.sensitivity, MOST_ROWS))

    def differing(self, spec: AnalysisSpec) -> tuple[str, ...]:
        """Names of the settings that `spec` has otherwise than the primary analysis."""
        return tuple(name for name in SETTINGS if spec.get(name) != self.primary.get(name))

    def to_dict(self) -> dict[str, Any]:
        """JSON types; every setting of the primary analysis, so that other defaults of a later release change none."""
        return {
            "date": self.day.isoformat(),
            "title": self.title,
            "primary": self.primary.to_dict(),
            "subgroups": list(self.subgroups),
            "sensitivity": list(self.sensitivity),
        }

    @classmethod
    def from_dict(cls, told: object) -> Protocol:
        """Inverse of `to_dict`: a date is needed; absent settings of the primary analysis are the default.

        Raises
        ------
        SpecListError
            with every fault; a protocol of which something would have to be left out is none.
        """
        if not isinstance(told, Mapping):
            raise SpecListError([SpecError(PROTOCOL, told, f"an object with the keys {', '.join(KEYS)}")])
        errors = [SpecError(PROTOCOL, str(key), f"the keys {', '.join(KEYS)}") for key in told if key not in KEYS][:5]
        primary, more = _primary(told.get("primary", {}))
        errors += more
        for name, read in _READ.items():
            try:
                read(told.get(name))
            except SpecError as error:
                errors.append(error)
        if errors:
            raise SpecListError(errors)
        return cls(
            day=told["date"],
            primary=primary,
            subgroups=told.get("subgroups") or (),
            sensitivity=told.get("sensitivity") or (),
            title=told.get("title") or "",
        )


def _day(value: object) -> date:
    allowed = f"a day such as 2026-03-01 from {EARLIEST} to today"
    if isinstance(value, str) and ISO_DAY.fullmatch(value.strip()):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise SpecError(f"{PROTOCOL}.date", value, f"{allowed}; there is no such day") from None
    if type(value) is not date:
        raise SpecError(f"{PROTOCOL}.date", value, f"{allowed}; write the day on which the protocol was fixed")
    # Where the day begins earlier than on the server it may already be tomorrow.
    if not EARLIEST <= value <= date.today() + timedelta(days=1):
        raise SpecError(f"{PROTOCOL}.date", value.isoformat(), f"{allowed}; a protocol is not dated ahead")
    return value


def _title(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_TITLE:
        raise SpecError(f"{PROTOCOL}.title", value, f"a text of at most {LONGEST_TITLE} characters")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())


def _names(key: str, value: object, most: int) -> tuple[str, ...]:
    told = () if value is None else value
    if not isinstance(told, list | tuple):
        raise SpecError(f"{PROTOCOL}.{key}", value, 'a list of names, as in ["sex", "iss"]')
    if len(told) > most:
        raise SpecError(f"{PROTOCOL}.{key}", f"{len(told):,} names", f"at most {most} of them")
    for name in told:
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise SpecError(
                f"{PROTOCOL}.{key}", name, f"names as text on one line, at most {LONGEST_NAME} characters each"
            )
    names = tuple(name.strip() for name in told)
    if twice := [name for name in names if names.count(name) > 1]:
        raise SpecError(f"{PROTOCOL}.{key}", twice[0], "each name once; take out the second one")
    return names


_READ: Mapping[str, Callable[[object], object]] = {
    "date": _day,
    "title": _title,
    "subgroups": lambda value: _names("subgroups", value, MOST_SUBGROUPS),
    "sensitivity": lambda value: _names("sensitivity", value, MOST_ROWS),
}


def _primary(told: object) -> tuple[AnalysisSpec, list[SpecError]]:
    key = f"{PROTOCOL}.primary"
    if not isinstance(told, Mapping):
        return AnalysisSpec(), [SpecError(key, told, "an object of settings, as a settings file has them")]
    spec, errors = AnalysisSpec.collect(told)
    named = [error.field if error.field in SETTINGS else "" for error in errors]
    return spec, [
        SpecError(f"{key}.{name}" if name else key, error.value, error.allowed)
        for name, error in zip(named, errors, strict=True)
    ]
