"""Share mode of the pages: the one place that decides what a page shows while small numbers are hidden."""
