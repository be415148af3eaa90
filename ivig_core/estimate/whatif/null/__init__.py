"""Infections and IVIG of a cohort as one process, and cohorts drawn from it."""
