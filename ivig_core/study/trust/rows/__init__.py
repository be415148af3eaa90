"""Which analyses a sensitivity table holds: one family of rows a file."""
