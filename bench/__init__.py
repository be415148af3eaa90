"""Speed of this project as ratios taken in one run. `python -m bench`; docs/performance.md says what the parts mean."""
