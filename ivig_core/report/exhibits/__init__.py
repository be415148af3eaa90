"""The figures and tables of a report, each made from the results alone."""
