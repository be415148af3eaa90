"""Many case series that share their patients, fitted together."""
