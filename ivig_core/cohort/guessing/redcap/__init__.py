"""Exports of REDCap, raw and labelled: instruments, events, boxes, and the project's data dictionary."""
