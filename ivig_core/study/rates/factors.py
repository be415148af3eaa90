"""Names of what a cohort can be looked at by besides its baseline variables."""

from __future__ import annotations

INFECTION_FACTORS = ("grade", "pathogen", "site")
"""Kinds of infections: each row counts its own, in the same person-time."""
STATE_FACTORS = ("hgg_days", "phase", "nonprogressive_hgg_days", "igg", "season", "time", "prophylaxis")
"""States of days, which change within patients."""
BASELINE_HGG = "baseline_igg_below"
NOT_OF_PATIENTS = (*INFECTION_FACTORS, *STATE_FACTORS)
"""Factors that do not put a patient into one group for good."""
GRADE_BANDS = {"1-2": (1, 2), "3-5": (3, 5)}
