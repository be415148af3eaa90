"""Expected infections and IVIG had it been given another way."""
