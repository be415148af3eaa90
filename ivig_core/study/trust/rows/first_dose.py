"""The four ways to treat the time before the first dose, those of the headline."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.study.overview.headline import RULES
from ivig_core.study.trust.rows.variant import DAYS, Variant
from ivig_core.terms import PRE

RULE_LABELS = {
    "crude": "All days",
    "without_30": "Without 30 days before first dose",
    "without_60": "Without 60 days before first dose",
    "from_first_dose": "From the first dose on",
}


def first_dose() -> Iterator[Variant]:
    """The four rules of the headline; after those that keep days apart, these days themselves."""
    for rule, _, changes in RULES:
        yield Variant(rule, DAYS, RULE_LABELS[rule], changes)
        if days := changes["pre_exposure_days"]:
            yield Variant(f"{rule}_pre", DAYS, f"These {days} days, against other days off", changes, term=PRE)
