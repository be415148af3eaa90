"""Which group of a survival comparison the others are compared with."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.estimate.survival.landmark import NO_IVIG

UNTREATED = (NO_IVIG, "none", "no")


def reference_group(groups: Sequence[str]) -> str:
    """Those without IVIG ("no_ivig", "none"; "no" of a baseline variable) where they are a group, else the first."""
    return next((name for name in UNTREATED if name in groups), groups[0])
