"""Two analyses of a cohort side by side."""
