"""How far a ratio is from what chance, a hidden cause or a gap in the records could do."""
