"""What the variance of patients' rates means, in words."""

from __future__ import annotations

import math

from ivig_core.estimate.rates.frailty import OK, Frailty
from ivig_core.figures.words import count, counted
from ivig_core.numbers import as_sentence

WHAT_IT_CHANGES = (
    "The ratio within patients is not affected by this; exact Poisson intervals of rates are too narrow where patients "
    "differ much."
)


def frailty_words(found: Frailty) -> str:
    """How unevenly infections are spread over patients, what it means and what it changes; empty without any."""
    if not found.infections:
        return ""
    if found.status != OK:
        return as_sentence(found.note)
    half = f"half of {counted(found.infections, 'infection')} {_in(found)}"
    vary = f"patients' own rates have a coefficient of variation of {variation(found)}"
    if not found.ci_low:
        return f"Patients may all be alike but for chance and IVIG: {half}, and {vary}."
    return (
        f"Infections are unevenly spread: {half}. Beyond chance and IVIG, {vary}: one patient in ten has more than "
        f"{found.tenth:.1f} times the average rate. {WHAT_IT_CHANGES}"
    )


def variation(found: Frailty) -> str:
    """Coefficient of variation, the square root of the variance, with its interval: `0.71 (0.48 to 1.01)`."""
    if found.variance is None or found.ci_low is None:
        return ""
    high = f"to {math.sqrt(found.ci_high):.2f}" if found.ci_high is not None else "without upper limit"
    return f"{math.sqrt(found.variance):.2f} (95 % interval {math.sqrt(found.ci_low):.2f} {high})"


def _in(found: Frailty) -> str:
    return f"{'is' if found.infections == 1 else 'are'} in {count(found.half)} of {counted(found.patients, 'patient')}"
