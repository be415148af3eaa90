"""From a stranger's file to a checked, immutable `Cohort`: `read.read_cohort` is the door."""
