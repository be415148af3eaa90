"""Overdispersion in a sentence."""

from __future__ import annotations

import math

from ivig_core.estimate.rates.dispersion import Dispersion
from ivig_core.figures.words import CLEAR, counted, p_phrase, ratio

LIKE_CHANCE = 1.1


def dispersion_sentence(found: Dispersion) -> str:
    """How much more infections vary between a patient's days on and off IVIG than independent ones do."""
    if math.isnan(found.ratio):
        return "Too few patients have infections and days both on and off IVIG to tell overdispersion."
    told = (
        f"Overdispersion: given each patient's total, infections on IVIG vary {ratio(found.ratio)} times as much as "
        f"independent ones would ({p_phrase(found.p_value)}, {counted(found.patients, 'patient')})"
    )
    if found.ratio > LIKE_CHANCE:
        sure = "" if found.p_value < CLEAR else "; that can be chance"
        root = ratio(found.ratio**0.5)
        return f"{told}: the robust interval is wider than a plain one by about the root of it, {root}{sure}."
    return f"{told}: where infections come close together they can still be no more than chance on either side of IVIG."
