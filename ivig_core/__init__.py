"""Statistics of infections on and off IVIG: cohort file in, tidy tables and figures out. No user interface."""

__version__ = "0.1.0"
