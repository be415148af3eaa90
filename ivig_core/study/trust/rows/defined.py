"""Other definitions of a day on IVIG and of follow-up."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import VALUES
from ivig_core.study.trust.rows.variant import DEFINED, Variant

WASHOUT_DAYS = LEAD_DAYS = 30


def defined(spec: AnalysisSpec) -> Iterator[Variant]:
    """A washout, the dose day on either side, and the first days left out."""
    yield Variant("washout", DEFINED, f"Washout of {WASHOUT_DAYS} days", {"washout_days": WASHOUT_DAYS})
    for value in ("on", "off", "excluded"):
        if value != "on" or spec.exposure.dose_day != "on":
            yield Variant(f"dose_day_{value}", DEFINED, f"Dose day: {VALUES['dose_day', value]}", {"dose_day": value})
    yield Variant("lead", DEFINED, f"Without the first {LEAD_DAYS} days", {"exclude_first_days": LEAD_DAYS})
