"""What the columns of a file probably mean: each guess says why and how sure it is, nothing is applied here."""
