"""Ratios of several hospitals, and what a file of one holds."""
