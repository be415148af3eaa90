"""What a table seems to be where it is not ours: told by its first rows, with the reason and what is to be done."""
