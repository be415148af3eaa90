"""Published results as transcribed, and how a cohort compares with them."""
