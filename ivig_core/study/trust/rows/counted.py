"""What counts as one infection, and how wide its interval is."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.intervals_in_force import EPISODE_DAYS, ROBUST
from ivig_core.study.trust.rows.variant import COUNTED, Variant

FIRTH = "firth"


def counted(spec: AnalysisSpec) -> Iterator[Variant]:
    """Infections joined to episodes; the interval that infections of one patient may gather in."""
    yield Variant(
        "episodes", COUNTED, f"Infections within {EPISODE_DAYS} days joined", {"episode_gap_days": EPISODE_DAYS}
    )
    if spec.model.ci_method == ROBUST:
        yield Variant("plain", COUNTED, "Plain interval", {"ci_method": "wald"})
    else:
        yield Variant("robust", COUNTED, "Robust interval", {"ci_method": ROBUST})


def few() -> Iterator[Variant]:
    """With Firth's penalty: maximum likelihood puts the ratio of few infections too far from 1."""
    yield Variant(FIRTH, COUNTED, "Bias-reduced (Firth)", {"ci_method": FIRTH})
