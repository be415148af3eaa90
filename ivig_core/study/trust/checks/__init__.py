"""Checks of what a rate ratio rests on: one a file, each with the table that it looks at and a verdict in words."""
