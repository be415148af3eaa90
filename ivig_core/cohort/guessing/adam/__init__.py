"""CDISC data sets."""
