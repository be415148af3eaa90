"""Methods and results in sentences, their sources, and what the cohort can and cannot answer."""
