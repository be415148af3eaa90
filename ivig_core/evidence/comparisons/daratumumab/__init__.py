"""Lancman 2026: IVIG in myeloma on daratumumab, 43 patients with IVIG (part one) and 100 without (part two)."""

from __future__ import annotations

from ivig_core.evidence.comparisons.daratumumab.infections import INFECTIONS
from ivig_core.evidence.comparisons.daratumumab.ivig import IVIG_AND_IGG
from ivig_core.evidence.comparisons.daratumumab.left_out import LEFT_OUT
from ivig_core.evidence.comparisons.daratumumab.patients import PATIENTS, SIZES
from ivig_core.evidence.comparisons.daratumumab.ratios import RATIOS
from ivig_core.evidence.quantity import Comparison

COMPARISON = Comparison(
    study="daratumumab",
    study_id="lancman2026",
    source="Lancman et al., Haematologica 2026, doi:10.3324/haematol.2025.289215",
    quantities=(*SIZES, *RATIOS, *INFECTIONS, *IVIG_AND_IGG, *PATIENTS),
    left_out=LEFT_OUT,
)
