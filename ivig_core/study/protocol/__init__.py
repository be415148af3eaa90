"""The user's protocol beside a cohort: what of it the cohort has."""
