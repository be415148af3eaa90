"""What counts as one infection, and how wide its interval is."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.study.trust.rows.variant import COUNTED, Variant

EPISODE_DAYS = 14


def counted() -> Iterator[Variant]:
    """Infections joined to episodes; the interval that infections of one patient may gather in."""
    yield Variant(
        "episodes", COUNTED, f"Infections within {EPISODE_DAYS} days joined", {"episode_gap_days": EPISODE_DAYS}
    )
    yield Variant("robust", COUNTED, "Robust interval", {"ci_method": "robust"})
