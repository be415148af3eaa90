"""What the columns of a hospital's own file mean, said once and kept as a file, and how facts are made of them."""
