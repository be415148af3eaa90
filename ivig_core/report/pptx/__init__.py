"""A presentation: slides with pictures that stay sharp and tables that can be edited."""
