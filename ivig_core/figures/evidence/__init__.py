"""Published estimates, and a cohort beside them."""
