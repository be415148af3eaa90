"""How many patients a study needs, by formula and by simulation."""
