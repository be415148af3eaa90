"""The size of a planned study, from a cohort or from what is entered."""
