"""What is shown to a room or leaves it."""
