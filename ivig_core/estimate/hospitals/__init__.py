"""Estimates of several hospitals from what each of them shares: profiles, sums, rounds."""
