"""Other models than the case series."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.study.trust.rows.variant import ANDERSEN_GILL, EVENT_DEPENDENT, EXTENDED, GEE, MODELS, PWP, Variant


def other_models() -> Iterator[Variant]:
    """Models across patients, and the case series of exposure that infections bring on."""
    yield Variant(GEE, MODELS, "GEE (Poisson, across patients)", model=GEE)
    yield Variant(ANDERSEN_GILL, MODELS, "Andersen–Gill", model=ANDERSEN_GILL)
    yield Variant(PWP, MODELS, "PWP gap time", model=PWP)
    yield Variant(EVENT_DEPENDENT, EXTENDED, "If infections bring IVIG on", model=EVENT_DEPENDENT)
